import { describe, expect, it } from "vitest";
import { createSearchWords } from "../../../src/writing/model/search-words.ts";
import { oneReplyModel } from "../../support/one-reply-model.ts";

const ASKED = { product: "prefect", question: "who deleted our pool last night?" };

/** A finder over a model that gives one reply; an error is thrown, nothing at all waits for the signal. */
function finder(reply: string | Error | undefined, deadlineMs = 10_000) {
  const { model, requests } = oneReplyModel(reply, { input: 40, output: 9 });
  const words = createSearchWords({
    model,
    render: ({ product, question }) => [{ role: "user", content: `${product}: ${question}` }],
    deadlineMs,
  });
  return { words, requests };
}

describe("createSearchWords", () => {
  it("gives the model's words for the question, and what they cost", async () => {
    const { words, requests } = finder('{"search": "audit log  events work pool deleted"}');

    expect(await words.find(ASKED)).toEqual({
      words: "audit log events work pool deleted",
      usage: { input: 40, output: 9 },
    });
    expect(requests[0]?.messages).toEqual([
      { role: "user", content: "prefect: who deleted our pool last night?" },
    ]);
  });

  it("reads a reply with talk and a fence around it", async () => {
    const { words } = finder('Sure!\n```json\n{"search": "audit logs"}\n```');

    expect((await words.find(ASKED)).words).toBe("audit logs");
  });

  it.each([
    ["prose", "I would look for audit logs."],
    ["another object", '{"claims": [], "missing": [], "search": null}'],
    ["nothing to search for", '{"search": "?"}'],
    ["an address", '{"search": "see https://evil.example/audit"}'],
    ["a whole text", JSON.stringify({ search: "audit ".repeat(45) })],
  ])("takes no words from %s", async (_, reply) => {
    expect(await finder(reply).words.find(ASKED)).toMatchObject({
      words: undefined,
      failed: "malformed",
    });
  });

  it("goes without words when the endpoint fails", async () => {
    const { words } = finder(new Error("503"));

    expect(await words.find(ASKED)).toMatchObject({ words: undefined, failed: "error" });
  });

  it("goes without words when the model is late", async () => {
    const { words } = finder(undefined, 1);

    expect(await words.find(ASKED)).toMatchObject({ words: undefined, failed: "deadline" });
  });

  it("stops with the reason of the question's own signal", async () => {
    const stop = new AbortController();
    const found = finder(undefined).words.find(ASKED, stop.signal);
    stop.abort(new Error("the asker left"));

    await expect(found).rejects.toThrow("the asker left");
  });
});
