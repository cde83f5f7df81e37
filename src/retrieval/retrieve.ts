/** Question to evidence: search each list, fuse, rank by page, read, select. */
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import { hashToken } from "../documents/tokenize.ts";
import { CorpusEmbedding } from "../models/corpus-embedding.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Clock } from "../platform/clock.ts";
import {
  type ChunkIndex,
  type Hit,
  type IndexReader,
  IndexUnavailableError,
  type SearchOptions,
} from "../store/chunk-index.ts";
import { inverseDocumentFrequency } from "../store/inverse-document-frequency.ts";
import { fuse, type RankedList } from "./fuse.ts";
import { findPhrase } from "./find-phrase.ts";
import { PAGE_PRIOR } from "./page-prior.ts";
import { PIPELINE } from "./pipeline.ts";
import { type QueryToken, queryTokens } from "./query.ts";
import { type Candidate, NoIndexError, type Retrieval, type Retriever } from "./retriever.ts";
import { rankByPage, SELECTION_LIMITS } from "./select.ts";
import { sparseVectorOf } from "./sparse-vector.ts";

export type RetrieverOptions = {
  readonly index: ChunkIndex;
  readonly embeddingModel?: EmbeddingModel;
  readonly clock: Clock;
};

const LIST_LENGTH = 100;
/** The corpus embedding knows little of page types; their prior counts for less there. */
const CORPUS_PRIOR_EXPONENT = 0.5;

export function createRetriever(options: RetrieverOptions): Retriever {
  const embeddings = new Map<string, CorpusEmbedding | undefined>();

  async function corpusEmbedding(reader: IndexReader): Promise<CorpusEmbedding | undefined> {
    const { id } = reader.version;
    if (embeddings.has(id)) return embeddings.get(id);
    const bytes = await reader.corpusModel();
    const embedding = bytes === undefined ? undefined : readEmbedding(bytes, id);
    // Only the version in use is kept.
    embeddings.clear();
    embeddings.set(id, embedding);
    return embedding;
  }

  async function openLive(): Promise<IndexReader> {
    const reader = await options.index.open();
    if (reader === undefined) {
      throw new NoIndexError("no-index", "There is no index yet.", {
        hint: "Build it with `npm run ingest`.",
      });
    }
    if (reader.version.pipeline === PIPELINE) return reader;
    await reader[Symbol.asyncDispose]();
    throw new IndexUnavailableError(
      "index-pipeline",
      "The index was made by another version of this program.",
      {
        facts: { version: reader.version.id, found: reader.version.pipeline, expected: PIPELINE },
        hint: "Build the index again with `npm run ingest`.",
      },
    );
  }

  async function searchCorpus(
    reader: IndexReader,
    tokens: readonly QueryToken[],
    search: SearchOptions,
  ): Promise<readonly Hit[]> {
    const embedding = await corpusEmbedding(reader);
    const hashes = [...new Set(tokens.map(({ token }) => hashToken(token)))].sort((a, b) => a - b);
    const vector = embedding?.embed({
      tokens: Uint32Array.from(hashes),
      counts: new Float32Array(hashes.length).fill(1),
    });
    if (vector === undefined) return [];
    const hits = await reader.searchDense("corpus", vector, { ...search, limit: 3 * search.limit });
    return hits
      .map((hit) => ({
        ...hit,
        score: hit.score * PAGE_PRIOR[hit.pageType] ** CORPUS_PRIOR_EXPONENT,
      }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, search.limit);
  }

  async function searchEndpoint(
    reader: IndexReader,
    query: string,
    search: SearchOptions,
  ): Promise<readonly Hit[]> {
    const model = options.embeddingModel;
    if (model === undefined || reader.version.embedding?.model !== model.name) return [];
    const [vector] = await model.embed([query], search.signal);
    return vector === undefined ? [] : await reader.searchDense("endpoint", vector, search);
  }

  return {
    async retrieve(request) {
      await using reader = await openLive();
      const queries = [request.question, ...(request.alsoSearch ?? [])];
      const scope = request.scope ?? {};
      const search: SearchOptions = {
        limit: LIST_LENGTH,
        scope,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      };
      const lists: RankedList[] = [];
      for (const query of queries) {
        const tokens = queryTokens(query);
        const vector = sparseVectorOf(
          tokens.map(({ token, weight }) => [hashToken(token), weight]),
        );
        lists.push(
          { name: "text", weight: 1, hits: await reader.searchSparse(vector, search) },
          { name: "corpus", weight: 1, hits: await searchCorpus(reader, tokens, search) },
          { name: "endpoint", weight: 1, hits: await searchEndpoint(reader, query, search) },
        );
      }
      const ranked = rankByPage(fuse(lists));
      const chunks = new Map(
        (await reader.read(ranked.slice(0, 3 * LIST_LENGTH).map(({ hit }) => hit.id))).map(
          (chunk) => [chunk.id, chunk],
        ),
      );
      const evidence: Evidence[] = [];
      const candidates: Candidate[] = [];
      const perPage = new Map<string, number>();
      for (const { hit, score, ranks } of ranked) {
        const chunk = chunks.get(hit.id);
        if (chunk === undefined) continue;
        const ofPage = perPage.get(hit.url) ?? 0;
        let why = Object.entries(ranks)
          .map(([name, rank]) => `${name} ${rank}`)
          .join(", ");
        let kept = true;
        if (ofPage >= SELECTION_LIMITS.chunksOfPage) {
          kept = false;
          why = "page has its chunks";
        } else if (ofPage === 0 && perPage.size >= SELECTION_LIMITS.pages) {
          kept = false;
          why = "beyond the last page";
        } else if (evidence.length >= SELECTION_LIMITS.chunks) {
          kept = false;
          why = "beyond the last chunk";
        }
        candidates.push({
          chunkId: hit.id,
          url: hit.url,
          anchor: chunk.anchor,
          score,
          ranks,
          kept,
          why,
        });
        if (!kept) continue;
        perPage.set(hit.url, ofPage + 1);
        evidence.push({ chunk, rank: evidence.length + 1, score, why });
      }
      return {
        evidence,
        candidates,
        terms: await describeTerms(reader, queryTokens(request.question)),
        queries,
        scope,
        productIndexed: true,
        version: reader.version,
      } satisfies Retrieval;
    },

    async findPhrase(request) {
      await using reader = await openLive();
      return await findPhrase(reader, request);
    },

    async neighbours(chunk) {
      await using reader = await openLive();
      const found = await reader.readPage(chunk.url, [chunk.position - 1, chunk.position + 1]);
      return found.filter(({ id }) => id !== chunk.id);
    },
  };
}

async function describeTerms(
  reader: IndexReader,
  tokens: readonly QueryToken[],
): Promise<readonly QueryTerm[]> {
  const frequencies = await reader.documentFrequencies(
    Uint32Array.from(tokens, ({ token }) => hashToken(token)),
  );
  return tokens.map(({ token, weight }, at) => {
    const documentFrequency = frequencies[at] ?? 0;
    return {
      token,
      weight,
      idf: inverseDocumentFrequency(reader.version.chunks, documentFrequency),
      documentFrequency,
    };
  });
}

function readEmbedding(bytes: Uint8Array, version: string): CorpusEmbedding {
  try {
    return CorpusEmbedding.deserialise(bytes);
  } catch (cause) {
    throw new IndexUnavailableError("index-damaged", "The index's corpus embedding is damaged.", {
      facts: { version },
      hint: "Build the index again with `npm run ingest`.",
      cause,
    });
  }
}
