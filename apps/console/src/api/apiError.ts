/** What the API refused (problem+json), or `status` 0 where it could not be reached at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message)
  }
}

/** The session has ended, or there never was one. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** Trying the same again by itself may help. */
export const mayPass = (error: unknown): boolean => !(error instanceof ApiError) || error.status === 0 || error.status >= 500
