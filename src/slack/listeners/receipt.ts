/** The message action that shows operators how an answer came about. */
import { z } from "zod";
import { leaf, plain, richText } from "../blocks/build.ts";
import { pieces } from "../blocks/limits.ts";
import { coreKey } from "../core-key.ts";
import { NOTICES } from "../notices.ts";
import { receiptText } from "../receipt-text.ts";
import { tell } from "./interaction.ts";
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
      const place = { channel: channel.id, user: user.id, threadTs: undefined };
      parts.background(tell(parts, place, NOTICES.receiptNotAllowed));
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
          title: plain("Receipt"),
          close: plain("Close"),
          blocks: pieces(text, 2500).map((piece) =>
            richText({ type: "rich_text_preformatted", elements: [leaf(piece)], border: 0 }),
          ),
        },
      }),
    );
  });
};
