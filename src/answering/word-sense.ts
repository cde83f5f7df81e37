/**
 * Which of four is true of a word: the documentation has it as a word of its own, mentions it in passing where our
 * subject is treated, has it only elsewhere in another sense, or nowhere. Pure.
 */
import type { Chunk } from "../documents/chunk.ts";
import { countWords } from "../documents/text.ts";
import type { Retrieval } from "../retrieval/retriever.ts";
import { coverageOf, overlaps, wantedFrom, type Wanted } from "./nearest-passages.ts";
import { passagesOf, type Passage } from "./passages.ts";
import { rootsOf } from "./roots.ts";

export type WordSense = "documented" | "another-name" | "another-sense" | "nowhere";

/** Share of the context's weight that a chunk must hold to be about the same thing. */
const SAME_SENSE = 0.3;
/** Pages found for our statement; a chunk on one of them is about the same thing. */
const SAME_PAGES = 4;
/** A word that so many guides use is a word of the documentation, defined or not. */
const ESTABLISHED_PAGES = 3;
const MOST_DEFINITIONS = 3;
/** A paragraph longer than this is cut to its defining sentence. */
const MOST_PARAGRAPH_WORDS = 85;
/** Pages that name things without explaining them. */
export const REFERENCE = new Set(["api-reference", "rest-reference", "release-notes"]);

export type WordHit = {
  readonly chunk: Chunk;
  /** Its passages that hold the word. */
  readonly passages: readonly Passage[];
  readonly inHeading: boolean;
  readonly near: boolean;
  readonly coverage: number;
};

/** The word or the few words with plural endings, blanks and hyphens alike. */
export function patternOf(word: string, flags: string): RegExp {
  const parts = word
    .trim()
    .split(/[\s-]+/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const last = parts.length - 1;
  const source = parts
    .map((part, index) =>
      index === last ? `${part.replace(/(?<=[a-z]{3})(?:s|es)$/i, "")}(?:s|es)?` : part,
    )
    .join(String.raw`[\s_-]+`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${source}(?![\p{L}\p{N}])`, flags);
}

/** True when the chunk, its title or a heading has the word. */
export function holds(chunk: Chunk, word: string): boolean {
  const pattern = patternOf(word, "iu");
  return [chunk.text, chunk.title, ...chunk.headingPath].some((text) => pattern.test(text));
}

/** Chunks that may have the word, each judged against what was found for our statement without it (`about`). */
export function readHits(
  word: string,
  found: readonly Chunk[],
  about: Pick<Retrieval, "terms" | "evidence">,
  noContext: boolean,
): WordHit[] {
  const pattern = patternOf(word, "iu");
  const roots = new Set(rootsOf(word));
  const wanted: Wanted = new Map([...wantedFrom(about.terms)].filter(([root]) => !roots.has(root)));
  const pages = [...new Set(about.evidence.map(({ chunk }) => chunk.url))].slice(0, SAME_PAGES);
  return found.map((chunk) => {
    const coverage = coverageOf(wanted, [chunk.title, ...chunk.headingPath, chunk.text].join(" "));
    return {
      chunk,
      passages: passagesOf(chunk).filter(({ text, kind }) => kind !== "code" && pattern.test(text)),
      inHeading: chunk.headingPath
        .concat(chunk.title)
        .some((heading) => isNamedIn(heading, pattern)),
      near: noContext || coverage >= SAME_SENSE || pages.includes(chunk.url),
      coverage,
    };
  });
}

/** A heading names the word when it says little else. */
function isNamedIn(heading: string, pattern: RegExp): boolean {
  return pattern.test(heading) && heading.split(/\s+/).length <= 6;
}

/** The sense of the word, and the hits that show it, best first. */
export function judgeSense(
  word: string,
  hits: readonly WordHit[],
): { sense: WordSense; shown: readonly WordHit[] } {
  if (hits.length === 0) return { sense: "nowhere", shown: [] };
  const near = hits.filter((hit) => hit.near);
  const prose = (hit: WordHit) => !REFERENCE.has(hit.chunk.pageType) && hit.passages.length > 0;
  if (isEstablished(word, near)) {
    const titled = hits.filter((hit) => !hit.near && isTitled(hit.chunk, word));
    return { sense: "documented", shown: [...near, ...titled] };
  }
  const mentions = near.filter(prose);
  if (mentions.length > 0) return { sense: "another-name", shown: mentions };
  const far = hits.filter((hit) => !hit.near);
  // Established far from our context, or only in passing: either way it is not what we meant.
  const ranked = [...far, ...near].toSorted(
    (left, right) =>
      Number(right.inHeading) - Number(left.inHeading) ||
      Number(prose(right)) - Number(prose(left)),
  );
  return { sense: "another-sense", shown: ranked };
}

function isEstablished(word: string, near: readonly WordHit[]): boolean {
  if (near.some((hit) => hit.passages.some((passage) => defines(passage, word)))) return true;
  const prose = near.filter(({ chunk }) => !REFERENCE.has(chunk.pageType));
  if (prose.some(({ inHeading }) => inHeading)) return true;
  return new Set(prose.map(({ chunk }) => chunk.url)).size >= ESTABLISHED_PAGES;
}

/** After "is" these say something about a thing, not what it is. */
const PREDICATES = String.raw`(?:not|no|also|only|now|never|always|still|currently|usually|often|in|on|at|if|when|by|for|to|from|as|considered|required|needed|available|optional|(?:un)?healthy|online|offline|ready|set|created|started|stopped|enabled|disabled|supported|deprecated|\w+ing)\b`;

/** "A lease is ...", "... is known as the slot's lease", "lease: ...". */
function defines(passage: Passage, word: string): boolean {
  const source = patternOf(word, "iu").source;
  const is = new RegExp(
    String.raw`^(?!(?:if|when|while|once|unless|because|since|after|before|until|as|for|in|with)\b)(?:["“*\x60]*(?:an?|the|each|every)?\s*)(?:\S+\s+){0,2}["“*\x60]*${source}["”*\x60]*(?:\s*\([^)]*\))?(?:\s+of\s+(?:\S+\s+){0,3}\S+)?\s+(?:(?:is|are)\s+(?!${PREDICATES})|means?\b|refers?\b|represents?\b|describes?\b|defines?\b|denotes?\b|consists?\b|stands?\b)`,
    "iu",
  );
  const called = new RegExp(
    String.raw`\b(?:known as|called|referred to as|termed|named)\s+(?:\S+\s+){0,3}["“*\x60]*${source}`,
    "iu",
  );
  const entry = new RegExp(String.raw`^["“*\x60]*${source}["”*\x60]*\s*[:–—-]\s`, "iu");
  return is.test(passage.text) || called.test(passage.text) || entry.test(passage.text);
}

/** The best sentences on the word: a definition before a mention, a guide before a reference. */
export function definitionsOf(word: string, hits: readonly WordHit[]): Passage[] {
  const scored = hits
    .flatMap((hit) =>
      hit.passages
        .filter(
          ({ standsAlone, words, kind, text }) =>
            standsAlone && kind !== "list" && words >= 5 && words <= 80 && !/:\s*$/.test(text),
        )
        .map((passage) => ({
          passage,
          score:
            (defines(passage, word) ? 1.5 : 0) +
            (hit.inHeading ? 0.5 : 0) +
            (isTitled(hit.chunk, word) ? 0.8 : 0) +
            0.5 * hit.coverage +
            (REFERENCE.has(hit.chunk.pageType) ? -0.8 : 0) +
            (passage.block === 0 ? 0.15 : 0),
        })),
    )
    .toSorted((left, right) => right.score - left.score);
  const chosen: Passage[] = [];
  const best = scored[0]?.score ?? 0;
  for (const { passage, score } of scored) {
    if (chosen.length === MOST_DEFINITIONS || score < best - 1.2) break;
    const whole = defines(passage, word) ? wholeBlock(passage) : passage;
    if (!chosen.some((other) => overlaps(other, whole))) chosen.push(whole);
  }
  return chosen;
}

/** The page is about the word: its title is hardly more than that. */
export function isTitled(chunk: Chunk, word: string): boolean {
  const wanted = rootsOf(word);
  const title = rootsOf(chunk.title);
  return title.length <= wanted.length + 1 && wanted.every((root) => title.includes(root));
}

/** The paragraph that a defining sentence stands in: what "this" and "it" of the definition are stands there too. */
function wholeBlock(passage: Passage): Passage {
  const block = passage.chunk.blocks[passage.block];
  if (block === undefined || passage.kind !== "sentence") return passage;
  const text = passage.chunk.text.slice(block.start, block.end);
  const words = countWords(text);
  if (words > MOST_PARAGRAPH_WORDS || text.includes("\n\n")) return passage;
  const span = { start: block.start, end: block.end };
  return { ...passage, quotes: [span], core: span, text, words };
}
