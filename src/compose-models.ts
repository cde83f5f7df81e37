/** Builds the models that the settings name. Loaded only when one is configured: the client is heavy. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type ClaimReader, createClaimReader } from "./writing/model/claim-reader.ts";
import { createModelWriter } from "./writing/model/model-writer.ts";
import {
  renderCheckPrompt,
  renderFollowUpPrompt,
  renderSearchPrompt,
} from "./writing/model/prompt.ts";
import { createSearchWords, type SearchWordsFinder } from "./writing/model/search-words.ts";
import type { Writer } from "./writing/writer.ts";
import type { Config } from "./config/schema.ts";
import { createModelResolver } from "./conversation/resolve-with-model.ts";
import type { EmbeddingModel } from "./models/embedding-model.ts";
import type { LanguageModel } from "./models/language-model.ts";
import {
  type EndpointOptions,
  openCompatibleEmbedding,
  openCompatibleModel,
} from "./models/openai-compatible.ts";
import { parsePrompt, type PromptTemplate } from "./models/prompt-template.ts";
import type { Logger } from "./observability/logger.ts";
import { systemClock } from "./platform/clock.ts";

const PROMPTS = path.resolve(import.meta.dirname, "../prompts");

/** The model named by OPENAI_MODEL; undefined without one, whatever else is set. */
export function openLanguageModel(config: Config, logger?: Logger): LanguageModel | undefined {
  if (config.OPENAI_MODEL === undefined) return undefined;
  return openCompatibleModel(endpoint(config, config.OPENAI_MODEL, logger));
}

/** The model named by OPENAI_EMBEDDING_MODEL; undefined without one. */
export function openEmbeddingModel(config: Config, logger?: Logger): EmbeddingModel | undefined {
  if (config.OPENAI_EMBEDDING_MODEL === undefined) return undefined;
  return openCompatibleEmbedding(endpoint(config, config.OPENAI_EMBEDDING_MODEL, logger));
}

export function openModelWriter(config: Config, model: LanguageModel): Writer {
  return createModelWriter({
    model,
    prompt: readPrompt("answer.md"),
    tokenBudget: config.MODEL_TOKEN_BUDGET,
  });
}

/** Asks the model for search words, in a fifth of the answer's time. */
export function openSearchWords(config: Config, model: LanguageModel): SearchWordsFinder {
  const prompt = readPrompt("search.md");
  return createSearchWords({
    model,
    render: (inputs) => renderSearchPrompt(prompt, inputs),
    deadlineMs: config.MODEL_DEADLINE_MS / 5,
  });
}

/** The second reader of claims, whatever MODEL_CHECKS_CLAIMS says. */
export function openClaimReader(config: Config, model: LanguageModel): ClaimReader {
  const prompt = readPrompt("check.md");
  return createClaimReader({
    model,
    render: (inputs) => renderCheckPrompt(prompt, inputs),
    tokenBudget: config.MODEL_TOKEN_BUDGET,
  });
}

/** Resolves follow-ups by rules, and asks the model, in a third of the answer's time, where they are unsure. */
export function openFollowUpResolver(
  config: Config,
  model: LanguageModel,
  logger: Logger,
): ReturnType<typeof createModelResolver> {
  const prompt = readPrompt("follow-up.md");
  return createModelResolver({
    model,
    render: (inputs) => renderFollowUpPrompt(prompt, inputs),
    deadlineMs: config.MODEL_DEADLINE_MS / 3,
    onFallback: (reason) => logger.warn("follow-up-model-failed", { reason }),
  });
}

/** A prompt of `prompts/`, checked. Throws `PromptError`. */
export function readPrompt(file: string): PromptTemplate {
  return parsePrompt(readFileSync(path.join(PROMPTS, file), "utf8"), `prompts/${file}`);
}

function endpoint(config: Config, model: string, logger: Logger | undefined): EndpointOptions {
  return {
    baseUrl: config.OPENAI_BASE_URL,
    model,
    ...(config.OPENAI_API_KEY === undefined ? {} : { apiKey: config.OPENAI_API_KEY }),
    clock: systemClock,
    random: Math.random,
    ...(logger === undefined ? {} : { logger }),
  };
}
