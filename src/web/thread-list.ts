/** The stored conversations, newest first, for the people who operate the bot. */
import type { ConversationStore } from "../conversation/conversation-store.ts";
import { isFixed } from "../conversation/conversation.ts";
import type { AnswerKind } from "../documents/answer.ts";

export type ThreadSummary = {
  readonly id: string;
  /** The first question. */
  readonly question: string;
  readonly turns: number;
  readonly lastAt: string;
  /** Kinds of its answers, "fixed" for text without a record, "none" for a question without an answer. */
  readonly kinds: Readonly<Partial<Record<AnswerKind | "fixed" | "none", number>>>;
};

/** All of them, newest first. */
export async function readThreads(
  store: Pick<ConversationStore, "export">,
): Promise<readonly ThreadSummary[]> {
  const threads = new Map<string, ThreadSummary>();
  let read = 0;
  for await (const turn of store.export(undefined, { evidence: false })) {
    const before = threads.get(turn.conversationId);
    const kind =
      turn.answer === undefined ? "none" : isFixed(turn.answer) ? "fixed" : turn.answer.kind;
    threads.set(turn.conversationId, {
      id: turn.conversationId,
      question: before?.question ?? turn.question.slice(0, 300),
      turns: (before?.turns ?? 0) + 1,
      lastAt: turn.askedAt,
      kinds: { ...before?.kinds, [kind]: (before?.kinds[kind] ?? 0) + 1 },
    });
    read += 1;
    if (read % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return [...threads.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
}
