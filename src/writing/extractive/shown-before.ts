/** What a thread has shown already, so that it is not shown again. */
import { isFixed, type Conversation } from "../../conversation/conversation.ts";
import type { ChunkId } from "../../documents/chunk.ts";
import type { Span } from "../../documents/text.ts";

export type ShownSpans = ReadonlyMap<ChunkId, readonly Span[]>;

/** The places quoted in earlier answers of the conversation. */
export function shownBefore(conversation: Conversation | undefined): ShownSpans {
  const shown = new Map<ChunkId, Span[]>();
  for (const { answer } of conversation?.turns ?? []) {
    if (answer === undefined || isFixed(answer)) continue;
    for (const { chunkId, start, end } of answer.claims.flatMap(({ quotes }) => quotes)) {
      const spans = shown.get(chunkId) ?? [];
      spans.push({ start, end });
      shown.set(chunkId, spans);
    }
  }
  return shown;
}
