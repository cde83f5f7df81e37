import { describe, expect, it } from "vitest";
import { scoreCase } from "../../eval/score.ts";
import { makeAnswer, makeCase, makeRecord, makeRetrieved } from "./support/make.ts";

const goldA = { path: "/v3/a", anchor: "x", quote: "six words that stand on it" };
const goldB = { path: "/v3/b", anchor: "y", quote: "other words of the second page" };

describe("scoreCase", () => {
  it("scores search, sources and quotes of a single question", () => {
    const one = makeCase({ id: "a", gold: [goldA, goldB], facts: ["Runs crash."] });
    const text = "There are six words that stand on it, and more.";
    const record = makeRecord({
      id: "a",
      retrieved: [
        makeRetrieved("/v3/c"),
        makeRetrieved("/v3/a", { chunkId: "k", text, anchor: "z" }),
        makeRetrieved("/v3/a", { anchor: "x" }),
      ],
      answer: makeAnswer({
        claims: [
          {
            id: "c1",
            text: "Runs crash.",
            aspect: "state",
            conditions: [],
            quotes: [{ citation: 1, chunkId: "k", text, start: 0, end: text.length }],
          },
        ],
        citations: [
          {
            number: 1,
            url: "https://docs.example.com/v3/a#z",
            anchor: "z",
            title: "A",
            section: "Z",
            product: "prefect",
            version: "3",
            crawledAt: "",
          },
        ],
      }),
      rendered: "Runs crash. [1]",
    });

    const { values } = scoreCase(one, [record], { price: { input: 1, output: 1 } });

    expect(values).toMatchObject({
      "hit@1": 0,
      "hit@3": 1,
      "recall@3": 0.5,
      mrr: 0.5,
      "sections@5": 0.5,
      "quotes@5": 0.5,
      "quotes-true": 1,
      "citations-present": 1,
      "citation-precision": 1,
      "citation-recall": 0.5,
      "gold-quoted": 0.5,
      "fact-words": 1,
      answered: 1,
      "false-abstention": 0,
      usd: 0,
    });
    expect(values["abstention-recall"]).toBeUndefined();
    expect(values["follow-up-hit@5"]).toBeUndefined();
  });

  it("averages over the turns of a conversation and tells follow-ups apart", () => {
    const one = makeCase({
      id: "a",
      kind: "followup",
      turns: [
        { user: "one", gold: [goldA] },
        { user: "two", gold: [goldB], resolution: "ellipsis" },
        { user: "thanks", kind: "smalltalk", gold: [] },
      ],
      gold: [],
    });
    const hit = [makeRetrieved("/v3/a")];
    const records = [
      makeRecord({ id: "a", question: "one", retrieved: hit }),
      makeRecord({ id: "a", turn: 1, question: "two", retrieved: hit }),
      makeRecord({ id: "a", turn: 2, answer: makeAnswer({ kind: "small-talk" }) }),
    ];

    const { values } = scoreCase(one, records);

    expect(values["hit@5"]).toBe(0.5);
    expect(values["follow-up-hit@5"]).toBe(0);
    expect(values["resolution-kind"]).toBe(0);
    expect(values["small-talk"]).toBe(1);
    expect(values["answered"]).toBe(1);
  });

  it("counts declining for questions without an answer and against those with one", () => {
    const declined = (id: string) =>
      makeRecord({ id, answer: makeAnswer({ kind: "not-found", reason: "silent" }) });

    const right = scoreCase(makeCase({ id: "a", answerable: false }), [declined("a")]);
    const wrong = scoreCase(makeCase({ id: "b", gold: [goldA] }), [declined("b")]);

    expect(right.values).toMatchObject({ "abstention-recall": 1, "abstention-precision": 1 });
    expect(wrong.values).toMatchObject({
      answered: 0,
      "false-abstention": 1,
      "abstention-precision": 0,
    });
  });

  it("reports gold pages that the index lacks apart, not as misses", () => {
    const one = makeCase({ id: "a", gold: [goldA, goldB] });
    const record = makeRecord({ id: "a", retrieved: [makeRetrieved("/v3/a")] });

    const some = scoreCase(one, [record], { absentPages: new Set(["/v3/b"]) });
    const none = scoreCase(one, [record], { absentPages: new Set(["/v3/a", "/v3/b"]) });

    expect(some.values["recall@5"]).toBe(1);
    expect(some.turns[0]?.absent.map(({ page }) => page)).toEqual(["/v3/b"]);
    expect(none.values["recall@5"]).toBeUndefined();
    expect(none.values["answered"]).toBeUndefined();
  });

  it("looks up quoted chunks that are not among the retrieved", () => {
    const one = makeCase({ id: "a" });
    const record = makeRecord({
      id: "a",
      answer: makeAnswer({
        claims: [
          {
            id: "c1",
            text: "t",
            aspect: "other",
            conditions: [],
            quotes: [{ citation: 1, chunkId: "old", text: "words", start: 4, end: 9 }],
          },
        ],
      }),
    });

    expect(scoreCase(one, [record]).values["quotes-true"]).toBe(0);
    expect(
      scoreCase(one, [record], { chunkTexts: new Map([["old", "the words"]]) }).values[
        "quotes-true"
      ],
    ).toBe(1);
  });

  it("refuses records of another case", () => {
    expect(() => scoreCase(makeCase({ id: "a" }), [makeRecord({ id: "b" })])).toThrow(
      /not its turns/,
    );
  });
});
