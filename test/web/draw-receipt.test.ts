import { describe, expect, it } from "vitest";
import { drawReceipt, readReceipt } from "../../src/web/draw-receipt.ts";
import { answerOf, receiptOf } from "../support/scripted-application.ts";

const QUESTION = { key: "k", conversationId: "c", author: "a", text: "what is a work pool?" };

describe("readReceipt", () => {
  it("takes what it can of a receipt from before, and nothing of what is none", () => {
    expect(readReceipt(undefined)).toBeUndefined();
    expect(readReceipt("text")).toBeUndefined();
    expect(readReceipt({ candidates: "all", ms: { total: 5 } })).toMatchObject({
      candidates: [],
      ms: { total: 5 },
      dropped: [],
    });
  });
});

describe("drawReceipt", () => {
  it("says what was understood, searched, chosen, refused and corrected", () => {
    const receipt = {
      ...receiptOf(QUESTION, answerOf(["One."])),
      terms: [
        { token: "pool", idf: 1, documentFrequency: 4 },
        { token: "zyx", idf: 9, documentFrequency: 0 },
      ],
      candidates: [
        {
          chunkId: "1",
          url: "https://docs.example/a",
          anchor: "b",
          score: 1,
          ranks: {},
          kept: true,
          why: "text 1",
        },
        {
          chunkId: "2",
          url: "https://docs.example/c",
          anchor: "",
          score: 0.5,
          ranks: {},
          kept: false,
          why: "fourth chunk",
        },
      ],
      dropped: [{ text: "It restarts.", reason: "not-carried", detail: "no quote" }],
      corrected: [{ text: "Always.", as: "By default." }],
      ms: { total: 1234 },
    };

    const text = `${drawReceipt(readReceipt(receipt))?.toString()}`
      .replaceAll(/<[^>]*>|\s+/g, " ")
      .replaceAll(/ +/g, " ");

    expect(text).toContain("1 of 2 sections chosen · 1 refused · 1 corrected · 1.2 s");
    expect(text).toContain("Understood what is a work pool?");
    expect(text).toContain("It restarts. not-carried: no quote");
    expect(text).toContain("Always. By default.");
    expect(`${drawReceipt(readReceipt(receipt))?.toString()}`).toMatch(/class="unknown"[^>]*>zyx</);
  });

  it("draws no receipt for none", () => {
    expect(drawReceipt(undefined)).toBeUndefined();
  });
});
