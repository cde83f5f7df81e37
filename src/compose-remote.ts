/**
 * The application for a surface that holds a connection: the core runs in a thread of its own (`compose-worker.ts`), which
 * owns the index and the conversation store. This file loads nothing of the core.
 */
import { Worker } from "node:worker_threads";
import {
  type RemoteApplication,
  startRemoteApplication,
} from "./answering/remote/remote-application.ts";
import type { Config } from "./config/schema.ts";
import { createLogger } from "./configured-logger.ts";
import { openStores, type Stores } from "./configured-state.ts";
import type { Logger } from "./observability/logger.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";

/** Short-lived values of one answer fit; with V8's own choice a burst of questions leaves 100 MB more behind. */
export const CORE_LIMITS = { maxYoungGenerationSizeMb: 16 } as const;

/** The store over a connection of its own: reading it waits for no computing. */
export type ComposedRemotely = AsyncDisposable &
  Stores & {
    readonly application: RemoteApplication;
    readonly logger: Logger;
  };

/** Rejects with what the core says when it cannot start: a folder that cannot be used, a database that is damaged. */
export async function composeRemotely({
  config,
}: {
  readonly config: Config;
}): Promise<ComposedRemotely> {
  const logger = createLogger(config);
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  await using cleanup = new AsyncDisposableStack();
  const application = await startRemoteApplication({
    open: () =>
      new Worker(new URL("compose-worker.ts", import.meta.url), {
        workerData: { config },
        resourceLimits: CORE_LIMITS,
      }),
    logger,
  });
  cleanup.use(application);
  // After the core: whoever opens the store first brings it to this version.
  const stores = cleanup.use(await openStores({ dataFolder, stateUrl: config.STATE_URL }));
  const held = cleanup.move();
  return {
    ...stores,
    application,
    logger,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
