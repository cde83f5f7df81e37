/** [pure] What a thread has been shown already. */
import type { ChunkId } from "../documents/chunk.ts";
import { isFixed, type Conversation } from "./conversation.ts";

export type ShownSpan = {
  readonly chunkId: ChunkId;
  /** UTF-16 units into the chunk's text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** The chunk's own characters there. */
  readonly text: string;
};

/** The passages quoted in the answers of this conversation, oldest first, each once. */
export function shownBefore({ turns }: Conversation): readonly ShownSpan[] {
  const shown = new Map<string, ShownSpan>();
  for (const { answer } of turns) {
    if (answer === undefined || isFixed(answer)) continue;
    for (const { chunkId, start, end, text } of answer.claims.flatMap(({ quotes }) => quotes)) {
      shown.set(`${chunkId} ${start} ${end}`, { chunkId, start, end, text });
    }
  }
  return [...shown.values()];
}
