/** The passages of some evidence that say most about given words: what a statement of ours can be held against. */
import type { Aspect } from "../../documents/answer.ts";
import type { Chunk } from "../../documents/chunk.ts";
import type { Evidence, QueryTerm } from "../../documents/evidence.ts";
import type { PageType } from "../../documents/document.ts";
import { aspectsOf } from "../../writing/extractive/aspects.ts";
import { blocksOf, textOfBlock, type Block } from "../../passages/block.ts";
import { meets } from "../../writing/extractive/choose-blocks.ts";
import { draftOf } from "../../writing/extractive/extractive-writer.ts";
import { rootOf, rootsOf } from "../../documents/roots.ts";
import type { Draft } from "../../writing/writer.ts";

export type NearPassage = {
  readonly passage: Block;
  /** Its words as the page has them. */
  readonly text: string;
  /** Share of the weight of the words wanted that it holds, 0 to 1. */
  readonly coverage: number;
  readonly score: number;
};

/** Weight of each root: how telling the word is. Words that no page has are left out, they tell nothing apart. */
export type Wanted = ReadonlyMap<string, number>;

/** Reference pages and release notes say less to a reader than a guide does. */
const PAGE_WEIGHT: Readonly<Record<PageType, number>> = {
  guide: 1,
  concept: 1.05,
  integration: 0.95,
  example: 0.85,
  "api-reference": 0.7,
  "rest-reference": 0.5,
  "settings-reference": 0.85,
  "cli-reference": 0.8,
  "release-notes": 0.55,
  issue: 0.4,
  other: 0.95,
};
const LEAST_WORDS = 5;
const MOST_WORDS = 75;
/** A sentence this short hardly says anything by itself. */
const SHORT = 9;

export function wantedFrom(terms: readonly QueryTerm[]): Wanted {
  return allWantedFrom(terms.filter(({ documentFrequency }) => documentFrequency > 0));
}

/** The same with the words that no page has: a statement that uses them is not said by any. */
export function allWantedFrom(terms: readonly QueryTerm[]): Wanted {
  const wanted = new Map<string, number>();
  for (const { token, weight, idf } of terms) {
    const root = rootOf(token);
    wanted.set(root, Math.max(wanted.get(root) ?? 0, weight * idf));
  }
  return wanted;
}

/** Share of the wanted weight that the roots of `text` hold. */
export function coverageOf(wanted: Wanted, text: string): number {
  const held = new Set(rootsOf(text));
  let total = 0;
  let sum = 0;
  for (const [root, weight] of wanted) {
    total += weight;
    if (held.has(root)) sum += weight;
  }
  return total === 0 ? 0 : sum / total;
}

const DEFINES = /\b(?:is|are|means?|refers? to|represents?|describes?|known as|called)\b/i;
/** Where an impression is set right: what does not happen, and what happens only under a condition. */
const LIMITS =
  /\b(?:not|never|no longer|cannot|only|unless|by default|does ?n[o']t|is ?n[o']t|without|off by default)\b/i;

export type NearestOptions = {
  readonly limit: number;
  /** Passages of one page at most. */
  readonly perPage?: number;
  /** A passage below this share of the best score is left out. */
  readonly minShare?: number;
  readonly minCoverage?: number;
};

/** Prose passages, best first; each adds words that those before it do not have. */
export function nearestPassages(
  evidence: readonly Evidence[],
  wanted: Wanted,
  options: NearestOptions,
): NearPassage[] {
  const open: Candidate[] = [];
  for (const { chunk, rank } of evidence) {
    const headings = [chunk.title, ...chunk.headingPath].join(" ");
    const underHeading = coverageOf(wanted, headings);
    for (const passage of statementBlocks(chunk)) {
      if (!passage.standsAlone) continue;
      if (passage.words < LEAST_WORDS || passage.words > MOST_WORDS) continue;
      const text = textOfBlock(passage);
      const coverage = coverageOf(wanted, text);
      if (coverage === 0 || coverage < (options.minCoverage ?? 0)) continue;
      const opening = text.slice(0, 90);
      const score =
        (coverage +
          0.35 * underHeading +
          (DEFINES.test(opening) ? 0.06 : 0) +
          (LIMITS.test(text) ? 0.1 : 0) +
          (chunk.position === 0 ? 0.08 : 0)) *
        (PAGE_WEIGHT[chunk.pageType] ?? 1) *
        (passage.words < SHORT ? 0.8 : 1) *
        (0.85 + 0.15 / rank);
      open.push({ passage, text, coverage, score, roots: new Set(rootsOf(text)) });
    }
  }
  return pick(open, wanted, options);
}

type Candidate = NearPassage & { readonly roots: ReadonlySet<string> };

function pick(open: readonly Candidate[], wanted: Wanted, options: NearestOptions): NearPassage[] {
  const chosen: NearPassage[] = [];
  const covered = new Map<string, number>();
  const pages = new Map<string, number>();
  const left = new Set(open);
  const best = Math.max(0, ...open.map(({ score }) => score));
  while (chosen.length < options.limit) {
    let next: (typeof open)[number] | undefined;
    let top = 0;
    for (const item of left) {
      if ((pages.get(item.passage.chunk.url) ?? 0) >= (options.perPage ?? 2)) continue;
      // A word said twice already adds little.
      let fresh = 0;
      let all = 0;
      for (const [root, weight] of wanted) {
        if (!item.roots.has(root)) continue;
        all += weight;
        fresh += weight / (1 + (covered.get(root) ?? 0));
      }
      const value = item.score * (0.4 + (0.6 * fresh) / Math.max(all, 1e-9));
      if (value > top) {
        top = value;
        next = item;
      }
    }
    if (next === undefined || next.score < best * (options.minShare ?? 0.45)) break;
    left.delete(next);
    if (chosen.some((other) => overlaps(other.passage, next.passage))) continue;
    const { passage, text, coverage, score } = next;
    chosen.push({ passage, text, coverage, score });
    pages.set(next.passage.chunk.url, (pages.get(next.passage.chunk.url) ?? 0) + 1);
    for (const root of next.roots) covered.set(root, (covered.get(root) ?? 0) + 1);
  }
  return chosen;
}

export function overlaps(left: Block, right: Block): boolean {
  return meets(left, right) || textOfBlock(left) === textOfBlock(right);
}

/** The blocks of a chunk that state one thing: no lists, no listings, no paragraphs around their sentences. */
export function statementBlocks(chunk: Chunk): readonly Block[] {
  return blocksOf(chunk).filter(
    ({ kind, lines }) =>
      lines === 0 &&
      (kind === "sentence" || kind === "item" || kind === "row" || kind === "section"),
  );
}

/** A block as a proposed claim: its own words are the text. */
export function draftOfPassage(passage: Block, aspect?: Aspect): Draft {
  const core = passage.chunk.text.slice(passage.core.start, passage.core.end);
  return draftOf(passage, aspect ?? aspectsOf(core)[0] ?? "other");
}
