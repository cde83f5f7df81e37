/**
 * The second reader: a model asked, for one claim at a time, whether its quotes say it. One small structured call; the
 * reply settles how the claim is shown and nothing else, so whatever it holds beside a yes or no is for the receipt.
 */
import { z } from "zod";
import type { LanguageModel, ModelMessage, TokenUsage } from "../../models/language-model.ts";
import { estimateTokens } from "../../models/prompt-template.ts";
import { LateReplyError, readObjectReply } from "../../models/read-reply.ts";
import { findLink } from "../../verification/links.ts";
import type { CheckedQuote } from "./prompt.ts";

export type CheckedClaim = {
  readonly claim: string;
  readonly quotes: readonly CheckedQuote[];
};

export type ClaimReaderOptions = {
  readonly model: LanguageModel;
  /** The prompt with its inputs filled in; escaping of tags is its part. */
  readonly render: (inputs: CheckedClaim) => readonly ModelMessage[];
  /** Tokens that a model may read and write for one answer, whatever they are for (MODEL_TOKEN_BUDGET). */
  readonly tokenBudget: number;
};

/** What the reader says of a claim; "unread" when it could not say anything. */
export type Reading =
  | { readonly kind: "carried" }
  /** `wrong`: what differs, in a few words of the model's; may be empty. */
  | { readonly kind: "not-carried"; readonly wrong: string }
  | {
      readonly kind: "unread";
      readonly why: "late" | "malformed" | "failed" | "no tokens left" | "no checks left";
    };

export type ReadOutcome = { readonly reading: Reading; readonly usage: TokenUsage | undefined };

export type ClaimReader = {
  /** The model's name, for receipts. */
  readonly name: string;
  readonly tokenBudget: number;
  /** Tokens that reading this claim costs at most, estimated. */
  mostTokens(claim: CheckedClaim): number;
  /** Reads within `deadlineMs`. Throws only the reason of `signal`. */
  read(
    claim: CheckedClaim,
    limits: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<ReadOutcome>;
};

const MAX_OUTPUT_TOKENS = 120;
const MAX_WRONG_CHARACTERS = 120;

const Reply = z.object({ carried: z.boolean(), wrong: z.string().catch("") });

/** What differs is written before the verdict, so that the verdict is given over it. */
const SCHEMA = {
  name: "check",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["wrong", "carried"],
    properties: { wrong: { type: "string" }, carried: { type: "boolean" } },
  },
} as const;

export function createClaimReader(options: ClaimReaderOptions): ClaimReader {
  const { model, render, tokenBudget } = options;
  return {
    name: model.name,
    tokenBudget,
    mostTokens(claim) {
      const read = render(claim).reduce((sum, { content }) => sum + estimateTokens(content), 0);
      return read + MAX_OUTPUT_TOKENS;
    },
    async read(claim, { deadlineMs, signal }) {
      signal?.throwIfAborted();
      const request = {
        messages: render(claim),
        schema: SCHEMA,
        maxOutputTokens: MAX_OUTPUT_TOKENS,
        ...(signal === undefined ? {} : { signal }),
      };
      try {
        const { value, usage } = await readObjectReply(model, request, deadlineMs);
        return { reading: readingOf(value), usage };
      } catch (error) {
        signal?.throwIfAborted();
        const why = error instanceof LateReplyError ? "late" : "failed";
        return { reading: { kind: "unread", why }, usage: undefined };
      }
    },
  };
}

function readingOf(value: unknown): Reading {
  const reply = Reply.safeParse(value);
  if (!reply.success) return { kind: "unread", why: "malformed" };
  const { carried, wrong } = reply.data;
  return carried ? { kind: "carried" } : { kind: "not-carried", wrong: cleaned(wrong) };
}

/** A model's remark as one short line without control characters and addresses. */
function cleaned(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  if (findLink(line) !== undefined) return "";
  return line.length <= MAX_WRONG_CHARACTERS
    ? line
    : `${line.slice(0, MAX_WRONG_CHARACTERS - 1).trimEnd()}\u2026`;
}
