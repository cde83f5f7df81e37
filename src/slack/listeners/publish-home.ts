/** Draws the home tab of one person: gathers what `../home-view.ts` shows. */
import { describeError } from "../../platform/errors.ts";
import { type OperatorPart, SHOWN_SOLVED, type SolvedItem, homeView } from "../home-view.ts";
import type { SolvedHelp } from "../inbox.ts";
import { storedSentence } from "../notices.ts";
import type { ListenerParts } from "./listener.ts";

/** How long the tab waits for the figures of the week; counting them may take longer, and then they are shown when they are there. */
const FIGURES_MS = 1500;

/** Draws the home tab of one person anew; `said`: what was just done. */
export async function publishHome(
  parts: ListenerParts,
  user: string,
  said?: string,
): Promise<void> {
  const { calls, settings, ownData } = parts;
  const isOperator = settings.operators.includes(user);
  const figures = isOperator ? weekFigures(parts) : undefined;
  const stored = await ownData?.count(user);
  const days = Math.round(settings.retentionMs / 86_400_000);
  const publish = (operator: OperatorPart | undefined) =>
    calls.once("views.publish", {
      user_id: user,
      view: homeView({
        command: settings.command,
        stored: stored === undefined ? undefined : storedSentence(stored, days),
        canForget: stored !== undefined && stored.questions + stored.turns + stored.votes > 0,
        said,
        operator,
      }),
    });
  if (!isOperator) {
    await publish(undefined);
    return;
  }
  const operator = await operatorPart(parts);
  const inTime = figures === undefined ? undefined : await within(parts, figures);
  await publish({ ...operator, week: inTime });
  if (inTime !== "counting" || figures === undefined) return;
  await publish({ ...operator, week: await figures });
}

/** Undefined where nobody counts; a count that fails is logged and left out. */
function weekFigures({
  reports,
  logger,
}: ListenerParts): Promise<OperatorPart["week"]> | undefined {
  return reports?.week().catch((error: unknown) => {
    logger.warn("slack.no-figures", { error: describeError(error) });
    return undefined;
  });
}

async function within(
  { clock }: ListenerParts,
  figures: Promise<OperatorPart["week"]>,
): Promise<OperatorPart["week"]> {
  const waiting = new AbortController();
  const late = clock.sleep(FIGURES_MS, waiting.signal).then(
    () => "counting" as const,
    () => undefined,
  );
  try {
    return await Promise.race([figures, late]);
  } finally {
    waiting.abort();
  }
}

async function operatorPart(parts: ListenerParts): Promise<Omit<OperatorPart, "week">> {
  const { channelSettings, inbox, clock, reviewed } = parts;
  const chosen = await channelSettings.all();
  const solved = reviewed === undefined ? [] : await inbox.solvedHelp(SHOWN_SOLVED);
  return {
    channels: [...chosen].filter(([, choices]) => Object.keys(choices).length > 0),
    help: await inbox.countHelp(clock.now() - 7 * 86_400_000),
    solved: await Promise.all(solved.map((one) => solvedItem(parts, one))),
  };
}

async function solvedItem(
  { calls }: ListenerParts,
  { question, person }: SolvedHelp,
): Promise<SolvedItem> {
  const { key, channel, ts, surface, text } = question;
  const link =
    surface === "direct" || surface === "command"
      ? undefined
      : await calls
          .once("chat.getPermalink", { channel, message_ts: ts })
          .then((result) => String(result["permalink"]))
          .catch(() => undefined);
  return { key, question: text, person, link };
}
