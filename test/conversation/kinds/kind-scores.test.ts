import { describe, expect, it } from "vitest";
import { kindFeatures } from "../../../src/conversation/kinds/kind-features.ts";
import { BIAS, rankKinds, WEIGHED_KINDS } from "../../../src/conversation/kinds/kind-scores.ts";
import { readPast } from "../../../src/conversation/past.ts";
import { readMessage } from "../../../src/conversation/read-message.ts";
import { statementsIn } from "../../../src/conversation/statements.ts";
import { aConversation } from "../samples.ts";

const conversation = aConversation([
  { question: "how long is a lease?", answer: ["A lease lasts until its countdown ends."] },
]);

const featuresOf = (text: string) =>
  kindFeatures({
    message: readMessage(text),
    past: readPast(conversation),
    statements: statementsIn(conversation),
    hasOthers: false,
  });

describe("kindFeatures", () => {
  it("puts the place where a word was spoken of for what the message is about", () => {
    const told = featuresOf("never heard of countdown");
    const fresh = featuresOf("never heard of webhooks");

    expect(told.has("2 of A")).toBe(true);
    expect(fresh.has("2 of N")).toBe(true);
    expect([...told.keys()].some((name) => name.includes("countdown"))).toBe(false);
  });

  it("has the same for words of talk that do the same", () => {
    expect(featuresOf("is that right?").get("2 POINT TRUE")).toBe(1);
    expect(featuresOf("is it wrong?").get("2 POINT TRUE")).toBe(1);
  });
});

describe("rankKinds", () => {
  it("puts the likeliest first, and its probabilities sum to one", () => {
    const weights = { [BIAS]: WEIGHED_KINDS.map((kind) => (kind === "doubt" ? 200 : 0)) };
    const ranked = rankKinds(new Map(), weights);
    const sum = ranked.reduce((total, { probability }) => total + probability, 0);

    expect(ranked[0]?.kind).toBe("doubt");
    expect(sum).toBeCloseTo(1);
  });

  it("knows of none without weights", () => {
    const ranked = rankKinds(featuresOf("are you sure?"), {});

    expect(new Set(ranked.map(({ probability }) => probability)).size).toBe(1);
  });
});
