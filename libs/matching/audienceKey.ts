/**
 * Where match leaves the audience of a disruption that is held or scheduled, in the store's state, as JSON: the fields of `Audience`, and
 * `revision` and `at` (epoch seconds) for which it was counted.
 */
export const audienceKey = (operator: string, disruption: string): string => `audience/${operator}/${disruption}`
