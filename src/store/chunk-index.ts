/**
 * The index: chunks, their sparse and dense vectors, in numbered versions.
 *
 * An *index version* is a snapshot of all configured sources. It is built beside the live one and goes live in
 * one step; the one before it stays for rollback. Two engines implement this interface (`sqlite/`, `qdrant/`)
 * and one conformance suite (`test/store/chunk-index.suite.ts`) holds both to it.
 *
 * Vectors are computed by the caller, the same for both engines: `retrieval/sparse-vector.ts` makes the sparse
 * ones, `models/corpus-embedding.ts` the corpus-trained dense ones. A score is Σ query · idf · document for
 * sparse vectors and the cosine for dense ones.
 */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { PageType } from "../documents/document.ts";
import type { ProductWords } from "../documents/product-words.ts";
import { AppError } from "../platform/errors.ts";

/** Token hashes (ascending, unsigned 32 bit) and their weights, the same length. */
export type SparseVector = {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
};

export type VectorName = "corpus" | "endpoint";

export type Scope = {
  readonly product?: string;
  readonly version?: string;
};

export type SearchOptions = {
  /** Any number: an engine with a limit of its own asks in pages. */
  readonly limit: number;
  /** Only these chunks. */
  readonly among?: readonly ChunkId[];
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

export type Hit = {
  readonly id: ChunkId;
  readonly score: number;
  /** Enough to weigh, aggregate and diversify without reading the text. */
  readonly url: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly pageType: PageType;
  readonly position: number;
};

/** What a source is made of: a site's documentation, a folder of Markdown, what was reported in a repository. */
export type SourceOrigin = "documentation" | "folder" | "github";

export type SourceSummary = {
  readonly name: string;
  /** Absent for a site's documentation. */
  readonly kind?: SourceOrigin;
  readonly product: string;
  /** What people call the product: "Argo Workflows". Absent in versions of an earlier release, like what follows. */
  readonly title?: string;
  /** Other names that people use for it: "argo", "apache-airflow". */
  readonly names?: readonly string[];
  /** What its documentation calls things, and what people ask beside it; absent without. */
  readonly words?: ProductWords;
  readonly version: string;
  readonly pages: number;
  readonly stalePages: number;
  readonly chunks: number;
  /** Pages with phrasings; absent when the source has none. */
  readonly phrasedPages?: number;
  /** ISO 8601. */
  readonly crawledAt: string;
};

/** What made a version; written once, never changed. */
export type IndexVersion = {
  /** Sorts by time of building. */
  readonly id: string;
  readonly createdAt: string;
  /** Name of the chunking and token pipeline; a reader refuses a version made by another one. */
  readonly pipeline: string;
  readonly sources: readonly SourceSummary[];
  readonly pages: number;
  readonly chunks: number;
  /** Endpoint embedding model and vector length; absent when none was configured. */
  readonly embedding?: { readonly model: string; readonly dimensions: number };
  /** Rank of the corpus-trained embedding; absent below the smallest corpus it is built for. */
  readonly corpusRank?: number;
};

export type IndexedChunk = {
  readonly chunk: Chunk;
  readonly sparse: SparseVector;
  readonly corpus?: Float32Array;
  readonly endpoint?: Float32Array;
};

/** Settles what must be known before the first chunk is added. */
export type IndexPlan = Omit<IndexVersion, "id" | "createdAt"> & {
  /** Serialised corpus embedding (`CorpusEmbedding.serialise`), kept with the version for folding questions in. */
  readonly corpusModel?: Uint8Array;
};

export interface IndexBuilder extends AsyncDisposable {
  readonly id: string;
  add(chunks: readonly IndexedChunk[]): Promise<void>;
  /** Completes the version without making it live: it can be opened by id (`ChunkIndex.open(id)`). */
  finish(): Promise<IndexVersion>;
  /** Makes the finished version live in one step. */
  publish(): Promise<IndexVersion>;
  // Disposing of a builder that was not published removes what it wrote.
}

/** A version pinned for reading: it stays readable until disposed of, whatever is published meanwhile. */
export interface IndexReader extends AsyncDisposable {
  readonly version: IndexVersion;
  searchSparse(vector: SparseVector, options: SearchOptions): Promise<readonly Hit[]>;
  searchDense(
    name: VectorName,
    vector: Float32Array,
    options: SearchOptions,
  ): Promise<readonly Hit[]>;
  /** Chunks in the order of `ids`; unknown ids are left out. */
  read(ids: readonly ChunkId[]): Promise<readonly Chunk[]>;
  /** Chunks of one page at these positions, in order of position. */
  readPage(url: string, positions?: readonly number[]): Promise<readonly Chunk[]>;
  /** Every chunk, page by page in the order of building; of one product when given. */
  chunks(product?: string): AsyncIterable<Chunk>;
  /** In how many chunks each token (by hash) occurs, the same length and order. */
  documentFrequencies(tokens: Uint32Array): Promise<readonly number[]>;
  /** Bytes given as `IndexPlan.corpusModel`. */
  corpusModel(): Promise<Uint8Array | undefined>;
}

export interface ChunkIndex extends AsyncDisposable {
  readonly engine: "sqlite" | "qdrant";
  /** The live version, or the one with `id`; undefined when nothing was ever published (or no such version). */
  open(id?: string): Promise<IndexReader | undefined>;
  build(plan: IndexPlan): Promise<IndexBuilder>;
  /** Newest first, with the live one marked. */
  versions(): Promise<readonly (IndexVersion & { readonly live: boolean })[]>;
  /** Makes the version before the live one live. Throws `IndexError` when there is none. */
  rollback(): Promise<IndexVersion>;
}

/** The index exists but does not answer: a server that is down, a file that is damaged or of another pipeline. */
export class IndexUnavailableError extends AppError {}

/** The index refuses what was asked of it: nothing to roll back to, a vector of another length, a malformed request. */
export class IndexError extends AppError {}

/** Throws `IndexError` when a question's vector does not fit the vectors of the index. */
export function checkDimensions(expected: number, vector: Float32Array): void {
  if (vector.length === expected) return;
  throw new IndexError("index-dimensions", "The question's vector has another length.", {
    facts: { index: String(expected), question: String(vector.length) },
    hint: "Build the index again with the embedding model that is configured now.",
  });
}
