/** The buttons under a question of ours: a press counts as a reply with that button's label, by whoever was asked. */
import { z } from "zod";
import { ACTIONS } from "../blocks/answer-blocks.ts";
import type { Listener, ListenerParts } from "./listener.ts";

const Pressed = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string() }),
  actions: z
    .array(z.object({ value: z.string().min(1), action_ts: z.string().regex(/^\d+\.\d+$/) }))
    .min(1),
});
type Pressed = z.infer<typeof Pressed>;

export const registerChooseOption: Listener = (app, parts) => {
  app.action(new RegExp(`^${ACTIONS.choose}\\d$`), async ({ ack, body }) => {
    const pressed = Pressed.safeParse(body);
    // Stored before the acknowledgement, as a message is.
    if (pressed.success) await choose(parts, pressed.data, body);
    await ack();
  });
};

async function choose(parts: ListenerParts, pressed: Pressed, raw: unknown): Promise<void> {
  const { inbox, clock } = parts;
  const { user, channel, container } = pressed;
  const [action] = pressed.actions;
  const question = await inbox.findByMessage(channel.id, container.message_ts);
  if (action === undefined || question === undefined || question.surface === "command") return;
  // Only who asked can say what was meant, and one press is enough.
  if (question.user !== user.id) return;
  if (!(await inbox.once(`chosen:${question.key}`, clock.now()))) return;
  const { team, threadTs, surface, userTeam } = question;
  await inbox.admit(
    {
      kind: "question",
      team,
      channel: channel.id,
      ts: action.action_ts,
      threadTs,
      inThread: true,
      user: user.id,
      userTeam,
      text: action.value,
      surface,
      mentionsOthers: false,
      files: [],
      edited: false,
    },
    raw,
    clock.now(),
  );
  parts.wake();
}
