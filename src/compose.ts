/** The one place that builds concrete parts and joins them to an application. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { type ApplicationParts, createApplication } from "./answering/answer-question.ts";
import { ANSWER_METRICS, meteredApplication } from "./answering/metered-application.ts";
import type { Application } from "./answering/application.ts";
import { createExtractiveWriter } from "./writing/extractive/extractive-writer.ts";
import type { ModelParts } from "./answering/parts.ts";
import { openTrustRecord } from "./trust-record.ts";
import {
  isTrustworthy,
  type Standing,
  standingText,
  tryChecker,
} from "./verification/checker-trust.ts";
import type { Config } from "./config/schema.ts";
import { indexFolder, openConfiguredIndex } from "./configured-index.ts";
import { createLogger } from "./configured-logger.ts";
import { openStores, storesOf } from "./configured-state.ts";
import type { ConversationStore } from "./conversation/conversation-store.ts";
import { resolveFollowUp } from "./conversation/resolve-follow-up.ts";
import { STATE_FILE } from "./state/schema.ts";
import type { ReviewedAnswerStore } from "./state/reviewed-answers.ts";
import { openSqliteEngine } from "./state/sqlite-engine.ts";
import type { EmbeddingModel } from "./models/embedding-model.ts";
import { MODEL_METRICS } from "./models/metered-model.ts";
import { createMetrics, type Metrics } from "./observability/metrics.ts";
import type { Logger } from "./observability/logger.ts";
import { startCheckpoints } from "./platform/checkpoints.ts";
import { systemClock } from "./platform/clock.ts";
import { prepareDataFolder } from "./platform/data-folder.ts";
import { describeError } from "./platform/errors.ts";
import { meteredRetriever, RETRIEVAL_METRICS } from "./retrieval/metered-retriever.ts";
import { createRetriever } from "./retrieval/retrieve.ts";
import type { Retriever } from "./retrieval/retriever.ts";
import { createStandbyRetriever } from "./retrieval/standby.ts";
import type { ChunkIndex } from "./store/chunk-index.ts";
import { openIndex } from "./store/open-index.ts";

/** Folder of the demo's own index and conversations, inside the data folder. */
export const DEMO_FOLDER = "demo";

const MS_A_DAY = 86_400_000;

export type ComposeOptions = {
  readonly config: Config;
  /** Use the demo's index when the live one does not exist (and is not on a server). */
  readonly demoIndexIfNoOther?: boolean;
  /** Keep conversations in memory only: for the demo and for evaluation. */
  readonly forgetful?: boolean;
  /** False: extractive answers even when a model is configured. */
  readonly useModel?: boolean;
  /** Answer from this index (a version that is not live yet) and not from the configured one; the caller closes it. */
  readonly index?: ChunkIndex;
  readonly logger?: Logger;
};

export type Composed = AsyncDisposable & {
  readonly application: Application;
  readonly index: ChunkIndex;
  readonly retriever: Retriever;
  readonly store: ConversationStore;
  readonly reviewed: ReviewedAnswerStore;
  readonly logger: Logger;
  /** What answering took, cost and refused since this was composed. */
  readonly metrics: Metrics;
  readonly dataFolder: string;
  readonly usesDemoIndex: boolean;
  /** Name of the model that writes, or "extractive". */
  readonly writerName: string;
  /**
   * Has a checker that was never tried judge the bundled pairs, and keeps the outcome: until then its word is not taken.
   * At once when it is known or there is no model. Throws only the reason of the signal; a failing endpoint is logged.
   */
  readonly judgeChecker: (
    signal: AbortSignal,
    onProgress?: (done: number, all: number) => void,
  ) => Promise<void>;
};

export async function compose(options: ComposeOptions): Promise<Composed> {
  const { config } = options;
  const logger = options.logger ?? createLogger(config);
  const dataFolder = prepareDataFolder(config.DATA_DIR);
  const demoFolder = path.join(dataFolder, DEMO_FOLDER);
  const usesDemoIndex =
    options.demoIndexIfNoOther === true &&
    config.QDRANT_URL === undefined &&
    !existsSync(indexFolder(dataFolder)) &&
    existsSync(indexFolder(demoFolder));
  const index =
    options.index ?? (await openConfiguredIndex(config, usesDemoIndex ? demoFolder : dataFolder));
  const metrics = createMetrics({ ...ANSWER_METRICS, ...RETRIEVAL_METRICS, ...MODEL_METRICS });
  const measured = { metrics, clock: systemClock };
  const models = await openModels(options, dataFolder, logger, metrics);
  const { conversations: store, reviewed } =
    options.forgetful === true
      ? storesOf(openSqliteEngine(":memory:"))
      : await openStores({ dataFolder, stateUrl: config.STATE_URL });
  const searching = {
    clock: systemClock,
    ...(models.embedding === undefined ? {} : { embeddingModel: models.embedding }),
  };
  // Files of an ingest that ran without the server, or a copy of its index, answer while the server is down.
  const standby =
    options.index === undefined && config.QDRANT_URL !== undefined
      ? await openIndex({ folder: indexFolder(dataFolder) })
      : undefined;
  const configured = createRetriever({ index, ...searching });
  const retriever = meteredRetriever(
    standby === undefined
      ? configured
      : createStandbyRetriever({
          primary: configured,
          standby: createRetriever({ index: standby, ...searching }),
          clock: systemClock,
          logger,
        }),
    measured,
  );
  const answering = createApplication({
    retriever,
    store,
    extractiveWriter: createExtractiveWriter(),
    ...(models.model === undefined ? {} : { model: models.model }),
    reviewed,
    resolve: models.resolve ?? (async (input) => resolveFollowUp(input)),
    clock: systemClock,
    logger,
    newId: randomUUID,
  });
  const application = meteredApplication(answering, measured);
  return {
    application,
    index,
    retriever,
    store,
    reviewed,
    logger,
    metrics,
    dataFolder,
    usesDemoIndex,
    writerName: models.model?.writer.name ?? "extractive",
    judgeChecker: models.judgeChecker,
    async [Symbol.asyncDispose]() {
      await application[Symbol.asyncDispose]();
      await standby?.[Symbol.asyncDispose]();
      if (options.index === undefined) await index[Symbol.asyncDispose]();
    },
  };
}

/** Deletes the turns that are older than the retention setting; returns how many. */
export function forgetOldTurns(store: ConversationStore, config: Config): Promise<number> {
  const oldest = systemClock.now() - config.CONVERSATION_RETENTION_DAYS * MS_A_DAY;
  return store.deleteBefore(new Date(oldest).toISOString());
}

/**
 * What a process that keeps running does for the store, for as long as the result is not disposed of: deletes old turns
 * now and once a day, and keeps the log of a store in a file short.
 */
export function tendStore(
  { store, logger, dataFolder }: Composed,
  config: Config,
): AsyncDisposable {
  const checkpoints =
    config.STATE_URL === undefined
      ? startCheckpoints(path.join(dataFolder, STATE_FILE))
      : undefined;
  const forget = () => {
    forgetOldTurns(store, config).catch((error: unknown) => {
      logger.error("retention-failed", { reason: describeError(error) });
    });
  };
  forget();
  const timer = setInterval(forget, MS_A_DAY);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await checkpoints?.[Symbol.asyncDispose]();
    },
  };
}

type Models = {
  readonly model?: ModelParts;
  /** Asks the model about follow-ups that the rules leave open. */
  readonly resolve?: ApplicationParts["resolve"];
  readonly embedding?: EmbeddingModel;
  readonly judgeChecker: Composed["judgeChecker"];
};

/** The configured models; the client is not even loaded when there are none. */
async function openModels(
  options: ComposeOptions,
  dataFolder: string,
  logger: Logger,
  metrics: Metrics,
): Promise<Models> {
  const { config } = options;
  const judgeChecker = async () => {};
  const wantsModel = options.useModel !== false && config.OPENAI_MODEL !== undefined;
  if (!wantsModel && config.OPENAI_EMBEDDING_MODEL === undefined) return { judgeChecker };
  const {
    openChecker,
    openEmbeddingModel,
    openFollowUpResolver,
    openLanguageModel,
    openModelParts,
  } = await import("./compose-models.ts");
  const model = wantsModel ? openLanguageModel(config, logger) : undefined;
  const embedding = openEmbeddingModel(config, logger);
  const searching = embedding === undefined ? {} : { embedding };
  if (model === undefined) return { ...searching, judgeChecker };
  const measured = { metrics, clock: systemClock };
  const checker = openChecker(config, model, logger, measured);
  const record = openTrustRecord(dataFolder);
  let standing: Standing | undefined = record.standing(checker);
  const isTrusted = () => standing !== undefined && isTrustworthy(standing);
  return {
    ...searching,
    model: openModelParts(config, model, checker, isTrusted, measured),
    resolve: openFollowUpResolver(config, model, isTrusted, logger, measured),
    async judgeChecker(signal, onProgress) {
      standing ??= record.standing(checker);
      if (standing !== undefined) return;
      try {
        standing = await tryChecker(checker, {
          signal,
          ...(onProgress === undefined ? {} : { onProgress }),
        });
        record.keep(checker, standing);
        logger.info("checker-judged", { model: checker.name, outcome: standingText(standing) });
      } catch (error) {
        signal.throwIfAborted();
        logger.warn("checker-not-judged", { model: checker.name, reason: describeError(error) });
      }
    },
  };
}
