/**
 * [pure] What a second reader changes, on labelled pairs of claim and quote: the verdict of verification alone, and with
 * what a model said of each pair ("carried" or not).
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { judgeClaim } from "../src/verification/claim-verdict.ts";
import { UsageError } from "../src/platform/errors.ts";
import { type ClaimPair, PRODUCT_HEADING } from "./fit/claim-pairs.ts";

const id = z.string().min(1);
/** A line of a file of readings; what else it has (the reader's reason) is left alone. */
const ReadingLine = z.union([
  z.object({ id, carried: z.boolean() }),
  z.object({ id, unread: z.string() }).transform((line) => ({ ...line, carried: undefined })),
]);

/** What was said of each pair that was read, by its id. Throws `UsageError` that names the line. */
export function parseReadings(lines: string): ReadonlyMap<string, boolean> {
  const readings = new Map<string, boolean>();
  const seen = new Set<string>();
  for (const [at, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = ReadingLine.safeParse(parseJson(line));
    const wrong = (what: string) =>
      new UsageError(
        `Line ${at + 1} of the readings ${what}; a line is {"id":"...","carried":true}.`,
      );
    if (!read.success) throw wrong("cannot be read");
    const { id: pair, carried } = read.data;
    if (seen.has(pair)) throw wrong(`is the second for ${pair}`);
    seen.add(pair);
    if (carried !== undefined) readings.set(pair, carried);
  }
  return readings;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The pairs in an order that says nothing of their labels, and that stays the same. */
export function shuffled(pairs: readonly ClaimPair[]): readonly ClaimPair[] {
  const key = ({ id }: ClaimPair) => createHash("sha256").update(`check ${id}`).digest("hex");
  return pairs
    .map((pair) => ({ pair, by: key(pair) }))
    .toSorted((one, other) => (one.by < other.by ? -1 : 1))
    .map(({ pair }) => pair);
}

/** In our words, in the page's, or not at all. */
type Shown = "ours" | "page" | "lost";

export type ReadPair = ClaimPair & {
  readonly alone: Shown;
  readonly withReader: Shown;
  /** Undefined where the reader said nothing. */
  readonly carried: boolean | undefined;
};

export function readPairs(
  pairs: readonly ClaimPair[],
  readings: ReadonlyMap<string, boolean>,
): readonly ReadPair[] {
  return pairs.map((pair) => {
    const verdict = judgeClaim(pair.claim, [pair.quote], { headings: PRODUCT_HEADING });
    const carried = readings.get(pair.id);
    const alone = SHOWN[verdict.verdict];
    // As `second-reading.ts` does: asked only where no rule objects, and what is not carried stays in the page's words.
    const isAsked = verdict.verdict === "holds" || verdict.reason === "unsure";
    const withReader = isAsked && alone !== "lost" ? (carried === true ? "ours" : "page") : alone;
    return { ...pair, alone, withReader, carried };
  });
}

const SHOWN = { holds: "ours", doubtful: "page", refused: "lost" } as const;

/** The figures as lines of text. */
export function renderReading(read: readonly ReadPair[]): string {
  const holding = read.filter(({ holds }) => holds);
  const wrong = read.filter(({ holds }) => !holds);
  const unread = read.filter(({ carried }) => carried === undefined).length;
  const row = (name: string, shown: (pair: ReadPair) => Shown) => {
    const share = (of: readonly ReadPair[], as: Shown) =>
      percent(of.filter((pair) => shown(pair) === as).length, of.length);
    return [
      name.padEnd(22),
      share(wrong, "ours"),
      ...(["ours", "page", "lost"] as const).map((as) => share(holding, as)),
    ].join("  ");
  };
  const accepted = read.filter(({ holds, withReader }) => !holds && withReader === "ours");
  return [
    `${read.length} pairs, ${holding.length} hold${unread === 0 ? "" : `; ${unread} without a reading`}`,
    "                        wrong, shown as ours | right: in our words, in the page's, lost",
    row("verification alone", ({ alone }) => alone),
    row("with the reader", ({ withReader }) => withReader),
    row("the reader alone", ({ carried }) => (carried === true ? "ours" : "page")),
    `wrong and shown with the reader: ${accepted.map(({ id, kind }) => `${id} (${kind})`).join(", ") || "none"}`,
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} % (${part}/${whole})`.padStart(14);
}
