/** What an application is made of: the effects and services that its steps are given. */
import type { Conversation, Resolution } from "../conversation/conversation.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Retriever } from "../retrieval/retriever.ts";
import type { ClaimReader } from "../writing/model/claim-reader.ts";
import type { SearchWordsFinder } from "../writing/model/search-words.ts";
import type { Writer } from "../writing/writer.ts";

export type ApplicationParts = {
  readonly retriever: Retriever;
  readonly store: ConversationStore;
  /** Writes when there is no model, or when the model fails. */
  readonly extractiveWriter: Writer;
  readonly modelWriter?: Writer;
  /** Asked for other words when a search is undecided; without it the model asks for a second search, if at all. */
  readonly searchWords?: SearchWordsFinder;
  /** Reads each claim over its quotes before it is shown; without it verification alone decides. */
  readonly claimReader?: ClaimReader;
  /** Milliseconds the model writer may take for one answer. */
  readonly modelDeadlineMs: number;
  readonly resolve: (input: {
    readonly text: string;
    readonly conversation: Conversation;
    readonly signal?: AbortSignal;
  }) => Promise<Resolution>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
};
