/** What goes on, for people: standard output is for the figures. */
export const progress = (text: string): void => void process.stderr.write(`${text}\n`)
