/** The judge that the settings name, with the prompts of this version. */
import { openLanguageModel, readPrompt } from "../src/compose-models.ts";
import { createLogger } from "../src/configured-logger.ts";
import type { Config } from "../src/config/schema.ts";
import { UsageError } from "../src/platform/errors.ts";
import { createJudge, type Judge } from "./judge.ts";

/** Throws `UsageError` when no model is configured, `PromptError` when a prompt cannot be used. */
export function openJudge(config: Config): Judge {
  const model = openLanguageModel(config, createLogger(config));
  if (model === undefined) {
    throw new UsageError(
      "A judge needs a model.",
      "Set OPENAI_MODEL, and OPENAI_BASE_URL for another endpoint than OpenAI's.",
    );
  }
  return createJudge(model, {
    fact: readPrompt("judge-fact.md"),
    forbidden: readPrompt("judge-forbidden.md"),
    support: readPrompt("judge-support.md"),
  });
}
