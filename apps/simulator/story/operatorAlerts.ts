import { type PlannedLine, lineTitle } from '../plan/plan'
import type { OperatorAlert } from './incident'

/** What the simulated operators write themselves, as their control rooms do: in German and in English. */
export const snowAlert: OperatorAlert = {
  effect: 'SIGNIFICANT_DELAYS',
  cause: 'WEATHER',
  severity: 'WARNING',
  header: { de: 'Tram 1, Tram 3 und Tram 5: Verspätungen wegen Schnee.', en: 'Tram 1, Tram 3 and Tram 5: delays because of snow.' },
  description: { de: 'Weichen werden geräumt. U-Bahn und S-Bahn fahren.', en: 'Points are being cleared. U-Bahn and S-Bahn run.' },
  stop: undefined,
}

export const strikeAlert: OperatorAlert = {
  effect: 'REDUCED_SERVICE',
  cause: 'STRIKE',
  severity: 'WARNING',
  header: { de: 'Tram 3, U1 und U6: viele Fahrten fallen aus.', en: 'Tram 3, U1 and U6: many trips do not run.' },
  description: { de: 'Warnstreik im Fahrdienst. S-Bahn und Busse fahren.', en: 'Strike of drivers. S-Bahn and buses run.' },
  stop: undefined,
}

export const elevatorAlert: OperatorAlert = {
  effect: 'ACCESSIBILITY_ISSUE',
  cause: 'TECHNICAL_PROBLEM',
  severity: 'INFO',
  header: { de: 'Hauptbahnhof: Aufzug zu Gleis 2 defekt.', en: 'Hauptbahnhof: lift to platform 2 out of service.' },
  description: {
    de: 'Stufenfrei: bis Opernhaus fahren, mit U1 zurück.',
    en: 'Step-free: go to Opernhaus, take U1 back.',
  },
  stop: 'Hauptbahnhof',
}

/** Works on a line that none of the story's incidents touches. */
export const worksAlert: OperatorAlert = {
  effect: 'STOP_MOVED',
  cause: 'CONSTRUCTION',
  severity: 'INFO',
  header: {
    de: 'Bus 14: Halt Rosengarten 80 m Richtung Südkreuz verlegt.',
    en: 'Bus 14: stop Rosengarten moved 80 m towards Südkreuz.',
  },
  description: { de: 'Grund: Bauarbeiten am Gehweg.', en: 'Reason: works on the pavement.' },
  stop: 'Rosengarten',
}

export function detourAlert(line: PlannedLine, skipped: string): OperatorAlert {
  const title = lineTitle(line)
  return {
    effect: 'DETOUR',
    cause: 'POLICE_ACTIVITY',
    severity: 'WARNING',
    header: { de: `${title}: Umleitung, kein Halt ${skipped}.`, en: `${title}: detour, no stop at ${skipped}.` },
    description: {
      de: 'Grund: Polizeieinsatz. Nutzen Sie die Haltestellen davor und danach.',
      en: 'Reason: police activity. Use the stops before and after.',
    },
    stop: undefined,
  }
}
