/**
 * A follow-up read by a model: one small structured call over the thread with our statements numbered, checked against
 * that thread, and the rules' reading when the reply is late, malformed or says what nobody said. A model whose word is
 * not taken is asked only where the rules are unsure.
 */
import { z } from "zod";
import type { LanguageModel, ModelMessage } from "../models/language-model.ts";
import { LateReplyError, readObjectReply } from "../models/read-reply.ts";
import { countWords } from "../documents/text.ts";
import { isFixed, type Conversation, type Resolution, type StatementId } from "./conversation.ts";
import { contentStems } from "./language/words.ts";
import { readPast } from "./past.ts";
import { headAndTail, plainText, readMessage } from "./read-message.ts";
import { resolveFollowUp, type FollowUp } from "./resolve-follow-up.ts";
import { aboutItself, mentions, statementsIn, statementsOf } from "./statements.ts";
import { withWordings } from "./wordings.ts";

export type ModelResolverOptions = {
  readonly model: LanguageModel;
  /** The prompt with its two inputs filled in; escaping of tags is its part. */
  readonly render: (inputs: {
    readonly thread: string;
    readonly message: string;
  }) => readonly ModelMessage[];
  /** Milliseconds for the call; after that the rules' reading stands. */
  readonly deadlineMs: number;
  /** Whether the model reads every follow-up; else those of which the rules are unsure. */
  readonly isTrusted?: () => boolean;
  /** Told why the rules' reading stood in for the model's. */
  readonly onFallback?: (reason: "error" | "deadline" | "malformed" | "invented") => void;
};

export type ResolveRequest = FollowUp & { readonly signal?: AbortSignal };

/** Confidence of the rules below which any model is asked. */
const ASK_BELOW = 0.7;
/** For a model that thinks first. */
const MAX_OUTPUT_TOKENS = 1500;
/** Turns that are shown to the model, the first question of the thread beside them. */
const SHOWN_TURNS = 8;
const MAX_STATEMENT = 400;
const MAX_MESSAGE = 2000;
/** Content words of the question that stand neither in the thread nor in the message. */
const MAX_NEW_WORDS = 2;

/** More words are a passage. */
const MOST_WORDS_OF_A_TERM = 3;

/** The kinds a model may choose: what needs no thread is settled by the rules. */
const MODEL_KINDS = [
  "word",
  "quote",
  "pointer",
  "ellipsis",
  "doubt",
  "correction",
  "new-topic",
  "from-thread",
] as const;

const Reply = z.object({
  kind: z.enum(MODEL_KINDS),
  question: z.string().trim().min(1).max(600),
  statements: z.array(z.string()).max(20).default([]),
  words: z.array(z.string().max(300)).max(10).default([]),
  confidence: z.number().min(0).max(1).catch(0.7),
});
type Reply = z.infer<typeof Reply>;

const SCHEMA = {
  name: "follow_up",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["kind", "question", "statements", "words", "confidence"],
    properties: {
      kind: { type: "string", enum: [...MODEL_KINDS] },
      question: { type: "string" },
      statements: { type: "array", items: { type: "string" } },
      words: { type: "array", items: { type: "string" } },
      confidence: { type: "number" },
    },
  },
} as const;

/** Resolves a follow-up by the model, and everything else by rules. Throws only the reason of the request's own signal. */
export function createModelResolver(
  options: ModelResolverOptions,
): (request: ResolveRequest) => Promise<Resolution> {
  return async (request) => {
    const byRules = resolveFollowUp(request);
    const readsAll = options.isTrusted?.() === true;
    if (!isOpen(byRules, request.conversation, readsAll ? undefined : ASK_BELOW)) return byRules;
    const { signal } = request;
    const { thread, ids } = writeThread(request.conversation);
    const read = readMessage(request.text);
    const message = headAndTail(read.prose, MAX_MESSAGE).trim();
    const asked = {
      messages: options.render({ thread, message }),
      schema: SCHEMA,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      ...(signal === undefined ? {} : { signal }),
    };
    let value: unknown;
    try {
      ({ value } = await readObjectReply(options.model, asked, options.deadlineMs));
    } catch (error) {
      signal?.throwIfAborted();
      options.onFallback?.(error instanceof LateReplyError ? "deadline" : "error");
      return byRules;
    }
    const reply = Reply.safeParse(value);
    if (!reply.success) {
      options.onFallback?.("malformed");
      return byRules;
    }
    const resolution = accept(reply.data, ids, `${thread}\n${message}`, request.conversation);
    if (resolution === undefined) {
      options.onFallback?.("invented");
      return byRules;
    }
    return withWordings(resolution, read, readPast(request.conversation).at(-1));
  };
}

/** Open to a model: there is a thread that could settle it, and the rules are less sure than `askBelow`, if given. */
function isOpen(
  byRules: Resolution,
  conversation: Conversation,
  askBelow: number | undefined,
): boolean {
  if (askBelow !== undefined && byRules.confidence >= askBelow) return false;
  if (byRules.kind === "small-talk" || byRules.kind === "help") return false;
  return (
    conversation.turns.some(({ answer }) => answer !== undefined) || conversation.others.length > 0
  );
}

/**
 * The thread as the model reads it, and what its short ids stand for. What people wrote is labelled as theirs; only
 * our statements have ids.
 */
export function writeThread(conversation: Conversation): {
  readonly thread: string;
  readonly ids: ReadonlyMap<string, StatementId>;
} {
  const { turns } = conversation;
  const shown =
    turns.length <= SHOWN_TURNS ? turns : [...turns.slice(0, 1), ...turns.slice(1 - SHOWN_TURNS)];
  const ids = new Map<string, StatementId>();
  const lines: string[] = [];
  for (const turn of shown) {
    lines.push(`person: ${oneLine(turn.question)}`);
    const statements = statementsOf(turn);
    for (const text of aboutItself(turn)) lines.push(`bot: ${oneLine(text)}`);
    for (const { id, text } of statements) {
      const short = `s${ids.size + 1}`;
      ids.set(short, id);
      lines.push(`bot [${short}]: ${oneLine(text)}`);
    }
    if (statements.length === 0 && turn.answer !== undefined && !isFixed(turn.answer)) {
      lines.push(`bot: (${turn.answer.kind})`);
    }
  }
  for (const { author, text } of conversation.others) {
    lines.push(`another person (${oneLine(author)}): ${oneLine(text)}`);
  }
  return { thread: lines.join("\n"), ids };
}

function oneLine(text: string): string {
  const line = plainText(text).replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_STATEMENT ? `${line.slice(0, MAX_STATEMENT)} ...` : line;
}

/** The reply as a resolution; undefined when it speaks of what stands nowhere. */
function accept(
  reply: Reply,
  ids: ReadonlyMap<string, StatementId>,
  material: string,
  conversation: Conversation,
): Resolution | undefined {
  const known = new Set(contentStems(material));
  const fresh = contentStems(reply.question).filter((word) => !known.has(word));
  if (fresh.length > MAX_NEW_WORDS) return undefined;
  const claimIds = reply.statements.flatMap((short) => ids.get(short.trim()) ?? []);
  const ours = statementsIn(conversation);
  const words = reply.words.filter((word) => ours.some(({ text }) => mentions(text, word)));
  if ((reply.kind === "word" || reply.kind === "quote") && words.length === 0) return undefined;
  // Whoever quotes a word of ours asks about that word.
  const [asked = ""] = words;
  const isWord = reply.kind === "quote" && countWords(asked) <= MOST_WORDS_OF_A_TERM;
  return {
    kind: isWord ? "word" : reply.kind,
    question: reply.question.replaceAll(/\s+/g, " "),
    claimIds: reply.kind === "new-topic" ? [] : [...new Set(claimIds)],
    words: reply.kind === "new-topic" ? [] : [...new Set(words)],
    confidence: reply.confidence,
    by: "model",
  };
}
