/** Question to evidence: read the question, search each list, rank, select. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import type { Evidence, QueryTerm } from "../documents/evidence.ts";
import { hashToken, tokenize } from "../documents/tokenize.ts";
import { CorpusEmbedding } from "../models/corpus-embedding.ts";
import type { EmbeddingModel } from "../models/embedding-model.ts";
import type { Clock } from "../platform/clock.ts";
import {
  type ChunkIndex,
  type Hit,
  type IndexReader,
  IndexUnavailableError,
  type IndexVersion,
  type Scope,
  type SearchOptions,
} from "../store/chunk-index.ts";
import { inverseDocumentFrequency } from "../store/inverse-document-frequency.ts";
import { findPhrase } from "./find-phrase.ts";
import {
  type Cover,
  type FusedHit,
  fuse,
  fuseWordings,
  type FusionOptions,
  type RankedList,
  withHeadStart,
} from "./fuse.ts";
import { PAGE_PRIOR } from "./page-prior.ts";
import { type PhrasedLevel, phrasingQuery } from "./phrasings.ts";
import { PIPELINE } from "./pipeline.ts";
import { indexedProducts, ORCHESTRATORS, wordsOf } from "./product-names.ts";
import { readProduct, readVersion } from "./products.ts";
import { type Frequencies, hasContent, type Query, readQuery, type WordGroup } from "./query.ts";
import {
  type Candidate,
  NoIndexError,
  type Retrieval,
  type RetrievalRequest,
  type Retriever,
  type SearchedWording,
} from "./retriever.ts";
import { Selection } from "./select.ts";
import { sparseVectorOf } from "./sparse-vector.ts";

export type RetrieverOptions = {
  readonly index: ChunkIndex;
  /** Used when the live version has vectors of the same model. */
  readonly embeddingModel?: EmbeddingModel;
  readonly clock: Clock;
  /** Other weights, an ear for what they weigh, or no search by phrasings: for tools that learn and measure. */
  readonly ranking?: Pick<FusionOptions, "weights" | "onPages"> & {
    readonly withoutPhrasings?: boolean;
  };
};

const LIST_LENGTH = 100;
/** Pairs are many and mostly chance; only the best add candidates. */
const PAIR_LIST_LENGTH = 30;
const PHRASING_LIST_LENGTH = 50;
/** The corpus embedding knows little of page types; their prior counts for less there. */
const CORPUS_PRIOR_EXPONENT = 0.5;
/** Chunks read at once while the evidence fills up. */
const READ_AT_ONCE = 60;
/** Wordings searched together with the question. */
const MAX_FURTHER_QUERIES = 4;
const MAX_HELD_TITLES = 20_000;

export function createRetriever(options: RetrieverOptions): Retriever {
  const embeddings = new Map<string, CorpusEmbedding | undefined>();
  const titles = new Map<string, ReadonlySet<number>>();

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
        facts: {
          version: reader.version.id,
          found: reader.version.pipeline,
          expected: PIPELINE,
        },
        hint: "Build the index again with `npm run ingest`.",
      },
    );
  }

  async function searchText(
    reader: IndexReader,
    weights: readonly (readonly [token: number, weight: number])[],
    search: SearchOptions,
  ): Promise<readonly Hit[]> {
    if (weights.length === 0) return [];
    const hits = await reader.searchSparse(sparseVectorOf(weights), search);
    // The list is cut by the score with the prior of the page type; ranking weighs page types itself.
    return hits.map((hit) => ({ ...hit, score: hit.score / PAGE_PRIOR[hit.pageType] }));
  }

  async function searchCorpus(
    reader: IndexReader,
    query: Query,
    search: SearchOptions,
  ): Promise<readonly Hit[]> {
    const embedding = await corpusEmbedding(reader);
    if (embedding === undefined) return [];
    const weights = sparseVectorOf(searchWeights(query));
    const vector = embedding.embed({ tokens: weights.indices, counts: weights.values });
    if (vector === undefined) return [];
    const hits = await reader.searchDense("corpus", vector, { ...search, limit: 3 * search.limit });
    const priced = (hit: Hit) => hit.score * PAGE_PRIOR[hit.pageType] ** CORPUS_PRIOR_EXPONENT;
    return hits
      .toSorted((a, b) => priced(b) - priced(a) || (a.id < b.id ? -1 : 1))
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

  function titleTokens(text: string): ReadonlySet<number> {
    let tokens = titles.get(text);
    if (tokens === undefined) {
      tokens = new Set(tokenize(text).map(hashToken));
      if (titles.size >= MAX_HELD_TITLES) titles.clear();
      titles.set(text, tokens);
    }
    return tokens;
  }

  /** Share of the question's words, by rarity, that a title or heading path has in some form. */
  function coverOf(groups: readonly WordGroup[], chunks: number): Cover {
    const idfs = groups.map(({ commonest }) => inverseDocumentFrequency(chunks, commonest));
    const total = idfs.reduce((sum, idf) => sum + idf, 0);
    const share = (tokens: ReadonlySet<number>) => {
      if (total === 0) return 0;
      let covered = 0;
      for (const [at, { forms }] of groups.entries()) {
        let best = 0;
        for (const { hash, cover } of forms) if (cover > best && tokens.has(hash)) best = cover;
        covered += best * (idfs[at] ?? 0);
      }
      return covered / total;
    };
    return (hit) => ({
      title: share(titleTokens(hit.title)),
      headings: share(titleTokens(hit.headingPath.join("\n"))),
    });
  }

  /** Pages and chunks for some wordings searched as one, and the words that were searched for. */
  async function rank(
    reader: IndexReader,
    queries: readonly string[],
    search: SearchOptions,
  ): Promise<{ readonly query: Query; readonly hits: readonly FusedHit[] }> {
    const all = queries.join("\n");
    const query = await readQuery(
      all,
      frequenciesOf(reader),
      deadOf(reader.version, search.scope?.product),
    );
    const pairs = query.pairs.map((pair) => [pair, 1] as const);
    const asPeopleAsk = (level: PhrasedLevel) =>
      phrasingQuery(
        level,
        query.groups.map(({ word }) => word),
        (tokens) => reader.documentFrequencies(tokens),
        reader.version.chunks,
      );
    const isAsked = options.ranking?.withoutPhrasings !== true;
    const [ofPages, ofSections] =
      isAsked && isFair(reader.version, search.scope ?? {})
        ? await Promise.all([asPeopleAsk("page"), asPeopleAsk("section")])
        : [];
    const phrasedSearch = { ...search, limit: PHRASING_LIST_LENGTH };
    const [text, paired, phrased, sections, corpus, endpoint] = await Promise.all([
      searchText(reader, searchWeights(query), search),
      searchText(reader, pairs, { ...search, limit: PAIR_LIST_LENGTH }),
      searchText(reader, ofPages ?? [], phrasedSearch),
      searchText(reader, ofSections ?? [], phrasedSearch),
      searchCorpus(reader, query, search),
      searchEndpoint(reader, all, search),
    ]);
    const lists: readonly RankedList[] = [
      { name: "text", hits: text },
      { name: "pairs", hits: paired },
      ...(ofPages === undefined ? [] : [{ name: "phrasings", hits: phrased } as const]),
      ...(ofSections === undefined ? [] : [{ name: "sections", hits: sections } as const]),
      { name: "corpus", hits: corpus },
      { name: "endpoint", hits: endpoint },
    ];
    const hits = fuse(lists, {
      ...options.ranking,
      cover: coverOf(query.groups, reader.version.chunks),
      isPhrased: isAsked && isPhrased(reader.version, search.scope ?? {}),
    });
    return { query, hits };
  }

  async function retrieve(request: RetrievalRequest): Promise<Retrieval> {
    await using reader = await openLive();
    const { scope, productIndexed } = scopeOf(request, reader.version);
    if (!productIndexed) return nothingOf(request, scope, reader.version);
    const queries = [request.question, ...(request.alsoSearch ?? []).slice(0, MAX_FURTHER_QUERIES)];
    const wordings = (request.wordings ?? [])
      .filter(({ text, weight }) => weight > 0 && hasContent(text))
      .slice(0, MAX_FURTHER_QUERIES);
    const search: SearchOptions = {
      limit: LIST_LENGTH,
      scope,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    const [first, ...others] = await Promise.all([
      rank(reader, queries, search),
      ...wordings.map(({ text }) => rank(reader, [text], search)),
    ]);
    const together = fuseWordings([
      { hits: first.hits, weight: 1 },
      ...others.map(({ hits }, at) => ({ hits, weight: wordings[at]?.weight ?? 0 })),
    ]);
    const ranked = withHeadStart(together, new Set(request.citedBefore));
    const asked =
      queries.length === 1
        ? first.query
        : await readQuery(
            request.question,
            frequenciesOf(reader),
            deadOf(reader.version, scope.product),
          );
    const termsOf = ({ groups }: Query) => groups.map((group) => termOf(group, reader.version));
    const withTerms = ({ text }: { readonly text: string }, at: number): SearchedWording => {
      const searched = others[at];
      return { text, terms: searched === undefined ? [] : termsOf(searched.query) };
    };
    const words = wordsOf(reader.version, scope.product);
    const vectors = await corpusEmbedding(reader);
    const { evidence, candidates } = await selectEvidence(reader, ranked, request.most);
    return {
      evidence,
      candidates,
      terms: termsOf(asked),
      queries: [...queries, ...wordings.map(({ text }) => text)],
      ...(wordings.length === 0 ? {} : { wordings: wordings.map(withTerms) }),
      scope,
      productIndexed,
      version: reader.version,
      ...(vectors === undefined ? {} : { vectors }),
      ...(words === undefined ? {} : { words }),
    };
  }

  return {
    retrieve,
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

/** The product's words for what died; undefined where it has none. */
function deadOf(version: IndexVersion, product: string | undefined): readonly string[] | undefined {
  const dead = wordsOf(version, product)?.dead ?? [];
  return dead.length === 0 ? undefined : dead;
}

function frequenciesOf(reader: IndexReader): Frequencies {
  return (tokens) => reader.documentFrequencies(Uint32Array.from(tokens, hashToken));
}

function searchWeights(query: Query): readonly (readonly [token: number, weight: number])[] {
  const words = query.groups.flatMap(({ forms }) =>
    forms.map(({ hash, search }) => [hash, search] as const),
  );
  return [...words, ...query.implied];
}

/**
 * Whether a search by phrasings favours no product over another: they are of one product, or all of them have phrasings. A
 * question that names none of several is first searched by the pages' own words.
 */
function isFair(version: IndexVersion, scope: Scope): boolean {
  const products = new Set(version.sources.map(({ product }) => product));
  return scope.product !== undefined || products.size < 2 || isPhrased(version, scope);
}

/** Whether every source in scope has phrasings, so that a page without them is one that none were written for. */
function isPhrased({ sources }: IndexVersion, { product }: Scope): boolean {
  return sources
    .filter((source) => product === undefined || source.product === product)
    .every(({ phrasedPages }) => phrasedPages !== undefined);
}

/** A product or version that the question names wins over what the surface fixed. */
function scopeOf(
  request: RetrievalRequest,
  version: IndexVersion,
): { readonly scope: Scope; readonly productIndexed: boolean } {
  const products = indexedProducts(version.sources);
  const others = wordsOf(version)?.otherProducts ?? [];
  const named = readProduct(request.question, products, [...others, ...ORCHESTRATORS]);
  const product = named.product ?? request.scope?.product;
  const ofProduct = version.sources.filter(
    (source) => product === undefined || source.product === product,
  );
  const versions = [...new Set(ofProduct.map((source) => source.version))].filter(
    (name) => name !== "",
  );
  const about =
    product === undefined && products.length > 1
      ? undefined
      : products.find((one) => product === undefined || one.product === product);
  const asked = about === undefined ? undefined : readVersion(request.question, about, versions);
  const fixed =
    named.product === undefined || named.product === request.scope?.product
      ? request.scope?.version
      : undefined;
  // One product, one version: nothing to leave out, so nothing to filter by.
  const scope: Scope = {
    ...(product === undefined ? {} : { product }),
    ...(asked === undefined && fixed === undefined ? {} : { version: asked ?? fixed ?? "" }),
  };
  if (named.unknown !== undefined) {
    return { scope: { product: named.unknown }, productIndexed: false };
  }
  return {
    scope,
    productIndexed: product === undefined || products.some((one) => one.product === product),
  };
}

/** What is found of a product that the index does not hold; `scope.product` is its name for people. */
function nothingOf(request: RetrievalRequest, scope: Scope, version: IndexVersion): Retrieval {
  return {
    evidence: [],
    candidates: [],
    terms: [],
    queries: [request.question],
    scope,
    productIndexed: false,
    version,
  };
}

async function selectEvidence(
  reader: IndexReader,
  ranked: readonly FusedHit[],
  most = Number.POSITIVE_INFINITY,
): Promise<{ readonly evidence: readonly Evidence[]; readonly candidates: readonly Candidate[] }> {
  const selection = new Selection();
  const evidence: Evidence[] = [];
  const candidates: Candidate[] = [];
  const atOnce = Math.min(READ_AT_ONCE, most);
  let start = 0;
  while (start < ranked.length && evidence.length < most) {
    const wanted: FusedHit[] = [];
    let end = start;
    for (; end < ranked.length && wanted.length < atOnce; end += 1) {
      const next = ranked[end] as FusedHit;
      if (selection.refusal(next.hit.url) === undefined) wanted.push(next);
    }
    const part = ranked.slice(start, end);
    start = end;
    const chunks = new Map(
      (await reader.read(wanted.map(({ hit }) => hit.id))).map(withoutPhrasings),
    );
    for (const { hit, score, ranks } of part) {
      const { id, url } = hit;
      const chunk = chunks.get(id);
      const where = Object.entries(ranks)
        .map(([name, rank]) => `${name} ${rank}`)
        .join(", ");
      const { text, corpus, endpoint } = ranks;
      const candidate = {
        chunkId: id,
        url,
        anchor: chunk?.anchor ?? "",
        score,
        ranks: {
          ...(text === undefined ? {} : { text }),
          ...(corpus === undefined ? {} : { corpus }),
          ...(endpoint === undefined ? {} : { endpoint }),
        },
      };
      const refusal =
        selection.refusal(url) ?? (chunk === undefined ? "not in the index" : undefined);
      if (chunk === undefined || refusal !== undefined) {
        candidates.push({ ...candidate, kept: false, why: refusal ?? "" });
        continue;
      }
      if (evidence.length >= most) break;
      const selected = selection.offer(chunk);
      candidates.push({
        ...candidate,
        kept: selected.kept,
        why: selected.kept ? where : selected.why,
      });
      if (selected.kept) evidence.push({ chunk, rank: evidence.length + 1, score, why: where });
    }
  }
  return { evidence, candidates };
}

/** By its id; what it is searched by beside its text is no evidence. */
function withoutPhrasings(chunk: Chunk): readonly [ChunkId, Chunk] {
  const { phrasings: _phrasings, ...shown } = chunk;
  return [chunk.id, shown];
}

function termOf({ word, documentFrequency }: WordGroup, version: IndexVersion): QueryTerm {
  return {
    ...word,
    documentFrequency,
    idf: inverseDocumentFrequency(version.chunks, documentFrequency),
  };
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
