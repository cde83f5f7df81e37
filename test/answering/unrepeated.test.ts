import { describe, expect, it } from "vitest";
import { unrepeated } from "../../src/answering/unrepeated.ts";
import type { WriterEvent } from "../../src/writing/writer.ts";

function draft(text: string): WriterEvent {
  return {
    kind: "draft",
    draft: { text, aspect: "other", quotes: [{ chunkId: `chunk of ${text}`, text }] },
  };
}

const shown = (text: string) => ({
  chunkId: `chunk of ${text}`,
  start: 0,
  end: text.length,
  text: `${text} and more`,
});

const all = (events: readonly WriterEvent[], before: readonly string[]) =>
  Array.fromAsync(unrepeated(events, before.map(shown)));

describe("unrepeated", () => {
  it("leaves out what was shown before", async () => {
    expect(await all([draft("a"), draft("b")], ["a"])).toEqual([draft("b")]);
  });

  it("says it again when there is nothing else", async () => {
    const missing: WriterEvent = { kind: "missing", text: "jitter" };

    expect(await all([draft("a"), missing], ["a"])).toEqual([missing, draft("a")]);
  });

  it("knows a passage that was quoted in pieces, and one that has more than those", async () => {
    const pieces = ["Runs wait.", "Then they start."].map((text) => ({
      chunkId: "c",
      start: 0,
      end: text.length,
      text,
    }));
    const of = (text: string): WriterEvent => ({
      kind: "draft",
      draft: { text, aspect: "other", quotes: [{ chunkId: "c", text }] },
    });
    const known = of("Runs wait.\n\nThen they start.");
    const longer = of("Runs wait. Then they start. Nobody is told about any of it.");

    expect(await Array.fromAsync(unrepeated([known, longer], pieces))).toEqual([longer]);
  });

  it("lets everything through in a new thread", async () => {
    expect(await all([draft("a"), draft("b")], [])).toEqual([draft("a"), draft("b")]);
  });
});
