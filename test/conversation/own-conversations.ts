/** `conversations.jsonl`: follow-ups with what they mean, written before the rules that read them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Conversation, Resolution } from "../../src/conversation/conversation.ts";
import { RESOLUTION_KINDS } from "../../src/conversation/conversation.ts";
import { resolveFollowUp } from "../../src/conversation/resolve-follow-up.ts";
import { aTurn } from "./samples.ts";

const OwnTurn = z.strictObject({
  user: z.string(),
  /** What other people wrote in the thread before it. */
  others: z.array(z.strictObject({ author: z.string(), text: z.string() })).optional(),
  /** Absent on the first turn, which is not judged. */
  kind: z.enum(RESOLUTION_KINDS).optional(),
  /** Statements it refers to: place of the turn, "#", id. */
  claims: z.array(z.string()).optional(),
  words: z.array(z.string()).optional(),
  /** Parts that the resolved question has, and has not; case aside. */
  contains: z.array(z.string()).optional(),
  excludes: z.array(z.string()).optional(),
  /** Our answer to it: claims, text without a record, or nothing found. */
  answer: z
    .union([
      z.array(z.string()),
      z.strictObject({ text: z.string() }),
      z.strictObject({ notFound: z.literal(true) }),
    ])
    .optional(),
});
const OwnConversation = z.strictObject({ id: z.string(), turns: z.array(OwnTurn).min(1) });

export type JudgedTurn = {
  /** "work-pools#2". */
  readonly name: string;
  readonly turn: z.infer<typeof OwnTurn>;
  readonly resolution: Resolution;
};

/** Every turn after the first of every conversation, resolved in its conversation. */
export function resolveOwnConversations(file = "conversations.jsonl"): JudgedTurn[] {
  const lines = readFileSync(path.join(import.meta.dirname, file), "utf8")
    .trim()
    .split("\n");
  return lines.flatMap((line) => {
    const { id, turns } = OwnConversation.parse(JSON.parse(line));
    const judged: JudgedTurn[] = [];
    let conversation: Conversation = { id, turns: [], others: [] };
    for (const [index, turn] of turns.entries()) {
      const resolution = resolveFollowUp({
        text: turn.user,
        conversation: { ...conversation, others: turn.others ?? [] },
      });
      if (index > 0) judged.push({ name: `${id}#${index}`, turn, resolution });
      const answer = turn.answer ?? [];
      const said = Array.isArray(answer) ? answer : "text" in answer ? answer.text : [];
      conversation = {
        ...conversation,
        turns: [
          ...conversation.turns,
          aTurn(String(index), { question: turn.user, answer: said, resolution }),
        ],
      };
    }
    return judged;
  });
}
