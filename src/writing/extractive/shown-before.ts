/** What a thread has shown already, so that it is not shown again. */
import { isFixed, type Conversation } from "../../conversation/conversation.ts";
import type { ChunkId } from "../../documents/chunk.ts";
import type { Span } from "../../documents/text.ts";
import type { Block } from "../../passages/block.ts";

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

/** Whether most of what a block says was shown. */
export function isShown(
  { chunk, spans }: Pick<Block, "chunk" | "spans">,
  shown: ShownSpans,
): boolean {
  const before = shown.get(chunk.id);
  if (before === undefined) return false;
  let length = 0;
  let known = 0;
  for (const { start, end } of spans) {
    length += end - start;
    for (const other of before) {
      known += Math.max(0, Math.min(end, other.end) - Math.max(start, other.start));
    }
  }
  return known > length / 2;
}
