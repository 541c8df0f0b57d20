/** Why a timetable cannot be used. Stable codes; the message says what, where and what to do. */
export interface Problem {
  readonly code: ProblemCode
  readonly message: string
  /** Name inside the zip, or empty. */
  readonly file: string
  /** From 1; 0 when it is not about a line. */
  readonly line: number
  /** Column name, or empty. */
  readonly column: string
}

export type ProblemCode =
  | 'GTFS_NOT_A_ZIP'
  | 'GTFS_UNSAFE_PATH'
  | 'GTFS_TOO_LARGE'
  | 'GTFS_MISSING_FILE'
  | 'GTFS_EMPTY'
  | 'GTFS_TIMEZONE_UNKNOWN'
  | 'CSV_NOT_UTF8'
  | 'CSV_UNCLOSED_QUOTE'
  | 'CSV_TEXT_AFTER_QUOTE'
  | 'CSV_RECORD_TOO_LARGE'
  | 'CSV_TOO_MANY_COLUMNS'
  | 'CSV_MISSING_COLUMN'

/** Carries a problem out of the readers; never leaves loadTimetable. */
export class GtfsError extends Error {
  readonly problem: Problem

  constructor(code: ProblemCode, message: string, where: { file?: string; line?: number; column?: string } = {}) {
    super(message)
    this.problem = { code, message, file: where.file ?? '', line: where.line ?? 0, column: where.column ?? '' }
  }
}
