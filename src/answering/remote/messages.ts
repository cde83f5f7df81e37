/**
 * What crosses between a surface's thread and the thread that answers: data, nothing else. A question goes in, its events
 * come out; an abort, and what was posted, go with them.
 */
import type { ProductWords } from "../../documents/product-words.ts";
import { AppError } from "../../platform/errors.ts";
import type { SourceSummary } from "../../store/chunk-index.ts";
import type { AnswerEvent, Application, Question } from "../application.ts";

/** A question without its signal; an abort is a message of its own. */
export type PlainQuestion = Omit<Question, "signal">;

/** What the core says of itself once it can answer. */
export type CoreFacts = {
  /** Pages of the live index version; undefined when nothing was ever indexed. */
  readonly pages: number | undefined;
  /** Name of the model that writes, or "extractive". */
  readonly writerName: string;
  /** What the sources of that version offer to somebody who has not asked yet. */
  readonly prompts?: ProductWords["prompts"];
};

/** What the core says beside answers, to operators. */
export type CoreReports = {
  /** The sources of the live index version; none when nothing was ever indexed. */
  readonly sources: readonly IndexedSource[];
  /** What was asked since Monday. */
  readonly week: WeekFigures;
};

export type IndexedSource = Pick<SourceSummary, "product" | "title" | "names" | "version">;

export type WeekFigures = {
  /** The Monday, "2026-11-23". */
  readonly since: string;
  readonly questions: number;
  readonly people: number;
  readonly partly: number;
  readonly notFound: number;
  /** Votes of this week. */
  readonly helpful: number;
  readonly notHelpful: number;
  /** Pages that questions came closest to which they do not answer, most of these first. */
  readonly gaps: readonly {
    readonly title: string;
    readonly url: string;
    readonly notFound: number;
  }[];
};

export type ToCore =
  | { readonly kind: "metrics" }
  | { readonly kind: "ask"; readonly id: number; readonly question: PlainQuestion }
  | { readonly kind: "abort"; readonly id: number; readonly why: string }
  | {
      readonly kind: "posted";
      readonly id: number;
      readonly args: Parameters<Application["posted"]>;
    }
  | { readonly kind: "report"; readonly id: number; readonly what: keyof CoreReports }
  | { readonly kind: "ping" }
  | { readonly kind: "close" };

export type FromCore =
  /** In Prometheus' text format. */
  | { readonly kind: "metrics"; readonly text: string }
  | { readonly kind: "ready"; readonly facts: CoreFacts }
  | { readonly kind: "not-ready"; readonly error: PlainError }
  | { readonly kind: "event"; readonly id: number; readonly event: AnswerEvent }
  /** A question is through, or what was posted is stored. */
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: PlainError }
  | {
      readonly kind: "reported";
      readonly id: number;
      readonly report: CoreReports[keyof CoreReports];
    }
  | { readonly kind: "pong" };

/** An error as data. Classes do not survive the way; code, facts and hint do. */
export type PlainError = {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
  readonly hint: string | undefined;
};

export function plainError(error: unknown): PlainError {
  const ours = error instanceof AppError ? error : undefined;
  return {
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
    code: ours?.code,
    facts: ours?.facts ?? {},
    hint: ours?.hint,
  };
}

/** The error that `plain` was, as an `AppError` when it had a code; its stack is the one of the other thread. */
export function errorOf({ message, stack, code, facts, hint }: PlainError): Error {
  const error =
    code === undefined
      ? new Error(message)
      : new AppError(code, message, { facts, ...(hint === undefined ? {} : { hint }) });
  if (stack !== undefined) error.stack = stack;
  return error;
}
