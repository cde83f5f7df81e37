/** When a question may be taken up, given when earlier ones were. */
import type { Inbox, InboxQuestion, NotedQuestion, Taken, TakenTimes } from "./inbox.ts";
import type { Budgets } from "./settings.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export type Wait = { readonly until: number; readonly because: "user" | "channel" | "day" };

/** The longest of the waits that the budgets ask for; undefined when the question may be taken up at `now`. */
export function budgetWait(taken: Taken, budgets: Budgets, now: number): Wait | undefined {
  const waits = [
    wait(taken.user, budgets.userHour, HOUR_MS, "user"),
    wait(taken.channel, budgets.channelHour, HOUR_MS, "channel"),
    wait(taken.all, budgets.day, DAY_MS, "day"),
  ].filter((found) => found !== undefined && found.until > now);
  return waits.sort((a, b) => (b?.until ?? 0) - (a?.until ?? 0))[0];
}

/** Takes a question up for good unless the budgets ask for a wait, one after the other over all processes. */
export function takeWithin(
  inbox: Pick<Inbox, "takeUnless">,
  question: Pick<InboxQuestion, "key" | "user" | "channel">,
  budgets: Budgets,
  now: number,
): Promise<Wait | undefined> {
  return inbox.takeUnless(question, timesAt(now), (taken) => budgetWait(taken, budgets, now));
}

/** The same for a command's question, which is kept with it. */
export function noteWithin(
  inbox: Pick<Inbox, "noteUnless">,
  question: NotedQuestion,
  budgets: Budgets,
  now: number,
): Promise<Wait | undefined> {
  return inbox.noteUnless(question, timesAt(now), (taken) => budgetWait(taken, budgets, now));
}

function timesAt(now: number): TakenTimes {
  return { hour: now - HOUR_MS, day: now - DAY_MS, now };
}

function wait(
  times: readonly number[],
  limit: number,
  windowMs: number,
  because: Wait["because"],
): Wait | undefined {
  if (limit === 0 || times.length < limit) return undefined;
  const oldest = [...times].sort((a, b) => a - b)[times.length - limit];
  return oldest === undefined ? undefined : { until: oldest + windowMs, because };
}

/** What the asker is told about the wait. */
export function waitSentence(wait: Wait, now: number): string {
  return `${whyWait(wait)}. Yours is in the queue and I answer it here ${whenOver(wait, now)}.`;
}

/** What the asker is told who asked in a way that cannot wait so long. */
export function tooLongWaitSentence(wait: Wait, now: number): string {
  return `${whyWait(wait)}; the next one can be answered ${whenOver(wait, now)}. Mention me in a channel instead, and your question waits there until then.`;
}

function whyWait(wait: Wait): string {
  return {
    user: "You have used up your questions for this hour",
    channel: "This channel has used up its questions for this hour",
    day: "I have used up my questions for today",
  }[wait.because];
}

function whenOver(wait: Wait, now: number): string {
  const minutes = Math.max(1, Math.ceil((wait.until - now) / 60_000));
  return minutes < 90 ? `in about ${minutes} min` : `in about ${Math.round(minutes / 60)} h`;
}
