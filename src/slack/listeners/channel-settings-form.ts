/**
 * `/ask settings`, and the same from the home tab: a form in which operators set how the bot behaves in a channel. It holds from
 * the next message on.
 */
import type { IndexedSource } from "../../answering/remote/messages.ts";
import { describeError } from "../../platform/errors.ts";
import type { Scope } from "../../store/chunk-index.ts";
import {
  ChannelSettings,
  type SettingsChange,
  channelDefaults,
  choicesOf,
  describeChange,
} from "../channel-settings.ts";
import { type Element, form, input, line, plain, richText } from "../blocks/build.ts";
import { clip } from "../blocks/limits.ts";
import { inTime } from "../in-time.ts";
import { checkScope } from "../indexed-products.ts";
import { NOTICES } from "../notices.ts";
import { onSubmit, type Submission } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";
import { publishHome } from "./publish-home.ts";

/** What is typed after the command to open the form. */
export const SETTINGS_WORD = "settings";
const VIEW = "channel_settings";
/** Changes that the form shows. */
const SHOWN_CHANGES = 5;

/** Names of the inputs, each its block's and its action's id. */
const INPUT = {
  product: "product",
  version: "version",
  switches: "switches",
  users: "users",
  channels: "channels",
} as const;

const SWITCHES = [
  { name: "followUps", text: "Answer follow-ups in threads without a mention" },
  { name: "help", text: "Help channel: answer new questions without a mention" },
  { name: "muted", text: "Mute: post nothing here" },
] as const;

/** Where the form was opened: there its outcome is told. */
type From = "channel" | "home";

/** Opens the form; or says why not. */
export function openSettings(
  parts: ListenerParts,
  asked: {
    readonly channel: string;
    readonly user: string;
    readonly triggerId: string;
    readonly from: From;
  },
): string | undefined {
  const { settings, rules, channelSettings, calls } = parts;
  if (!settings.operators.includes(asked.user)) return NOTICES.settingsNotAllowed;
  if (asked.channel.startsWith("D")) return NOTICES.settingsInChannels;
  const open = async () => {
    const current = await rules.of(asked.channel);
    const changes = await channelSettings.changes(asked.channel, SHOWN_CHANGES);
    const view = settingsForm(asked, current, changes);
    await calls.once("views.open", { trigger_id: asked.triggerId, view });
  };
  parts.background(open());
  return undefined;
}

export const registerChannelSettings: Listener = (app, parts) => {
  const { settings, rules, channelSettings, calls, clock, logger } = parts;
  onSubmit(app, VIEW, async (submitted) => {
    const { user, about } = submitted;
    const [channel = "", from] = about.split(" ");
    // Who was one when the form was opened may not be one any more.
    if (!settings.operators.includes(user)) return { product: NOTICES.settingsNotAllowed };
    const current = await rules.of(channel);
    const { chosen, errors } = readForm(submitted, current, await indexedSources(parts));
    if (chosen === undefined) return errors;
    const choices = choicesOf(chosen, channelDefaults(settings, channel));
    const changed = await channelSettings.change(channel, choices, user, clock.now());
    if (changed) logger.info("slack.settings-changed", { channel, user });
    const said = changed ? NOTICES.settingsSaved : NOTICES.settingsUnchanged;
    parts.background(
      from === "home"
        ? publishHome(parts, user, said)
        : calls.once("chat.postEphemeral", { channel, user, text: said }),
    );
    return undefined;
  });
};

/** How long the core may take to say what is indexed: Slack waits three seconds for the form's acknowledgement. */
const SOURCES_MS = 1500;

/** What is indexed; undefined when nobody can say so in time. */
async function indexedSources({
  reports,
  clock,
  logger,
}: ListenerParts): Promise<readonly IndexedSource[] | undefined> {
  if (reports === undefined) return undefined;
  try {
    return (await inTime(clock, SOURCES_MS, reports.sources()))?.value;
  } catch (error) {
    logger.warn("slack.sources-unknown", { error: describeError(error) });
    return undefined;
  }
}

/** What the form says; else what is wrong in which input. */
function readForm(
  { text, chosen }: Submission,
  current: ChannelSettings,
  sources: readonly IndexedSource[] | undefined,
): { readonly chosen?: ChannelSettings; readonly errors: Record<string, string> } {
  const product = text(INPUT.product);
  const version = text(INPUT.version);
  const on = new Set(chosen(INPUT.switches));
  if (product === "" && version !== "")
    return { errors: { [INPUT.product]: "A version needs its product." } };
  const wanted: Scope = { product, ...(version === "" ? {} : { version }) };
  // What holds already is left alone: who mutes a channel must not have to mend its product first.
  const isKept = product === current.scope?.product && version === (current.scope.version ?? "");
  const checked =
    product === "" || isKept || sources === undefined
      ? ({ kind: "fine", scope: wanted } as const)
      : checkScope(wanted, sources);
  if (checked.kind === "unknown") return { errors: { [INPUT[checked.part]]: checked.message } };
  const read = ChannelSettings.safeParse({
    scope: product === "" ? null : checked.scope,
    followUps: on.has("followUps"),
    help: on.has("help"),
    muted: on.has("muted"),
    people: [
      ...chosen(INPUT.users),
      ...chosen(INPUT.channels),
      // No input of Slack's chooses groups of people: they stay as they are.
      ...current.people.filter(isGroup),
    ],
  });
  if (!read.success) {
    const [name, part] = read.error.issues[0]?.path ?? [];
    const input =
      name === "people" ? INPUT.users : part === "version" ? INPUT.version : INPUT.product;
    const hint =
      name === "people"
        ? "At most 20 people and channels."
        : "Letters, digits, dots, dashes and underscores, as in the list of sources.";
    return { errors: { [input]: hint } };
  }
  // The order of the defaults where they are the same people, so that nothing counts as chosen that is not.
  const same =
    read.data.people.length === current.people.length &&
    read.data.people.every((id) => current.people.includes(id));
  return { chosen: same ? { ...read.data, people: current.people } : read.data, errors: {} };
}

const isGroup = (id: string) => id.startsWith("S");
const isUser = (id: string) => /^[UW]/.test(id);

export function settingsForm(
  { channel, from }: { readonly channel: string; readonly from: From },
  current: ChannelSettings,
  changes: readonly SettingsChange[],
): Element {
  const options = SWITCHES.map(({ name, text }) => ({ value: name, text: plain(text) }));
  const on = options.filter(({ value }) => current[value]);
  const users = current.people.filter(isUser);
  const channels = current.people.filter((id) => !isUser(id) && !isGroup(id));
  const scope: Scope = current.scope ?? {};
  const short = { max_length: 60 };
  return form({
    id: VIEW,
    about: from === "home" ? `${channel} home` : channel,
    title: "Settings",
    submit: "Save",
    close: "Cancel",
    blocks: [
      richText(line("For ", { type: "channel", channel_id: channel })),
      optional(INPUT.switches, "Behaviour", {
        type: "checkboxes",
        options,
        ...initially("initial_options", on),
      }),
      optional(INPUT.product, "Product (empty: all that is indexed)", {
        ...short,
        ...initially("initial_value", scope.product),
      }),
      optional(INPUT.version, "Version", {
        ...short,
        ...initially("initial_value", scope.version),
      }),
      optional(INPUT.users, "People behind “Ask a person”", {
        type: "multi_users_select",
        ...initially("initial_users", users),
      }),
      optional(INPUT.channels, "Channels behind “Ask a person”", {
        type: "multi_conversations_select",
        filter: { include: ["public", "private"], exclude_bot_users: true },
        ...initially("initial_conversations", channels),
      }),
      ...(changes.length === 0 ? [] : [richText(...changes.map(changeLine))]),
    ],
  });
}

const optional = (name: string, label: string, element: Element) =>
  input(name, label, element, true);

/** Slack refuses what is empty. */
function initially(name: string, value: string | readonly unknown[] | undefined): Element {
  return value === undefined || value.length === 0 ? {} : { [name]: value };
}

function changeLine(change: SettingsChange): Element {
  const when = new Date(change.at).toISOString().slice(0, 16).replace("T", " ");
  const who = change.user === "" ? "somebody" : { type: "user", user_id: change.user };
  return line(`${when} UTC, `, who, `: ${clip(describeChange(change), 500)}\n`);
}
