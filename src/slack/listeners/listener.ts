/** What every listener gets; each file beside this one registers itself with the app. */
import type { App } from "@slack/bolt";
import type { Application } from "../../answering/application.ts";
import type { IndexedSource, WeekFigures } from "../../answering/remote/messages.ts";
import type { Turn } from "../../conversation/conversation.ts";
import type { ProductWords } from "../../documents/product-words.ts";
import type { FeedbackStore } from "../../feedback/feedback-store.ts";
import type { ReviewedAnswerStore } from "../../state/reviewed-answers.ts";
import type { Bot } from "../bot.ts";
import type { ChannelSettingsStore } from "../channel-settings.ts";

/** What is needed of the conversation store: an answer and how it came about, and to forget both. */
export interface AnswerRecords {
  findTurn(key: string): Promise<Turn | undefined>;
  receipt(key: string): Promise<unknown>;
  /** Empties the question and what repeats it. */
  blank(key: string): Promise<void>;
  deleteTurn(key: string): Promise<boolean>;
}

/** What is stored of one person, over all stores. */
export interface OwnData {
  count(user: string): Promise<{
    readonly questions: number;
    readonly turns: number;
    readonly votes: number;
  }>;
  forget(user: string): Promise<unknown>;
}

/** What the core says to operators. */
export interface OperatorReports {
  sources(): Promise<readonly IndexedSource[]>;
  week(): Promise<WeekFigures>;
}

/** What the bot is given from outside. */
export type Surroundings = {
  readonly application: Application;
  readonly records: AnswerRecords;
  readonly feedback: FeedbackStore;
  readonly channelSettings: ChannelSettingsStore;
  /** Without it people cannot see or delete what is stored of them. */
  readonly ownData?: OwnData;
  /** Questions to offer, up to four; questions that suit any product without. */
  readonly prompts?: ProductWords["prompts"];
  /** Without it operators cannot write answers in the home tab. */
  readonly reviewed?: ReviewedAnswerStore;
  /** Without them operators see no figures, and a product is not checked. */
  readonly reports?: OperatorReports;
};

export type ListenerParts = Bot &
  Surroundings & {
    /** Tells the worker that a question was put into the inbox. */
    readonly wake: () => void;
    /** Aborted when the bot has to end and will not wait any longer. */
    readonly stopping: AbortSignal;
    /** Work that a listener goes on with after its acknowledgement; waited for at the end. */
    readonly background: (work: Promise<unknown>) => void;
  };

export type Listener = (app: App, parts: ListenerParts) => void;
