import { describe, expect, it } from "vitest";
import { findAnaphors } from "../../src/conversation/anaphora.ts";

const found = (text: string) =>
  findAnaphors(text).map((anaphor) => `${anaphor.kind}: ${anaphor.text}`);

describe("findAnaphors", () => {
  it.each([
    ["how do I turn it on", ["thing: it"]],
    ["what happens with that limit then", ["named: that limit"]],
    ["does the second one need a deployment", ["item: the second one"]],
    ["how do I move to the other one", ["other: the other one"]],
    ["does it work with both", ["thing: it", "both: both"]],
    ["does it exist there too?", ["thing: it", "place: there"]],
    ["can I create one", ["thing: one"]],
    ["why is that", ["fact: that"]],
    ["what is its default", ["thing: its"]],
    ["do they restart", ["thing: they"]],
  ])("points back: %s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    "is it possible to pause a work pool",
    "how long does it take until a run is late",
    "the pod that runs the flow died",
    "make sure that the worker polls",
    "is there a limit on tags",
    "if the worker dies, does it take the runs up again",
    "limit a deployment to one run at a time",
    "I get this: connection refused",
    "both the flow and the task failed",
  ])("points nowhere: %s", (text) => {
    expect(found(text)).toEqual([]);
  });
});
