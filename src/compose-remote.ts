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
import type { Logger } from "./observability/logger.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";

export type ComposedRemotely = AsyncDisposable & {
  readonly application: RemoteApplication;
  readonly logger: Logger;
  readonly dataFolder: string;
};

/** Rejects with what the core says when it cannot start: a folder that cannot be used, a database that is damaged. */
export async function composeRemotely({
  config,
}: {
  readonly config: Config;
}): Promise<ComposedRemotely> {
  const logger = createLogger(config);
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  const application = await startRemoteApplication({
    open: () =>
      new Worker(new URL("compose-worker.ts", import.meta.url), { workerData: { config } }),
    logger,
  });
  return {
    application,
    logger,
    dataFolder,
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}
