/**
 * [pure] Labelled pairs of sentence and passage -> what the checks by code and a checker make of them. The pairs
 * (`eval/pairs`) are of our own writing; the wrong ones differ from their passage by one twist, which `kind` names.
 */
import { z } from "zod";
import { checkSentence } from "../src/verification/check-sentence.ts";
import type { CheckVerdict } from "../src/verification/checker.ts";
import { itemOf } from "../src/verification/checker-trust.ts";

const PairLine = z.object({
  id: z.string(),
  round: z.number(),
  holds: z.boolean(),
  kind: z.string(),
  claim: z.string(),
  quote: z.string(),
});
export type PairLine = Readonly<z.infer<typeof PairLine>>;

/** One pair a line. Throws with the number of the line that is none. */
export function parsePairs(text: string): PairLine[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const pair = PairLine.safeParse(JSON.parse(line));
    if (!pair.success)
      throw new Error(`Line ${index + 1} is no pair: ${z.prettifyError(pair.error)}`);
    return [pair.data];
  });
}

export function checkItemOf({ claim, quote }: Pick<PairLine, "claim" | "quote">) {
  return itemOf({ section: "", passage: quote, sentence: claim });
}

type Counts = {
  pairs: number;
  byCode: number;
  nearCopies: number;
  byChecker: number;
  unread: number;
};

/** Of right and of wrong pairs: refused by code, near copies, refused by the checker (corrections count as refused). */
export function benchPairs(
  pairs: readonly PairLine[],
  verdicts: ReadonlyMap<string, CheckVerdict>,
): { readonly right: Counts; readonly wrong: Counts } {
  const empty = (): Counts => ({ pairs: 0, byCode: 0, nearCopies: 0, byChecker: 0, unread: 0 });
  const counts = { right: empty(), wrong: empty() };
  for (const pair of pairs) {
    const { text, passages } = checkItemOf(pair);
    const looked = checkSentence(text, passages, [], { asked: [] });
    const side = pair.holds ? counts.right : counts.wrong;
    side.pairs += 1;
    if (looked.kind === "refused") side.byCode += 1;
    else if (looked.isNearCopy) side.nearCopies += 1;
    const verdict = verdicts.get(pair.id);
    if (verdict === undefined) continue;
    if (verdict.kind === "unread") side.unread += 1;
    else if (verdict.kind !== "ok" || looked.kind === "refused") side.byChecker += 1;
  }
  return counts;
}

export function renderBench(
  rounds: readonly (readonly [name: string, pairs: readonly PairLine[]])[],
  verdicts: ReadonlyMap<string, CheckVerdict>,
): string {
  const percent = (part: number, all: number) =>
    `${all === 0 ? "-" : ((100 * part) / all).toFixed(1)} %`.padStart(8);
  const head = `${"".padEnd(10)}${"pairs".padStart(6)}${"by code".padStart(9)}${"near copy".padStart(11)}${verdicts.size > 0 ? "by checker".padStart(12) : ""}`;
  const lines = rounds.flatMap(([name, pairs]) => {
    const counts = benchPairs(pairs, verdicts);
    return (["right", "wrong"] as const).map((side) => {
      const { pairs: all, byCode, nearCopies, byChecker } = counts[side];
      const checker = verdicts.size > 0 ? percent(byChecker, all).padStart(12) : "";
      return `${`${name} ${side}`.padEnd(14)}${String(all).padStart(5)}${percent(byCode, all)}${percent(nearCopies, all).padStart(11)}${checker}`;
    });
  });
  return [`Refused, of right and of wrong sentences`, head, ...lines].join("\n");
}
