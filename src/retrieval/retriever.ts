/** The seam between retrieval and whoever asks: question in, evidence out, with the reasons for both. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import type { ProductWords } from "../documents/product-words.ts";
import type { WordVectors } from "../documents/word-vectors.ts";
import { AppError } from "../platform/errors.ts";
import type { IndexVersion, Scope } from "../store/chunk-index.ts";

/** Nothing was ever indexed: there is no live version to search. */
export class NoIndexError extends AppError {}

export type RetrievalRequest = {
  /** The resolved question; it stands alone. */
  readonly question: string;
  /** Further wordings of the same question (a model's search words): their words are searched together with its own. */
  readonly alsoSearch?: readonly string[];
  /** The same question asked otherwise: each is searched by itself, and its pages are weighed with those of `question`. */
  readonly wordings?: readonly { readonly text: string; readonly weight: number }[];
  /** Chunks that the talk stood on so far: they have a head start. */
  readonly citedBefore?: readonly ChunkId[];
  /** What the surface fixed (a channel's product); a product or version named in the question wins. */
  readonly scope?: Scope;
  /** No more chunks than this are wanted; the rest is neither read nor told among the candidates. */
  readonly most?: number;
  readonly signal?: AbortSignal;
};

export type Candidate = {
  readonly chunkId: string;
  readonly url: string;
  readonly anchor: string;
  readonly score: number;
  /** Rank in each list it came from, from 1. */
  readonly ranks: { readonly text?: number; readonly corpus?: number; readonly endpoint?: number };
  readonly kept: boolean;
  /** Why it was kept or not: "near-duplicate of ...", "fourth chunk of its page". */
  readonly why: string;
};

export type SearchedWording = {
  readonly text: string;
  readonly terms: readonly QueryTerm[];
};

export type Retrieval = {
  /** In rank order after selection: up to 10 distinct pages, at most 40 chunks, at most 3 a page. */
  readonly evidence: readonly Evidence[];
  readonly candidates: readonly Candidate[];
  /** Words of the question that were searched for, in order, stop words left out. */
  readonly terms: readonly QueryTerm[];
  readonly queries: readonly string[];
  /** The other wordings that were searched for, each with its words; absent when there were none. */
  readonly wordings?: readonly SearchedWording[];
  /** The scope that was applied, and whether the index has that product at all. */
  readonly scope: Scope;
  readonly productIndexed: boolean;
  readonly version: IndexVersion;
  /** What the search has learned of words; absent where the documentation is too small to learn from. */
  readonly vectors?: WordVectors;
  /** Words of the products in scope; absent when their sources have none. */
  readonly words?: ProductWords;
  /** Why another index answered than the configured one; absent when the configured one did. */
  readonly standbyFor?: string;
};

export interface Retriever {
  /**
   * Throws `NoIndexError` when nothing was ever indexed, `IndexUnavailableError` when the index does not answer.
   * An empty `evidence` means that the search ran and found nothing.
   */
  retrieve(request: RetrievalRequest): Promise<Retrieval>;
  /**
   * Chunks that contain `phrase` (a word or a few, folded and singular/plural alike, adjacent and in order), the
   * best for `context` first; at most `limit`. Empty: the documentation nowhere has the phrase.
   */
  findPhrase(request: {
    readonly phrase: string;
    readonly context?: string;
    readonly limit?: number;
    readonly scope?: Scope;
    readonly signal?: AbortSignal;
  }): Promise<readonly Chunk[]>;
  /** The chunks before and after `chunk` on its page. */
  neighbours(chunk: Chunk): Promise<readonly Chunk[]>;
}
