/**
 * Which of four is true of a word: the documentation explains it, uses it without explaining it, has it only elsewhere in
 * another sense, or nowhere. Pure.
 */
import type { Chunk } from "../../documents/chunk.ts";
import { isReported } from "../../documents/source-kind.ts";
import { countWords } from "../../documents/text.ts";
import type { Retrieval } from "../../retrieval/retriever.ts";
import { coverageOf, statementBlocks, wantedFrom, type Wanted } from "./nearest-passages.ts";
import { blocksOf, textOfBlock, type Block } from "../../passages/block.ts";
import { rootsOf } from "../../documents/roots.ts";

export type WordSense = "documented" | "used" | "another-sense" | "nowhere";

/** Share of the context's weight that a chunk must hold to be about the same thing. */
const SAME_SENSE = 0.3;
/** Pages found for our statement; a chunk on one of them is about the same thing. */
const SAME_PAGES = 4;
/** A word that so many guides explain or use is the documentation's own, whatever our sentence was about. */
const ESTABLISHED_PAGES = 4;
/** A paragraph longer than this is cut to its defining sentence. */
const MOST_PARAGRAPH_WORDS = 60;
/** A cell with fewer words names something and explains nothing. */
const LEAST_CELL_WORDS = 4;
/** Pages that name things without explaining them. */
export const REFERENCE = new Set(["api-reference", "rest-reference", "release-notes"]);

export type WordHit = {
  readonly chunk: Chunk;
  /** Its passages that hold the word. */
  readonly passages: readonly Block[];
  readonly inHeading: boolean;
  readonly near: boolean;
  readonly coverage: number;
};

/** `retry_delay_seconds`, `backoffLimit`, `PREFECT_API_URL`: written by a program's rules. */
export function isIdentifier(word: string): boolean {
  return /^\S*(?:\w[_.]\w|\p{Ll}\p{Lu})\S*$|^\p{Lu}[\p{Lu}\d_]+$/u.test(word);
}

/** "Crashed", "Late": a word that a capital makes a name; in small letters it is another word. */
export function isName(word: string): boolean {
  return /^\p{Lu}\p{Ll}+$/u.test(word);
}

/** The word or the few words with plural endings, blanks and hyphens alike; a name keeps its capital, or has only those. */
export function patternOf(word: string, flags: string): RegExp {
  const edges = (source: string) => String.raw`(?<![\p{L}\p{N}])${source}(?![\p{L}\p{N}])`;
  if (isName(word)) {
    return new RegExp(edges(`(?:${word}|${word.toUpperCase()})`), flags.replace("i", ""));
  }
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
  return new RegExp(edges(source), flags);
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
  // What people reported explains no word of the documentation.
  const documented = found.filter((chunk) => !isReported(chunk));
  return documented.map((chunk) => {
    const coverage = coverageOf(wanted, [chunk.title, ...chunk.headingPath, chunk.text].join(" "));
    return {
      chunk,
      passages: statementBlocks(chunk).filter((block) => pattern.test(textOfBlock(block))),
      inHeading:
        pattern.test(chunk.title) ||
        chunk.headingPath.some((heading) => isNamedIn(heading, pattern)),
      near: noContext || coverage >= SAME_SENSE || pages.includes(chunk.url),
      coverage,
    };
  });
}

/** A heading names the word when it says little else; a title does in any length. */
function isNamedIn(heading: string, pattern: RegExp): boolean {
  return pattern.test(heading) && heading.split(/\s+/).length <= 6;
}

/** The sense of the word, and the hits that show it. */
export function judgeSense(
  word: string,
  hits: readonly WordHit[],
): { sense: WordSense; shown: readonly WordHit[] } {
  if (hits.length === 0) return { sense: "nowhere", shown: [] };
  const near = hits.filter((hit) => hit.near);
  const guides = hits.filter(isGuide);
  const explaining = guides.filter((hit) => explains(hit, word));
  const isEstablished = pagesOf(guides) >= ESTABLISHED_PAGES;
  if (explaining.some((hit) => hit.near) || (explaining.length > 0 && isEstablished)) {
    return { sense: "documented", shown: hits };
  }
  // A name of several words, or one written by a program's rules, means one thing wherever it stands.
  if (isIdentifier(word) || /\S[\s-]+\S/.test(word.trim())) {
    const defined = hits.some((hit) => hit.passages.some((passage) => defines(passage, word) > 0));
    return { sense: defined ? "documented" : "used", shown: hits };
  }
  if (near.some((hit) => isGuide(hit) && hit.passages.length > 0)) {
    return { sense: "used", shown: near };
  }
  const ranked = hits.toSorted(
    (left, right) =>
      Number(right.inHeading) - Number(left.inHeading) ||
      Number(isGuide(right)) - Number(isGuide(left)),
  );
  return { sense: "another-sense", shown: ranked };
}

function isGuide({ chunk }: WordHit): boolean {
  return !REFERENCE.has(chunk.pageType);
}

function pagesOf(hits: readonly WordHit[]): number {
  return new Set(hits.map(({ chunk }) => chunk.url)).size;
}

function explains(hit: WordHit, word: string): boolean {
  return hit.inHeading || hit.passages.some((passage) => defines(passage, word) > 0);
}

/** After "is" these say something about a thing, not what it is. */
const PREDICATES = String.raw`(?:not|no|also|only|now|never|always|still|currently|usually|often|in|on|at|if|when|by|for|to|from|as|up|down|more|less|considered|required|needed|available|optional|important|possible|(?:un)?healthy|online|offline|ready|set|kept|held|made|built|run|sent|shown|written|given|taken|put|left|lost|found|deprecated|useful|\w+ing|(?!defin|call|nam)\w+ed)\b`;
const CONDITION =
  "(?:if|when|while|once|unless|because|since|after|before|until|as|for|in|with|to|by|under|without)";

/**
 * How far a passage says what the word is: 1 for "A lease is ...", "... is known as the slot's lease", "Late | ... | what
 * it means"; less when something stands before the word; 0 when it says something else.
 */
export function defines(passage: Block, word: string): number {
  const { source, flags } = patternOf(word, "iu");
  const text = textOfBlock(passage);
  if (passage.kind === "row" || passage.kind === "item" || passage.kind === "section") {
    const entry = new RegExp(
      String.raw`^["“*\x60]*${source}["”*\x60]*\s*(?:[:–—|-])\s+(?<what>.+)$`,
      `${flags}s`,
    );
    const what = entry.exec(text)?.groups?.["what"];
    if (what !== undefined) {
      // In a row a cell in small letters names, it does not explain.
      const says = passage.kind !== "row" || /(?:^|\s\|\s)["“(]?\p{Lu}/u.test(what);
      return says && isExplained(what) ? 1 : 0;
    }
    if (passage.kind === "row") return 0;
  }
  const is = new RegExp(
    String.raw`^(?!${CONDITION}\b)["“*\x60]*(?:an?|the|each|every|any)?\s*(?<lead>(?:(?!of\b)[\w'’-]+\s+){0,2})["“*\x60]*${source}["”*\x60]*(?:\s*\([^)]*\))?(?:\s+(?:of|in|for)\s+(?:\S+\s+){0,3}\S+)?\s+(?:(?:is|are)\s+(?!${PREDICATES})|means?\b|refers?\b|represents?\b|describes?\b|denotes?\b|consists?\b|stands? for\b)`,
    flags,
  );
  const said = is.exec(text);
  if (said !== null) {
    const lead = countWords(said.groups?.["lead"] ?? "");
    return lead === 0 ? 1 : 0.7;
  }
  const called = new RegExp(
    String.raw`\b(?:known as|called|referred to as|termed|named)\s+(?:\S+\s+){0,3}["“*\x60]*${source}`,
    flags,
  );
  if (called.test(text)) return 0.9;
  const entry = new RegExp(String.raw`^["“*\x60]*${source}["”*\x60]*\s*[:–—-]\s`, flags);
  return entry.test(text) ? 0.9 : 0;
}

/** Some cell of a row, or the text behind a label, is a clause and not only a name. */
function isExplained(what: string): boolean {
  return what
    .split(/\s\|\s|;\s/)
    .some(
      (cell) =>
        /^["“(]?[\p{Lu}\p{Ll}]/u.test(cell) &&
        countWords(cell) >= LEAST_CELL_WORDS &&
        !/^[\w ]{2,24}: \p{Ll}/u.test(cell),
    );
}

export type Definition = {
  readonly passage: Block;
  /** It says what the word is or does; false when it only uses it. */
  readonly explains: boolean;
};

/** The sentence that explains the word best, or else the one that uses it best; undefined when none can be quoted. */
export function definitionOf(word: string, hits: readonly WordHit[]): Definition | undefined {
  let best: { passage: Block; score: number } | undefined;
  for (const hit of hits) {
    for (const passage of hit.passages) {
      const { standsAlone, words, kind } = passage;
      const least = kind === "row" || kind === "item" ? 4 : 5;
      if (!standsAlone || words < least || words > 80 || /:\s*$/.test(textOfBlock(passage))) {
        continue;
      }
      const titled = isTitled(hit.chunk, word);
      const opensWith = opens(passage, word);
      const score =
        2 * defines(passage, word) +
        (titled ? 0.6 : 0) +
        (opensWith ? 0.5 : 0) +
        (hit.inHeading && hit.chunk.position === 0 && opensWith ? 0.7 : 0) +
        (!titled && hit.inHeading ? 0.4 : 0) +
        0.5 * hit.coverage +
        (REFERENCE.has(hit.chunk.pageType) ? -0.8 : 0) +
        (hit.chunk.pageType === "concept" ? 0.2 : 0) +
        (passage.core.start === 0 ? 0.1 : 0);
      if (best === undefined || score > best.score) best = { passage, score };
    }
  }
  if (best === undefined) return undefined;
  const { passage } = best;
  if (defines(passage, word) > 0) return { passage: wholeBlock(passage), explains: true };
  return { passage, explains: opens(passage, word) };
}

/** "Automations run actions when ...": the subject of the sentence is the word. */
function opens(passage: Block, word: string): boolean {
  // "Persisted results are ...": a participle says of what kind something is.
  if (/^\p{Ll}+(?:ed|ing)$/u.test(word)) return false;
  const { source, flags } = patternOf(word, "iu");
  return new RegExp(
    String.raw`^(?:an?\s+|the\s+)?["“*\x60]*${source}["”*\x60]*\s+(?!${SAYS_LITTLE}\b)\p{Ll}`,
    flags,
  ).test(textOfBlock(passage));
}

/** "The observer is enabled", "the lease that ...": what follows the word is no verb that tells what it does. */
const SAYS_LITTLE =
  "(?:is|are|was|were|be|has|have|had|can|cannot|may|might|must|should|will|would|do|does|did|on|at|for|with|to|from|by|and|or|that|which|who|when|where|whose|as|not)";

/** The page is about the word: its title is hardly more than that. */
export function isTitled(chunk: Chunk, word: string): boolean {
  const wanted = rootsOf(word);
  const title = rootsOf(chunk.title);
  return title.length <= wanted.length + 1 && wanted.every((root) => title.includes(root));
}

/** The paragraph that a defining sentence stands in: what "this" and "it" of the definition are stands there too. */
function wholeBlock(passage: Block): Block {
  if (passage.kind !== "sentence") return passage;
  const { chunk, core } = passage;
  const paragraph = chunk.blocks.find(
    ({ start, end }) => start <= core.start && core.end <= end,
  ) ?? { start: 0, end: chunk.text.length };
  const whole = blocksOf(chunk).find(
    ({ spans: [span], standsAlone }) =>
      standsAlone && span?.start === paragraph.start && span.end === paragraph.end,
  );
  return whole === undefined || whole.words > MOST_PARAGRAPH_WORDS ? passage : whole;
}
