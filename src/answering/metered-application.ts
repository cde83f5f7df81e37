/** An application whose answers are timed and counted, whatever surface asks. */
import type { MetricDefinition, Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock.ts";
import type { AnswerEvent, Application } from "./application.ts";

export const ANSWER_METRICS = {
  marvin_answer_seconds: {
    kind: "histogram",
    help: "Time from a question until its whole answer, waiting for earlier ones of its thread included.",
  },
  marvin_first_sentence_seconds: {
    kind: "histogram",
    help: "Time from a question until the first statement of its answer.",
  },
  marvin_answers_total: {
    kind: "counter",
    help: "Answers by kind, by who wrote them, and why where there is none (reason) or not a model's (fallback).",
  },
  marvin_refusals_total: {
    kind: "counter",
    help: "Statements that were left out of an answer, by the reason of the check that refused them.",
  },
  marvin_corrections_total: {
    kind: "counter",
    help: "Sentences of a model that the checker corrected.",
  },
  marvin_answer_failures_total: {
    kind: "counter",
    help: "Questions on which answering broke off.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export function meteredApplication(
  application: Application,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, "elapsed"> },
): Application {
  return {
    async *ask(question) {
      const startedAt = clock.elapsed();
      const seconds = () => (clock.elapsed() - startedAt) / 1000;
      // An answer that was stored before comes without steps, and was counted then.
      let isNew = false;
      let isBegun = false;
      try {
        for await (const event of application.ask(question)) {
          if (event.kind === "step") isNew = true;
          else if (isNew) {
            if (!isBegun && (event.kind === "claim" || event.answer.claims.length > 0)) {
              isBegun = true;
              metrics.observe("marvin_first_sentence_seconds", seconds());
            }
            if (event.kind === "done") countAnswer(metrics, event, seconds());
          }
          yield event;
        }
      } catch (error) {
        if (question.signal?.aborted !== true) metrics.count("marvin_answer_failures_total");
        throw error;
      }
    },
    posted: (key, shown, answer) => application.posted(key, shown, answer),
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}

function countAnswer(
  metrics: Metrics,
  { answer, receipt }: Extract<AnswerEvent, { kind: "done" }>,
  seconds: number,
): void {
  const { kind, writer, reason = "", fallback = "" } = answer;
  metrics.observe("marvin_answer_seconds", seconds);
  metrics.count("marvin_answers_total", 1, { kind, writer, reason, fallback });
  for (const dropped of receipt.dropped)
    metrics.count("marvin_refusals_total", 1, { reason: dropped.reason });
  if (receipt.corrected.length > 0)
    metrics.count("marvin_corrections_total", receipt.corrected.length);
}
