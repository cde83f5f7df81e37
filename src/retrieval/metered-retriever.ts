/** A retriever whose searches are timed. */
import type { MetricDefinition, Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock.ts";
import type { Retriever } from "./retriever.ts";

export const RETRIEVAL_METRICS = {
  marvin_retrieval_seconds: {
    kind: "histogram",
    help: "Time of a search, of which an answer may make several.",
  },
  marvin_retrieval_failures_total: {
    kind: "counter",
    help: "Searches that failed: no index, or one that does not answer.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export function meteredRetriever(
  retriever: Retriever,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, "elapsed"> },
): Retriever {
  return {
    async retrieve(request) {
      const startedAt = clock.elapsed();
      try {
        return await retriever.retrieve(request);
      } catch (error) {
        if (request.signal?.aborted !== true) metrics.count("marvin_retrieval_failures_total");
        throw error;
      } finally {
        metrics.observe("marvin_retrieval_seconds", (clock.elapsed() - startedAt) / 1000);
      }
    },
    findPhrase: (request) => retriever.findPhrase(request),
    neighbours: (chunk) => retriever.neighbours(chunk),
  };
}
