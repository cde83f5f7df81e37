/**
 * A model as judge of what words cannot tell: whether a fact is covered, a forbidden statement asserted, a claim
 * supported by its quote. One question a call, answered yes or no; `calibrate.ts` says how far to trust it.
 */
import type { LanguageModel, ModelMessage } from "../src/models/language-model.ts";
import { escapeTags, type PromptTemplate, renderPrompt } from "../src/models/prompt-template.ts";

export const CHECKS = ["fact", "forbidden", "support"] as const;
export type Check = (typeof CHECKS)[number];

/** `undefined`: the reply was neither yes nor no. */
export type Verdict = "yes" | "no" | undefined;

export type JudgeQuestion =
  | { readonly check: "fact"; readonly fact: string; readonly answer: string }
  | { readonly check: "forbidden"; readonly statement: string; readonly answer: string }
  | { readonly check: "support"; readonly claim: string; readonly quote: string };

export type JudgePrompts = Readonly<Record<Check, PromptTemplate>>;

/** The tags that the prompts put material between. */
const TAGS = ["fact", "answer", "statement", "claim", "quote"];

/** The prompt with its places filled; what is filled in cannot close the element it stands in. */
export function judgeMessages(
  prompts: JudgePrompts,
  { check, ...material }: JudgeQuestion,
): readonly ModelMessage[] {
  const values = Object.fromEntries(
    Object.entries(material).map(([name, text]) => [name, escapeTags(text, TAGS)]),
  );
  return renderPrompt(prompts[check], values);
}

/** "Yes.", "**no**", `{"verdict": "yes"}`: the first yes or no that stands alone; after a model's thinking only. */
export function readVerdict(reply: string): Verdict {
  const text = reply.replaceAll(/<think>[\s\S]*?<\/think>/g, "").toLowerCase();
  const found = /(?<![a-z])(yes|no)(?![a-z])/.exec(text)?.[1];
  return found === "yes" || found === "no" ? found : undefined;
}

/** Room for a model that thinks before it answers. */
const OUTPUT_TOKENS = 512;

export type Judge = {
  readonly name: string;
  ask(question: JudgeQuestion, signal?: AbortSignal): Promise<Verdict>;
};

/** Throws `ModelError` from `ask` when the endpoint fails for good. */
export function createJudge(model: LanguageModel, prompts: JudgePrompts): Judge {
  return {
    name: model.name,
    async ask(question, signal) {
      let reply = "";
      for await (const event of model.stream({
        messages: judgeMessages(prompts, question),
        maxOutputTokens: OUTPUT_TOKENS,
        ...(signal === undefined ? {} : { signal }),
      })) {
        if (event.kind === "text") reply += event.text;
      }
      return readVerdict(reply);
    },
  };
}
