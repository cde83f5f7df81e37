/** What is kept of a long thread. */
import { isFixed, type Turn } from "./conversation.ts";

export type HistoryBounds = {
  readonly maxTurns: number;
  /** UTF-16 units of questions, answers and evidence together. */
  readonly maxSize: number;
};

/** Forty turns answer any follow-up people ask; the size keeps one huge answer from filling the memory. */
export const DEFAULT_BOUNDS: HistoryBounds = { maxTurns: 40, maxSize: 600_000 };

/**
 * The turns that follow-ups need most, in order: the first question always, then the newest. What goes first is
 * the oldest small talk and turns without an answer, then the oldest turns; over the size, evidence goes before
 * turns, the oldest first (the quotes of the claims stay).
 */
export function boundHistory(
  turns: readonly Turn[],
  bounds: HistoryBounds = DEFAULT_BOUNDS,
): readonly Turn[] {
  let kept = [...turns];
  while (kept.length > Math.max(1, bounds.maxTurns)) kept.splice(leastNeeded(kept), 1);

  let size = kept.reduce((sum, turn) => sum + sizeOf(turn), 0);
  for (let place = 0; size > bounds.maxSize && place < kept.length - 1; place += 1) {
    const turn = kept[place];
    if (turn === undefined || turn.evidence.length === 0) continue;
    const bare = { ...turn, evidence: [] };
    size -= sizeOf(turn) - sizeOf(bare);
    kept[place] = bare;
  }
  while (size > bounds.maxSize && kept.length > 1) {
    const [dropped] = kept.splice(leastNeeded(kept), 1);
    if (dropped !== undefined) size -= sizeOf(dropped);
  }
  return kept;
}

/** Place of the turn to drop next; never the first question, unless it is the only one left. */
function leastNeeded(turns: readonly Turn[]): number {
  // The newest few stay whatever they are: they carry the order of the talk.
  const old = turns.slice(1, -5);
  const idle = old.findIndex(({ answer, resolution }) => {
    if (answer === undefined) return true;
    if (resolution?.kind === "small-talk" || resolution?.kind === "help") return true;
    return !isFixed(answer) && answer.claims.length === 0;
  });
  return turns.length < 2 ? 0 : idle + 1 || 1;
}

function sizeOf(turn: Turn): number {
  const answer = turn.answer === undefined ? 0 : JSON.stringify(turn.answer).length;
  const evidence = turn.evidence.reduce((sum, chunk) => sum + chunk.text.length + 400, 0);
  return turn.question.length + answer + evidence;
}
