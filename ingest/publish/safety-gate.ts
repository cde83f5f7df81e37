/** Refuses to publish a crawl that lost too much: a broken site must not empty the index. */
import type { PublishedPage } from "./diff.ts";
import type { Snapshot } from "./snapshot.ts";

export type GateLimits = {
  /** Largest share of the published pages that may be missing. */
  readonly maxLostPages: number;
  /** Largest share of the published words that may be missing. */
  readonly maxLostWords: number;
  /** Largest share of the tried pages that may have failed. */
  readonly maxFailed: number;
  /** Largest share of the pages that may be without text. */
  readonly maxEmpty: number;
};

export const GATE_LIMITS: GateLimits = {
  maxLostPages: 0.1,
  maxLostWords: 0.2,
  maxFailed: 0.2,
  maxEmpty: 0.05,
};

/** So few pages, or words, are within the ordinary on any site. */
const FEW = 3;
const FEW_WORDS = 300;

export type GateProblem = {
  readonly kind: "no-pages" | "lost-pages" | "lost-words" | "failed" | "empty";
  /** For people: "120 of 900 pages are missing (at most 90)". */
  readonly message: string;
  /** The pages it is about. */
  readonly pages: readonly string[];
};

/**
 * What speaks against publishing `snapshot` in the place of `published`; empty when nothing does. `livePages` is how
 * many pages the live version has of the source, for when its pages are not known one by one.
 */
export function checkSnapshot(
  snapshot: Snapshot,
  published: ReadonlyMap<string, PublishedPage>,
  limits: GateLimits = GATE_LIMITS,
  livePages = 0,
): readonly GateProblem[] {
  const problems: GateProblem[] = [];
  const now = new Map(snapshot.pages.map((page) => [page.url, page]));
  if (snapshot.pages.length === 0) {
    problems.push({ kind: "no-pages", message: "the crawl found no page with text", pages: [] });
  }

  const lost = [...published.keys()].filter((url) => !now.has(url));
  const mayLose = published.size * limits.maxLostPages;
  if (lost.length > FEW && lost.length > mayLose) {
    problems.push({
      kind: "lost-pages",
      message: `${lost.length} of ${published.size} pages are missing (at most ${Math.floor(mayLose)})`,
      pages: lost,
    });
  }

  const unnamed = livePages - snapshot.pages.length;
  if (published.size === 0 && unnamed > FEW && unnamed > livePages * limits.maxLostPages) {
    problems.push({
      kind: "lost-pages",
      message: `only ${snapshot.pages.length} pages were found, the live version has ${livePages}`,
      pages: [],
    });
  }

  let wordsBefore = 0;
  for (const { words } of published.values()) wordsBefore += words;
  const wordsNow = snapshot.pages.reduce((sum, { words }) => sum + words, 0);
  const lostWords = wordsBefore - wordsNow;
  if (lostWords > FEW_WORDS && lostWords > wordsBefore * limits.maxLostWords) {
    const shrunk = [...published]
      .filter(([url, before]) => before.words > (now.get(url)?.words ?? 0) * 2)
      .map(([url]) => url);
    problems.push({
      kind: "lost-words",
      message: `${lostWords} of ${wordsBefore} words are missing (at most ${Math.floor(wordsBefore * limits.maxLostWords)})`,
      pages: shrunk,
    });
  }

  const tried =
    snapshot.pages.length + snapshot.leftOut.filter(({ why }) => why === "unreachable").length;
  const { failed } = snapshot;
  if (failed.length > FEW && failed.length > tried * limits.maxFailed) {
    problems.push({
      kind: "failed",
      message: `${failed.length} of ${tried} pages could not be read (at most ${Math.floor(tried * limits.maxFailed)})`,
      pages: failed.map(({ url }) => url),
    });
  }

  const empty = snapshot.leftOut.filter(({ why }) => why === "empty" || why === "truncated");
  const withEmpty = snapshot.pages.length + empty.length;
  if (empty.length > FEW && empty.length > withEmpty * limits.maxEmpty) {
    problems.push({
      kind: "empty",
      message: `${empty.length} of ${withEmpty} pages are without text or cut off (at most ${Math.floor(withEmpty * limits.maxEmpty)})`,
      pages: empty.map(({ url }) => url),
    });
  }
  return problems;
}
