import { describe, expect, it } from "vitest";
import { askedText } from "../../../src/writing/extractive/asked.ts";

describe("askedText", () => {
  it.each([
    ["how do I pause a schedule?", "how do I pause a schedule?"],
    ["our box died last night. what now?", "what now?"],
    ["our box died last night. will it run again", "will it run again"],
    ["node got reclaimed, does the run start again", "does the run start again"],
    ["If the box dies, what is lost?", "If the box dies, what is lost?"],
    ["our box died last night", ""],
    ["```\nwhat is this?\n``` nothing works any more here", ""],
  ])("finds in %j what is asked", (message, asked) => {
    expect(askedText(message)).toBe(asked);
  });
});
