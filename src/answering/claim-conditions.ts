/** Under which conditions a claim holds, as far as the facts of its chunks say and its text does not. */
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { reportedIn } from "../documents/source-kind.ts";
import { rootsOf } from "../documents/roots.ts";
import { findFolded, foldText } from "../documents/text.ts";
import { STOP_WORDS } from "../documents/tokenize.ts";
import type { VerifiedQuote } from "../verification/quoted-places.ts";

const MOST = 3;
/** Share of a condition's words from which a text says it. */
const SAID = 0.6;
const DENIAL = /\b(?:not|no|never|without|unless|cannot)\b|n['’]t\b/iu;

/** Whether most of what `phrase` says is in `text` already. */
function isSaid(phrase: string, text: string): boolean {
  const wanted = rootsOf(phrase).filter((root) => !STOP_WORDS.has(root));
  if (wanted.length === 0) return true;
  if (DENIAL.test(phrase) && !DENIAL.test(text)) return false;
  const present = new Set(rootsOf(text));
  return wanted.filter((root) => present.has(root)).length / wanted.length >= SAID;
}

const VERSION = /(?<![\w.])v?(\d+\.\d+(?:\.\w+)*)/u;

/** "since prefect-kubernetes 0.7.12": what release notes tell holds from the release they tell it of. */
function releaseOf(chunk: Chunk, at: number): string | undefined {
  if (chunk.pageType !== "release-notes") return undefined;
  const above = chunk.blocks.findLast(({ kind, start }) => kind === "heading" && start <= at);
  const heading =
    above === undefined
      ? (chunk.headingPath.at(-1) ?? chunk.title)
      : chunk.text.slice(above.start, above.end);
  const version = heading.match(VERSION)?.[1];
  if (version === undefined) return undefined;
  // A title that is a version itself names no package.
  return VERSION.test(chunk.title) ? `since ${version}` : `since ${chunk.title} ${version}`;
}

/** Short forms: where it was reported, facts of the chunk ("since 3.6.22") and the release it was told of. */
export function conditionsOf(
  text: string,
  quotes: readonly VerifiedQuote[],
  chunks: ReadonlyMap<ChunkId, Chunk>,
): readonly string[] {
  const conditions = new Set<string>();
  for (const quote of quotes) {
    const chunk = chunks.get(quote.chunkId);
    const reported = chunk === undefined ? undefined : reportedIn(chunk);
    if (reported !== undefined) conditions.add(reported);
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
  return [...conditions].slice(0, MOST);
}
