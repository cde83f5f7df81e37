/** What people press and submit, read once; and when Slack hears that it was. */
import type { App, RespondFn } from "@slack/bolt";
import { z } from "zod";
import type { Message } from "../blocks/build.ts";
import type { SlackCalls } from "../slack-calls.ts";
import type { ListenerParts } from "./listener.ts";

const Pressed = z
  .object({
    trigger_id: z.string().default(""),
    user: z.object({ id: z.string() }),
    // Not of a press in the home tab.
    channel: z.object({ id: z.string(), name: z.string().default("") }).optional(),
    container: z
      .object({ message_ts: z.string().optional(), thread_ts: z.string().optional() })
      .optional(),
    actions: z
      .array(
        z.object({
          value: z.string().nullish(),
          selected_conversation: z.string().nullish(),
          action_ts: z.string().default(""),
        }),
      )
      .min(1),
  })
  .transform(({ trigger_id: triggerId, user, channel, container, actions: [action] }) => ({
    triggerId,
    user: user.id,
    channel: channel?.id ?? "",
    channelName: channel?.name ?? "",
    messageTs: container?.message_ts ?? "",
    threadTs: container?.thread_ts,
    /** What the button stands for, or what was chosen. */
    value: action?.selected_conversation ?? action?.value ?? "",
    /** When, as Slack writes times of messages. */
    at: action?.action_ts ?? "",
  }));
export type Press = z.infer<typeof Pressed>;

/** Acknowledges a press, then does what it asks for. */
export function onPress(
  app: App,
  { background }: Pick<ListenerParts, "background">,
  action: string | RegExp,
  run: (press: Press, respond: RespondFn) => Promise<unknown>,
): void {
  app.action(action, async ({ ack, body, respond }) => {
    await ack();
    const pressed = Pressed.safeParse(body);
    if (pressed.success) background(run(pressed.data, respond));
  });
}

/** Stores before it acknowledges: a press that Slack shows as done is done. */
export function onStoredPress(
  app: App,
  action: string | RegExp,
  store: (press: Press) => Promise<void>,
): void {
  app.action(action, async ({ ack, body }) => {
    const pressed = Pressed.safeParse(body);
    if (pressed.success) await store(pressed.data);
    await ack();
  });
}

const Submitted = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().nullish(),
            selected_options: z.array(z.object({ value: z.string() })).nullish(),
            selected_users: z.array(z.string()).nullish(),
            selected_conversations: z.array(z.string()).nullish(),
          }),
        ),
      ),
    }),
  }),
});

export type Submission = {
  readonly user: string;
  readonly about: string;
  /** What was typed, trimmed; "" for nothing. */
  readonly text: (input: string) => string;
  readonly chosen: (input: string) => readonly string[];
};

/** Stores what a form says before it is acknowledged; or gives what is wrong, by input, which the form then shows. */
export function onSubmit(
  app: App,
  view: string,
  store: (form: Submission) => Promise<Readonly<Record<string, string>> | undefined>,
): void {
  app.view(view, async ({ ack, body }) => {
    const submitted = Submitted.safeParse(body);
    const errors = submitted.success ? await store(readForm(submitted.data)) : undefined;
    await ack(errors === undefined ? undefined : { response_action: "errors", errors });
  });
}

function readForm({ user, view }: z.infer<typeof Submitted>): Submission {
  const of = (input: string) => view.state.values[input]?.[input];
  return {
    user: user.id,
    about: view.private_metadata,
    text: (input) => of(input)?.value?.trim() ?? "",
    chosen(input) {
      const { selected_options: options, selected_users: users, ...rest } = of(input) ?? {};
      return options?.map(({ value }) => value) ?? users ?? rest.selected_conversations ?? [];
    },
  };
}

/** Told to the one who pressed, where the press was. */
export async function tell(
  { calls }: { readonly calls: SlackCalls },
  { channel, user, threadTs }: Pick<Press, "channel" | "user" | "threadTs">,
  message: string | Message,
): Promise<void> {
  await calls.once("chat.postEphemeral", {
    channel,
    user,
    ...(typeof message === "string" ? { text: message } : message),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  });
}

/** The address of a message; undefined where Slack gives none. */
export async function permalink(
  { calls }: { readonly calls: SlackCalls },
  { channel, ts }: { readonly channel: string; readonly ts: string },
): Promise<string | undefined> {
  try {
    return String(
      (await calls.once("chat.getPermalink", { channel, message_ts: ts }))["permalink"],
    );
  } catch {
    return undefined;
  }
}
