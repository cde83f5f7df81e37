/**
 * A writer that asks a language model: one call, claims read out of the reply while it is written. What the model
 * proposes is as unverified as any draft; what it gets wrong in form is read as far as it makes sense.
 */
import { z } from "zod";
import { Aspect } from "../../documents/answer.ts";
import type { Chunk } from "../../documents/chunk.ts";
import type { LanguageModel } from "../../models/language-model.ts";
import { ModelError } from "../../models/model-error.ts";
import type { PromptTemplate } from "../../models/prompt-template.ts";
import { createStructuredStream, type FoundObject } from "../../models/structured-stream.ts";
import { coverage } from "../../verification/claim-support.ts";
import { judgeClaim } from "../../verification/claim-verdict.ts";
import { renderAnswerPrompt } from "./prompt.ts";
import { findLink } from "../../verification/links.ts";
import type { Draft, Writer, WriterEvent, WritingTask } from "../writer.ts";

export type ModelWriterOptions = {
  readonly model: LanguageModel;
  /** `prompts/answer.md`, parsed. */
  readonly prompt: PromptTemplate;
  /** Tokens that may be read and written for one answer, a second round included (MODEL_TOKEN_BUDGET). */
  readonly tokenBudget: number;
};

/** Sent to endpoints that take a schema. Strict subset: every property required, nothing beside them. */
export const REPLY_SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["claims", "missing", "search"],
  properties: {
    claims: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["text", "aspect", "quotes"],
        properties: {
          text: { type: "string" },
          aspect: { type: "string", enum: Aspect.options },
          quotes: {
            type: "array",
            items: {
              type: "object",
              additionalProperties: false,
              required: ["source", "text"],
              properties: { source: { type: "integer" }, text: { type: "string" } },
            },
          },
        },
      },
    },
    missing: { type: "array", items: { type: "string" } },
    search: { type: ["string", "null"] },
  },
} as const;

/** Claims of one answer; more are not read. */
export const MOST_CLAIMS = 12;
const MOST_QUOTES = 6;
const MOST_MISSING = 5;
const MAX_MISSING_CHARACTERS = 120;
/** Share of the words of what is missing that must be the question's. */
const LEAST_ASKED = 0.5;
const MAX_SEARCH_CHARACTERS = 300;
/** Shares of the budget: the first round, the second, and what of each may be written. */
const FIRST_ROUND = 0.6;
const SECOND_ROUND = 0.4;
const OUTPUT_SHARE = 0.3;
const MAX_OUTPUT_TOKENS = 2000;

const Words = z.string().trim().min(1);
/** `2`, `"2"`, `"[2]"`, `"source 2"`. */
const SourceNumber = z
  .union([z.number(), z.string().transform((value) => Number(/\d+/.exec(value)?.[0] ?? "0"))])
  .pipe(z.int().min(1));

const QuoteReply = z
  .union([
    z.object({
      text: Words.optional(),
      quote: Words.optional(),
      source: SourceNumber.optional().catch(undefined),
      number: SourceNumber.optional().catch(undefined),
    }),
    Words.transform((text) => ({ text, quote: undefined, source: undefined, number: undefined })),
  ])
  .transform(({ text, quote, source, number }) => ({
    text: text ?? quote ?? "",
    source: source ?? number,
  }));

const ClaimReply = z.object({
  text: Words.optional(),
  claim: Words.optional(),
  statement: Words.optional(),
  aspect: z.string().optional().catch(undefined),
  source: SourceNumber.optional().catch(undefined),
  quotes: z.union([z.array(z.unknown()), QuoteReply.transform((quote) => [quote])]).optional(),
  quote: z.unknown().optional(),
});

function readClaim(value: unknown, sources: readonly Chunk[]): Draft | undefined {
  const reply = ClaimReply.safeParse(value);
  if (!reply.success) return undefined;
  const { text, claim, statement, aspect, source, quotes, quote } = reply.data;
  const said = text ?? claim ?? statement;
  const given = quotes ?? (quote === undefined ? undefined : [quote]);
  if (said === undefined || given === undefined) return undefined;
  return {
    text: said,
    aspect: Aspect.catch("other").parse(aspect?.trim().toLowerCase()),
    quotes: given.slice(0, MOST_QUOTES).flatMap((each) => {
      const read = QuoteReply.safeParse(each);
      if (!read.success || read.data.text === "") return [];
      const number = read.data.source ?? source;
      // Without a number every source is searched; a number that does not exist is refused by name.
      const chunkId = number === undefined ? sources[0]?.id : sources[number - 1]?.id;
      return [{ chunkId: chunkId ?? `source ${number ?? "?"}`, text: read.data.text }];
    }),
  };
}

/**
 * What is missing is shown without a quote, so it may only repeat the question: most of its words are the asker's, and
 * nothing in it can be followed.
 */
function isAsked(text: string, question: string): boolean {
  return (
    text.length <= MAX_MISSING_CHARACTERS &&
    findLink(text) === undefined &&
    coverage(text, [question]) >= LEAST_ASKED
  );
}

const isClaim = ({ value }: FoundObject) =>
  ("quotes" in value || "quote" in value) &&
  ("text" in value || "claim" in value || "statement" in value);

/** Tokens that the writer reads and writes at most for one round of an answer. */
export function roundTokens(
  tokenBudget: number,
  { maySearchAgain }: Pick<WritingTask, "maySearchAgain">,
): number {
  return Math.floor(tokenBudget * (maySearchAgain ? FIRST_ROUND : SECOND_ROUND));
}

/** A writer over `model`. Throws `ModelError` when the endpoint fails or its reply holds nothing that can be read. */
export function createModelWriter(options: ModelWriterOptions): Writer {
  const { model, prompt, tokenBudget } = options;

  return {
    kind: "model",
    name: model.name,
    async *write(task: WritingTask): AsyncGenerator<WriterEvent> {
      const share = roundTokens(tokenBudget, task);
      const maxOutputTokens = Math.min(MAX_OUTPUT_TOKENS, Math.floor(share * OUTPUT_SHARE));
      const { messages, sources } = renderAnswerPrompt(prompt, task, share - maxOutputTokens);
      const stream = createStructuredStream();
      const seen = new Set<string>();
      let claims = 0;
      let root: Readonly<Record<string, unknown>> | undefined;
      let characters = 0;

      const read = (objects: readonly FoundObject[]): WriterEvent[] => {
        const drafts: WriterEvent[] = [];
        const take = (value: unknown) => {
          const draft = readClaim(value, sources);
          if (draft === undefined || claims >= MOST_CLAIMS || seen.has(draft.text)) return;
          seen.add(draft.text);
          claims += 1;
          drafts.push({ kind: "draft", draft });
        };
        for (const found of objects) {
          if (isClaim(found)) take(found.value);
          else if ("claims" in found.value || "missing" in found.value || "search" in found.value) {
            root = { ...root, ...found.value };
            // Claims of a reply that could only be read as a whole.
            if (Array.isArray(found.value["claims"])) found.value["claims"].forEach(take);
          }
        }
        return drafts;
      };

      // The rules compile their patterns on first use: better while the model reads the prompt than after its first claim.
      setImmediate(() => judgeClaim(task.question, [task.question]));
      for await (const event of model.stream({
        messages,
        schema: { name: "answer", schema: REPLY_SCHEMA },
        maxOutputTokens,
        ...(task.signal === undefined ? {} : { signal: task.signal }),
      })) {
        if (event.kind === "text") {
          characters += event.text.length;
          yield* read(stream.push(event.text));
          continue;
        }
        yield* read(stream.end());
        yield { kind: "usage", model: model.name, usage: event.usage };
      }

      if (claims === 0 && root === undefined) {
        throw new ModelError("bad-reply", "The model's reply could not be read.", {
          facts: { model: model.name, characters: String(characters) },
        });
      }
      const missing = z.array(Words).catch([]).parse(root?.["missing"]);
      for (const text of missing
        .filter((each) => isAsked(each, task.question))
        .slice(0, MOST_MISSING)) {
        yield { kind: "missing", text };
      }
      if (claims > 0) return;
      const query = Words.safeParse(root?.["search"]);
      if (task.maySearchAgain && query.success && query.data.toLowerCase() !== "null") {
        yield { kind: "search-again", query: query.data.slice(0, MAX_SEARCH_CHARACTERS) };
        return;
      }
      yield { kind: "not-found" };
    },
  };
}
