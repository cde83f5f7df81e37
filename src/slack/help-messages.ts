/** How a question that was passed on to people looks: for them, and in its own thread. Effects stand in `listeners/ask-person.ts`. */
import { isFixed, type Turn } from "../conversation/conversation.ts";
import { answerMessages } from "./blocks/answer-blocks.ts";
import { sizeOf } from "./blocks/block.ts";
import {
  actions,
  button,
  type Element,
  leaf,
  line,
  mention,
  type Message,
  richText,
} from "./blocks/build.ts";
import { clip } from "./blocks/limits.ts";
import { escapeEntities } from "./blocks/mrkdwn.ts";
import type { HelpRequest, InboxQuestion } from "./inbox.ts";
import { MESSAGE_CHARACTERS } from "./message-size.ts";

export const HELP_ACTIONS = {
  take: "help_take",
  solved: "help_solved",
  passOn: "help_pass_on",
  leave: "help_leave",
} as const;

const QUESTION_LIMIT = 2000;

/** For the people: who asked what and where, what was answered from which sources, and who is on it. */
export function peopleMessage(parts: {
  readonly question: InboxQuestion;
  readonly turn: Turn | undefined;
  readonly summary: string;
  readonly request: HelpRequest;
  /** Ids of users and groups that are called. */
  readonly ping: readonly string[];
  /** Address of the question; undefined where others cannot follow it. */
  readonly link: string | undefined;
  readonly now: number;
}): Message {
  const { question, turn, summary, request, ping, link, now } = parts;
  const direct = question.surface === "direct";
  const below: Element[] = [
    richText(line(summary)),
    richText(
      link === undefined
        ? line("Please answer ", mention(question.user), " directly.")
        : line({ type: "link", url: link, text: "Open the thread" }),
    ),
    stateBlock(request),
    ...buttons(request, true),
  ];
  const above: Element[] = [
    richText(
      line(
        ...ping.flatMap((id) => [mention(id), " "]),
        mention(question.user),
        direct ? " asked me in a direct message and needs a person:" : " needs a person:",
      ),
    ),
    richText({ type: "rich_text_quote", elements: [leaf(clip(question.text, QUESTION_LIMIT))] }),
  ];
  const blocks = [...above, ...answerBlocks(turn, question.text, now), ...below];
  return {
    text: escapeEntities(clip(`A question needs a person: ${question.text}`, 700)),
    // An answer that does not fit is in the thread; who asked what, and the buttons, are here.
    blocks:
      sizeOf(blocks) <= MESSAGE_CHARACTERS && blocks.length <= 50 ? blocks : [...above, ...below],
  };
}

/** In the thread, so that everybody there knows that somebody was asked. */
export function threadMessage(request: HelpRequest): Message {
  const said =
    request.state === "asked"
      ? "I asked people to look at this question."
      : request.state === "taken"
        ? "Somebody is looking at this question."
        : "This question is solved.";
  return { text: said, blocks: [stateBlock(request), ...buttons(request, false)] };
}

/** For the one who pressed, before text of a private conversation goes elsewhere. */
export function consentMessage(answerId: string): Message {
  const said =
    "This conversation is private. Shall I pass your question and my answer on to the people who help, outside of it?";
  return {
    text: said,
    blocks: [
      richText(line(said)),
      actions(
        button(HELP_ACTIONS.passOn, "Pass it on", answerId, "primary"),
        button(HELP_ACTIONS.leave, "Leave it here", answerId),
      ),
    ],
  };
}

function answerBlocks(turn: Turn | undefined, question: string, now: number): readonly Element[] {
  const answer = turn?.answer;
  if (answer === undefined || isFixed(answer)) return [];
  const blocks = answerMessages(answer, { now, question, askPerson: false })
    .flatMap((message) => message.blocks)
    .filter(({ type }) => type !== "actions");
  return [richText(line(leaf("What I answered:", "italic"))), ...blocks];
}

function stateBlock({ state, person }: HelpRequest): Element {
  const who = person === undefined ? leaf("Somebody", "italic") : mention(person);
  const said = (text: string) => leaf(text, "italic");
  switch (state) {
    case "asked":
      return richText(line(said("I asked people to look at this question.")));
    case "taken":
      return richText(line(who, said(" is looking at this question.")));
    case "solved":
      return richText(line(said("Solved, says "), who, said(".")));
  }
}

function buttons({ key, state }: HelpRequest, forPeople: boolean): readonly Element[] {
  if (state === "solved") return [];
  const take = button(HELP_ACTIONS.take, "I take it", key, "primary");
  const solved = button(HELP_ACTIONS.solved, "Solved", key);
  return [forPeople && state === "asked" ? actions(take, solved) : actions(solved)];
}
