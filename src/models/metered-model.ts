/** A language model whose calls are timed, and whose tokens and failures are counted. */
import type { MetricDefinition, Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock.ts";
import type { LanguageModel } from "./language-model.ts";
import { ModelError } from "./model-error.ts";

/** What a model is called for; the checks have a histogram of their own. */
export type ModelUse = "answer" | "check" | "follow-up" | "search-words";

/** Price of a million tokens, in whatever currency the operator counts in. */
export type ModelPrice = { readonly input: number; readonly output: number };

/** A local model takes minutes. */
const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300];

export const MODEL_METRICS = {
  marvin_model_seconds: {
    kind: "histogram",
    help: "Time of a call to a language model, checks left out, from request to end of reply.",
    buckets: BUCKETS,
  },
  marvin_checker_seconds: {
    kind: "histogram",
    help: "Time of a call to the model that checks, from request to end of reply.",
    buckets: BUCKETS,
  },
  marvin_model_tokens_total: {
    kind: "counter",
    help: "Tokens that models read (input) and wrote (output): as their endpoints say, else estimated.",
  },
  marvin_model_cost_total: {
    kind: "counter",
    help: "Cost of these tokens at the prices of MODEL_PRICES, in its currency.",
  },
  marvin_model_failures_total: {
    kind: "counter",
    help: "Calls to models that failed for good, by what went wrong.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export function meteredModel(
  model: LanguageModel,
  parts: {
    readonly metrics: Metrics;
    readonly clock: Pick<Clock, "elapsed">;
    readonly use: ModelUse;
    /** Without it, no cost is counted. */
    readonly price?: ModelPrice | undefined;
  },
): LanguageModel {
  const { metrics, clock, use, price } = parts;
  const { name } = model;
  return {
    name,
    async *stream(request) {
      const startedAt = clock.elapsed();
      try {
        for await (const event of model.stream(request)) {
          if (event.kind === "end") {
            const { input, output } = event.usage;
            metrics.count("marvin_model_tokens_total", input, { model: name, use, kind: "input" });
            metrics.count("marvin_model_tokens_total", output, {
              model: name,
              use,
              kind: "output",
            });
            if (price !== undefined)
              metrics.count(
                "marvin_model_cost_total",
                (input * price.input + output * price.output) / 1e6,
                { model: name, use },
              );
          }
          yield event;
        }
      } catch (error) {
        const code = error instanceof ModelError ? error.code : undefined;
        // What nobody waited for any more is no failure.
        if (code !== undefined || request.signal?.aborted !== true)
          metrics.count("marvin_model_failures_total", 1, {
            model: name,
            use,
            code: code ?? "other",
          });
        throw error;
      } finally {
        const seconds = (clock.elapsed() - startedAt) / 1000;
        if (use === "check") metrics.observe("marvin_checker_seconds", seconds, { model: name });
        else metrics.observe("marvin_model_seconds", seconds, { model: name, use });
      }
    },
  };
}
