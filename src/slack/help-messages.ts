/** How a question that was passed on to people looks: for them, and in its own thread. Effects stand in `listeners/ask-person.ts`. */
import { isFixed, type Turn } from "../conversation/conversation.ts";
import { answerMessages } from "./blocks/answer-blocks.ts";
import { clip } from "./blocks/limits.ts";
import { escapeEntities } from "./blocks/mrkdwn.ts";
import type { HelpRequest, InboxQuestion } from "./inbox.ts";
import { MESSAGE_CHARACTERS, sizeOf } from "./message-size.ts";

export const HELP_ACTIONS = {
  take: "help_take",
  solved: "help_solved",
  passOn: "help_pass_on",
  leave: "help_leave",
} as const;

type Leaf = Readonly<Record<string, unknown>>;
/** Blocks of these messages; mentions of people are leaves that answers never have. */
export type HelpBlock = Readonly<Record<string, unknown>>;
export type HelpMessage = { readonly text: string; readonly blocks: readonly HelpBlock[] };

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
}): HelpMessage {
  const { question, turn, summary, request, ping, link, now } = parts;
  const direct = question.surface === "direct";
  const head: Leaf[] = [
    ...ping.flatMap((id) => [mention(id), text(" ")]),
    mention(question.user),
    text(direct ? " asked me in a direct message and needs a person:" : " needs a person:"),
  ];
  const below: HelpBlock[] = [
    section([text(summary)]),
    ...(link === undefined
      ? [section([text("Please answer "), mention(question.user), text(" directly.")])]
      : [section([{ type: "link", url: link, text: "Open the thread" }])]),
    section(stateLeaves(request), true),
    ...buttons(request, true),
  ];
  const above: HelpBlock[] = [
    section(head),
    {
      type: "rich_text",
      elements: [
        { type: "rich_text_quote", elements: [text(clip(question.text, QUESTION_LIMIT))] },
      ],
    },
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
export function threadMessage(request: HelpRequest): HelpMessage {
  const line =
    request.state === "asked"
      ? "I asked people to look at this question."
      : request.state === "taken"
        ? "Somebody is looking at this question."
        : "This question is solved.";
  return { text: line, blocks: [section(stateLeaves(request)), ...buttons(request, false)] };
}

/** For the one who pressed, before text of a private conversation goes elsewhere. */
export function consentMessage(answerId: string): HelpMessage {
  const line =
    "This conversation is private. Shall I pass your question and my answer on to the people who help, outside of it?";
  return {
    text: line,
    blocks: [
      section([text(line)]),
      {
        type: "actions",
        elements: [
          button(HELP_ACTIONS.passOn, "Pass it on", answerId, "primary"),
          button(HELP_ACTIONS.leave, "Leave it here", answerId),
        ],
      },
    ],
  };
}

function answerBlocks(turn: Turn | undefined, question: string, now: number): readonly HelpBlock[] {
  const answer = turn?.answer;
  if (answer === undefined || isFixed(answer)) return [];
  const blocks = answerMessages(answer, { now, question, askPerson: false })
    .flatMap((message) => message.blocks)
    .filter(({ type }) => type !== "actions");
  return [section([text("What I answered:")], true), ...blocks];
}

function stateLeaves({ state, person }: HelpRequest): readonly Leaf[] {
  const who = person === undefined ? text("Somebody") : mention(person);
  switch (state) {
    case "asked":
      return [text("I asked people to look at this question.")];
    case "taken":
      return [who, text(" is looking at this question.")];
    case "solved":
      return [text("Solved, says "), who, text(".")];
  }
}

function buttons({ key, state }: HelpRequest, forPeople: boolean): readonly HelpBlock[] {
  if (state === "solved") return [];
  const take = forPeople && state === "asked";
  return [
    {
      type: "actions",
      elements: [
        ...(take ? [button(HELP_ACTIONS.take, "I take it", key, "primary")] : []),
        button(HELP_ACTIONS.solved, "Solved", key),
      ],
    },
  ];
}

function button(action: string, label: string, value: string, style?: "primary") {
  return {
    type: "button",
    action_id: action,
    text: { type: "plain_text", text: label },
    value,
    ...(style === undefined ? {} : { style }),
  };
}

function section(elements: readonly Leaf[], italic = false): HelpBlock {
  const styled = italic
    ? elements.map((leaf) =>
        leaf["type"] === "text" ? { ...leaf, style: { italic: true } } : leaf,
      )
    : elements;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: styled }] };
}

function text(content: string): Leaf {
  return { type: "text", text: content === "" ? " " : content };
}

/** A person or a group by id, who is told. */
function mention(id: string): Leaf {
  if (id.startsWith("S")) return { type: "usergroup", usergroup_id: id };
  // A workflow that asked has no user to be told.
  return /^[UW]/.test(id) ? { type: "user", user_id: id } : text("A workflow");
}
