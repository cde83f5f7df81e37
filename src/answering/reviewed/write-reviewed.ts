/** A reviewed answer from what its author gave: whatever cannot be used is refused in words for the author. */
import { UsageError } from "../../platform/errors.ts";
import { REVIEWED_LIMITS, type ReviewedAnswer } from "../../state/reviewed-answers.ts";
import { findQuote, type Pages } from "./cited-pages.ts";
import { draftProblem } from "./check-draft.ts";

export type GivenReviewed = {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  /** The author's id in Slack. */
  readonly tell?: string | undefined;
  readonly wordings: readonly string[];
  readonly quotes: readonly GivenQuote[];
  /** By default what its quotes are from, or the only product there is. */
  readonly product?: string | undefined;
};

export type GivenQuote = { readonly address: string; readonly words: string };

export type WritingParts = {
  /** The live index; undefined when there is none, or it does not answer: then nothing can be quoted. */
  readonly pages: Pages | undefined;
  /** Products that are indexed. */
  readonly products: readonly string[];
  /** What others answered already. */
  readonly known: readonly ReviewedAnswer[];
  /** ISO 8601. */
  readonly now: string;
};

/** "ADDRESS WORDS" in its two parts. Throws `UsageError`. */
export function parseQuote(quote: string): GivenQuote {
  const [, address = "", words = ""] = /^\s*(\S+)\s+(\S.*)$/su.exec(quote) ?? [];
  if (!URL.canParse(address))
    throw new UsageError(
      `A quote is an address and words, like https://… the words; not "${quote.slice(0, 80)}".`,
    );
  return { address, words: words.trim() };
}

/** Throws `UsageError` when it cannot be kept as it is. */
export async function writeReviewed(
  given: GivenReviewed,
  parts: WritingParts,
): Promise<ReviewedAnswer> {
  if (!/^[\w-]{1,40}$/u.test(given.id))
    throw new UsageError("An id has 1 to 40 letters, digits, - and _.");
  const tell = given.tell?.trim() ?? "";
  if (tell !== "" && !/^[UW][A-Z0-9]{2,20}$/u.test(tell))
    throw new UsageError(
      `"${tell.slice(0, 40)}" is no id of a person in Slack: those look like U0123ABC.`,
    );
  const quoted = await takeQuotes(given.quotes, parts.pages);
  const product = given.product?.trim() || productOf(quoted.quotes, parts.products);
  const answer: ReviewedAnswer = {
    id: given.id,
    text: given.text.trim(),
    author: given.author.trim(),
    ...(tell === "" ? {} : { tell }),
    writtenAt: parts.now,
    wordings: [...new Set(given.wordings.map((text) => text.trim()))],
    ...(product === undefined ? {} : { product }),
    ...quoted,
  };
  checkDraft(answer, parts.known);
  return answer;
}

/** An answer that lapsed, or not, as it stands today: its quotes are looked up again. Throws like `writeReviewed`. */
export async function renewReviewed(
  { lapsed: _lapsed, ...old }: ReviewedAnswer,
  author: string | undefined,
  parts: WritingParts,
): Promise<ReviewedAnswer> {
  const quotes = old.quotes.map(({ text, chunk }) => ({ address: addressOf(chunk), words: text }));
  const answer = {
    ...old,
    ...(author === undefined ? {} : { author: author.trim() }),
    writtenAt: parts.now,
    ...(await takeQuotes(quotes, parts.pages)),
  };
  checkDraft(answer, parts.known);
  return answer;
}

/** Page and section of a quote. */
export function addressOf({
  url,
  anchor,
}: {
  readonly url: string;
  readonly anchor: string;
}): string {
  return anchor === "" ? url : `${url}#${anchor}`;
}

function checkDraft(answer: ReviewedAnswer, known: readonly ReviewedAnswer[]): void {
  const problem = draftProblem(answer, known);
  if (problem !== undefined) throw new UsageError(problem.message, problem.hint);
}

/** The only product of its quotes, else the only one that is indexed. */
function productOf(
  quotes: ReviewedAnswer["quotes"],
  products: readonly string[],
): string | undefined {
  const names = quotes.length > 0 ? quotes.map(({ chunk }) => chunk.product) : products;
  const [only, ...others] = new Set(names);
  return others.length > 0 ? undefined : only;
}

async function takeQuotes(
  quotes: readonly GivenQuote[],
  pages: Pages | undefined,
): Promise<Pick<ReviewedAnswer, "quotes" | "pages">> {
  if (quotes.length > REVIEWED_LIMITS.quotes)
    throw new UsageError(`More than ${REVIEWED_LIMITS.quotes} quotes are not kept.`);
  const taken: ReviewedAnswer["quotes"][number][] = [];
  const fingerprints = new Map<string, string>();
  for (const { address, words } of quotes) {
    if (words.length > REVIEWED_LIMITS.quote)
      throw new UsageError(`A quote has at most ${REVIEWED_LIMITS.quote} characters.`);
    if (pages === undefined)
      throw new UsageError(
        "Quotes are looked up in the index, and there is none.",
        "npm run ingest",
      );
    const found = await findQuote(pages, address, words);
    if (found.kind === "no-page") throw new UsageError(`${address} is not indexed.`);
    if (found.kind === "no-words")
      throw new UsageError(`The words "${words.slice(0, 80)}" do not stand at ${address}.`);
    taken.push(found.quote);
    fingerprints.set(found.quote.chunk.url, found.fingerprint);
  }
  return {
    quotes: taken,
    pages: [...fingerprints].map(([url, fingerprint]) => ({ url, fingerprint })),
  };
}
