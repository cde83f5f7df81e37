/** What the bot needs of a Slack app, and what is lost without; and what a check of it says. */

export type SlackCheck = {
  readonly name: string;
  readonly status: "ok" | "off" | "failed";
  readonly detail: string;
  /** The line that mends it. */
  readonly mend?: string;
};

export const ok = (name: string, detail: string): SlackCheck => ({ name, status: "ok", detail });
export const off = (name: string, detail: string): SlackCheck => ({ name, status: "off", detail });
export const failed = (name: string, detail: string, mend: string): SlackCheck => ({
  name,
  status: "failed",
  detail,
  mend,
});

/**
 * What of `needed` is not among `given`, and what is lost without; failed where that is answering at all, or something of
 * `wanted`.
 */
export function checkList(
  name: string,
  needed: Readonly<Record<string, string | undefined>>,
  given: readonly string[],
  texts: { readonly wanted?: readonly string[]; readonly all: string; readonly more?: string },
  mend: (missing: readonly string[], isVital: boolean) => string,
): SlackCheck {
  const { wanted = [], all, more = "" } = texts;
  const missing = Object.keys(needed).filter((one) => !given.includes(one));
  if (missing.length === 0) return ok(name, `all ${Object.keys(needed).length} ${all}${more}`);
  const isVital = missing.some((one) => needed[one] === undefined || wanted.includes(one));
  const lost = missing.map((one) => `${one} (${needed[one] ?? "answering at all"})`);
  return {
    name,
    status: isVital ? "failed" : "off",
    detail: `missing: ${lost.join(", ")}${more}`,
    mend: mend(missing, isVital),
  };
}

/** What the bot cannot do without, and what only takes something away. */
export const NEEDED_SCOPES: Readonly<Record<string, string | undefined>> = {
  "app_mentions:read": undefined,
  "chat:write": undefined,
  "im:history": "direct messages and their threads",
  "channels:history": "earlier messages of threads in public channels, and repairs after a crash",
  "groups:history": "the same in private channels",
  "files:read": "text files and snippets that hang on a question",
  "assistant:write": "suggestions in the messages tab",
  commands: "the command /ask",
};

/** What is lost without each event; without those that name nothing, the bot answers nobody. */
export const NEEDED_EVENTS: Readonly<Record<string, string | undefined>> = {
  app_mention: undefined,
  "message.im": "direct messages",
  "message.channels":
    "follow-ups without a mention, help channels, edits and deletions in public channels",
  "message.groups": "the same in private channels",
  app_home_opened: "the home tab, and suggestions in the messages tab",
  agent_session_stopped: "the button that stops an answer",
};
