/** Checks the Slack side without starting the bot: tokens, scopes, connection, and on demand a mention. */
import { SocketModeReceiver, webApi } from "@slack/bolt";
import { z } from "zod";
import { type Clock, systemClock } from "../platform/clock.ts";
import { answerMessages } from "./blocks/answer-blocks.ts";
import { checkManifest } from "./check-manifest.ts";
import { GOLDEN_ANSWERS } from "./golden-answers.ts";
import { GOLDEN_HELP, GOLDEN_VIEWS } from "./golden-views.ts";
import { inTime } from "./in-time.ts";
import { fitMessage } from "./message-size.ts";
import { checkList, failed, NEEDED_SCOPES, off, ok, type SlackCheck } from "./needed.ts";
import type { SlackSettings } from "./settings.ts";
import { readCallError } from "./slack-calls.ts";
import { orAborted } from "./until-aborted.ts";

export type CheckSlackOptions = {
  /** Waits for somebody to mention the bot. */
  readonly wait: boolean;
  /** The app's manifest as JSON, when somebody gave it. */
  readonly manifest?: string;
  readonly signal: AbortSignal;
  /** How long; a minute by default. */
  readonly waitMs?: number;
  /** Told when the wait begins, so that somebody can be asked to mention the bot. */
  readonly onWaiting?: () => void;
  readonly clock?: Clock;
};

/** All settings; the token may be missing. */
export type CheckedSettings = Omit<SlackSettings, "botToken"> & {
  readonly botToken: string | undefined;
};

const WAIT_MS = 60_000;

/** One result for each thing looked at, in the order in which they should be mended; never throws for Slack's sake. */
export async function checkSlack(
  settings: CheckedSettings,
  options: CheckSlackOptions,
): Promise<readonly SlackCheck[]> {
  const { botToken, appToken, signingSecret, apiUrl } = settings;
  if (botToken === undefined && appToken === undefined && signingSecret === undefined)
    return [
      {
        ...off("Slack", "no tokens; the bot answers in the terminal only"),
        mend: 'To use it in Slack, create an app from src/slack/manifest.json (README, "In Slack").',
      },
    ];
  const checks = [...(await checkBotToken(settings)), ...(await checkReach(settings, options))];
  if (options.manifest !== undefined) checks.push(...checkManifest(options.manifest, settings));
  else if (!options.wait)
    checks.push(
      off(
        "Slack events",
        "Slack does not tell which are subscribed: npm run doctor -- --manifest FILE compares the app's manifest, --wait waits for a mention",
      ),
    );
  if (botToken !== undefined && checks[0]?.status === "ok")
    checks.push(await checkBlocks(botToken, apiUrl));
  checks.push(...whatIsOff(settings));
  return checks;
}

/** What an operator may have meant to leave off, so that nobody looks for it. */
function whatIsOff(settings: CheckedSettings): readonly SlackCheck[] {
  const { followUps, helpChannels, taskCards, prompts, people, operators, alertTo } = settings;
  const unset = [
    !followUps && "follow-ups without a mention (SLACK_FOLLOW_UPS)",
    helpChannels.length === 0 && "help channels (SLACK_HELP_CHANNELS)",
    !taskCards && "task cards (SLACK_TASK_CARDS)",
    !prompts && "suggestions (SLACK_PROMPTS)",
    people.length === 0 && "asking a person (SLACK_ASK_PERSON)",
    operators.length === 0 && "receipts, settings and figures for operators (SLACK_OPERATORS)",
    alertTo === undefined && "alerts (SLACK_ALERT_TO)",
  ].filter((one) => one !== false);
  return unset.length === 0 ? [] : [off("Slack options", `not set: ${unset.join(", ")}`)];
}

/** Slack's own word on whether it draws what the bot posts; nothing is posted. Needs no scope. */
async function checkBlocks(botToken: string, apiUrl: string): Promise<SlackCheck> {
  const name = "Slack blocks";
  const api = new webApi.WebClient(botToken, clientOptions(apiUrl));
  const options = { now: Date.parse("2026-11-24T08:00:00.000Z"), question: "?", askPerson: true };
  const payloads: readonly { readonly what: string; readonly payload: Record<string, unknown> }[] =
    [
      ...Object.entries(GOLDEN_ANSWERS).flatMap(([what, answer]) =>
        answerMessages(answer, options)
          .flatMap((message) => fitMessage(message))
          .map(({ blocks }) => ({ what, payload: { message: { blocks } } })),
      ),
      { what: "a question for people", payload: { message: { blocks: GOLDEN_HELP.blocks } } },
      ...Object.entries(GOLDEN_VIEWS).map(([what, view]) => ({ what, payload: { view } })),
    ];
  const refused: string[] = [];
  for (const { what, payload } of payloads)
    try {
      await api.apiCall("blocks.validate", payload);
    } catch (error) {
      const failure = readCallError("blocks.validate", error);
      if (failure.kind !== "refused") return off(name, "Slack did not answer; try again later");
      if (failure.slackError === "unknown_method")
        return off(name, "this Slack does not check blocks");
      refused.push(`${what}: ${whyRefused(error) ?? failure.slackError}`);
    }
  return refused.length === 0
    ? ok(name, `all ${payloads.length} kinds of messages and views are drawn`)
    : failed(
        name,
        refused.join("; "),
        "Answers fall back to text where blocks are refused. Please report this with the line above.",
      );
}

const Refusal = z.object({
  data: z.object({
    errors: z
      .array(z.object({ message: z.string().optional(), pointer: z.string().optional() }))
      .min(1),
  }),
});

/** The first of Slack's reasons, with the place it points to. */
function whyRefused(error: unknown): string | undefined {
  const parsed = Refusal.safeParse(error);
  const [first] = parsed.success ? parsed.data.data.errors : [];
  if (first === undefined) return undefined;
  return [first.message, first.pointer].filter((part) => part !== undefined).join(" at ");
}

async function checkBotToken({
  botToken,
  apiUrl,
}: CheckedSettings): Promise<readonly SlackCheck[]> {
  const name = "Slack bot token";
  if (botToken === undefined)
    return [
      failed(
        name,
        "not set",
        "SLACK_BOT_TOKEN=xoxb-... (OAuth & Permissions, Bot User OAuth Token)",
      ),
    ];
  try {
    const result = await new webApi.WebClient(botToken, clientOptions(apiUrl)).auth.test();
    const scopes = result.response_metadata?.scopes ?? [];
    return [
      ok(name, `${result.user ?? "the bot"} in ${result.team ?? "the workspace"}`),
      checkList(
        "Slack scopes",
        NEEDED_SCOPES,
        scopes,
        { all: "are granted" },
        (missing) =>
          `Add ${missing.join(", ")} under OAuth & Permissions (or paste src/slack/manifest.json), then reinstall the app.`,
      ),
    ];
  } catch (error) {
    const { kind, slackError } = readCallError("auth.test", error);
    return [
      kind === "refused"
        ? failed(
            name,
            slackError,
            "SLACK_BOT_TOKEN=xoxb-... Copy it again (OAuth & Permissions); reinstall the app if it was revoked.",
          )
        : failed(name, `Slack does not answer (${apiUrl})`, CHECK_NETWORK),
    ];
  }
}

const CHECK_NETWORK = "Check the network and SLACK_API_URL.";

async function checkReach(
  { appToken, signingSecret, apiUrl }: CheckedSettings,
  options: CheckSlackOptions,
): Promise<readonly SlackCheck[]> {
  const name = "Slack connection";
  if (appToken === undefined)
    return [
      signingSecret === undefined
        ? failed(
            name,
            "neither an app-level token nor a signing secret",
            "SLACK_APP_TOKEN=xapp-... (Basic Information, App-Level Tokens, scope connections:write)",
          )
        : ok(name, "signed HTTP; Slack confirms the request URL when you save it"),
    ];
  try {
    await new webApi.WebClient(appToken, clientOptions(apiUrl)).apps.connections.open();
  } catch (error) {
    const { kind, slackError } = readCallError("apps.connections.open", error);
    if (kind !== "refused") return [failed(name, "Slack does not answer", CHECK_NETWORK)];
    const isOfAnotherKind = ["missing_scope", "not_allowed_token_type"].includes(slackError);
    const mend = isOfAnotherKind
      ? "It needs the scope connections:write (Basic Information, App-Level Tokens)."
      : "Generate it again, and turn Socket Mode on.";
    return [failed(name, slackError, `SLACK_APP_TOKEN=xapp-... ${mend}`)];
  }
  const connected = ok(name, "Socket Mode opens");
  return options.wait ? [connected, await waitForMention(apiUrl, appToken, options)] : [connected];
}

const Delivered = z.object({
  body: z.object({ event: z.object({ type: z.literal("app_mention") }) }),
  ack: z.custom<() => Promise<void>>((value) => typeof value === "function"),
});

/** Slack keeps no list of events to read back, so the only proof that they arrive is one that does. */
async function waitForMention(
  apiUrl: string,
  appToken: string,
  options: CheckSlackOptions,
): Promise<SlackCheck> {
  const ms = options.waitMs ?? WAIT_MS;
  const name = "Slack events";
  const { client } = new SocketModeReceiver({
    appToken,
    installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
    logger: clientOptions(apiUrl).logger,
  });
  const mentioned = Promise.withResolvers<boolean>();
  client.on("slack_event", (delivery: unknown) => {
    // It is not acknowledged: Slack delivers it again, to the bot when that runs.
    if (Delivered.safeParse(delivery).success) mentioned.resolve(true);
  });
  try {
    await client.start();
    options.onWaiting?.();
    const heard = orAborted(mentioned.promise, options.signal).catch(() => false);
    const arrived = await inTime(options.clock ?? systemClock, ms, heard);
    return arrived?.value === true
      ? ok(name, "a mention arrived")
      : failed(
          name,
          `no mention arrived within ${Math.round(ms / 1000)} s`,
          "Subscribe to app_mention under Event Subscriptions, invite the bot to the channel, and mention it. Another process of the bot may have got the event; stop it for this check.",
        );
  } finally {
    await client.disconnect().catch(() => undefined);
  }
}

function clientOptions(slackApiUrl: string) {
  const silent = () => undefined;
  return {
    slackApiUrl,
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: 10_000,
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: silent,
      setLevel: silent,
      getLevel: () => "error" as webApi.LogLevel,
      setName: silent,
    },
  };
}
