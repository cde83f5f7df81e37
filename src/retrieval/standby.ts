/**
 * A second index that answers while the first does not: the files of an earlier ingest, or a copy of what is on the
 * server, while the server is down. Its answers say so in their receipts; their sources show their age as ever.
 */
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { IndexUnavailableError } from "../store/chunk-index.ts";
import { NoIndexError, type Retriever } from "./retriever.ts";

export type StandbyOptions = {
  readonly primary: Retriever;
  readonly standby: Retriever;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** After a failure the first index is left alone for so long: a question should not wait for what is known to be down. */
const LEFT_ALONE_MS = 15_000;

/** Asks `standby` where `primary` is unavailable. With nothing in `standby` either, the first failure is thrown. */
export function createStandbyRetriever(options: StandbyOptions): Retriever {
  const { primary, standby, clock, logger } = options;
  let failure: { readonly error: IndexUnavailableError; readonly at: number } | undefined;

  async function ask<Found>(
    of: (retriever: Retriever) => Promise<Found>,
  ): Promise<{ readonly found: Found; readonly reason?: string }> {
    if (failure === undefined || clock.elapsed() - failure.at >= LEFT_ALONE_MS) {
      try {
        const found = await of(primary);
        if (failure !== undefined) logger.info("index-back");
        failure = undefined;
        return { found };
      } catch (error) {
        const unavailable = findCause(error, IndexUnavailableError);
        if (unavailable === undefined) throw error;
        if (failure === undefined) {
          logger.warn("index-standby", { reason: describeError(unavailable) });
        }
        failure = { error: unavailable, at: clock.elapsed() };
      }
    }
    const { error } = failure;
    try {
      return { found: await of(standby), reason: describeError(error) };
    } catch (second) {
      const nothing = findCause(second, NoIndexError) ?? findCause(second, IndexUnavailableError);
      throw nothing === undefined ? second : error;
    }
  }

  return {
    async retrieve(request) {
      const { found, reason } = await ask((retriever) => retriever.retrieve(request));
      return reason === undefined ? found : { ...found, standbyFor: reason };
    },
    findPhrase: async (request) => (await ask((retriever) => retriever.findPhrase(request))).found,
    neighbours: async (chunk) => (await ask((retriever) => retriever.neighbours(chunk))).found,
  };
}
