import { simulate } from './command'
import { plantedBugs } from './plants'

/** The simulation sees: each bug that is planted into the product breaks a law that it should break, and the faults without it break none. */
test.each(Object.entries(plantedBugs))('%s', async (name, { laws }) => {
  const { seeds } = await simulate('--seeds', '1..4', `--bug=${name}`)
  const said = seeds.flatMap((s) => s.violations.map((v) => v.split(/[ :]/)[0] ?? ''))
  if (laws.length === 0) expect(said).toEqual([])
  else expect(said.filter((law) => laws.includes(law))).not.toEqual([])
}, 300_000) // prettier-ignore
