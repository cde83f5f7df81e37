import { describe, expect, it } from "vitest";
import { caseFromThread, maskPeople } from "../../src/conversation/case-from-thread.ts";
import { parseCases } from "../../eval/case.ts";
import type { Turn } from "../../src/conversation/conversation.ts";
import { makeAnswer } from "../eval/support/make.ts";

function turn(key: string, question: string, answer: Turn["answer"]): Turn {
  return {
    key,
    author: "U0ANNA",
    question,
    resolution: undefined,
    answer,
    evidence: [],
    state: "posted",
    askedAt: "2026-01-01T00:00:00Z",
  };
}

const claim = (text: string) => ({
  id: text,
  text,
  aspect: "other" as const,
  conditions: [],
  quotes: [{ citation: 1, chunkId: "k", text: "q", start: 0, end: 1 }],
});

describe("caseFromThread", () => {
  const turns = [
    turn(
      "t1",
      "<@U0BOT> what if the pod dies? cc <@U0BOB|bob>",
      makeAnswer({ claims: [claim("It crashes."), claim("Rerun it.")] }),
    ),
    turn("t2", "token is xoxb-1234567890-abcdefghijklmnop, U0ANNA here", {
      text: "Never send me tokens.",
    }),
    turn("t3", "thanks", makeAnswer({ kind: "small-talk" })),
  ];

  it("ends with the last answer voted bad and keeps what was said before as it was said", () => {
    const one = caseFromThread("C1-123", turns, [
      { key: "t2", reason: "no, ask anna@corp.example" },
    ]);

    expect(one.turns.map(({ user }) => user)).toEqual([
      "<@someone> what if the pod dies? cc <@someone>",
      expect.not.stringContaining("xoxb-1234567890"),
    ]);
    expect(one.turns[1]?.user).toContain("someone here");
    expect(one.turns[1]?.assistant_previous).toBe("It crashes. Rerun it.");
    expect(one.notes).toContain("Said about it: no, ask someone@example.com.");
    expect(parseCases(JSON.stringify(one))).toHaveLength(1);
  });

  it("takes the whole thread when nobody voted, fixed and wordless answers included", () => {
    const one = caseFromThread("C1-123", [...turns, turn("t4", "one more", undefined)], []);

    expect(one.turns.map((each) => each.assistant_previous)).toEqual([
      undefined,
      "It crashes. Rerun it.",
      "Never send me tokens.",
      expect.stringMatching(/\w/),
    ]);
  });

  it("names the same thread alike, and refuses an empty one", () => {
    expect(caseFromThread("C1", turns, []).id).toBe(caseFromThread("C1", turns, []).id);
    expect(() => caseFromThread("C1", [], [])).toThrow(RangeError);
  });
});

describe("maskPeople", () => {
  it("leaves decorators and code alone", () => {
    expect(maskPeople("@task(retries=3) in <#C012|ops> of https://acme.slack.com/x", ["you"])).toBe(
      "@task(retries=3) in #some-channel of https://workspace.slack.com/x",
    );
  });
});
