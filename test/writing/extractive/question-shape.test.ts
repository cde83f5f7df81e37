import { describe, expect, it } from "vitest";
import {
  identifiersIn,
  questionShape,
  readQuestion,
} from "../../../src/writing/extractive/question-shape.ts";

describe("questionShape", () => {
  it.each([
    ["what happens when the tug sinks while a run is under way?", "failure"],
    ["the pod got killed and the run never came back", "failure"],
    ["```\nTideError: no water\n```\nwhat do i do", "failure"],
    ["our barge is stuck since noon, nothing moves", "failure"],
    ["What is a barge?", "definition"],
    ["difference between a tug and a ferry", "definition"],
    ["tug vs ferry", "definition"],
    ["How do I paint a barge?", "steps"],
    ["need to move three barges at once", "steps"],
    ["which setting changes the tide timeout, and what is the default", "setting"],
    ["how long does a tug wait for the tide", "setting"],
    ["barges", "other"],
    ["how do I retry a task only on an error 429 and not when it is denied?", "steps"],
  ])("reads %j as %s", (question, shape) => {
    expect(questionShape(question)).toBe(shape);
  });
});

describe("readQuestion", () => {
  it("finds what a difference is asked between", () => {
    expect(readQuestion("What is the difference between tugs, ferries and barges?").sides).toEqual([
      "tugs",
      "ferries",
      "barges",
    ]);
    expect(readQuestion("tug vs ferry, which one do i take").sides).toEqual(["tug", "ferry"]);
    expect(readQuestion("How does a tug differ from a ferry?").sides).toEqual(["a tug", "a ferry"]);
  });

  it("finds what a definition is asked of", () => {
    expect(readQuestion("What exactly is a harbour pilot?").subject).toBe("harbour pilot");
    expect(readQuestion("what does 'ebb tide' mean").subject).toBe("ebb tide");
    expect(readQuestion("How do I paint a barge?").subject).toBe("");
  });

  it("finds the parts of the failure skeleton that are asked for", () => {
    const { aspects } = readQuestion(
      "tug died. how does the harbour notice, do we lose the cargo, and what can we do?",
    );

    expect(aspects).toEqual(["detection", "loss", "action"]);
  });

  it("tells a number from a setting's name", () => {
    expect(readQuestion("how often does a tug report?").asks).toContain("number");
    expect(readQuestion("is there an env var for that?").asks).toContain("setting-name");
  });
});

describe("identifiersIn", () => {
  it("finds names from code, each once, and none in an address", () => {
    expect(
      identifiersIn(
        "set TUG_WAIT and tug.wait_seconds, call loadShip() with --force, TUG_WAIT again, see https://a.example/b_c",
      ),
    ).toEqual(["TUG_WAIT", "tug.wait_seconds", "loadShip", "--force"]);
  });
});
