/** Draws the home tab of one person: gathers what `../home-view.ts` shows. */
import type { IndexedSource } from "../../answering/remote/messages.ts";
import { describeError } from "../../platform/errors.ts";
import { type OperatorPart, SHOWN_SOLVED, type SolvedItem, homeView } from "../home-view.ts";
import { inTime } from "../in-time.ts";
import type { SolvedHelp } from "../inbox.ts";
import { storedSentence } from "../notices.ts";
import { permalink } from "./interaction.ts";
import type { ListenerParts } from "./listener.ts";

/** How long the tab waits for the core; counting the week may take longer, and then its figures are shown when they are there. */
const FIGURES_MS = 1500;

/** Draws the home tab of one person anew; `said`: what was just done. */
export async function publishHome(
  parts: ListenerParts,
  user: string,
  said?: string,
): Promise<void> {
  const { calls, settings, ownData, clock } = parts;
  const isOperator = settings.operators.includes(user);
  // Asked for at once, waited for last.
  const figures = isOperator ? weekFigures(parts) : Promise.resolve(undefined);
  const sources = parts.reports?.sources().catch(() => []) ?? Promise.resolve([]);
  const stored = await ownData?.count(user);
  const products = productNames((await inTime(clock, FIGURES_MS, sources))?.value ?? []);
  const days = Math.round(settings.retentionMs / 86_400_000);
  const publish = (operator: OperatorPart | undefined) =>
    calls.once("views.publish", {
      user_id: user,
      view: homeView({
        command: settings.command,
        products,
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
  const counted = await inTime(clock, FIGURES_MS, figures);
  await publish({ ...operator, week: counted === undefined ? "counting" : counted.value });
  if (counted === undefined) await publish({ ...operator, week: await figures });
}

/** Each once, with its version. */
function productNames(sources: readonly IndexedSource[]): readonly string[] {
  const names = sources.map(({ product, title, version }) =>
    `${title ?? product} ${version}`.trim(),
  );
  return [...new Set(names)].sort();
}

/** Undefined where nobody counts; a count that fails is logged and left out. */
async function weekFigures({ reports, logger }: ListenerParts): Promise<OperatorPart["week"]> {
  try {
    return await reports?.week();
  } catch (error) {
    logger.warn("slack.no-figures", { error: describeError(error) });
    return undefined;
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
  parts: ListenerParts,
  { question, person }: SolvedHelp,
): Promise<SolvedItem> {
  const { key, surface, text } = question;
  const hasLink = surface !== "direct" && surface !== "command";
  const link = hasLink ? await permalink(parts, question) : undefined;
  return { key, question: text, person, link };
}
