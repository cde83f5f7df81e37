/**
 * The gate for statements that are the page's own words, and for statements of an earlier answer that are said again.
 * Their quotes must really stand in the evidence; what is shown holds the page's own characters.
 */
import type { Aspect, Claim } from "../documents/answer.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { plainMarkup } from "../documents/markup.ts";
import { splitSentences } from "../documents/sentences.ts";
import { foldText } from "../documents/text.ts";
import type { Draft } from "../writing/writer.ts";
import { findLink } from "../documents/links.ts";
import { locateQuote, type QuoteProblem, type VerifiedQuote } from "./quoted-places.ts";

export type RefusalReason =
  /** The claim has no text, or more than anybody reads. */
  | "no-text"
  | "no-quote"
  /** An address, a link or a mention in the text. */
  | "link"
  | QuoteProblem
  /** It says other words than its quotes and was never checked. */
  | "not-verbatim";

/** A claim as it may be shown. */
export type VerifiedClaim = {
  readonly text: string;
  /** Whose words the text is. */
  readonly words: NonNullable<Claim["words"]>;
  readonly aspect: Aspect;
  readonly quotes: readonly VerifiedQuote[];
};

export type HoldingClaim = VerifiedClaim & { readonly verdict: "holds" };

export type RefusedClaim = {
  readonly verdict: "refused";
  readonly reason: RefusalReason;
  /** What exactly failed; may hold words of the writer. */
  readonly detail: string;
};

export type VerifyContext = { readonly chunks: ReadonlyMap<ChunkId, Chunk> };

const MAX_TEXT_CHARACTERS = 4000;
const MAX_DETAIL_CHARACTERS = 200;

function refuse(reason: RefusalReason, detail: string): RefusedClaim {
  const short =
    detail.length > MAX_DETAIL_CHARACTERS
      ? `${detail.slice(0, MAX_DETAIL_CHARACTERS - 1)}\u2026`
      : detail;
  return { verdict: "refused", reason, detail: short };
}

/** What ends a cell of a row, on the page and where the row is told cell by cell. */
const CELL_ENDS = /: |; | ?\|(?: |$)/u;

const bareEnd = (text: string) => text.replace(/[.!?:;,\s]{1,20}$/u, "");

/** A text without its layout as a list or a listing; signs that mean something ("<", "-5") stay. */
function withoutLayout(text: string): string {
  return foldText(text.replaceAll(/^[^\S\n]*(?:`{3,}.*|(?:[-*•]|\d{1,9}\.) )/gmu, "")).text;
}

/**
 * The text is its quotes, laid out otherwise, or every line or sentence of it is, to the letter, one of theirs; a line
 * may also be one that names the columns of a quoted row.
 */
function isVerbatim(
  text: string,
  quotes: readonly VerifiedQuote[],
  chunks: VerifyContext["chunks"],
): boolean {
  const quoted = quotes.map((quote) => quote.text).join("\n");
  const plain = plainMarkup(text);
  for (const said of [text, plain]) if (withoutLayout(said) === withoutLayout(quoted)) return true;
  const bare = (part: string) => bareEnd(withoutLayout(part));
  const whole = new Set(
    quotes.flatMap((quote) => [
      bare(quote.text),
      ...quote.text.split("\n").map(bare),
      ...splitSentences(quote.text).map(({ start, end }) => bare(quote.text.slice(start, end))),
      ...headersOf(quote, chunks).map(bare),
    ]),
  );
  // A row may be told cell by cell: "Late: Type: SCHEDULED; ...".
  const cells = new Set(
    quotes
      .filter((quote) => quote.text.includes(" | "))
      .flatMap((quote) => [quote.text, ...headersOf(quote, chunks)])
      .flatMap((row) => row.split(CELL_ENDS).map(bare)),
  );
  const lines = plain.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.length > 0 &&
    lines.every(
      (line) =>
        whole.has(bare(line)) ||
        line.split(CELL_ENDS).every((cell) => cells.has(bare(cell))) ||
        splitSentences(line).every(({ start, end }) => whole.has(bare(line.slice(start, end)))),
    )
  );
}

/** The rows that name the columns of a table in the quote's chunk. */
function headersOf({ chunkId }: VerifiedQuote, chunks: VerifyContext["chunks"]): string[] {
  const chunk = chunks.get(chunkId);
  const headers = chunk?.blocks.filter(({ header }) => header === true) ?? [];
  return headers.map(({ start, end }) => chunk?.text.slice(start, end) ?? "");
}

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
 * Checks a draft against the evidence it names. Quotes are found after folding (`foldText`), must not be joined, changed
 * or cut within a word, and are replaced by the page's own characters; one that is not found is left out. The text must be theirs to the letter, unless it was checked over the same quotes when it was first said
 * (`Draft.words`): then all of them must still stand.
 */
export function verifyClaim(draft: Draft, { chunks }: VerifyContext): HoldingClaim | RefusedClaim {
  const text = draft.text.trim();
  if (!/[\p{L}\p{N}]/u.test(text) || text.length > MAX_TEXT_CHARACTERS) {
    return refuse("no-text", text);
  }
  const link = findLink(text);
  if (link !== undefined) return refuse("link", link);
  if (draft.quotes.length === 0) return refuse("no-quote", text);
  const quotes = locateAll(draft.quotes, chunks);
  if ("verdict" in quotes) return quotes;
  const wasChecked = draft.words !== undefined && quotes.length >= draft.quotes.length;
  const isPages = isVerbatim(text, quotes, chunks);
  if (!isPages && !wasChecked) return refuse("not-verbatim", text);
  const words = isPages ? "page" : (draft.words ?? "page");
  return { verdict: "holds", text, words, aspect: draft.aspect, quotes };
}
