/**
 * A writer that asks a language model: one call, sentences read out of the reply while it is written, each with the
 * passages it names or, where it names none, those that hold most of its words. What comes out is unverified.
 */
import type { LanguageModel, TokenUsage } from "../../models/language-model.ts";
import { ModelError } from "../../models/model-error.ts";
import type { PromptTemplate } from "../../models/prompt-template.ts";
import type { Passage } from "../../passages/passage.ts";
import { wholeOf } from "../../passages/whole.ts";
import { createAttributor } from "./attribute.ts";
import { renderAnswerPrompt, type AnswerInputs } from "./prompt.ts";
import { createProseReader, type ProseEvent } from "./read-prose.ts";

/** A sentence of the model, and what it stands on. */
export type WrittenSentence = {
  readonly text: string;
  readonly passages: readonly Passage[];
  /** Facts that it rests on, in our words. */
  readonly facts: readonly string[];
  /** True when the model named no passage and code found them. */
  readonly attributed: boolean;
};

export type ProseWriterEvent =
  | { readonly kind: "sentence"; readonly sentence: WrittenSentence }
  /** Passages that speak for themselves: a listing, a table, a list. */
  | { readonly kind: "whole"; readonly passages: readonly Passage[] }
  /** A sentence that names no passage and is found in none. */
  | { readonly kind: "unfounded"; readonly text: string }
  /** A part of the question that the evidence does not cover. */
  | { readonly kind: "missing"; readonly text: string }
  /** The evidence does not answer the question, the model says. */
  | { readonly kind: "not-found" }
  /** The reply ended before the model had finished. */
  | { readonly kind: "broke-off" }
  /** The server says it read far less than it was sent: a context that is too small cuts prompts without a word. */
  | { readonly kind: "prompt-cut"; readonly read: number; readonly sent: number }
  | { readonly kind: "usage"; readonly usage: TokenUsage };

export type ProseTask = AnswerInputs & {
  /** Tokens that this call may read and write. */
  readonly tokens: number;
  readonly signal?: AbortSignal;
};

export interface ProseWriter {
  /** The model's name. */
  readonly name: string;
  /** Tokens that may be read and written for one answer, checks included (MODEL_TOKEN_BUDGET). */
  readonly tokenBudget: number;
  /** Throws `ModelError` when the endpoint fails; whatever the reply's form, it is read as far as it makes sense. */
  write(task: ProseTask): AsyncIterable<ProseWriterEvent>;
}

export type ProseWriterOptions = {
  readonly model: LanguageModel;
  /** `prompts/answer.md`, parsed. */
  readonly prompt: PromptTemplate;
  readonly tokenBudget: number;
};

/** Sentences of one answer; more are not read. */
export const MOST_SENTENCES = 14;
const MOST_NAMED = 8;
/** Models that think first write a few times what is shown. */
const OUTPUT_SHARE = 0.3;
const MAX_OUTPUT_TOKENS = 6000;
/** Share of a listing of the model's own that one of the pages' must hold to be shown in its place. */
const SAME_LISTING = 0.7;
/** Share of the estimated tokens of a long prompt below which the server has hardly read all of it; or it had part of it
 * in its cache and counts what was new, so this is told and nothing else. */
const LEAST_READ = 0.4;
const LONG_PROMPT = 2000;
/** A prompt that does not fit is sent again with this share of it, twice at most. */
const SMALLER = 0.5;
const MOST_CUTS = 2;

export function createProseWriter({ model, prompt, tokenBudget }: ProseWriterOptions): ProseWriter {
  /** Tokens that a prompt may have; less once the endpoint has refused one as too long. */
  let longest = Number.POSITIVE_INFINITY;

  async function* writeOnce(task: ProseTask): AsyncGenerator<ProseWriterEvent> {
    const maxOutputTokens = Math.min(MAX_OUTPUT_TOKENS, Math.floor(task.tokens * OUTPUT_SHARE));
    const most = Math.min(longest, task.tokens - maxOutputTokens);
    const { messages, passages, tokens } = renderAnswerPrompt(prompt, task, most);
    const reader = createProseReader();
    const understand = createUnderstanding(passages, task.facts);
    for await (const event of model.stream({
      messages,
      maxOutputTokens,
      ...(task.signal === undefined ? {} : { signal: task.signal }),
    })) {
      if (event.kind === "text") {
        yield* reader.push(event.text).flatMap(understand);
        continue;
      }
      yield* reader.end({ brokeOff: event.truncated }).flatMap(understand);
      if (event.truncated) yield { kind: "broke-off" };
      const { input } = event.usage;
      if (input > 0 && tokens > LONG_PROMPT && input < tokens * LEAST_READ) {
        yield { kind: "prompt-cut", read: input, sent: tokens };
      }
      yield { kind: "usage", usage: event.usage };
    }
  }

  return {
    name: model.name,
    tokenBudget,
    async *write(task) {
      for (let cuts = 0; ; cuts += 1) {
        try {
          return yield* writeOnce(task);
        } catch (error) {
          const isTooLong = error instanceof ModelError && error.code === "too-long";
          if (!isTooLong || cuts >= MOST_CUTS) throw error;
          longest = Math.floor(Math.min(longest, task.tokens * (1 - OUTPUT_SHARE)) * SMALLER);
        }
      }
    },
  };
}

/** Numbers as passages. */
function createUnderstanding(
  passages: readonly Passage[],
  facts: readonly string[],
): (event: ProseEvent) => readonly ProseWriterEvent[] {
  let attributor: ReturnType<typeof createAttributor> | undefined;
  let sentences = 0;
  const found = (text: string) => (attributor ??= createAttributor(passages)).passagesFor(text);
  const named = (numbers: readonly number[]) =>
    numbers.slice(0, MOST_NAMED).flatMap((number) => passages[number - 1] ?? []);
  return (event) => {
    switch (event.kind) {
      case "sentence": {
        if (sentences >= MOST_SENTENCES || !/[\p{L}\p{N}]/u.test(event.text)) return [];
        const own = named(event.numbers);
        const known = event.facts.flatMap((number) => facts[number - 1] ?? []);
        const isNamed = own.length > 0 || known.length > 0;
        const standing = isNamed ? own : found(event.text);
        if (!isNamed && standing.length === 0) return [{ kind: "unfounded", text: event.text }];
        sentences += 1;
        const sentence = {
          text: event.text,
          passages: standing,
          facts: known,
          attributed: !isNamed,
        };
        return [{ kind: "sentence", sentence }];
      }
      case "whole": {
        const wanted = named(event.numbers);
        return wanted.length === 0 ? [] : [{ kind: "whole", passages: wanted.flatMap(wholeOf) }];
      }
      case "listing": {
        const listings = passages.filter(({ kind }) => kind === "listing");
        const same = mostAlike(event.text, listings);
        return same === undefined ? [] : [{ kind: "whole", passages: [same] }];
      }
      case "missing":
        return [event];
      case "not-found":
        return [event];
    }
  };
}

/** The listing of a page that a model's own was made from. */
function mostAlike(text: string, listings: readonly Passage[]): Passage | undefined {
  const words = new Set(text.match(/[\p{L}\p{N}_]+/gu) ?? []);
  let best: { readonly passage: Passage; readonly share: number } | undefined;
  for (const passage of listings) {
    const held = new Set(
      passage.chunk.text.slice(passage.start, passage.end).match(/[\p{L}\p{N}_]+/gu) ?? [],
    );
    let shared = 0;
    for (const word of words) if (held.has(word)) shared += 1;
    const share = words.size === 0 ? 0 : shared / words.size;
    if (share >= SAME_LISTING && share > (best?.share ?? 0)) best = { passage, share };
  }
  return best?.passage;
}
