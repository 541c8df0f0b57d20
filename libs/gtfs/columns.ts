/** A column of whole numbers that grows: 4 bytes a row instead of an object. */
export class IntColumn {
  private values = new Int32Array(1024)
  private count = 0

  get length(): number {
    return this.count
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Int32Array(this.count * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.count++] = value
  }

  at(index: number): number {
    return this.values[index] as number
  }

  /** A copy of exactly the rows. */
  done(): Int32Array {
    return this.values.slice(0, this.count)
  }
}

/** The same for fractions (degrees, distances). */
export class FloatColumn {
  private values = new Float64Array(1024)
  private count = 0

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Float64Array(this.count * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.count++] = value
  }

  at(index: number): number {
    return this.values[index] as number
  }

  done(): Float64Array {
    return this.values.slice(0, this.count)
  }
}
