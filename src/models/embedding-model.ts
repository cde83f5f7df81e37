/** The seam to embedding endpoints. The corpus-trained embedding is part of an index version and not behind it. */
export interface EmbeddingModel {
  readonly name: string;
  /** Length of each vector; known after the first call when the endpoint decides it. */
  readonly dimensions: number | undefined;
  /** Most texts in one call. */
  readonly batchLimit: number;
  /** One unit-length vector for each text, in order. Throws `ModelError` when the endpoint fails for good. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
}
