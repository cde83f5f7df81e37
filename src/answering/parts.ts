/** What an application is made of: the effects and services that its steps are given. */
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Retriever } from "../retrieval/retriever.ts";
import type { ReviewedAnswerStore } from "../state/reviewed-answers.ts";
import type { Checker } from "../verification/checker.ts";
import type { ProseWriter } from "../writing/model/model-writer.ts";
import type { SearchWordsFinder } from "../writing/model/search-words.ts";
import type { Writer } from "../writing/writer.ts";

/** What answers with a language model need. */
export type ModelParts = {
  readonly writer: ProseWriter;
  /** Reads each sentence over its passages before it is shown. */
  readonly checker: Checker;
  /** Whether the checker's word is taken: it has judged the bundled pairs well enough. */
  readonly isTrusted: () => boolean;
  /** Asked for other words when a search is undecided. */
  readonly searchWords?: SearchWordsFinder;
  /** Milliseconds for one answer: other words, writing and checks together. */
  readonly deadlineMs: number;
};

export type ApplicationParts = {
  readonly retriever: Retriever;
  readonly store: ConversationStore;
  /** Writes when there is no model, or when the model comes to nothing. */
  readonly extractiveWriter: Writer;
  readonly model?: ModelParts;
  readonly resolve: (input: {
    readonly text: string;
    readonly author: string;
    readonly conversation: Conversation;
    readonly signal?: AbortSignal;
  }) => Promise<Resolution>;
  /** Answers of people's own, asked before the documentation is. */
  readonly reviewed?: Pick<ReviewedAnswerStore, "list">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
};
