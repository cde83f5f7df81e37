/**
 * The home tab: for everybody what the bot can do and what is stored of them; for operators the settings of channels, what was asked
 * this week, and what people solved. Pure.
 */
import type { WeekFigures } from "../answering/remote/messages.ts";
import { type ChannelChoices, describeChoices } from "./channel-settings.ts";
import { actions, button, plain } from "./blocks/build.ts";
import { clip } from "./blocks/limits.ts";
import { escapeMrkdwn, mrkdwnLink } from "./blocks/mrkdwn.ts";
import { HOME } from "./notices.ts";

export const HOME_ACTIONS = {
  forgetMe: "forget_me",
  /** A channel is chosen from the list. */
  chooseChannel: "home_choose_channel",
  /** The button beside a channel that is set up. */
  changeChannel: "home_change_channel",
  writeAnswer: "home_write_answer",
  dismiss: "home_dismiss",
} as const;

export type HomeView = {
  readonly type: "home";
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
};

/** A solved question, as the home tab shows it. */
export type SolvedItem = {
  readonly key: string;
  readonly question: string;
  readonly person: string | undefined;
  /** Address of the thread; undefined where others cannot follow it. */
  readonly link: string | undefined;
};

export type OperatorPart = {
  readonly channels: readonly (readonly [channel: string, choices: ChannelChoices])[];
  /** Undefined: they are not counted here; "counting": they take a while. */
  readonly week: WeekFigures | "counting" | undefined;
  /** Of the last seven days. */
  readonly help: { readonly asked: number; readonly solved: number };
  readonly solved: readonly SolvedItem[];
};

/** Channels that are listed; Slack takes 100 blocks. */
export const SHOWN_CHANNELS = 20;
export const SHOWN_SOLVED = 5;

export function homeView(parts: {
  readonly command: string;
  /** What is indexed, "Prefect 3"; none where nobody can tell. */
  readonly products: readonly string[];
  /** What is stored of the person, in a sentence; undefined where nobody can tell. */
  readonly stored: string | undefined;
  readonly canForget: boolean;
  /** What was just done. */
  readonly said: string | undefined;
  readonly operator: OperatorPart | undefined;
}): HomeView {
  const { command, products, stored, canForget, said, operator } = parts;
  return {
    type: "home",
    blocks: [
      ...(said === undefined ? [] : [section(said)]),
      header(HOME.title),
      ...HOME.can.map((sentence) => section(sentence)),
      section(HOME.command(command)),
      ...(products.length === 0 ? [] : [section(clip(HOME.read(products), 2000))]),
      ...(stored === undefined ? [] : [header(HOME.data), section(stored)]),
      ...(canForget ? [deleteButton()] : []),
      ...(operator === undefined ? [] : operatorBlocks(operator, command)),
    ],
  };
}

function operatorBlocks({ channels, week, help, solved }: OperatorPart, command: string) {
  const more = channels.length - SHOWN_CHANNELS;
  return [
    { type: "divider" },
    header(HOME.channels),
    section(HOME.channelsHow(command)),
    actions({
      type: "conversations_select",
      action_id: HOME_ACTIONS.chooseChannel,
      placeholder: plain("Choose a channel"),
      filter: { include: ["public", "private"], exclude_bot_users: true },
    }),
    ...channels.slice(0, SHOWN_CHANNELS).map(([channel, choices]) => ({
      ...mrkdwn(`<#${channel}>  ${escapeMrkdwn(clip(describeChoices(choices), 500))}`),
      accessory: button(HOME_ACTIONS.changeChannel, "Change", channel),
    })),
    ...(more > 0 ? [section(`and ${more} more`)] : []),
    ...weekBlocks(week, help),
    ...(solved.length === 0 ? [] : [header(HOME.solved), section(HOME.solvedHow)]),
    ...solved.slice(0, SHOWN_SOLVED).flatMap((item) => solvedBlocks(item)),
  ];
}

function weekBlocks(week: OperatorPart["week"], help: OperatorPart["help"]) {
  const persons = `In the last 7 days people were asked ${times(help.asked)}; ${help.solved} of these are solved.`;
  if (week === undefined) return [header(HOME.week), section(persons)];
  if (week === "counting") return [header(HOME.week), section(HOME.counting), section(persons)];
  const { questions, people, notFound, partly, helpful, notHelpful, gaps } = week;
  return [
    header(HOME.week),
    section(
      [
        `${count(questions, "question")} of ${people === 1 ? "1 person" : `${people} people`} since ${week.since}: ${notFound} not found, ${partly} answered in part.`,
        `${count(helpful, "vote")} for an answer, ${notHelpful} against.`,
        persons,
      ].join("\n"),
    ),
    ...(gaps.length === 0
      ? []
      : [
          mrkdwn(
            [
              "Not found, by the page that came closest:",
              ...gaps.map(
                (gap) =>
                  `• ${gap.notFound} × ${gap.url === "" ? escapeMrkdwn(gap.title) : mrkdwnLink(gap.url, clip(gap.title, 150))}`,
              ),
            ].join("\n"),
          ),
        ]),
  ];
}

function solvedBlocks({ key, question, person, link }: SolvedItem) {
  const who = person === undefined ? "" : `  (solved, says <@${person}>)`;
  const where = link === undefined ? "" : `\n<${link}|Open the thread>`;
  return [
    mrkdwn(`>${escapeMrkdwn(clip(question.replaceAll(/\s+/g, " "), 400))}${who}${where}`),
    actions(
      button(HOME_ACTIONS.writeAnswer, "Write the answer", key, "primary"),
      button(HOME_ACTIONS.dismiss, "Not needed", key),
    ),
  ];
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function times(number: number): string {
  return number === 1 ? "once" : `${number} times`;
}

function deleteButton() {
  return actions({
    ...button(HOME_ACTIONS.forgetMe, "Delete my data", "me"),
    style: "danger",
    confirm: {
      title: plain("Delete my data?"),
      text: plain(HOME.confirm),
      confirm: plain("Delete"),
      deny: plain("Keep"),
    },
  });
}

function header(text: string) {
  return { type: "header", text: plain(text) };
}

function section(text: string) {
  return { type: "section", text: plain(text) };
}

function mrkdwn(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}
