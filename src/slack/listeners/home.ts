/**
 * What people see who open the bot: in the messages tab, what one could ask; in the home tab, what it can do, what is stored of them,
 * and a button that deletes it.
 */
import { z } from "zod";
import { HOME, NOTICES, PROMPTS, storedSentence } from "../notices.ts";
import type { Listener, ListenerParts } from "./listener.ts";

export const FORGET_ME = "forget_me";

const Pressed = z.object({ user: z.object({ id: z.string() }) });

export const registerHome: Listener = (app, parts) => {
  app.event("app_home_opened", async ({ event }) => {
    if (event.tab === "home") {
      parts.background(publish(parts, event.user));
      return;
    }
    if (event.tab !== "messages") return;
    // Offered once a day: the tab is opened often.
    const day = new Date(parts.clock.now()).toISOString().slice(0, 10);
    if (!(await parts.inbox.once(`prompts:${event.user}:${day}`, parts.clock.now()))) return;
    parts.background(
      parts.calls.once("assistant.threads.setSuggestedPrompts", {
        channel_id: event.channel,
        title: "For example",
        prompts: parts.prompts.length > 0 ? parts.prompts : PROMPTS,
      }),
    );
  });

  app.action(FORGET_ME, async ({ ack, body }) => {
    await ack();
    const pressed = Pressed.safeParse(body);
    if (pressed.success) parts.background(forgetMe(parts, pressed.data.user.id));
  });
};

/** Killed half-way, it is done by being pressed again. */
async function forgetMe(parts: ListenerParts, user: string): Promise<void> {
  if (parts.ownData === undefined) return;
  try {
    await parts.ownData.forget(user);
  } catch (error) {
    await publish(parts, user, NOTICES.notForgotten);
    throw error;
  }
  parts.metrics.count("people_forgotten");
  await publish(parts, user, NOTICES.forgotten);
}

async function publish(parts: ListenerParts, user: string, said?: string): Promise<void> {
  const { calls, settings, ownData } = parts;
  const stored = await ownData?.count(user);
  const any = stored !== undefined && stored.questions + stored.turns + stored.votes > 0;
  const days = Math.round(settings.retentionMs / 86_400_000);
  await calls.once("views.publish", {
    user_id: user,
    view: {
      type: "home",
      blocks: [
        header(HOME.title),
        ...HOME.can.map((sentence) => section(sentence)),
        section(HOME.command(settings.command)),
        ...(stored === undefined
          ? []
          : [header(HOME.data), section(said ?? storedSentence(stored, days))]),
        ...(any ? [deleteButton()] : []),
      ],
    },
  });
}

function deleteButton() {
  return {
    type: "actions",
    elements: [
      {
        type: "button",
        action_id: FORGET_ME,
        style: "danger",
        text: plain("Delete my data"),
        confirm: {
          title: plain("Delete my data?"),
          text: plain(HOME.confirm),
          confirm: plain("Delete"),
          deny: plain("Keep"),
        },
      },
    ],
  };
}

function header(text: string) {
  return { type: "header", text: plain(text) };
}

function section(text: string) {
  return { type: "section", text: plain(text) };
}

function plain(text: string) {
  return { type: "plain_text", text } as const;
}
