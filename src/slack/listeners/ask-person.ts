/** "Ask a person": hands question, answer and receipt to the people that the operator named. Once an answer. */
import { z } from "zod";
import { describeError } from "../../platform/errors.ts";
import { ACTIONS, notice } from "../blocks/answer-blocks.ts";
import { clip } from "../blocks/limits.ts";
import { NOTICES } from "../notices.ts";
import { receiptSummary } from "../receipt-text.ts";
import { coreKey } from "../worker.ts";
import type { Listener, ListenerParts } from "./listener.ts";

const Pressed = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.array(z.object({ value: z.string().optional() })).min(1),
});
type Pressed = z.infer<typeof Pressed>;

export const registerAskPerson: Listener = (app, parts) => {
  app.action(ACTIONS.askPerson, async ({ ack, body }) => {
    await ack();
    const pressed = Pressed.safeParse(body);
    if (pressed.success) parts.background(passOn(parts, pressed.data));
  });
};

async function passOn(parts: ListenerParts, pressed: Pressed): Promise<void> {
  const { inbox, calls, settings, records, clock, logger, metrics } = parts;
  const { channel, container } = pressed;
  const answerId = pressed.actions[0]?.value ?? "";
  const tell = (text: string) =>
    calls.once("chat.postEphemeral", {
      channel: channel.id,
      user: pressed.user.id,
      text,
      ...(container.thread_ts === undefined ? {} : { thread_ts: container.thread_ts }),
    });

  const question =
    (await inbox.findByAnswer(answerId)) ??
    (await inbox.findByMessage(channel.id, container.message_ts));
  if (question === undefined || settings.people.length === 0) {
    await tell(NOTICES.voteUnknown);
    return;
  }
  const marker = `ask-person:${question.key}`;
  if (!(await inbox.once(marker, clock.now()))) {
    await tell(NOTICES.askedBefore);
    return;
  }
  const link = await calls
    .once("chat.getPermalink", { channel: channel.id, message_ts: question.ts })
    .then((result) => String(result["permalink"]))
    .catch(() => undefined);
  const summary = receiptSummary(await records.receipt(coreKey(question)));
  const text = notice(
    [`A question needs a person:`, `"${clip(question.text, 1200)}"`, summary].join("\n"),
  );
  const where =
    link === undefined
      ? []
      : [
          {
            type: "rich_text",
            elements: [
              {
                type: "rich_text_section",
                elements: [{ type: "link", url: link, text: "Open the thread" }],
              },
            ],
          },
        ];
  let reached = 0;
  for (const target of settings.people)
    try {
      await calls.once("chat.postMessage", {
        channel: target,
        text: text.text,
        blocks: [...text.blocks, ...where],
        metadata: { event_type: "notice", event_payload: { kind: "ask-person" } },
        unfurl_links: false,
        unfurl_media: false,
      });
      reached += 1;
    } catch (error) {
      logger.error("slack.ask-person", {
        target,
        error: describeError(error),
        hint: "npm run doctor",
      });
    }
  if (reached === 0) {
    await inbox.unmark(marker);
    await tell(NOTICES.notPassedOn);
    return;
  }
  metrics.count("asked_people");
  await tell(NOTICES.asked);
}
