import { describe, expect, it } from "vitest";
import { kindExamples } from "../../../eval/fit/kind-examples.ts";

const lines = [
  {
    id: "a",
    turns: [
      { user: "how do I pause a schedule", answer: ["Use the switch."] },
      { user: "hi again", kind: "small-talk" },
      { user: "and on the CLI?", kind: "ellipsis", answer: ["prefect schedule pause."] },
      { user: "first of its kind", kind: "first" },
    ],
  },
  { id: "b", turns: [{ user: "where do results end up", answer: { text: "In storage." } }] },
]
  .map((line) => JSON.stringify(line))
  .join("\n");

describe("kindExamples", () => {
  it("makes one of every labelled turn whose kind is weighed", () => {
    const labelled = kindExamples(lines, "set").filter(({ kind }) => kind !== "new-topic");

    expect(labelled.map(({ kind, followUp }) => [kind, followUp.text])).toEqual([
      ["small-talk", "hi again"],
      ["ellipsis", "and on the CLI?"],
    ]);
    expect(labelled.every(({ features }) => features.size > 5)).toBe(true);
  });

  it("asks the first question of each conversation behind another one, where it is a new topic", () => {
    const moved = kindExamples(lines, "set").filter(({ kind }) => kind === "new-topic");

    expect(moved.map(({ conversation, followUp }) => [conversation, followUp.text])).toEqual([
      ["set a", "where do results end up"],
      ["set b", "how do I pause a schedule"],
    ]);
    expect(moved[0]?.followUp.conversation.turns).toHaveLength(4);
  });

  it("says which line it cannot read", () => {
    expect(() => kindExamples(`${lines}\n{"id": 3}`, "set")).toThrow("set, line 3");
    expect(() => kindExamples("no json", "set")).toThrow("set, line 1");
  });
});
