/**
 * The gate between a writer and the reader. A proposed claim *holds* when its quotes really stand in the evidence and
 * carry what its text says. When they stand and it is *doubtful* whether they carry it, the page's own sentences are
 * shown in its place. Otherwise it is *refused* with a reason. What is shown holds the page's own characters: a
 * writer's quotation is only used to find the place.
 */
import type { Aspect } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { splitSentences } from "../documents/sentences.ts";
import { foldText } from "../documents/text.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";
import type { Draft } from "../writing/writer.ts";
import { conditionsOf } from "./claim-conditions.ts";
import { coverage } from "./claim-support.ts";
import { type DoubtReason, judgeClaim, type Verdict } from "./claim-verdict.ts";
import { findLink } from "./links.ts";
import { inPageWords } from "./page-words.ts";
import {
  headingsOf,
  isDocumented,
  isOfListing,
  leaningOn,
  locateQuote,
  placesOf,
  type QuoteProblem,
  type VerifiedQuote,
} from "./quoted-places.ts";

export type RefusalReason =
  /** The claim has no text, or more than anybody reads. */
  | "no-text"
  | "no-quote"
  /** An address, a link or a mention in the text. */
  | "link"
  | QuoteProblem
  /** The quotes do not carry it: which part of the claim they lack. */
  | DoubtReason
  /** Doubtful, and the page's own words cannot be read alone, are too long or too far from the claim. */
  | "not-quotable";

/** A claim as it may be shown. */
export type VerifiedClaim = {
  readonly text: string;
  readonly aspect: Aspect;
  readonly quotes: readonly VerifiedQuote[];
  readonly conditions: readonly string[];
};

export type HoldingClaim = VerifiedClaim & {
  readonly verdict: "holds";
  /** Its text is what its quotes say, to the letter: nothing is left to be judged. */
  readonly isCopy: boolean;
};

export type DoubtfulClaim = {
  readonly verdict: "doubtful";
  /** The claim in the writer's words. */
  readonly asWritten: VerifiedClaim;
  /** What the page says itself, to be shown in the claim's place; at least one. */
  readonly instead: readonly VerifiedClaim[];
  readonly reason: DoubtReason | ReaderReason;
  readonly detail: string;
};

/** What a second reader says of a claim to which no rule objects, or why it could not say anything. */
export type ReaderReason = `second reader: ${string}`;

export type RefusedClaim = {
  readonly verdict: "refused";
  readonly reason: RefusalReason;
  /** What exactly failed; may hold words of the writer. */
  readonly detail: string;
};

export type VerifyContext = {
  readonly chunks: ReadonlyMap<ChunkId, Chunk>;
  /** The resolved question; it licenses platform, version and the asker's own names. */
  readonly question: string;
};

const MAX_TEXT_CHARACTERS = 4000;
/** Share of a claim that its own quotes must carry before a passage they lean on is looked at. */
const LEAST_COVERAGE = 0.5;

const CITATION_MARK =
  /(?:(?<=[\s.,;:!?\p{L}")])|^)(?:\[\^?(?:sources?\s*)?\d+(?:\s*[,;\u2013-]\s*\d+)*\]|\u3010[^\u3011]{1,20}\u3011|\((?:sources?|refs?|citations?)\s*:?\s*\d+(?:\s*(?:,|;|and|-)\s*\d+)*\))(?![\w([])/giu;

function refuse(reason: RefusalReason, detail: string): RefusedClaim {
  return {
    verdict: "refused",
    reason,
    detail: detail.length > 200 ? `${detail.slice(0, 199)}\u2026` : detail,
  };
}

/** The text without citation numbers a writer set itself, and without white space around it. */
export function stripCitationMarks(text: string): string {
  return text
    .split(/(`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(CITATION_MARK, "")))
    .join("")
    .replaceAll(/[^\S\n]+([.,;:!?])(?=\s|$)/gu, "$1")
    .replaceAll(/(?<=\S)[^\S\n]{2,}/gu, " ")
    .trim();
}

const bareEnd = (text: string) => text.replace(/[.!?:;,\s]+$/u, "");

/** A text without its layout as a list or a listing; signs that mean something ("<", "-5") stay. */
function withoutLayout(text: string): string {
  return foldText(text.replaceAll(/^\s*(?:`{3,}.*|[-*•] )/gmu, "")).text;
}

/** The text is its quotes, laid out otherwise, or every sentence of it is, to the letter, one of theirs (a row, a line). */
function isVerbatim(text: string, quotes: readonly VerifiedQuote[]): boolean {
  const quoted = quotes.map((quote) => quote.text).join("\n");
  if (withoutLayout(text) === withoutLayout(quoted)) return true;
  const whole = new Set(
    quotes.flatMap((quote) => [
      bareEnd(foldText(quote.text).text),
      ...splitSentences(quote.text).map(({ start, end }) =>
        bareEnd(foldText(quote.text.slice(start, end)).text),
      ),
    ]),
  );
  if (whole.has(bareEnd(foldText(text).text))) return true;
  const sentences = splitSentences(text);
  return (
    sentences.length > 0 &&
    sentences.every(({ start, end }) => whole.has(bareEnd(foldText(text.slice(start, end)).text)))
  );
}

/**
 * The verdict on a text, and the quotes that carry it: those given or, when only a word is missing, with the passage one
 * of them leans on. That passage becomes a quote of the claim, so its reader sees it too.
 */
function judge(
  text: string,
  quotes: readonly VerifiedQuote[],
  context: VerifyContext,
): { readonly verdict: Verdict; readonly quotes: readonly VerifiedQuote[] } {
  const judgeOver = (over: readonly VerifiedQuote[]) =>
    judgeClaim(text, textsOf(over), {
      headings: headingsOf(over, context.chunks),
      question: context.question,
      isDocumented: (name) => isDocumented(name, context.chunks),
      ofListings: over.every((quote) => isOfListing(quote, context.chunks)),
    });
  const first = judgeOver(quotes);
  const lacksWord =
    first.verdict !== "holds" && (first.reason === "term" || first.reason === "identifier");
  if (!lacksWord || coverage(text, textsOf(quotes)) < LEAST_COVERAGE) {
    return { verdict: first, quotes };
  }
  for (const quote of quotes.slice(0, 3)) {
    const beside = [
      leaningOn(quote, context.chunks),
      ...(first.reason === "identifier" ? placesOf(first.detail, quote, context.chunks) : []),
    ];
    for (const other of beside) {
      const known = quotes.some(
        ({ chunkId, start }) => chunkId === other?.chunkId && start === other.start,
      );
      if (other === undefined || known || isPlantedInstruction(other.text)) continue;
      const wider = quotes.flatMap((each) => (each === quote ? [each, other] : [each]));
      const verdict = judgeOver(wider);
      // What no rule objects to any more stands on both, certain or not.
      if (verdict.verdict === "holds" || verdict.reason === "unsure") {
        return { verdict, quotes: wider };
      }
    }
  }
  return { verdict: first, quotes };
}

const textsOf = (quotes: readonly VerifiedQuote[]) => quotes.map(({ text }) => text);

/** The quotes of a draft as the page has them, each place once; the first failure when none is found. */
function locateAll(
  quotes: Draft["quotes"],
  chunks: VerifyContext["chunks"],
): readonly VerifiedQuote[] | RefusedClaim {
  const found: VerifiedQuote[] = [];
  let failure: RefusedClaim | undefined;
  for (const quote of quotes) {
    const located = locateQuote(quote, chunks);
    if (!located.ok) {
      failure ??= refuse(located.reason, located.detail);
      continue;
    }
    for (const each of located.quotes) {
      const known = found.some(
        ({ chunkId, start, end }) =>
          chunkId === each.chunkId && start <= each.start && end >= each.end,
      );
      if (!known) found.push(each);
    }
  }
  return found.length === 0 && failure !== undefined ? failure : found;
}

/**
 * Checks a proposed claim against the evidence it names.
 *
 * Quotes are found after folding (`foldText`), must not be joined, changed or cut within a word, and are replaced by
 * the page's own characters, widened to whole sentences. A quote that is not found is left out; with none left the
 * claim is refused. The text must then be carried by the quotes that stand (`judgeClaim`), unless it is their
 * wording to the letter. Addresses refuse a claim; citation numbers are taken out of its text.
 */
export function verifyClaim(
  draft: Draft,
  context: VerifyContext,
): HoldingClaim | DoubtfulClaim | RefusedClaim {
  const bare = stripCitationMarks(draft.text);
  if (!/[\p{L}\p{N}]/u.test(bare) || bare.length > MAX_TEXT_CHARACTERS) {
    return refuse("no-text", bare);
  }
  const link = findLink(draft.text);
  if (link !== undefined) return refuse("link", link);
  if (draft.quotes.length === 0) return refuse("no-quote", bare);
  const quotes = locateAll(draft.quotes, context.chunks);
  if ("verdict" in quotes) return quotes;

  const asClaim = (text: string, shown: readonly VerifiedQuote[]): VerifiedClaim =>
    toClaim(text, draft.aspect, shown, context.chunks);
  // In the page's own wording "[1]" is an index, not a citation.
  if (isVerbatim(draft.text, quotes)) {
    return { verdict: "holds", isCopy: true, ...asClaim(draft.text.trim(), quotes) };
  }
  if (isVerbatim(bare, quotes)) {
    return { verdict: "holds", isCopy: true, ...asClaim(bare, quotes) };
  }

  const judged = judge(bare, quotes, context);
  const asWritten = asClaim(bare, judged.quotes);
  if (judged.verdict.verdict === "holds") return { verdict: "holds", isCopy: false, ...asWritten };
  const { verdict, reason, detail } = judged.verdict;
  if (verdict === "refused") return refuse(reason, detail);
  const instead = inPlaceOf(asWritten, context.chunks);
  if (instead.length === 0) return refuse("not-quotable", `${reason}: ${detail}`);
  return { verdict, asWritten, instead, reason, detail };
}

/** What the page says itself where a claim quotes it; empty when that cannot be read alone or is about something else. */
export function inPlaceOf(
  { text, aspect, quotes }: VerifiedClaim,
  chunks: VerifyContext["chunks"],
): readonly VerifiedClaim[] {
  return inPageWords(text, quotes, chunks).map((passage) =>
    toClaim(passage.text, aspect, passage.quotes, chunks),
  );
}

function toClaim(
  text: string,
  aspect: Aspect,
  quotes: readonly VerifiedQuote[],
  chunks: VerifyContext["chunks"],
): VerifiedClaim {
  return { text, aspect, quotes, conditions: conditionsOf(text, quotes, chunks) };
}
