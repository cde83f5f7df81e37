/**
 * What the manifest of an app lacks: Slack does not tell a bot which events it is subscribed to, so whoever set it up compares. Of
 * each thing that is missing it says what is lost without. Pure.
 */
import { z } from "zod";
import { RECEIPT_ACTION } from "./listeners/receipt.ts";
import { NEEDED_EVENTS, NEEDED_SCOPES, type SlackCheck } from "./needed.ts";
import type { SlackSettings } from "./settings.ts";

/** Of what an app's page shows under "App Manifest". */
const Manifest = z.looseObject({
  features: z
    .looseObject({
      app_home: z
        .looseObject({
          home_tab_enabled: z.boolean().optional(),
          messages_tab_enabled: z.boolean().optional(),
          messages_tab_read_only_enabled: z.boolean().optional(),
        })
        .optional(),
      slash_commands: z.array(z.looseObject({ command: z.string() })).optional(),
      shortcuts: z.array(z.looseObject({ callback_id: z.string() })).optional(),
    })
    .optional(),
  oauth_config: z
    .looseObject({ scopes: z.looseObject({ bot: z.array(z.string()).optional() }).optional() })
    .optional(),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).optional() }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean().optional() }).optional(),
      socket_mode_enabled: z.boolean().optional(),
    })
    .optional(),
});
type Manifest = z.infer<typeof Manifest>;

type Settings = Pick<SlackSettings, "appToken" | "command" | "followUps" | "helpChannels">;

/** `text`: the manifest as JSON. */
export function checkManifest(text: string, settings: Settings): readonly SlackCheck[] {
  const manifest = readManifest(text);
  if (manifest === undefined)
    return [
      {
        name: "Slack manifest",
        status: "failed",
        detail: "this is not a manifest in JSON",
        mend: "api.slack.com/apps, your app, App Manifest, JSON: copy all of it into the file.",
      },
    ];
  const scopes = manifest.oauth_config?.scopes?.bot ?? [];
  const events = manifest.settings?.event_subscriptions?.bot_events ?? [];
  const listens = settings.followUps || settings.helpChannels.length > 0;
  return [
    listCheck("Slack manifest scopes", NEEDED_SCOPES, scopes, []),
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
  const missing = Object.keys(needed).filter((one) => !given.includes(one));
  const beyond = given.filter((one) => !Object.hasOwn(needed, one));
  const more = beyond.length === 0 ? "" : `; not needed: ${beyond.join(", ")}`;
  if (missing.length === 0)
    return { name, status: "ok", detail: `all ${Object.keys(needed).length} are there${more}` };
  const vital = missing.some((one) => needed[one] === undefined || wanted.includes(one));
  const lost = missing.map((one) => `${one} (${needed[one] ?? "answering at all"})`);
  return {
    name,
    status: vital ? "failed" : "off",
    detail: `missing: ${lost.join(", ")}${more}`,
    mend: vital
      ? "Add what you want to the manifest (src/slack/manifest.json has all of it), then reinstall the app."
      : "Fine when it is meant; else add it to the manifest, then reinstall the app.",
  };
}

function featureCheck(
  { features, settings }: Manifest,
  { appToken, command }: Settings,
): SlackCheck {
  const name = "Slack manifest features";
  const commands = (features?.slash_commands ?? []).map(({ command }) => command);
  const home = features?.app_home;
  const bySocket = appToken !== undefined;
  const wrong = [
    ...(settings?.interactivity?.is_enabled === true
      ? []
      : ["interactivity is off: no button works"]),
    ...(bySocket === (settings?.socket_mode_enabled === true)
      ? []
      : [
          bySocket
            ? "Socket Mode is off, and SLACK_APP_TOKEN is set for it"
            : "Socket Mode is on, and there is no SLACK_APP_TOKEN",
        ]),
    ...(home?.messages_tab_enabled === false || home?.messages_tab_read_only_enabled === true
      ? ["the messages tab is off or read-only: nobody can write to the bot"]
      : []),
  ];
  const off = [
    ...(home?.home_tab_enabled === true ? [] : ["the home tab"]),
    ...(commands.includes(command)
      ? []
      : [
          commands.length === 0
            ? `the command ${command}`
            : `the command ${command} (there is ${commands.join(", ")}: set SLACK_COMMAND)`,
        ]),
    ...((features?.shortcuts ?? []).some(({ callback_id: id }) => id === RECEIPT_ACTION)
      ? []
      : ["receipts for operators (the message shortcut)"]),
  ];
  const detail = [...wrong, ...(off.length === 0 ? [] : [`off: ${off.join(", ")}`])].join("; ");
  if (detail === "")
    return { name, status: "ok", detail: "home tab, command, shortcut and buttons" };
  return {
    name,
    status: wrong.length > 0 ? "failed" : "off",
    detail,
    ...(wrong.length > 0 ? { mend: "src/slack/manifest.json shows how it is meant." } : {}),
  };
}
