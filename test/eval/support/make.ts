/** Small values for tests of the evaluation. */
import type { Application, AnswerEvent, Question } from "../../../src/answering/application.ts";
import type { Receipt } from "../../../src/answering/receipt.ts";
import type { Answer } from "../../../src/documents/answer.ts";
import type { Resolution } from "../../../src/conversation/conversation.ts";
import { type EvalCase, parseCases } from "../../../eval/case.ts";
import type { EvalRecord, Retrieved } from "../../../eval/record.ts";

export function makeCase(fields: Partial<EvalCase> & { readonly id: string }): EvalCase {
  const whole = { kind: "concept", turns: [{ user: `question of ${fields.id}` }], ...fields };
  const [one] = parseCases(JSON.stringify(whole));
  if (one === undefined) throw new Error("no case");
  return one;
}

export function makeAnswer(fields: Partial<Answer> = {}): Answer {
  return {
    id: "answer",
    kind: "answered",
    claims: [],
    remarks: [],
    citations: [],
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
    ...fields,
  };
}

export function makeResolution(question: string): Resolution {
  return { kind: "first", question, claimIds: [], words: [], confidence: 1, by: "rules" };
}

export function makeReceipt(fields: Partial<Receipt> = {}): Receipt {
  return {
    answerId: "answer",
    kind: "answered",
    resolution: makeResolution("q"),
    queries: [],
    terms: [],
    scope: {},
    candidates: [],
    sufficiency: undefined,
    indexVersion: "v1",
    models: [],
    tokens: { input: 0, output: 0 },
    ms: {},
    dropped: [],
    corrected: [],
    notes: [],
    ...fields,
  };
}

export function makeRetrieved(path: string, fields: Partial<Retrieved> = {}): Retrieved {
  return {
    chunkId: `${path}#${fields.anchor ?? ""}`,
    url: `https://docs.example.com${path}`,
    anchor: "",
    title: "Page",
    section: "Page",
    text: "Some text.",
    score: 1,
    ...fields,
  };
}

export function makeRecord(fields: Partial<EvalRecord> & { readonly id: string }): EvalRecord {
  return {
    turn: 0,
    kind: "concept",
    question: `question of ${fields.id}`,
    resolution: makeResolution("q"),
    retrieved: [],
    answer: makeAnswer(),
    rendered: "",
    model: "extractive",
    tokens: { input: 0, output: 0 },
    ms: { total: 1, resolve: 0, retrieve: 0, answer: 1 },
    ...fields,
  };
}

/** An application that answers by `reply` and keeps what it was asked. */
export function scriptedApplication(
  reply: (question: Question) => Partial<Extract<AnswerEvent, { kind: "done" }>>,
): Pick<Application, "ask" | "posted"> & {
  readonly asked: Question[];
  readonly postedKeys: string[];
} {
  const asked: Question[] = [];
  const postedKeys: string[] = [];
  return {
    asked,
    postedKeys,
    async *ask(question) {
      asked.push(question);
      yield { kind: "step", step: "searching" };
      yield {
        kind: "done",
        answer: makeAnswer(),
        resolution: makeResolution(question.text),
        evidence: [],
        receipt: makeReceipt(),
        ...reply(question),
      };
    },
    async posted(key) {
      postedKeys.push(key);
    },
  };
}
