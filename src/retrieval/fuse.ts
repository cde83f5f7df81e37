/**
 * One ranking out of several lists. Each list's scores are brought to a common scale (its best hit is 1), and a
 * page's score is a weighted sum of what the lists, its title and headings and its type say for it (`weights.ts`).
 */
import type { PageType } from "../documents/document.ts";
import type { Hit } from "../store/chunk-index.ts";
import { GENERATED_PAGES } from "./phrasings.ts";
import { type Feature, FEATURES, pageWeights, type RankingWeights } from "./weights.ts";

export type ListName = "text" | "pairs" | "corpus" | "phrasings" | "sections" | "endpoint";

export type RankedList = {
  readonly name: ListName;
  /** Best first; the score without any prior. */
  readonly hits: readonly Hit[];
};

export type FusedHit = {
  readonly hit: Hit;
  /** From 1 for the best chunk of the best page towards 0. */
  readonly score: number;
  /** Rank in each list it came from, from 1. */
  readonly ranks: { readonly [name in ListName]?: number };
};

/** How much of the question's words a title or a heading path covers, 0 to 1. */
export type Cover = (hit: Hit) => { readonly title: number; readonly headings: number };

export type PageFeatures = {
  readonly url: string;
  readonly pageType: PageType;
  readonly features: Readonly<Record<Feature, number>>;
};

/** Text against corpus embedding for chunks of one page, and how far a chunk falls behind the best of its page. */
const CHUNK_WEIGHTS = { text: 0.6, corpus: 0.4, sections: 0.4, endpoint: 0.4 } as const;
const CHUNK_STEP = 8;
/** What the opening of a page is worth beside its other chunks, where its title has every word of the question. */
const OPENING = 0.5;
/** A chunk that a list does not have is taken to score half of that list's last. */
const UNLISTED = 0.5;

/**
 * Where the other pages of a source have phrasings, generated ones have none for the page as a whole: they are taken to be
 * asked for as an average page is, or as their best section is.
 */
const UNPHRASED = 0.4;
type Candidate = {
  readonly hit: Hit;
  readonly ranks: { [name in ListName]?: number };
  readonly scores: { [name in ListName]?: number };
};

export type FusionOptions = {
  readonly cover: Cover;
  /** True when every source that is searched has phrasings. */
  readonly isPhrased?: boolean;
  readonly weights?: RankingWeights;
  /** Told what speaks for each page, for tools that learn weights. */
  readonly onPages?: (pages: readonly PageFeatures[]) => void;
};

/** All hits of all lists, best first; ties by chunk id. */
export function fuse(lists: readonly RankedList[], options: FusionOptions): readonly FusedHit[] {
  const weights = options.weights ?? weightsFor(lists);
  const candidates = new Map<string, Candidate>();
  const unlisted: { [name in ListName]?: number } = {};
  for (const { name, hits } of lists) {
    const highest = Math.max(0, ...hits.map(({ score }) => score));
    if (highest === 0) continue;
    for (const [place, hit] of hits.entries()) {
      let candidate = candidates.get(hit.id);
      if (candidate === undefined) {
        candidates.set(hit.id, (candidate = { hit, ranks: {}, scores: {} }));
      }
      candidate.ranks[name] = Math.min(candidate.ranks[name] ?? Infinity, place + 1);
      candidate.scores[name] = Math.max(candidate.scores[name] ?? 0, hit.score / highest);
    }
    const lowest = Math.min(...hits.map(({ score }) => score)) / highest;
    unlisted[name] = Math.max(unlisted[name] ?? 0, UNLISTED * lowest);
  }
  const scoreOf = ({ scores }: Candidate, name: ListName) =>
    scores[name] ??
    (name === "pairs" || name === "phrasings" || name === "sections" ? 0 : (unlisted[name] ?? 0));

  const pages: PageFeatures[] = [];
  const scored: { readonly candidate: Candidate; readonly score: number }[] = [];
  for (const page of Map.groupBy(candidates.values(), ({ hit }) => hit.url).values()) {
    const described = describePage(page, scoreOf, options);
    pages.push(described);
    const pageScore = scorePage(described, weights);
    const chunkScores = page.map(
      (candidate) =>
        CHUNK_WEIGHTS.text * scoreOf(candidate, "text") +
        CHUNK_WEIGHTS.corpus * scoreOf(candidate, "corpus") +
        CHUNK_WEIGHTS.sections * scoreOf(candidate, "sections") +
        CHUNK_WEIGHTS.endpoint * scoreOf(candidate, "endpoint") +
        (opensAsked(candidate.hit, options.cover) ? OPENING : 0),
    );
    const best = Math.max(...chunkScores);
    for (const [at, candidate] of page.entries()) {
      scored.push({ candidate, score: pageScore - CHUNK_STEP * (best - (chunkScores[at] ?? 0)) });
    }
  }
  options.onPages?.(pages);
  const highest = Math.max(...scored.map(({ score }) => score));
  return scored
    .sort((a, b) => b.score - a.score || (a.candidate.hit.id < b.candidate.hit.id ? -1 : 1))
    .map(({ candidate, score }) => ({
      hit: candidate.hit,
      score: Math.exp((score - highest) / 4),
      ranks: candidate.ranks,
    }));
}

/** Phrasings change what every other list is worth. */
function weightsFor(lists: readonly RankedList[]): RankingWeights {
  const { plain, phrased } = pageWeights();
  return lists.some(({ name }) => name === "phrasings") ? phrased : plain;
}

/** "What is a work pool?": what stands above the first heading of the page "Work pools". */
function opensAsked(hit: Hit, cover: Cover): boolean {
  return hit.headingPath.length === 0 && cover(hit).title > 0.99;
}

function describePage(
  page: readonly Candidate[],
  scoreOf: (candidate: Candidate, name: ListName) => number,
  { cover, isPhrased }: Pick<FusionOptions, "cover" | "isPhrased">,
): PageFeatures {
  const best = (name: ListName) => Math.max(...page.map((candidate) => scoreOf(candidate, name)));
  const texts = page.map((candidate) => scoreOf(candidate, "text")).sort((a, b) => b - a);
  const rank = (name: ListName) =>
    10 / (9 + Math.min(...page.map(({ ranks }) => ranks[name] ?? Infinity)));
  const covers = page.map(({ hit }) => cover(hit));
  const pageType = page[0]?.hit.pageType ?? "other";
  return {
    url: page[0]?.hit.url ?? "",
    pageType,
    features: {
      text: texts[0] ?? 0,
      textSecond: texts[1] ?? 0,
      corpusRank: rank("corpus"),
      pairsRank: rank("pairs"),
      titleCover: Math.max(...covers.map(({ title }) => title)),
      headingCover: Math.max(...covers.map(({ headings }) => headings)),
      opening: Number(
        page.some(({ hit, ranks }) => hit.position === 0 && ranks.text !== undefined),
      ),
      phrasings: Math.max(
        best("phrasings"),
        isPhrased === true && GENERATED_PAGES.has(pageType)
          ? Math.max(UNPHRASED, best("sections"))
          : 0,
      ),
      endpoint: best("endpoint"),
    },
  };
}

function scorePage({ features, pageType }: PageFeatures, weights: RankingWeights): number {
  let score = weights.pageTypes[pageType];
  for (const feature of FEATURES) score += weights.features[feature] * features[feature];
  return score;
}

/** What one wording of a question found, and how much it counts. */
export type WeighedRanking = { readonly hits: readonly FusedHit[]; readonly weight: number };

/**
 * One ranking out of those of several wordings: a page scores the weighted sum of what its best chunk scored in each; within
 * a page the chunks keep their distance. Scores are 1 at most; ties by chunk id.
 */
export function fuseWordings(rankings: readonly WeighedRanking[]): readonly FusedHit[] {
  const [only] = rankings;
  if (only !== undefined && rankings.length === 1) return only.hits;
  const total = rankings.reduce((sum, { weight }) => sum + weight, 0);
  const chunks = new Map<string, { found: FusedHit; score: number }>();
  const pages = new Map<string, { score: number; best: number }>();
  for (const { hits, weight } of rankings) {
    const seen = new Set<string>();
    for (const found of hits) {
      const { id, url } = found.hit;
      const share = (weight * found.score) / total;
      const chunk = chunks.get(id);
      chunks.set(id, { found: chunk?.found ?? found, score: (chunk?.score ?? 0) + share });
      // Hits come best first: the first of a page is its best.
      if (seen.has(url)) continue;
      seen.add(url);
      const page = pages.get(url);
      pages.set(url, { score: (page?.score ?? 0) + share, best: 0 });
    }
  }
  for (const { found, score } of chunks.values()) {
    const page = pages.get(found.hit.url);
    if (page !== undefined) page.best = Math.max(page.best, score);
  }
  return [...chunks.values()]
    .map(({ found, score }) => {
      const page = pages.get(found.hit.url);
      return page === undefined ? found : { ...found, score: (page.score * score) / page.best };
    })
    .sort((a, b) => b.score - a.score || (a.hit.id < b.hit.id ? -1 : 1));
}

/** What a chunk that was cited in the thread scores more than by itself. */
const HEAD_START = 1.3;

/** The hits with a head start for `cited`, best first. */
export function withHeadStart(
  hits: readonly FusedHit[],
  cited: ReadonlySet<string>,
): readonly FusedHit[] {
  if (cited.size === 0) return hits;
  return hits
    .map((found) =>
      cited.has(found.hit.id) ? { ...found, score: found.score * HEAD_START } : found,
    )
    .sort((a, b) => b.score - a.score || (a.hit.id < b.hit.id ? -1 : 1));
}
