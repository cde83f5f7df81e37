/**
 * Labelled sentences (`eval/pairs`), looked at as an answer's are: by code, then by the checker a few at a time. The wrong
 * ones differ from their passages by one twist, which `kind` names. Passages stand in the file (`quote`), or on a page of
 * an index (`passages`), where the sentences of one question are one answer.
 */
import { z } from "zod";
import { createClaimDesk } from "../src/answering/claim-desk.ts";
import { createProseDesk, type SettledSentence } from "../src/answering/prose-desk.ts";
import type { Chunk } from "../src/documents/chunk.ts";
import { passagesOf, textOf, type Passage } from "../src/passages/passage.ts";
import { BATCH, createCheckQueue } from "../src/verification/check-queue.ts";
import type { Checker } from "../src/verification/checker.ts";
import { itemOf } from "../src/verification/checker-trust.ts";
import { canonicalPath } from "./canonical-path.ts";
import { holdsPassage, passageKey } from "./comparable.ts";

const Labelled = {
  id: z.string(),
  holds: z.boolean(),
  kind: z.string(),
  claim: z.string(),
};
const PairLine = z.object({ ...Labelled, round: z.number(), quote: z.string() });
const AnswerLine = z.object({
  ...Labelled,
  question: z.string(),
  passages: z.array(z.object({ path: z.string(), quote: z.string().min(10) })).min(1),
});
const Line = z.union([PairLine, AnswerLine]);
export type BenchLine = Readonly<z.infer<typeof Line>>;

/** One sentence a line. Throws with the number of the line that is none. */
export function parseLines(text: string): BenchLine[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const read = Line.safeParse(JSON.parse(line));
    if (!read.success) throw new Error(`Line ${index + 1}: ${z.prettifyError(read.error)}`);
    return [read.data];
  });
}

/** Whether the passages stand in an index. */
export function needsIndex(lines: readonly BenchLine[]): boolean {
  return lines.some((line) => "passages" in line);
}

export type BenchSentence = {
  readonly line: BenchLine;
  readonly passages: readonly Passage[];
};

/**
 * The lines with their passages: for each that is named the first on its page that holds the quote. Throws with the ids
 * of lines of which the chunks lack one.
 */
export async function withPassages(
  lines: readonly BenchLine[],
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
): Promise<readonly BenchSentence[]> {
  const pages = new Set(
    lines.flatMap((line) => ("passages" in line ? line.passages.map(({ path }) => path) : [])),
  );
  const onPage = new Map<string, { readonly passage: Passage; readonly key: string }[]>();
  for await (const chunk of chunks) {
    const page = canonicalPath(chunk.url);
    if (!pages.has(page)) continue;
    const keyed = passagesOf(chunk).map((passage) => ({
      passage,
      key: passageKey(textOf(passage)),
    }));
    onPage.set(page, [...(onPage.get(page) ?? []), ...keyed]);
  }
  const absent: string[] = [];
  const sentences = lines.map((line): BenchSentence => {
    if (!("passages" in line)) {
      const item = itemOf({ section: "", passage: line.quote, sentence: line.claim });
      return { line, passages: item.passages };
    }
    const passages = line.passages.flatMap(({ path, quote }) => {
      const wanted = passageKey(quote);
      const found = onPage.get(path)?.find(({ key }) => holdsPassage(key, wanted));
      if (found === undefined) absent.push(`${line.id}: ${path} "${quote}"`);
      return found === undefined ? [] : [found.passage];
    });
    return { line, passages };
  });
  if (absent.length > 0) throw new Error(`Not in the index:\n${absent.join("\n")}`);
  return sentences;
}

/** What is checked together: the sentences of one answer, or as many pairs as a check takes after the first. */
export function inAnswers(
  sentences: readonly BenchSentence[],
): readonly (readonly BenchSentence[])[] {
  const answers = new Map<string, BenchSentence[]>();
  for (const [index, sentence] of sentences.entries()) {
    const { line } = sentence;
    const key = "question" in line ? line.question : String(Math.floor(index / (1 + BATCH)));
    answers.set(key, [...(answers.get(key) ?? []), sentence]);
  }
  return [...answers.values()];
}

export type Outcome = {
  /** "passages": nothing of it could be checked. */
  readonly kind: "by-code" | "refused" | "corrected" | "passages" | "shown";
  /** Why, or as what it is shown. */
  readonly detail: string;
};

/** What becomes of the sentences of an answer, in their order; without a checker near copies are shown. */
export async function checkAnswer(
  sentences: readonly BenchSentence[],
  checker: Checker | undefined,
  signal: AbortSignal,
): Promise<readonly (readonly [BenchLine, Outcome])[]> {
  const first = sentences[0]?.line;
  const isAnswer = first !== undefined && "question" in first;
  const question = isAnswer ? first.question : "Are these sentences right?";
  const failures: string[] = [];
  const checks =
    checker === undefined
      ? undefined
      : createCheckQueue({
          checker,
          question,
          tokensLeft: () => Number.POSITIVE_INFINITY,
          signal,
          onUsage() {},
          onFailure: (reason) => void failures.push(reason),
        });
  const newDesk = () =>
    createProseDesk({
      desk: createClaimDesk(new Map()),
      checks,
      asked: isAnswer ? [question] : [],
    });
  const desk = newDesk();
  const settling = sentences.map(({ line, passages }) =>
    // Pairs know nothing of each other.
    (isAnswer ? desk : newDesk()).settle({
      text: line.claim,
      passages,
      facts: [],
      attributed: false,
    }),
  );
  checks?.finish();
  const settled = await Promise.all(settling);
  if (failures.length > 0) throw new Error(`A check failed: ${failures[0] ?? ""}`);
  return sentences.map(({ line }, index) => {
    const one = settled[index];
    if (one === undefined) throw new Error(`${line.id} was not settled.`);
    return [line, outcomeOf(one)];
  });
}

function outcomeOf(settled: SettledSentence): Outcome {
  switch (settled.kind) {
    case "refused": {
      const { reason, detail } = settled;
      return reason === "not-carried"
        ? { kind: "refused", detail }
        : { kind: "by-code", detail: `${reason}: ${detail}` };
    }
    case "unchecked":
      return { kind: "passages", detail: settled.why };
    case "carried":
      return { kind: settled.words === "corrected" ? "corrected" : "shown", detail: settled.text };
  }
}

const COLUMNS = [
  ["by-code", "by code"],
  ["refused", "refused"],
  ["corrected", "corrected"],
  ["passages", "as passages"],
  ["shown", "shown"],
] as const satisfies readonly (readonly [Outcome["kind"], string])[];

/** A table: by round, or by kind where there are no rounds; then all right and all wrong ones. */
export function renderBench(results: readonly (readonly [BenchLine, Outcome])[]): string {
  const groups = Map.groupBy(results, ([line]) => {
    const side = line.holds ? "right" : "wrong";
    return "round" in line ? `round ${line.round} ${side}` : `${side}: ${line.kind}`;
  });
  const sides = Map.groupBy(results, ([line]) => (line.holds ? "all right" : "all wrong"));
  const row = ([name, of]: readonly [string, typeof results]) => {
    const counts = COLUMNS.map(([kind, title]) => {
      const count = of.filter(([, outcome]) => outcome.kind === kind).length;
      const share = `${((100 * count) / of.length).toFixed(1)} %`;
      return `${String(count).padStart(5)}${share.padStart(8)}`.padStart(title.length + 2);
    });
    return `${name.padEnd(22)}${String(of.length).padStart(6)}${counts.join("")}`;
  };
  const head = `${"".padEnd(22)}${"all".padStart(6)}${COLUMNS.map(([, title]) => title.padStart(13)).join("")}`;
  const byName = (one: readonly [string, unknown], other: readonly [string, unknown]) =>
    one[0].localeCompare(other[0], "en", { numeric: true });
  return [
    head,
    ...[...groups].toSorted(byName).map(row),
    ...[...sides].toSorted(byName).map(row),
  ].join("\n");
}
