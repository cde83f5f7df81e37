/** A message in its thread, as all readings of it see it. */
import type { Conversation } from "../conversation.ts";
import { spokenOf } from "../kinds/kind-features.ts";
import { contentStems } from "../language/words.ts";
import { optionsOf } from "../options.ts";
import { readPast, type Past } from "../past.ts";
import { plainText, stripChatter, type Message } from "../read-message.ts";
import { longestSharedRun, statementsIn, type Statement } from "../statements.ts";

/** Turns back that a word or a quote of ours is looked for in. */
const MAX_STATEMENTS = 240;
/** Content words of a message that is about something else, and the share of them that was spoken of all the same. */
const LEAST_ELSEWHERE = 4;
const MOST_ELSEWHERE = 0.25;

type SharedRun = NonNullable<ReturnType<typeof longestSharedRun>>;

export class Talk {
  readonly message: Message;
  /** The message without greetings and nods in front. */
  readonly body: string;
  readonly past: readonly Past[];
  readonly statements: readonly Statement[];
  readonly others: Conversation["others"];
  #run: { readonly found: SharedRun | undefined } | undefined;

  constructor(message: Message, conversation: Conversation) {
    this.message = message;
    this.body = stripChatter(message.body);
    this.past = readPast(conversation);
    this.statements = statementsIn(conversation).slice(0, MAX_STATEMENTS);
    this.others = conversation.others;
  }

  get last(): Past | undefined {
    return this.past.at(-1);
  }

  /** The longest run of words that the message shares with a statement of ours; looked for once. */
  sharedRun(): SharedRun | undefined {
    this.#run ??= { found: longestSharedRun(this.message.text, this.statements) };
    return this.#run.found;
  }

  /** A message of some length that has next to nothing of what was spoken of doubts nothing of it. */
  isElsewhere(): boolean {
    const own = contentStems(this.body);
    if (own.length < LEAST_ELSEWHERE) return false;
    const known = spokenOf(own, this.past, this.statements);
    return known.size <= own.length * MOST_ELSEWHERE;
  }

  /** The latest turn whose answer lists something. */
  listTurn(): Past | undefined {
    return this.past.findLast(
      (past) =>
        past.turn.resolution?.kind !== "from-thread" &&
        optionsOf(past).filter(({ claimId }) => claimId !== undefined).length >= 2,
    );
  }

  /** True when the asker wrote the passage before: quoting oneself is not quoting us. */
  askedBy(passage: string): boolean {
    return this.past.some(({ turn }) =>
      plainText(turn.question).toLowerCase().includes(passage.toLowerCase()),
    );
  }

  /** The text as a search sees it: chatter off, passages in quotation marks where they stood. */
  asSearched(body: string): string {
    const whole = stripChatter(this.message.text);
    if (body === this.body && whole !== "") {
      const block = this.message.passages.filter(({ by }) => by === "block");
      return [whole, ...block.map(({ text }) => text.slice(0, 600))].join(" ");
    }
    const dropped = this.message.passages.filter(
      ({ text, by }) => by !== "code" && !body.includes(text),
    );
    return [body, ...dropped.map(({ text }) => text.slice(0, 600))].join(" ");
  }
}
