/** The conversation that a question belongs to, as far as the store or the surface knows it. */
import type { Conversation, Turn } from "../conversation/conversation.ts";
import { isFixed } from "../conversation/conversation.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { HistoryMessage, Question } from "./application.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import type { ApplicationParts } from "./parts.ts";

/** The conversation before this question: what is stored, and what the surface read that the store has not seen. */
export async function conversationBefore(
  parts: Pick<ApplicationParts, "store" | "clock">,
  question: Question,
): Promise<Conversation> {
  const history = (question.history ?? []).map((message) => ({
    ...message,
    text: maskSecrets(message.text).text,
  }));
  const stored = await parts.store.read(question.conversationId);
  const turns = stored.turns.filter(({ key }) => key !== question.key);
  const fixed = unseenTurns(turns, history, question, new Date(parts.clock.now()).toISOString());
  for (const turn of fixed) await parts.store.recordFixed(turn);
  const read = fixed.length === 0 ? stored : await parts.store.read(question.conversationId);
  return {
    id: question.conversationId,
    turns: read.turns.filter(({ key }) => key !== question.key),
    others: [...read.others, ...othersSince(history)],
  };
}

type FixedTurn = Parameters<ConversationStore["recordFixed"]>[0];

/**
 * Texts of ours in `history` that no stored turn has. After a stored turn such a text takes the place of its
 * answer; in a thread the store has never seen, each becomes a turn with the message before it as its question.
 */
function unseenTurns(
  turns: readonly Turn[],
  history: readonly HistoryMessage[],
  question: Question,
  askedAt: string,
): FixedTurn[] {
  const known = new Set(
    turns.flatMap(({ answer }) =>
      answer !== undefined && isFixed(answer) ? [answer.text.trim()] : [],
    ),
  );
  const base = { conversationId: question.conversationId, askedAt };
  const last = turns.at(-1);
  if (last !== undefined) {
    const ours = history.findLast((message) => message.ours && message.text.trim() !== "");
    if (ours === undefined || known.has(ours.text.trim())) return [];
    return [
      { ...base, key: last.key, author: last.author, question: last.question, text: ours.text },
    ];
  }
  const fixed: FixedTurn[] = [];
  let asked: HistoryMessage | undefined;
  for (const message of history) {
    if (!message.ours) {
      asked = message;
      continue;
    }
    fixed.push({
      ...base,
      key: `${question.conversationId}/history-${fixed.length + 1}`,
      author: asked?.author ?? "",
      question: asked?.text ?? "",
      text: message.text,
    });
    asked = undefined;
  }
  return fixed;
}

function othersSince(history: readonly HistoryMessage[]): Conversation["others"] {
  const lastOurs = history.findLastIndex(({ ours }) => ours);
  return history.slice(lastOurs + 1).map(({ author, text }) => ({ author, text }));
}
