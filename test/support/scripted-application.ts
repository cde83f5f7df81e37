/** An `Application` that plays a script: for surfaces, which need answers and not how they come about. */
import type { AnswerEvent, Application, Question, Step } from "../../src/answering/application.ts";
import type { Receipt } from "../../src/answering/receipt.ts";
import type { Answer, Aspect, Citation, Claim } from "../../src/documents/answer.ts";

export type ScriptedClaim = {
  readonly text: string;
  readonly quote?: string;
  readonly aspect?: Aspect;
  readonly conditions?: readonly string[];
  /** Number of its citation; 1 by default. */
  readonly citation?: number;
};

export function citationOf(number: number, overrides: Partial<Citation> = {}): Citation {
  return {
    number,
    url: `https://docs.example.com/v3/page-${number}#section-${number}`,
    anchor: `section-${number}`,
    title: `Page ${number}`,
    section: `Section ${number}`,
    product: "prefect",
    version: "3",
    crawledAt: "2026-11-20T08:00:00.000Z",
    ...overrides,
  };
}

export function answerOf(
  claims: readonly (string | ScriptedClaim)[],
  overrides: Partial<Answer> = {},
): Answer {
  const scripted = claims.map((claim) => (typeof claim === "string" ? { text: claim } : claim));
  const numbers = [...new Set(scripted.map((claim) => claim.citation ?? 1))].sort((a, b) => a - b);
  return {
    id: "a1",
    kind: "answered",
    claims: scripted.map((claim, index): Claim => {
      // Not the claim's own words: what is verbatim is shown between quotation marks.
      const quote = claim.quote ?? `The page: ${claim.text}`;
      return {
        id: `c${index + 1}`,
        text: claim.text,
        aspect: claim.aspect ?? "other",
        quotes: [
          {
            citation: claim.citation ?? 1,
            chunkId: "k1",
            text: quote,
            start: 0,
            end: quote.length,
          },
        ],
        conditions: claim.conditions ?? [],
      };
    }),
    remarks: [],
    citations: numbers.map((number) => citationOf(number)),
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
    ...overrides,
  };
}

export function receiptOf(question: Question, answer: Answer): Receipt {
  return {
    answerId: answer.id,
    kind: answer.kind,
    resolution: {
      kind: "first",
      question: question.text,
      claimIds: [],
      words: [],
      confidence: 1,
      by: "rules",
    },
    queries: [question.text],
    terms: [],
    scope: question.scope ?? {},
    candidates: [],
    sufficiency: undefined,
    indexVersion: "1",
    models: [],
    tokens: { input: 0, output: 0 },
    ms: {},
    dropped: [],
    corrected: [],
    notes: [],
  };
}

/** What happens between two claims: anything a test wants to wait for. */
export type BeforeClaim = (question: Question, index: number) => Promise<void> | void;

export type ScriptedAnswer = Answer | ((question: Question) => Answer | Promise<Answer>);

export class ScriptedApplication implements Application {
  readonly asked: Question[] = [];
  readonly postedCalls: {
    key: string;
    shown: Readonly<Record<string, string>>;
    answer: Answer | undefined;
  }[] = [];
  readonly answers = new Map<string, Answer>();
  /** What it says it is doing, before the first claim. */
  steps: readonly Step[] = ["searching"];
  beforeClaim: BeforeClaim | undefined;
  beforeDone: ((question: Question) => Promise<void> | void) | undefined;
  readonly #script: ReadonlyMap<string, ScriptedAnswer> | ((question: Question) => ScriptedAnswer);

  /** Answers by question text; a question that is not in the script throws. */
  constructor(
    script: Readonly<Record<string, ScriptedAnswer>> | ((question: Question) => ScriptedAnswer),
  ) {
    this.#script = typeof script === "function" ? script : new Map(Object.entries(script));
  }

  async *ask(question: Question): AsyncIterable<AnswerEvent> {
    this.asked.push(question);
    question.signal?.throwIfAborted();
    for (const step of this.steps) yield { kind: "step", step };
    const answer = this.answers.get(question.key) ?? (await this.#scripted(question));
    const seen = new Set<number>();
    for (const [index, claim] of answer.claims.entries()) {
      await this.beforeClaim?.(question, index);
      question.signal?.throwIfAborted();
      const fresh = answer.citations.filter(
        ({ number }) =>
          !seen.has(number) && claim.quotes.some((quote) => quote.citation === number),
      );
      for (const { number } of fresh) seen.add(number);
      yield { kind: "claim", claim, citations: fresh };
    }
    await this.beforeDone?.(question);
    question.signal?.throwIfAborted();
    this.answers.set(question.key, answer);
    yield {
      kind: "done",
      answer,
      resolution: receiptOf(question, answer).resolution,
      evidence: [],
      receipt: receiptOf(question, answer),
    };
  }

  async #scripted(question: Question): Promise<Answer> {
    const found =
      typeof this.#script === "function" ? this.#script(question) : this.#script.get(question.text);
    if (found === undefined) throw new Error(`off script: ${JSON.stringify(question.text)}`);
    const answer = typeof found === "function" ? await found(question) : found;
    return { ...answer, id: `answer-${question.key}` };
  }

  posted(key: string, shown: Readonly<Record<string, string>>, answer?: Answer): Promise<void> {
    this.postedCalls.push({ key, shown, answer });
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held.
  }
}
