import { describe, expect, it } from "vitest";
import { parseCases } from "../../../eval/case.ts";
import { askedAs, scoreLastTurns, underspecifiedIds } from "../../../eval/public/mtrag.ts";
import { makeAnswer, makeRecord, makeRetrieved } from "../support/make.ts";

const TEXT = [
  {
    id: "m1",
    kind: "followup",
    answerability: "answerable",
    turns: [
      { user: "What is a gateway?", gold: [] },
      {
        user: "And how do I make one?",
        gold: [{ path: "/docs/make" }],
        assistant_previous: "A gateway joins two networks.",
      },
    ],
    gold: [{ path: "/docs/make" }],
  },
  {
    id: "m2",
    kind: "followup",
    answerability: "underspecified",
    turns: [{ user: "It fails.", gold: [] }],
    gold: [],
    answerable: false,
  },
]
  .map((one) => JSON.stringify(one))
  .join("\n");
const CASES = parseCases(TEXT);

describe("underspecifiedIds", () => {
  it("reads which questions say too little", () => {
    expect([...underspecifiedIds(`${TEXT}\n\n`)]).toEqual(["m2"]);
  });
});

describe("askedAs", () => {
  const users = (way: Parameters<typeof askedAs>[1]) =>
    askedAs(CASES, way).map(({ turns }) => turns.map(({ user }) => user));

  it("leaves the conversation as it is", () => {
    expect(askedAs(CASES, "in its conversation")).toBe(CASES);
  });

  it("asks the last message alone, with its gold and no earlier answer", () => {
    expect(users("alone")).toEqual([["And how do I make one?"], ["It fails."]]);
    expect(askedAs(CASES, "alone")[0]?.turns[0]).not.toHaveProperty("assistant_previous");
    expect(askedAs(CASES, "alone")[0]?.turns[0]?.gold).toHaveLength(1);
  });

  it("pastes it to the question before, where there is one", () => {
    expect(users("pasted to the question before")).toEqual([
      ["What is a gateway?\nAnd how do I make one?"],
      ["It fails."],
    ]);
  });
});

describe("scoreLastTurns", () => {
  const records = (page: string) => [
    makeRecord({ id: "m1", turn: 0, retrieved: [makeRetrieved("/docs/other")] }),
    makeRecord({ id: "m1", turn: 1, retrieved: [makeRetrieved("/docs/a"), makeRetrieved(page)] }),
    makeRecord({ id: "m2", turn: 0, answer: makeAnswer({ kind: "asked-back" }) }),
  ];

  it("counts the last turn and no other", () => {
    const [first, second] = scoreLastTurns(CASES, records("/docs/make"), new Set(["m2"]));

    expect(first?.turns).toHaveLength(1);
    expect(first?.values["hit@5"]).toBe(1);
    expect(first?.values["ndcg@5"]).toBeCloseTo(1 / Math.log2(3), 6);
    expect(first?.values["asked-back"]).toBeUndefined();
    expect(second?.values["asked-back"]).toBe(1);
    expect(second?.values["abstention-recall"]).toBe(1);
  });

  it("counts a gold page that is not found as missed, in the index or not", () => {
    const [first] = scoreLastTurns(CASES, records("/docs/b"), new Set());

    expect(first?.values["hit@5"]).toBe(0);
    expect(first?.values["ndcg@5"]).toBe(0);
  });
});
