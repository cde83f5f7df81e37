/** What people solved becomes an answer that is given from now on: an operator writes it in a form, or says that it is not needed. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { isFixed } from "../../conversation/conversation.ts";
import { REVIEWED_LIMITS } from "../../state/reviewed-answers.ts";
import { clip } from "../blocks/limits.ts";
import { HOME_ACTIONS } from "../home-view.ts";
import type { InboxQuestion } from "../inbox.ts";
import { NOTICES } from "../notices.ts";
import { coreKey } from "../worker.ts";
import type { Listener, ListenerParts } from "./listener.ts";
import { publishHome } from "./publish-home.ts";

const VIEW = "reviewed_answer";
/** Most that Slack takes in one input. */
const INPUT_CHARACTERS = 3000;
const INPUTS = {
  wordings: "wordings",
  text: "text",
  author: "author",
  product: "product",
} as const;

const Pressed = z.object({
  trigger_id: z.string().min(1),
  user: z.object({ id: z.string() }),
  actions: z.array(z.object({ value: z.string().min(1) })).min(1),
});

const Submitted = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string().min(1),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

export const registerSolved: Listener = (app, parts) => {
  const { settings, inbox, clock, reviewed, logger, metrics } = parts;
  if (reviewed === undefined) return;
  const isOperator = (user: string) => settings.operators.includes(user);

  app.action(HOME_ACTIONS.writeAnswer, async ({ ack, body }) => {
    await ack();
    const pressed = Pressed.safeParse(body);
    if (!pressed.success || !isOperator(pressed.data.user.id)) return;
    const { user, actions, trigger_id: triggerId } = pressed.data;
    parts.background(openForm(parts, user.id, actions[0]?.value ?? "", triggerId));
  });

  app.action(HOME_ACTIONS.dismiss, async ({ ack, body }) => {
    const pressed = Pressed.safeParse(body);
    if (pressed.success && isOperator(pressed.data.user.id)) {
      const { user, actions } = pressed.data;
      await inbox.dismissHelp(actions[0]?.value ?? "", clock.now());
      parts.background(publishHome(parts, user.id));
    }
    await ack();
  });

  app.view(VIEW, async ({ ack, body }) => {
    const submitted = Submitted.safeParse(body);
    if (!submitted.success) {
      await ack();
      return;
    }
    const { user, view } = submitted.data;
    if (!isOperator(user.id)) {
      await ack({
        response_action: "errors",
        errors: { [INPUTS.wordings]: NOTICES.settingsNotAllowed },
      });
      return;
    }
    const value = (name: string) => view.state.values[name]?.[name]?.value?.trim() ?? "";
    const product = value(INPUTS.product);
    const draft = {
      id: randomUUID().slice(0, 8),
      wordings: [
        ...new Set(
          value(INPUTS.wordings)
            .split("\n")
            .map((line) => line.trim())
            .filter((line) => line !== ""),
        ),
      ],
      text: value(INPUTS.text),
      author: value(INPUTS.author),
      ...(product === "" ? {} : { product }),
    };
    // It reads questions as the core does, for which the connection's thread has no need otherwise.
    const { draftProblem } = await import("../../answering/reviewed/check-draft.ts");
    const problem = draftProblem(draft, await reviewed.list());
    if (problem !== undefined) {
      await ack({
        response_action: "errors",
        errors: { [INPUTS[problem.part]]: clip(problem.message, 150) },
      });
      return;
    }
    // Stored before the acknowledgement: what Slack shows as done is done.
    const now = clock.now();
    await reviewed.put({
      ...draft,
      writtenAt: new Date(now).toISOString(),
      quotes: [],
      pages: [],
    });
    await inbox.dismissHelp(view.private_metadata, now);
    await ack();
    metrics.count("reviewed_written");
    logger.info("slack.reviewed-written", { id: draft.id, user: user.id });
    parts.background(publishHome(parts, user.id, NOTICES.reviewedKept));
  });
};

async function openForm(
  parts: ListenerParts,
  user: string,
  key: string,
  triggerId: string,
): Promise<void> {
  const question = await parts.inbox.find(key);
  if (question === undefined || question.text === "")
    return publishHome(parts, user, NOTICES.voteUnknown);
  await parts.calls.once("views.open", {
    trigger_id: triggerId,
    view: reviewedForm(question, await productOf(parts, question)),
  });
}

/** What the answer to it was about, where that is one product. */
async function productOf(
  { records }: ListenerParts,
  question: InboxQuestion,
): Promise<string | undefined> {
  const answer = (await records.findTurn(coreKey(question)))?.answer;
  if (answer === undefined || isFixed(answer)) return undefined;
  const [only, ...others] = new Set(
    [...answer.citations, ...answer.closest].map(({ product }) => product),
  );
  return others.length > 0 ? undefined : only;
}

export function reviewedForm(
  question: Pick<InboxQuestion, "key" | "text">,
  product: string | undefined,
): Readonly<Record<string, unknown>> {
  const wording = clip(question.text.replaceAll(/\s+/g, " ").trim(), REVIEWED_LIMITS.wording);
  return {
    type: "modal",
    callback_id: VIEW,
    private_metadata: question.key,
    title: plain("An answer of yours"),
    submit: plain("Keep"),
    close: plain("Cancel"),
    blocks: [
      {
        type: "section",
        text: plain(
          "Who asks like this gets your answer from now on, with your name and the date, and nothing of mine beside it.",
        ),
      },
      input(INPUTS.wordings, "Asked like this (a line each)", {
        multiline: true,
        initial_value: wording,
      }),
      input(INPUTS.text, "The answer (code, lists and tables as in Markdown)", { multiline: true }),
      input(INPUTS.author, "Whose answer it is, as people see it", {
        max_length: REVIEWED_LIMITS.author,
      }),
      {
        ...input(
          INPUTS.product,
          "Product",
          product === undefined ? {} : { initial_value: product },
        ),
        optional: true,
      },
    ],
  };
}

function input(name: string, label: string, element: Readonly<Record<string, unknown>>) {
  return {
    type: "input",
    block_id: name,
    label: plain(label),
    element: {
      type: "plain_text_input",
      action_id: name,
      max_length: INPUT_CHARACTERS,
      ...element,
    },
  };
}

function plain(text: string) {
  return { type: "plain_text", text } as const;
}
