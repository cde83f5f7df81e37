/** What people solved becomes an answer that is given from now on: an operator writes it in a form, or says that it is not needed. */
import { randomUUID } from "node:crypto";
import { isFixed } from "../../conversation/conversation.ts";
import { REVIEWED_LIMITS } from "../../state/reviewed-answers.ts";
import { form, input, plain } from "../blocks/build.ts";
import { clip } from "../blocks/limits.ts";
import { coreKey } from "../core-key.ts";
import { HOME_ACTIONS } from "../home-view.ts";
import type { InboxQuestion } from "../inbox.ts";
import { NOTICES } from "../notices.ts";
import { onPress, onStoredPress, onSubmit, type Press } from "./interaction.ts";
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

export const registerSolved: Listener = (app, parts) => {
  const { settings, inbox, clock, reviewed, logger, metrics } = parts;
  if (reviewed === undefined) return;
  const isOperator = (user: string) => settings.operators.includes(user);

  onPress(app, parts, HOME_ACTIONS.writeAnswer, async (press) => {
    if (isOperator(press.user)) await openForm(parts, press);
  });

  onStoredPress(app, HOME_ACTIONS.dismiss, async ({ user, value }) => {
    if (!isOperator(user)) return;
    await inbox.dismissHelp(value, clock.now());
    parts.background(publishHome(parts, user));
  });

  onSubmit(app, VIEW, async ({ user, about, text }) => {
    if (!isOperator(user)) return { [INPUTS.wordings]: NOTICES.settingsNotAllowed };
    const product = text(INPUTS.product);
    const wordings = text(INPUTS.wordings)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const draft = {
      id: randomUUID().slice(0, 8),
      wordings: [...new Set(wordings)],
      text: text(INPUTS.text),
      author: text(INPUTS.author),
      ...(product === "" ? {} : { product }),
    };
    // It reads questions as the core does, for which the connection's thread has no need otherwise.
    const { draftProblem } = await import("../../answering/reviewed/check-draft.ts");
    const problem = draftProblem(draft, await reviewed.list());
    if (problem !== undefined) return { [INPUTS[problem.part]]: clip(problem.message, 150) };
    const now = clock.now();
    await reviewed.put({
      ...draft,
      writtenAt: new Date(now).toISOString(),
      quotes: [],
      pages: [],
    });
    await inbox.dismissHelp(about, now);
    metrics.count("reviewed_written");
    logger.info("slack.reviewed-written", { id: draft.id, user });
    parts.background(publishHome(parts, user, NOTICES.reviewedKept));
    return undefined;
  });
};

async function openForm(parts: ListenerParts, { user, value, triggerId }: Press): Promise<void> {
  const question = await parts.inbox.find(value);
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
) {
  const wording = clip(question.text.replaceAll(/\s+/g, " ").trim(), REVIEWED_LIMITS.wording);
  const long = { multiline: true, max_length: INPUT_CHARACTERS };
  const short = { max_length: REVIEWED_LIMITS.author };
  const known = product === undefined ? {} : { initial_value: product };
  return form({
    id: VIEW,
    about: question.key,
    title: "An answer of yours",
    submit: "Keep",
    close: "Cancel",
    blocks: [
      {
        type: "section",
        text: plain(
          "Who asks like this gets your answer from now on, with your name and the date, and nothing of mine beside it.",
        ),
      },
      input(INPUTS.wordings, "Asked like this (a line each)", { ...long, initial_value: wording }),
      input(INPUTS.text, "The answer (code, lists and tables as in Markdown)", long),
      input(INPUTS.author, "Whose answer it is, as people see it", short),
      input(INPUTS.product, "Product", { ...short, ...known }, true),
    ],
  });
}
