/**
 * What operators may set for a channel, in Slack and while the bot runs. The environment's settings are the defaults; stored is
 * only what differs from them, so that a default that changes reaches every channel that did not choose otherwise.
 */
import { z } from "zod";
import type { SlackSettings } from "./settings.ts";

const Name = z.string().regex(/^[\w.-]{1,60}$/);
const Scope = z.strictObject({ product: Name, version: Name.exactOptional() }).readonly();
/** Ids of people, user groups and channels. */
const Target = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);

/** How the bot behaves in one channel. */
const shape = {
  /** What questions are about; null: all that is indexed. */
  scope: Scope.nullable(),
  /** Answer follow-ups in threads without a mention. */
  followUps: z.boolean(),
  /** Answer new questions without a mention. */
  help: z.boolean(),
  /** Who "Ask a person" goes to; empty: no button. */
  people: z.array(Target).max(20).readonly(),
  /** Post nothing at all. */
  muted: z.boolean(),
};
export const ChannelSettings = z.strictObject(shape);
export type ChannelSettings = Readonly<z.infer<typeof ChannelSettings>>;

/** What was chosen otherwise than the defaults. */
export const ChannelChoices = z.strictObject({
  scope: shape.scope.exactOptional(),
  followUps: shape.followUps.exactOptional(),
  help: shape.help.exactOptional(),
  people: shape.people.exactOptional(),
  muted: shape.muted.exactOptional(),
});
export type ChannelChoices = Readonly<z.infer<typeof ChannelChoices>>;

export type SettingsChange = {
  readonly channel: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly before: ChannelChoices;
  readonly after: ChannelChoices;
};

/** The choices and who made them. All processes that share the store see a change at once. */
export interface ChannelSettingsStore extends AsyncDisposable {
  find(channel: string): Promise<ChannelChoices>;
  /** The channels with a choice. */
  all(): Promise<ReadonlyMap<string, ChannelChoices>>;
  /** Stores a choice and who made it, both or neither; false when nothing changes. Durable when it resolves. */
  change(channel: string, after: ChannelChoices, user: string, now: number): Promise<boolean>;
  /** The latest changes of a channel, newest first. */
  changes(channel: string, limit: number): Promise<readonly SettingsChange[]>;
}

/** How the bot behaves in a channel now. */
export interface ChannelRules {
  of(channel: string): Promise<ChannelSettings>;
  /** Channels in which questions are answered without a mention. */
  helpChannels(): Promise<readonly string[]>;
}

export function createChannelRules(
  store: Pick<ChannelSettingsStore, "find" | "all">,
  settings: SlackSettings,
): ChannelRules {
  return {
    async of(channel) {
      return { ...channelDefaults(settings, channel), ...(await store.find(channel)) };
    },
    async helpChannels() {
      const chosen = await store.all();
      const channels = new Set([...settings.helpChannels, ...chosen.keys()]);
      return [...channels].filter(
        (channel) => chosen.get(channel)?.help ?? settings.helpChannels.includes(channel),
      );
    },
  };
}

export function channelDefaults(settings: SlackSettings, channel: string): ChannelSettings {
  const { product, version } = settings.channelScopes[channel] ?? {};
  return {
    scope:
      product === undefined ? null : { product, ...(version === undefined ? {} : { version }) },
    followUps: settings.followUps,
    help: settings.helpChannels.includes(channel),
    people: settings.people,
    muted: false,
  };
}

/** What of `chosen` is not as the defaults have it. */
export function choicesOf(chosen: ChannelSettings, defaults: ChannelSettings): ChannelChoices {
  return Object.fromEntries(
    Object.entries(chosen).filter(
      ([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(defaults[name as keyof ChannelSettings]),
    ),
  );
}

const LABELS = [
  ["scope", "product"],
  ["followUps", "follow-ups"],
  ["help", "help channel"],
  ["people", "asked people"],
  ["muted", "muted"],
] as const;

/** One line about a change, of the settings it touched: "follow-ups: default → on". */
export function describeChange({ before, after }: SettingsChange): string {
  return LABELS.filter(([name]) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map(([name, label]) => `${label}: ${valueText(before[name])} → ${valueText(after[name])}`)
    .join("; ");
}

/** What was chosen for a channel: "help channel: on; muted: on". */
export function describeChoices(choices: ChannelChoices): string {
  return LABELS.filter(([name]) => choices[name] !== undefined)
    .map(([name, label]) => `${label}: ${valueText(choices[name])}`)
    .join("; ");
}

function valueText(value: ChannelChoices[keyof ChannelChoices]): string {
  if (value === undefined) return "default";
  if (value === null) return "all";
  if (typeof value === "boolean") return value ? "on" : "off";
  if ("product" in value)
    return value.version === undefined ? value.product : `${value.product} ${value.version}`;
  return value.length === 0 ? "nobody" : value.join(", ");
}
