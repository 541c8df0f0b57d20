import type { DetectionSettings, Thresholds } from '#domain/detectionSettings'
import type { Rule } from '#domain/disruption'
import type { Mode } from '#domain/line'
import type { Policy } from '#domain/operator'

export type PolicyInput = Readonly<Partial<Record<Rule, Policy>>> & { readonly default: Policy }

/** What an operator's detector is configured with. */
export interface DetectorSettings {
  readonly operator: string
  readonly detection: DetectionSettings
  readonly policy: PolicyInput
}

/** 5 minutes late and 20 severe: TCRP Synthesis 10 (most agencies); closing at 0.6 of it, so that a delay around the threshold opens once. */
export const defaultDetection: DetectionSettings = {
  lateSeconds: 300,
  minTrips: 2,
  minShare: 0.3,
  feedsToOpen: 2,
  feedsToClose: 3,
  clearSeconds: 180,
  severeSeconds: 1200,
  updateStepSeconds: 300,
  updateAfterSeconds: 600,
}

/** Consecutive means at most this far apart (seconds of feed time); a longer gap begins every count anew. */
export const longestGapSeconds = 180

/** Without any running trip to judge by for so long (seconds of feed time), a disruption ends silently: no all-clear is told. */
export const silentAfterSeconds = 1800

/** A late trip that vanished from the feed counts as late until its last predicted arrival, and so much longer (seconds). */
export const lostTripGraceSeconds = 300

export function thresholdsOf(detection: DetectionSettings, mode: Mode | undefined): Thresholds {
  const { lateSeconds, clearSeconds, severeSeconds } = detection
  return { lateSeconds, clearSeconds, severeSeconds, ...(mode && detection.byMode?.[mode]) }
}

export const policyOf = (policy: PolicyInput, rule: Rule): Policy => policy[rule] ?? policy.default
