/** Fixed sentences of the Slack surface itself; those of answers stand in `documents/answer-text.ts`. */
export const NOTICES = {
  filesOnly:
    "I could not read that: I read text files and snippets of up to 200 KB, and no images. Paste the text of the error or the code here, and I look it up.",
  noHistory: "I could not read the earlier messages of this thread; this answers yours alone.",
  tooOld:
    "Sorry, I was not there when you asked this, and by now it is old. Ask again if you still need it.",
  failed:
    "Sorry, I tried several times and could not finish this answer. Whoever operates me can see why in my log. Please ask again later.",
  notAllowedHere: "I am not set up to answer in this channel.",
  notAllowedYou: "I am not set up to answer you. Whoever operates me can change that.",
  muted: "Whoever operates me muted me in this channel.",
  settingsNotAllowed: "Settings are for the people who operate me (SLACK_OPERATORS).",
  settingsInChannels: "Settings belong to a channel: type the command in the one you mean.",
  settingsSaved: "Saved. It holds from now on.",
  settingsUnchanged: "Nothing was changed.",
  reviewedKept: "Kept. Who asks like that gets your answer from now on.",
  forgotten: "Everything I had stored of you is deleted. What stands in Slack itself stays there.",
  notForgotten: "Not everything could be deleted now. Please press the button again later.",
  voteHelpful: "Thanks, noted.",
  voteNotHelpful: "Thanks, noted. That helps to find the weak spots.",
  voteUnknown: "I do not have a record of that answer any more.",
  asked: "I passed your question on, with what I found.",
  askedBefore: "This question was passed on already.",
  notPassed: "All right, it stays here.",
  takenBefore: "Somebody took this question already.",
  notYoursToSolve: "Whoever asked, and the people who help, can say that it is solved.",
  noReceipt: "There is no receipt for this message.",
  receiptNotAllowed: "Receipts are for the people who operate me.",
  commandWaiting: "Looking that up. The answer will be visible to you alone.",
  commandFailed: "Sorry, I could not answer that now. Please ask again later.",
  shared: "Shared.",
  sharedBefore: "That answer was shared already.",
  shareUnsure:
    "Slack did not say whether it took the answer. Look into the channel before asking again.",
  shareRefused: "Slack did not let me share that here.",
  offerRemoval:
    "You deleted your question, so I forgot what it said. Shall I remove my answer as well?",
  answerRemoved: "The answer is removed and forgotten.",
  answerKept: "The answer stays.",
  answerNotRemoved: "Slack did not let me remove the answer. Please press the button again later.",
  notPassedOn:
    "Sorry, I could not reach anybody. Please ask them yourself, or press the button again later.",
} as const;

/** Said to an empty command. */
export function commandEmpty(command: string): string {
  return `Type a question after the command, for example \`${command} why does a run not start?\``;
}

/** Names what was not read: "I did not read trace.log and shot.png.". */
export function unreadSentence(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  const more = names.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  const last = all.at(-1) ?? "";
  return `I did not read ${all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`}: I read text files of up to 200 KB.`;
}

/** Suggestions in the empty messages tab, where the indexed sources have none. */
export const PROMPTS = [
  {
    title: "When a pod dies",
    message: "What happens to a run when the pod it runs in is evicted?",
  },
  { title: "Retries", message: "How do I retry what failed with a delay that grows?" },
  { title: "Late runs", message: "Why does a scheduled run not start?" },
  { title: "Results", message: "Where are results stored, and for how long?" },
] as const;

/** The home tab. */
export const HOME = {
  title: "What I can do",
  can: [
    "I answer questions from the documentation I have read, and every sentence links to the words it stands on. When the documentation does not say, I say so.",
    "Mention me in a channel, or write to me here. In the thread you can go on: ask what I meant, doubt it, or ask the next thing.",
  ],
  command: (command: string) => `${command} and a question: the answer is for your eyes alone.`,
  read: (products: readonly string[]) => `I have read: ${products.join(", ")}.`,
  data: "Your data",
  channels: "Channels",
  channelsHow: (command: string) =>
    `Product, version, follow-ups, help channel, who is asked, mute: choose a channel, or type ${command} settings in it. It holds at once, and who changed what is kept.`,
  week: "This week",
  counting: "The questions of this week are being counted.",
  solved: "Solved by people",
  solvedHow:
    "I could answer these myself next time: write the answer, or say that it is not needed.",
  confirm:
    "Your questions, my answers to them and your votes are deleted from my store. This cannot be taken back.",
} as const;

/** "I have 3 questions of yours with my answers, and 1 vote. I delete them after 90 days.". */
export function storedSentence(
  stored: { readonly questions: number; readonly turns: number; readonly votes: number },
  days: number,
): string {
  const questions = Math.max(stored.questions, stored.turns);
  if (questions + stored.votes === 0) return "I have nothing stored of you.";
  const count = (number: number, one: string) => `${number} ${one}${number === 1 ? "" : "s"}`;
  return `I have ${count(questions, "question")} of yours with what I answered, and ${count(stored.votes, "vote")}. I delete them after ${days} days.`;
}

/** What the status line says while a question is worked on. */
export const STATUS = {
  received: "is looking into it…",
  resolving: "is reading the thread…",
  searching: "is searching the documentation…",
  writing: "is writing from what it found…",
  checking: "is checking every quote…",
  "searching-again": "is searching once more…",
} as const;
