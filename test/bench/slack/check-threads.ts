/** Judges what stands in the threads: every question answered once, with nothing but its own claims. */
import { type FakeSlack, plainText } from "../../support/fake-slack.ts";
import { claimTexts } from "./bot-process.ts";

export type AskedQuestion = {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string;
  readonly text: string;
};

export type Verdict = {
  readonly lost: number;
  readonly repeated: number;
  readonly apologised: number;
  /** Lines that no core ever said. */
  readonly unverified: number;
  readonly unfinished: number;
};

const FURNITURE =
  /^(?:\*Sources\*|\[\d+\] <https:\/\/docs\.example\.com|(?:Claim \d+ on .+\. \[\d+\])$|Sorry, )/;

export function judge(slack: FakeSlack, asked: readonly AskedQuestion[], claims: number): Verdict {
  const verdict = { lost: 0, repeated: 0, apologised: 0, unverified: 0, unfinished: 0 };
  const apologiesUsed = new Map<string, number>();
  for (const question of asked) {
    const texts = slack.replies(question.channel, question.threadTs).map(plainText);
    const wanted = claimTexts(question.text, claims).map((text) => `${text} [1]`);
    const mine = texts.filter((text) => text.includes(`on ${question.text}.`));
    if (mine.length > 1) verdict.repeated += 1;
    const [only] = mine;
    if (only === undefined) {
      const apologies = texts.filter((text) => text.startsWith("Sorry")).length;
      const used = apologiesUsed.get(question.threadTs) ?? 0;
      if (used < apologies) {
        apologiesUsed.set(question.threadTs, used + 1);
        verdict.apologised += 1;
      } else {
        verdict.lost += 1;
      }
      continue;
    }
    const lines = only.split("\n");
    if (!wanted.every((claim) => lines.includes(claim))) verdict.unfinished += 1;
    if (wanted.some((claim) => lines.filter((line) => line === claim).length > 1))
      verdict.repeated += 1;
    if (lines.some((line) => !FURNITURE.test(line))) verdict.unverified += 1;
    if (lines.some((line) => line.startsWith("Claim ") && !wanted.includes(line)))
      verdict.unverified += 1;
  }
  return verdict;
}

/** The value below which `share` of the numbers lie; NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
