import { describe, expect, it } from "vitest";
import { aspectsOf } from "../../../src/writing/extractive/aspects.ts";

describe("aspectsOf", () => {
  it.each([
    ["The server notices a missing heartbeat.", "detection"],
    ["The run is marked as Crashed.", "state"],
    ["The slot is released automatically.", "automatic"],
    ["Unsaved results are lost.", "loss"],
    ["Increase the limit before you start.", "action"],
    ["A tug is a small boat.", "definition"],
    ["TUG_WAIT_SECONDS holds it.", "setting"],
  ])("hears in %j that it speaks of %s", (text, aspect) => {
    expect(aspectsOf(text)).toContain(aspect);
  });

  it("hears nothing in a sentence that has none of it", () => {
    expect(aspectsOf("Tugs were painted red in those years.")).toEqual([]);
  });
});
