/** The highest rider number that was met, by operator. */
export class Highest {
  private readonly numbers = new Map<string, number>()

  note(operator: string, number: number): void {
    if (number > (this.numbers.get(operator) ?? 0)) this.numbers.set(operator, number)
  }

  entries(): IterableIterator<[operator: string, number: number]> {
    return this.numbers.entries()
  }
}
