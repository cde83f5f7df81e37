/**
 * What the manifest of an app lacks: Slack does not tell a bot which events it is subscribed to, so whoever set it up compares. Of
 * each thing that is missing it says what is lost without. Pure.
 */
import { z } from "zod";
import { RECEIPT_ACTION } from "./listeners/receipt.ts";
import {
  checkList,
  failed,
  NEEDED_EVENTS,
  NEEDED_SCOPES,
  off,
  ok,
  type SlackCheck,
} from "./needed.ts";
import type { SlackSettings } from "./settings.ts";

const strings = z.array(z.string()).catch([]);
/** A part that may be missing, and then holds nothing. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.object(shape));

/** Of what an app's page shows under "App Manifest". */
const Manifest = z.object({
  features: part({
    app_home: part({
      home_tab_enabled: z.boolean().optional(),
      messages_tab_enabled: z.boolean().optional(),
      messages_tab_read_only_enabled: z.boolean().optional(),
    }),
    slash_commands: z.array(z.object({ command: z.string() })).catch([]),
    shortcuts: z.array(z.object({ callback_id: z.string() })).catch([]),
  }),
  oauth_config: part({ scopes: part({ bot: strings }) }),
  settings: part({
    event_subscriptions: part({ bot_events: strings }),
    interactivity: part({ is_enabled: z.boolean().optional() }),
    socket_mode_enabled: z.boolean().optional(),
  }),
});
type Manifest = z.infer<typeof Manifest>;

type Settings = Pick<SlackSettings, "appToken" | "command" | "followUps" | "helpChannels">;

/** `text`: the manifest as JSON. */
export function checkManifest(text: string, settings: Settings): readonly SlackCheck[] {
  const manifest = readManifest(text);
  if (manifest === undefined)
    return [
      failed(
        "Slack manifest",
        "this is not a manifest in JSON",
        "api.slack.com/apps, your app, App Manifest, JSON: copy all of it into the file.",
      ),
    ];
  const { scopes } = manifest.oauth_config;
  const { bot_events: events } = manifest.settings.event_subscriptions;
  const listens = settings.followUps || settings.helpChannels.length > 0;
  return [
    listCheck("Slack manifest scopes", NEEDED_SCOPES, scopes.bot, []),
    listCheck("Slack manifest events", NEEDED_EVENTS, events, listens ? ["message.channels"] : []),
    featureCheck(manifest, settings),
  ];
}

function readManifest(text: string): Manifest | undefined {
  try {
    const { success, data } = Manifest.safeParse(JSON.parse(text));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}

/** `wanted`: what a setting of the operator's needs. */
function listCheck(
  name: string,
  needed: Readonly<Record<string, string | undefined>>,
  given: readonly string[],
  wanted: readonly string[],
): SlackCheck {
  const beyond = given.filter((one) => !Object.hasOwn(needed, one));
  const more = beyond.length === 0 ? "" : `; not needed: ${beyond.join(", ")}`;
  return checkList(name, needed, given, { wanted, all: "are there", more }, (_missing, isVital) =>
    isVital
      ? "Add what you want to the manifest (src/slack/manifest.json has all of it), then reinstall the app."
      : "Fine when it is meant; else add it to the manifest, then reinstall the app.",
  );
}

function featureCheck(
  { features, settings }: Manifest,
  { appToken, command }: Settings,
): SlackCheck {
  const name = "Slack manifest features";
  const commands = features.slash_commands.map((one) => one.command);
  const home = features.app_home;
  const bySocket = appToken !== undefined;
  const wrong = [
    settings.interactivity.is_enabled !== true && "interactivity is off: no button works",
    bySocket &&
      settings.socket_mode_enabled !== true &&
      "Socket Mode is off, and SLACK_APP_TOKEN is set for it",
    !bySocket &&
      settings.socket_mode_enabled === true &&
      "Socket Mode is on, and there is no SLACK_APP_TOKEN",
    (home.messages_tab_enabled === false || home.messages_tab_read_only_enabled === true) &&
      "the messages tab is off or read-only: nobody can write to the bot",
  ].filter((one) => one !== false);
  const others =
    commands.length === 0 ? "" : ` (there is ${commands.join(", ")}: set SLACK_COMMAND)`;
  const missing = [
    home.home_tab_enabled !== true && "the home tab",
    !commands.includes(command) && `the command ${command}${others}`,
    !features.shortcuts.some(({ callback_id: id }) => id === RECEIPT_ACTION) &&
      "receipts for operators (the message shortcut)",
  ].filter((one) => one !== false);
  const detail = [...wrong, ...(missing.length === 0 ? [] : [`off: ${missing.join(", ")}`])].join(
    "; ",
  );
  if (detail === "") return ok(name, "home tab, command, shortcut and buttons");
  return wrong.length === 0
    ? off(name, detail)
    : failed(name, detail, "src/slack/manifest.json shows how it is meant.");
}
