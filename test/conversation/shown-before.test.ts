import { expect, it } from "vitest";
import { shownBefore } from "../../src/conversation/shown-before.ts";
import { aChunk, aConversation } from "./samples.ts";

it("gives each quoted passage of a thread once, oldest first", () => {
  const first = aChunk("Retries wait ten seconds.");
  const second = aChunk("A pool has workers.");
  const conversation = aConversation([
    { question: "do retries wait?", answer: [first.text], evidence: [first] },
    { question: "really?", answer: [first.text, second.text], evidence: [first, second] },
    { question: "and then?", answer: "Text without a record." },
  ]);

  expect(shownBefore(conversation)).toEqual([
    { chunkId: first.id, start: 0, end: first.text.length, text: first.text },
    { chunkId: second.id, start: 0, end: second.text.length, text: second.text },
  ]);
});
