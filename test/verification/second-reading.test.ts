import { describe, expect, it } from "vitest";
import type { Reading } from "../../src/writing/model/claim-reader.ts";
import { afterReading, toBeRead } from "../../src/verification/second-reading.ts";
import { verifyClaim } from "../../src/verification/verify-claim.ts";
import { makeChunk } from "../support/make-chunk.ts";

const STAYS =
  "A flow run whose pod vanished stays in a Running state until something marks it as Crashed.";
const NOTHING = "Nothing starts the flow run again by itself when its pod dies.";
const CHUNK = makeChunk(`${STAYS} ${NOTHING}`, {
  title: "Zombie runs",
  headingPath: ["Zombie runs", "What is recorded"],
});
const CHUNKS = new Map([[CHUNK.id, CHUNK]]);

const verify = (text: string, quote: string) =>
  verifyClaim(
    { text, aspect: "state", quotes: [{ chunkId: CHUNK.id, text: quote }] },
    { chunks: CHUNKS, question: "is a flow run started again?" },
  );

const HOLDS = verify("When the pod dies, a flow run is not started again.", NOTHING);
const UNSURE = verify("When its pod dies, nothing starts the flow run again by itself.", NOTHING);
const OBJECTED = verify(STAYS.replace("Running", "Failed"), STAYS);
const REFUSED = verify(
  "It restarts from the last checkpoint.",
  "restarts from the last checkpoint",
);
const COPY = verify(NOTHING, NOTHING);

const CARRIED: Reading = { kind: "carried" };
const NOT_CARRIED: Reading = { kind: "not-carried", wrong: "by itself is left out" };
const LATE: Reading = { kind: "unread", why: "late" };

describe("toBeRead", () => {
  it("is the claim with its quotes and what they stand under", () => {
    expect(toBeRead(HOLDS, CHUNKS)).toEqual({
      claim: "When the pod dies, a flow run is not started again.",
      quotes: [{ text: NOTHING, place: ["Zombie runs", "What is recorded"] }],
    });
  });

  it("is what the weights were unsure of, as it was written", () => {
    expect(UNSURE).toMatchObject({ verdict: "doubtful", reason: "unsure" });
    expect(toBeRead(UNSURE, CHUNKS)?.claim).toBe(
      "When its pod dies, nothing starts the flow run again by itself.",
    );
  });

  it("is nothing for a copy, a rule's objection and what is refused: a reader's word changes none", () => {
    expect([COPY.verdict, OBJECTED.verdict, REFUSED.verdict]).toEqual([
      "holds",
      "doubtful",
      "refused",
    ]);
    for (const verified of [COPY, OBJECTED, REFUSED]) {
      expect(toBeRead(verified, CHUNKS)).toBeUndefined();
      for (const reading of [CARRIED, NOT_CARRIED, LATE]) {
        expect(afterReading(verified, reading, CHUNKS)).toBe(verified);
      }
    }
  });
});

describe("afterReading", () => {
  it.each([
    ["what holds", HOLDS],
    ["what was unsure", UNSURE],
  ])("shows %s in its own words when it is carried", (_, verified) => {
    expect(afterReading(verified, CARRIED, CHUNKS)).toMatchObject({
      verdict: "holds",
      text: toBeRead(verified, CHUNKS)?.claim,
      quotes: [{ text: NOTHING }],
    });
  });

  it.each([
    ["what holds", HOLDS],
    ["what was unsure", UNSURE],
  ])("shows the page's words for %s when it is not carried, and says why", (_, verified) => {
    expect(afterReading(verified, NOT_CARRIED, CHUNKS)).toMatchObject({
      verdict: "doubtful",
      instead: [{ text: NOTHING, aspect: "state" }],
      reason: "second reader: not carried",
      detail: "by itself is left out",
    });
  });

  it.each(["late", "malformed", "failed", "no tokens left", "no checks left"] as const)(
    "shows the page's words when the reading is %s",
    (why) => {
      for (const verified of [HOLDS, UNSURE]) {
        expect(afterReading(verified, { kind: "unread", why }, CHUNKS)).toMatchObject({
          verdict: "doubtful",
          instead: [{ text: NOTHING }],
          reason: `second reader: ${why}`,
        });
      }
    },
  );

  it("loses a claim that the page's words cannot stand for by a reader's no, never by the check", () => {
    const elsewhere = { chunkId: CHUNK.id, text: STAYS, start: 0, end: STAYS.length };
    const verified = {
      verdict: "holds" as const,
      isCopy: false,
      text: "Deployments are paused from the dashboard.",
      aspect: "action" as const,
      quotes: [elsewhere],
      conditions: [],
    };

    expect(afterReading(verified, LATE, CHUNKS)).toBe(verified);
    expect(afterReading(verified, NOT_CARRIED, CHUNKS)).toEqual({
      verdict: "refused",
      reason: "not-quotable",
      detail: "second reader: not carried: by itself is left out",
    });
  });
});
