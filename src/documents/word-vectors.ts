/** Where words lie by what they are used for, as a search has learned it: the seam between an embedding and whoever compares texts. */

export interface WordVectors {
  /** Numbers of a vector. */
  readonly rank: number;
  /** Adds what one occurrence of a token (its hash) says; nothing where the token is not known. */
  addTo(sum: Float64Array, token: number): void;
}
