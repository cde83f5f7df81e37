/** Under which conditions a claim holds, as far as its quotes and the facts of their chunks say and its text does not. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { findFolded, foldText } from "../documents/text.ts";
import { readText } from "./claim-words.ts";
import { sameAs } from "./paraphrases.ts";

type QuotedPlace = {
  readonly chunkId: ChunkId;
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

const MOST = 3;
const MAX_CHARACTERS = 110;
/** Restrictions, not circumstances: "when" alone opens too many clauses that restrict nothing. */
const RESTRICTION =
  /(?:\bonly (?:if|when|with|for|in|on|after|while|once|available)\b|\bunless\b|\bas long as\b|\bprovided that\b|(?<=[\p{L}\p{N})] )if\b)[^.;:\n(),]*/giu;

const DENIAL = /^(?:not|no|never|without|unless)$/;

const stemsOf = (text: string) =>
  readText(text).words.filter(
    ({ tier, lower }) => tier !== "free" || /^(?:unless|not|no)$/.test(lower),
  );

/** Whether most of what `phrase` says is in `text` already. */
function isSaid(phrase: string, text: string): boolean {
  const wanted = stemsOf(phrase);
  if (wanted.length === 0) return true;
  const present = readText(text).words;
  const denied = present.some(({ lower }) => DENIAL.test(lower));
  const said = wanted.filter((word) =>
    DENIAL.test(word.lower)
      ? denied
      : present.some((other) => other.stem === word.stem || sameAs(word.stem).has(other.stem)),
  );
  return said.length / wanted.length >= 0.6;
}

const VERSION = /(?<![\w.])v?(\d+\.\d+(?:\.\w+)*)/u;

/** "since prefect-kubernetes 0.7.12": what release notes tell holds from the release they tell it of. */
function releaseOf(chunk: Chunk, at: number): string | undefined {
  if (chunk.pageType !== "release-notes") return undefined;
  const above = chunk.blocks.findLast(({ kind, start }) => kind === "heading" && start <= at);
  const heading =
    above === undefined ? chunk.headingPath.at(-1) : chunk.text.slice(above.start, above.end);
  const version = heading?.match(VERSION)?.[1];
  if (version === undefined) return undefined;
  // A title that is a version itself names no package.
  return VERSION.test(chunk.title) ? `since ${version}` : `since ${chunk.title} ${version}`;
}

/** Short forms in order of weight: facts of the chunk ("since 3.6.22") and the release it was told of, then restricting clauses of the quotes. */
export function conditionsOf(
  text: string,
  quotes: readonly QuotedPlace[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly string[] {
  const conditions = new Set<string>();
  for (const quote of quotes) {
    const chunk = chunks.get(quote.chunkId);
    const release = chunk === undefined ? undefined : releaseOf(chunk, quote.start);
    if (release !== undefined) conditions.add(release);
    for (const fact of chunk?.facts ?? []) {
      // A fact that stands elsewhere in the chunk belongs to another statement; one of the section or page to all.
      const place = findFolded(chunk?.text ?? "", fact.text);
      const elsewhere =
        place !== undefined && (place.end <= quote.start || place.start >= quote.end);
      if (!elsewhere && !foldText(text).text.includes(foldText(fact.label).text)) {
        if (place === undefined || !isSaid(fact.label, text)) conditions.add(fact.label);
      }
    }
  }
  for (const quote of quotes) {
    for (const match of quote.text.matchAll(RESTRICTION)) {
      const phrase = match[0].trim();
      if (phrase.length <= MAX_CHARACTERS && !isSaid(phrase, text)) conditions.add(phrase);
    }
  }
  return [...conditions].slice(0, MOST);
}
