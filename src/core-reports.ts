/** What the core's thread says to operators beside answers: what is indexed, and what was asked this week. */
import type { IndexedSource, WeekFigures } from "./answering/remote/messages.ts";
import type { Reporters } from "./answering/remote/serve-application.ts";
import type { ConversationStore } from "./conversation/conversation-store.ts";
import type { FeedbackStore } from "./feedback/feedback-store.ts";
import type { ChunkIndex } from "./store/chunk-index.ts";

/** Whoever looks again within this time sees the same figures: counting reads every turn of the week. */
const KEPT_MS = 5 * 60_000;
const GAPS = 3;

export function createReporters(parts: {
  readonly index: Pick<ChunkIndex, "versions">;
  readonly store: Pick<ConversationStore, "export">;
  readonly feedback: Pick<FeedbackStore, "countSince">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): Reporters {
  const { index, store, feedback, now } = parts;
  let counted: { readonly at: number; readonly figures: Promise<WeekFigures> } | undefined;

  async function countWeek(): Promise<WeekFigures> {
    const { gatherInsights } = await import("./web/insights/gather.ts");
    const insights = await gatherInsights({
      // Votes are counted by the store, and receipts are for words that nobody shows here.
      store: { export: (id, part) => store.export(id, part), receipt: async () => undefined },
      feedback: { async *all() {} },
      pages: undefined,
      now: now(),
      weeks: 1,
    });
    const since = insights.weeks[0] ?? "";
    const gaps = insights.groups
      .filter(({ notFound }) => notFound > 0)
      .toSorted((one, other) => other.notFound - one.notFound);
    return {
      since,
      questions: insights.questions,
      people: insights.people,
      partly: insights.kinds.partial ?? 0,
      notFound: insights.kinds["not-found"] ?? 0,
      ...(await feedback.countSince(`${since}T00:00:00.000Z`)),
      gaps: gaps.slice(0, GAPS).map(({ title, url, notFound }) => ({ title, url, notFound })),
    };
  }

  return {
    async sources() {
      const live = (await index.versions()).find((version) => version.live);
      return (live?.sources ?? []).map(({ product, title, names, version }): IndexedSource => ({
        product,
        version,
        ...(title === undefined ? {} : { title }),
        ...(names === undefined ? {} : { names }),
      }));
    },
    week() {
      if (counted === undefined || now() - counted.at > KEPT_MS) {
        const entry = { at: now(), figures: countWeek() };
        counted = entry;
        // Counted anew by whoever asks next.
        entry.figures.catch(() => {
          if (counted === entry) counted = undefined;
        });
      }
      return counted.figures;
    },
  };
}
