/** Where turns live. Asynchronous, so that a server can stand behind it for several replicas. */
import type { Answer } from "../documents/answer.ts";
import type { Chunk } from "../documents/chunk.ts";
import type { Conversation, Resolution, Turn } from "./conversation.ts";

export interface ConversationStore extends AsyncDisposable {
  /** The conversation with its bounded history; no turns when it is unknown. */
  read(conversationId: string): Promise<Conversation>;
  findTurn(key: string): Promise<Turn | undefined>;
  /** Adds a turn in state `asked`; returns false and changes nothing when the key is known. */
  ask(turn: {
    readonly conversationId: string;
    readonly key: string;
    readonly author: string;
    readonly question: string;
    readonly askedAt: string;
  }): Promise<boolean>;
  /** Stores resolution, answer, evidence and receipt (JSON) in state `posting`. */
  answer(
    key: string,
    result: {
      readonly resolution: Resolution;
      readonly answer: Answer;
      readonly evidence: readonly Chunk[];
      readonly receipt: unknown;
    },
  ): Promise<void>;
  /** State `posted`. `answer`, when given, replaces the stored one: what was accepted is what is remembered. */
  posted(key: string, shown: Readonly<Record<string, string>>, answer?: Answer): Promise<void>;
  /**
   * Records text of ours without an answer object (read from a thread, or fixed by a test case) as a posted turn
   * with `answer: { text }` and no evidence. A known key keeps its question and gets this text for its answer.
   */
  recordFixed(turn: {
    readonly conversationId: string;
    readonly key: string;
    readonly author: string;
    readonly question: string;
    readonly text: string;
    readonly askedAt: string;
  }): Promise<void>;
  receipt(key: string): Promise<unknown>;
  deleteConversation(conversationId: string): Promise<number>;
  /** Removes the messages of one person and the answers to them. Returns how many turns went. */
  deleteAuthor(author: string): Promise<number>;
  /** Keys of the turns of one person, oldest first. */
  keysOf(author: string): Promise<readonly string[]>;
  /** Empties the question of a turn, and what repeats it (resolution and receipt); the answer stays. */
  blank(key: string): Promise<void>;
  /** Removes one turn; false when there is none. */
  deleteTurn(key: string): Promise<boolean>;
  /** Removes turns asked before `isoTime`, a few at a time; returns how many. */
  deleteBefore(isoTime: string): Promise<number>;
  /** Every turn of a conversation (or of all), oldest first, for export. */
  export(
    conversationId?: string,
    part?: {
      /** Only turns asked at this time or later, ISO 8601. */
      readonly since?: string;
      /** False: without what the answers stood on, which is most of the reading. A store may give it all the same. */
      readonly evidence?: boolean;
    },
  ): AsyncIterable<Turn & { readonly conversationId: string }>;
}
