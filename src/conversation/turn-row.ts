/** What a row of the store says of a turn, whichever engine holds it. [pure] */
import type { Chunk } from "../documents/chunk.ts";
import { unpack } from "../state/packed.ts";
import type { Resolution, Turn, TurnState } from "./conversation.ts";
import { boundHistory, DEFAULT_BOUNDS, type HistoryBounds } from "./history.ts";

/** Of a longer conversation the newest are read, and the first question: twice what a history keeps, for idle ones are left out. */
export const READ_AT_MOST = 2 * DEFAULT_BOUNDS.maxTurns;

type Row = Readonly<Record<string, unknown>>;

/** A text column that is never empty by the schema. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `evidence`: rows of the chunks it stands on, in their order. */
export function readTurn(row: Row, evidence: readonly Row[]): Turn {
  // What these columns hold was written by the stores, from values of these types.
  const shown = fromJson(row["shown"]) as Turn["shown"] | undefined;
  return {
    key: textOf(row["turn_key"]),
    author: textOf(row["user"]),
    question: textOf(row["text"]),
    resolution: unpack(row["resolution"]) as Resolution | undefined,
    answer: unpack(row["answer"]) as Turn["answer"],
    evidence: evidence.flatMap(({ body }) => (unpack(body) as Chunk | undefined) ?? []),
    state: row["turn_state"] as TurnState,
    askedAt: textOf(row["asked_at"]),
    ...(shown === undefined ? {} : { shown }),
  };
}

/**
 * The rows of the turns that a history keeps. What answers stood on is most of the reading, so it is read for these alone.
 */
export function rowsOfHistory<AnyRow extends Row>(
  rows: readonly AnyRow[],
  bounds: HistoryBounds,
): readonly AnyRow[] {
  if (rows.length <= bounds.maxTurns) return rows;
  const turns = rows.map((row) => readTurn(row, []));
  const kept = new Set(
    boundHistory(turns, { ...bounds, maxSize: Number.POSITIVE_INFINITY }).map(({ key }) => key),
  );
  return rows.filter((row) => kept.has(textOf(row["turn_key"])));
}

/** The value of a column that holds JSON of ours; undefined where it is empty or damaged. */
function fromJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
