/** Builds the models that the settings name. Loaded only when one is configured: the client is heavy. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ModelParts } from "./answering/parts.ts";
import { createChecker, type Checker } from "./verification/checker.ts";
import { createProseWriter } from "./writing/model/model-writer.ts";
import { renderFollowUpPrompt, renderSearchPrompt } from "./writing/model/prompt.ts";
import { createSearchWords, type SearchWordsFinder } from "./writing/model/search-words.ts";
import type { Config } from "./config/schema.ts";
import { createModelResolver } from "./conversation/resolve-with-model.ts";
import type { EmbeddingModel } from "./models/embedding-model.ts";
import type { LanguageModel } from "./models/language-model.ts";
import { meteredModel, type ModelUse } from "./models/metered-model.ts";
import {
  type EndpointOptions,
  openCompatibleEmbedding,
  openCompatibleModel,
} from "./models/openai-compatible.ts";
import { parsePrompt, type PromptTemplate } from "./models/prompt-template.ts";
import type { Logger } from "./observability/logger.ts";
import type { Metrics } from "./observability/metrics.ts";
import { type Clock, systemClock } from "./platform/clock.ts";

const LEAST_SILENCE_MS = 60_000;
const PROMPTS = path.resolve(import.meta.dirname, "../prompts");

/** The model named by OPENAI_MODEL; undefined without one, whatever else is set. */
export function openLanguageModel(config: Config, logger?: Logger): LanguageModel | undefined {
  if (config.OPENAI_MODEL === undefined) return undefined;
  return openCompatibleModel(endpoint(config, config.OPENAI_MODEL, logger));
}

/** The model named by OPENAI_EMBEDDING_MODEL; undefined without one. */
export function openEmbeddingModel(config: Config, logger?: Logger): EmbeddingModel | undefined {
  if (config.OPENAI_EMBEDDING_MODEL === undefined) return undefined;
  const { silenceMs: _ours, ...options } = endpoint(config, config.OPENAI_EMBEDDING_MODEL, logger);
  return openCompatibleEmbedding(options);
}

/** Where calls are counted. */
export type Measured = { readonly metrics: Metrics; readonly clock: Clock };

/** All that answers with a model need; `isTrusted` tells whether the checker's word is taken. */
export function openModelParts(
  config: Config,
  model: LanguageModel,
  checker: Checker,
  isTrusted: () => boolean,
  measured: Measured,
): ModelParts {
  return {
    writer: createProseWriter({
      model: counted(config, model, "answer", measured),
      prompt: readPrompt("answer.md"),
      tokenBudget: config.MODEL_TOKEN_BUDGET,
    }),
    checker,
    isTrusted,
    searchWords: openSearchWords(config, counted(config, model, "search-words", measured)),
    deadlineMs: config.MODEL_DEADLINE_MS,
  };
}

/** The checker: the model named by OPENAI_CHECKER_MODEL, else the one that writes. */
export function openChecker(
  config: Config,
  model: LanguageModel,
  logger?: Logger,
  measured?: Measured,
): Checker {
  const name = config.OPENAI_CHECKER_MODEL;
  const checking =
    name === undefined || name === config.OPENAI_MODEL
      ? model
      : openCompatibleModel(endpoint(config, name, logger));
  return createChecker({
    model: measured === undefined ? checking : counted(config, checking, "check", measured),
    prompt: readPrompt("check.md"),
  });
}

/** Asks the model for search words, in a fifth of the answer's time. */
function openSearchWords(config: Config, model: LanguageModel): SearchWordsFinder {
  const prompt = readPrompt("search.md");
  return createSearchWords({
    model,
    render: (inputs) => renderSearchPrompt(prompt, inputs),
    deadlineMs: config.MODEL_DEADLINE_MS / 5,
  });
}

/** Resolves follow-ups by the model, in a third of the answer's time; one whose word is not taken helps the rules only. */
export function openFollowUpResolver(
  config: Config,
  model: LanguageModel,
  isTrusted: () => boolean,
  logger: Logger,
  measured: Measured,
): ReturnType<typeof createModelResolver> {
  const prompt = readPrompt("follow-up.md");
  return createModelResolver({
    model: counted(config, model, "follow-up", measured),
    render: (inputs) => renderFollowUpPrompt(prompt, inputs),
    deadlineMs: config.MODEL_DEADLINE_MS / 3,
    isTrusted,
    onFallback: (reason) => logger.warn("follow-up-model-failed", { reason }),
  });
}

/** A prompt of `prompts/`, checked. Throws `PromptError`. */
export function readPrompt(file: string): PromptTemplate {
  return parsePrompt(readFileSync(path.join(PROMPTS, file), "utf8"), `prompts/${file}`);
}

function counted(
  config: Config,
  model: LanguageModel,
  use: ModelUse,
  measured: Measured,
): LanguageModel {
  return meteredModel(model, { ...measured, use, price: config.MODEL_PRICES.get(model.name) });
}

function endpoint(config: Config, model: string, logger: Logger | undefined): EndpointOptions {
  return {
    baseUrl: config.OPENAI_BASE_URL,
    model,
    ...(config.OPENAI_API_KEY === undefined ? {} : { apiKey: config.OPENAI_API_KEY }),
    clock: systemClock,
    random: Math.random,
    // Who allows an answer more time allows a silence as long.
    silenceMs: Math.max(LEAST_SILENCE_MS, config.MODEL_DEADLINE_MS),
    ...(logger === undefined ? {} : { logger }),
  };
}
