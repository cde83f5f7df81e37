/**
 * A question in the words of the documentation, asked of the model when a search is undecided: one small structured
 * call. What people call "phoning home" a page calls telemetry, and no search by words bridges that.
 */
import { z } from "zod";
import type { LanguageModel, ModelMessage, TokenUsage } from "../../models/language-model.ts";
import { LateReplyError, readObjectReply } from "../../models/read-reply.ts";
import { findLink } from "../../documents/links.ts";

export type SearchWordsOptions = {
  readonly model: LanguageModel;
  /** The prompt with its inputs filled in; escaping of tags is its part. */
  readonly render: (inputs: {
    readonly product: string;
    readonly question: string;
  }) => readonly ModelMessage[];
  /** Milliseconds for the call; the search goes on without its words after that. */
  readonly deadlineMs: number;
};

export type SearchWords = {
  /** Undefined when the reply was late, could not be read or holds nothing to search for. */
  readonly words: string | undefined;
  readonly usage: TokenUsage | undefined;
  /** Why there are no words: for the receipt. */
  readonly failed?: "error" | "deadline" | "malformed";
};

export type SearchWordsFinder = {
  /** The model's name, for receipts. */
  readonly name: string;
  /** Throws only the reason of `signal`. */
  find(
    inputs: { readonly product: string; readonly question: string },
    signal?: AbortSignal,
  ): Promise<SearchWords>;
};

const MAX_OUTPUT_TOKENS = 200;
const MAX_CHARACTERS = 300;
/** More is a text and not search words. */
const MAX_WORDS = 40;

const Reply = z.object({ search: z.string().trim().min(1).max(MAX_CHARACTERS) });

const SCHEMA = {
  name: "search",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["search"],
    properties: { search: { type: "string" } },
  },
} as const;

export function createSearchWords(options: SearchWordsOptions): SearchWordsFinder {
  return {
    name: options.model.name,
    async find(inputs, signal) {
      const request = {
        messages: options.render(inputs),
        schema: SCHEMA,
        maxOutputTokens: MAX_OUTPUT_TOKENS,
        ...(signal === undefined ? {} : { signal }),
      };
      try {
        const { value, usage } = await readObjectReply(options.model, request, options.deadlineMs);
        const reply = Reply.safeParse(value);
        const words = reply.success ? reply.data.search.replaceAll(/\s+/gu, " ") : "";
        return isSearchable(words)
          ? { words, usage }
          : { words: undefined, usage, failed: "malformed" };
      } catch (error) {
        signal?.throwIfAborted();
        const failed = error instanceof LateReplyError ? "deadline" : "error";
        return { words: undefined, usage: undefined, failed };
      }
    },
  };
}

function isSearchable(words: string): boolean {
  return (
    /[\p{L}\p{N}]{2}/u.test(words) &&
    words.toLowerCase() !== "null" &&
    words.split(" ").length <= MAX_WORDS &&
    findLink(words) === undefined
  );
}
