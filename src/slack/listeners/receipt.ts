/** The message action that shows operators how an answer came about. */
import { z } from "zod";
import { pieces } from "../blocks/limits.ts";
import { NOTICES } from "../notices.ts";
import { receiptText } from "../receipt-text.ts";
import { coreKey } from "../worker.ts";
import type { Listener } from "./listener.ts";

/** Callback id of the message action in the manifest. */
export const RECEIPT_ACTION = "receipt";
/** Characters of one modal; it holds 100 blocks, but nobody reads more. */
const RECEIPT_LIMIT = 20_000;

const Chosen = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string() }),
});

export const registerReceipt: Listener = (app, parts) => {
  const { inbox, records, calls, settings } = parts;
  app.shortcut({ type: "message_action", callback_id: RECEIPT_ACTION }, async ({ ack, body }) => {
    await ack();
    const chosen = Chosen.safeParse(body);
    if (!chosen.success) return;
    const { user, channel, message, trigger_id: triggerId } = chosen.data;
    if (!settings.operators.includes(user.id)) {
      parts.background(
        calls.once("chat.postEphemeral", {
          channel: channel.id,
          user: user.id,
          text: NOTICES.receiptNotAllowed,
        }),
      );
      return;
    }
    const question = await inbox.findByMessage(channel.id, message.ts);
    const receipt = question === undefined ? undefined : await records.receipt(coreKey(question));
    const text = receiptText(receipt, RECEIPT_LIMIT) || NOTICES.noReceipt;
    parts.background(
      calls.once("views.open", {
        trigger_id: triggerId,
        view: {
          type: "modal",
          title: { type: "plain_text", text: "Receipt" },
          close: { type: "plain_text", text: "Close" },
          blocks: pieces(text, 2500).map((piece) => ({
            type: "rich_text",
            elements: [
              {
                type: "rich_text_preformatted",
                elements: [{ type: "text", text: piece }],
                border: 0,
              },
            ],
          })),
        },
      }),
    );
  });
};
