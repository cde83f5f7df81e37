/**
 * Bots that are wrong on purpose, to see that the judge of the fault run tells: what it lets pass would otherwise be believed.
 */
import type { AnswerEvent, Application } from "../../../src/answering/application.ts";
import type { Claim } from "../../../src/documents/answer.ts";
import { NOTICES } from "../../../src/slack/notices.ts";

export const MUTANTS = {
  "unverified-claim": "adds a sentence that no page has to each answer",
  "unverified-message": "posts a sentence that no page has in every thread",
  "apologises-always": "apologises for everything",
  "answers-and-apologises": "answers and apologises",
} as const;

export type Mutant = keyof typeof MUTANTS;

/** A post of the bot's own, past everything that checks. */
export type Post = (message: {
  readonly channel: string;
  readonly threadTs: string;
  readonly text: string;
  /** Key of the question it says it belongs to. */
  readonly question?: string;
}) => Promise<void>;

const INVENTED = "A failed flow restarts from its last checkpoint.";

export function mutate(application: Application, mutant: Mutant, post: Post): Application {
  const changed: Application = {
    ask: (question) => application.ask(question),
    posted: (key, shown, answer) => application.posted(key, shown, answer),
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
  const afterwards =
    (text: string, accounted: boolean): Application["posted"] =>
    async (key, shown, answer) => {
      await application.posted(key, shown, answer);
      const { channel, thread } = shown;
      if (channel === undefined || thread === undefined) return;
      await post({ channel, threadTs: thread, text, ...(accounted ? { question: key } : {}) });
    };
  switch (mutant) {
    case "unverified-claim":
      return {
        ...changed,
        async *ask(question) {
          for await (const event of application.ask(question)) yield withInvention(event);
        },
      };
    case "unverified-message":
      return { ...changed, posted: afterwards(INVENTED, false) };
    case "apologises-always":
      return {
        ...changed,
        // oxlint-disable-next-line require-yield -- It never gets so far.
        async *ask() {
          throw new Error("a mutant that cannot answer");
        },
      };
    case "answers-and-apologises":
      return { ...changed, posted: afterwards(NOTICES.failed, true) };
  }
}

function withInvention(event: AnswerEvent): AnswerEvent {
  if (event.kind !== "done") return event;
  const [first] = event.answer.claims;
  if (first === undefined) return event;
  const invented: Claim = { ...first, id: "invented", text: INVENTED };
  return { ...event, answer: { ...event.answer, claims: [...event.answer.claims, invented] } };
}
