/** Qdrant's and Lucene's formula, the same in both engines: ln(1 + (N - df + 0.5) / (df + 0.5)). */
export function inverseDocumentFrequency(chunks: number, documentFrequency: number): number {
  return Math.log1p((chunks - documentFrequency + 0.5) / (documentFrequency + 0.5));
}
