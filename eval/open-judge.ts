/** The judge that the settings name, with the prompts of this version. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../src/config/schema.ts";
import { openCompatibleModel } from "../src/models/openai-compatible.ts";
import { parsePrompt } from "../src/models/prompt-template.ts";
import { systemClock } from "../src/platform/clock.ts";
import { UsageError } from "../src/platform/errors.ts";
import { createJudge, type Check, type Judge } from "./judge.ts";

/** Throws `UsageError` when no model is configured, `PromptError` when a prompt cannot be used. */
export function openJudge(config: Config): Judge {
  if (config.OPENAI_MODEL === undefined) {
    throw new UsageError(
      "A judge needs a model.",
      "Set OPENAI_MODEL, and OPENAI_BASE_URL for another endpoint than OpenAI's.",
    );
  }
  const model = openCompatibleModel({
    baseUrl: config.OPENAI_BASE_URL,
    model: config.OPENAI_MODEL,
    ...(config.OPENAI_API_KEY === undefined ? {} : { apiKey: config.OPENAI_API_KEY }),
    clock: systemClock,
    random: Math.random,
  });
  const prompt = (check: Check) => {
    const file = path.join(import.meta.dirname, "..", "prompts", `judge-${check}.md`);
    return parsePrompt(readFileSync(file, "utf8"), path.basename(file));
  };
  return createJudge(model, {
    fact: prompt("fact"),
    forbidden: prompt("forbidden"),
    support: prompt("support"),
  });
}
