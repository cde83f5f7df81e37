/** A process of its own for the store's test: asks and answers `count` questions in one conversation. */
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { anAnswer, aResolution } from "./samples.ts";

const [path = "", name = "", count = "0"] = process.argv.slice(2);

await using store = openConversationStore({ path });
for (let number = 1; number <= Number(count); number += 1) {
  const key = `${name}-${number}`;
  await store.ask({
    conversationId: "shared",
    key,
    author: name,
    question: `question ${number} of ${name}`,
    askedAt: new Date(number * 1000).toISOString(),
  });
  // Both processes try to answer this one; the first answer stays.
  await store.ask({
    conversationId: "shared",
    key: `both-${number}`,
    author: name,
    question: "asked twice",
    askedAt: new Date(number * 1000).toISOString(),
  });
  for (const answered of [key, `both-${number}`]) {
    await store.answer(answered, {
      resolution: aResolution("first", `question ${number}`),
      answer: anAnswer([`Answer of ${name} to ${answered}.`]),
      evidence: [],
      receipt: { by: name },
    });
    await store.posted(answered, { ts: name });
  }
}
