/** What the command line says to every benchmark. */
export interface BenchOptions {
  /** At the sizes that the documentation quotes; without it the big ones take a size that ends in a minute. */
  readonly full: boolean
}
