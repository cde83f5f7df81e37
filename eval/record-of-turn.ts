/** [pure] What the application said about one turn -> its evaluation record. */
import type { AnswerEvent } from "../src/answering/application.ts";
import type { Evidence } from "../src/documents/evidence.ts";
import type { EvalRecord, Retrieved } from "./record.ts";

export type DoneEvent = Extract<AnswerEvent, { kind: "done" }>;

const MOST_PAGES = 10;
const MOST_CHUNKS = 40;

export function recordOfTurn(turn: {
  readonly id: string;
  readonly turn: number;
  readonly kind: string;
  readonly question: string;
  readonly done: DoneEvent;
  readonly rendered: string;
  /** Milliseconds from the question to the last event. */
  readonly totalMs: number;
}): EvalRecord {
  const { answer, resolution, receipt } = turn.done;
  const step = (name: string) => milliseconds(receipt.ms[name] ?? 0);
  const total = milliseconds(turn.totalMs);
  return {
    id: turn.id,
    turn: turn.turn,
    kind: turn.kind,
    question: turn.question,
    resolution: {
      kind: resolution.kind,
      question: resolution.question,
      ...(resolution.asks === undefined ? {} : { asks: resolution.asks }),
      ...(resolution.searches === undefined ? {} : { searches: resolution.searches }),
      claimIds: resolution.claimIds,
      words: resolution.words,
      confidence: resolution.confidence,
      by: resolution.by,
    },
    retrieved: retrieved(turn.done.evidence),
    answer,
    rendered: turn.rendered,
    model: answer.writer === "model" ? (receipt.models[0] ?? "model") : answer.writer,
    tokens: { input: receipt.tokens.input, output: receipt.tokens.output },
    ms: {
      total,
      resolve: step("resolve"),
      retrieve: step("retrieve"),
      answer: milliseconds(Math.max(0, total - step("resolve") - step("retrieve"))),
    },
  };
}

/** Chunks in rank order until ten distinct pages are reached, at most forty. */
export function retrieved(evidence: readonly Evidence[]): readonly Retrieved[] {
  const pages = new Set<string>();
  const kept: Retrieved[] = [];
  for (const { chunk, score } of evidence) {
    if (kept.length === MOST_CHUNKS) break;
    if (!pages.has(chunk.url) && pages.size === MOST_PAGES) break;
    pages.add(chunk.url);
    kept.push({
      chunkId: chunk.id,
      url: chunk.url,
      anchor: chunk.anchor,
      title: chunk.title,
      section: chunk.headingPath.at(-1) ?? chunk.title,
      text: chunk.text,
      score,
    });
    if (pages.size === MOST_PAGES) break;
  }
  return kept;
}

function milliseconds(value: number): number {
  return Math.round(value * 10) / 10;
}
