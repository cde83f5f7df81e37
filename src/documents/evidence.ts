/** What retrieval hands to the writer. */
import type { Chunk } from "./chunk.ts";

export type Evidence = {
  readonly chunk: Chunk;
  /** From 1, best first. */
  readonly rank: number;
  /** Fused score: comparable within one question only. */
  readonly score: number;
  /** Why it was kept, for the receipt: "text 3, corpus 1", "neighbour of ...". */
  readonly why: string;
};

/** A word of the question as retrieval used it. */
export type QueryTerm = {
  readonly token: string;
  /** 1 for a word of the question, less for an added one. */
  readonly weight: number;
  /** Inverse document frequency in the live index version; the highest possible value when the token is unknown. */
  readonly idf: number;
  /** In how many chunks the token occurs. 0: the documentation does not have the word. */
  readonly documentFrequency: number;
};
