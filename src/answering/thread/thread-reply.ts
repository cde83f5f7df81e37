/** What an answer that comes from the thread is made of, before it is verified and cited. */
import type { Remark } from "../../documents/answer.ts";
import type { Chunk, ChunkId } from "../../documents/chunk.ts";
import type { Conversation, Resolution } from "../../conversation/conversation.ts";
import { DEFAULT_BOUNDS } from "../../conversation/history.ts";
import type { Retriever } from "../../retrieval/retriever.ts";
import type { Scope } from "../../store/chunk-index.ts";
import type { Draft } from "../../writing/writer.ts";

/** A remark whose citation is not numbered yet: it points at a chunk of the same answer. */
export type ThreadRemark = Omit<Remark, "citation"> & { readonly chunkId?: ChunkId };

export type ThreadRequest = {
  readonly resolution: Resolution;
  readonly conversation: Conversation;
  readonly retriever: Retriever;
  /** The message as it was written. */
  readonly question: string;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
};

export type ThreadAnswer = {
  /** False: the question needs an ordinary answer; the rest is empty then. */
  readonly handled: boolean;
  /** To be verified and cited like a writer's. */
  readonly drafts: readonly Draft[];
  readonly remarks: readonly ThreadRemark[];
  /** What the drafts and remarks quote, by value, and what was looked at beside it; best first. */
  readonly chunks: readonly Chunk[];
};

/** That we did not say something, as far as we remember. */
export function neverSaid(words: string, { turns }: Conversation): ThreadRemark {
  const isLong = turns.length >= DEFAULT_BOUNDS.maxTurns;
  return { kind: "never-said", values: { words, ...(isLong ? { thread: "long" } : {}) } };
}

/** What every search for an answer is made with beside its question. */
export function passedOn({
  scope,
  signal,
}: Pick<ThreadRequest, "scope" | "signal">): Pick<ThreadRequest, "scope" | "signal"> {
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(signal === undefined ? {} : { signal }),
  };
}

export const NOT_FROM_THREAD: ThreadAnswer = {
  handled: false,
  drafts: [],
  remarks: [],
  chunks: [],
};
