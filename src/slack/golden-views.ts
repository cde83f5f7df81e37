/** The views and messages beside answers, filled in with invented values, for a check that Slack draws them. */
import { GOLDEN_ANSWERS } from "./golden-answers.ts";
import { peopleMessage } from "./help-messages.ts";
import { homeView } from "./home-view.ts";
import type { InboxQuestion } from "./inbox.ts";
import { settingsForm } from "./listeners/channel-settings-form.ts";
import { reviewedForm } from "./listeners/solved.ts";

const QUESTION: InboxQuestion = {
  key: "T0EXAMPLE:C0EXAMPLE:1.1",
  team: "T0EXAMPLE",
  channel: "C0EXAMPLE",
  ts: "1.1",
  threadTs: "1.1",
  inThread: false,
  user: "U0EXAMPLE",
  userTeam: undefined,
  text: "What happens & why <!here>?",
  surface: "mention",
  conversationTs: undefined,
  files: [],
  state: "closed",
  outcome: "answered",
  revision: 0,
  attempts: 1,
  messageTs: [],
  answerId: "golden",
  receivedAt: 0,
  takenAt: 0,
  told: false,
};

/** A question that was passed on to people, with its answer. */
export const GOLDEN_HELP = peopleMessage({
  question: QUESTION,
  turn: {
    key: QUESTION.key,
    author: QUESTION.user,
    question: QUESTION.text,
    resolution: undefined,
    answer: GOLDEN_ANSWERS["headings of a failure"],
    evidence: [],
    state: "posted",
    askedAt: "2026-11-20T08:00:00.000Z",
  },
  summary: "Searched for what happens.",
  request: { key: QUESTION.key, state: "asked", person: undefined, messages: [] },
  ping: ["U0EXAMPLE", "S0EXAMPLE"],
  link: "https://example.slack.com/archives/C0EXAMPLE/p11",
  now: Date.parse("2026-11-24T08:00:00.000Z"),
});

/** By what they are. */
export const GOLDEN_VIEWS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "the home tab": homeView({
    command: "/ask",
    products: ["Prefect 3"],
    stored: "I have nothing stored of you.",
    canForget: true,
    said: "Saved.",
    operator: {
      channels: [["C0EXAMPLE", { help: true, scope: { product: "prefect", version: "3" } }]],
      week: {
        since: "2026-11-23",
        questions: 41,
        people: 12,
        partly: 5,
        notFound: 7,
        helpful: 9,
        notHelpful: 2,
        gaps: [{ title: "A page & more", url: "https://docs.example.com/page", notFound: 4 }],
      },
      help: { asked: 3, solved: 2 },
      solved: [
        {
          key: QUESTION.key,
          question: QUESTION.text,
          person: "U0EXAMPLE",
          link: "https://example.slack.com/archives/C0EXAMPLE/p11",
        },
      ],
    },
  }),
  "the form of settings": settingsForm(
    { channel: "C0EXAMPLE", from: "channel" },
    {
      scope: { product: "prefect", version: "3" },
      followUps: true,
      help: false,
      people: ["U0EXAMPLE", "C0EXAMPLE"],
      muted: false,
    },
    [
      {
        channel: "C0EXAMPLE",
        user: "U0EXAMPLE",
        at: Date.parse("2026-11-24T08:00:00.000Z"),
        before: {},
        after: { help: true },
      },
    ],
  ),
  "the form of an answer": reviewedForm(QUESTION, "prefect"),
};
