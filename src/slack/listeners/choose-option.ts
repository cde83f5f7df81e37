/** The buttons under a question of ours: a press counts as a reply with that button's label, by whoever was asked. */
import { ACTIONS } from "../blocks/answer-blocks.ts";
import { onStoredPress, type Press } from "./interaction.ts";
import type { Listener, ListenerParts } from "./listener.ts";

export const registerChooseOption: Listener = (app, parts) => {
  onStoredPress(app, new RegExp(`^${ACTIONS.choose}\\d$`), (press) => choose(parts, press));
};

async function choose(parts: ListenerParts, press: Press): Promise<void> {
  const { inbox, clock } = parts;
  const { channel, user, value, at } = press;
  const question = await inbox.findByMessage(channel, press.messageTs);
  if (value === "" || !/^\d+\.\d+$/.test(at)) return;
  if (question === undefined || question.surface === "command") return;
  // Only who asked can say what was meant, and one press is enough.
  if (question.user !== user) return;
  if (!(await inbox.once(`chosen:${question.key}`, clock.now()))) return;
  const { team, threadTs, surface, userTeam } = question;
  await inbox.admit(
    {
      kind: "question",
      team,
      channel,
      ts: at,
      threadTs,
      inThread: true,
      user,
      userTeam,
      text: value,
      surface,
      mentionsOthers: false,
      files: [],
      edited: false,
    },
    clock.now(),
  );
  parts.wake();
}
