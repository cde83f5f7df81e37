import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClaimPair } from "../../eval/fit/claim-pairs.ts";
import { parseReadings, readPairs, renderReading, shuffled } from "../../eval/second-reader.ts";
import { startFakeModelEndpoint } from "../support/fake-model-endpoint.ts";
import { runCommand } from "../support/run-command.ts";

const QUOTE = "Nothing starts the flow run again by itself when its pod dies.";
const pair = (id: string, holds: boolean, claim: string): ClaimPair => ({
  id,
  round: 1,
  holds,
  kind: "made up",
  claim,
  quote: QUOTE,
});

/** Verification alone: holds, unsure, a rule objects, refused. */
const PAIRS = [
  pair("twist", false, "When the pod dies, a flow run is not started again."),
  pair("free", true, "When its pod dies, nothing starts the flow run again by itself."),
  pair("rule", true, "Nobody but a person starts the flow run again when its pod dies."),
  pair("else", false, "The scheduler has a web page."),
];

describe("readPairs", () => {
  it("is verification's verdict without a reader, and asks only where no rule objects", () => {
    const carried = new Map(PAIRS.map(({ id }) => [id, true]));

    expect(readPairs(PAIRS, carried).map(({ alone, withReader }) => [alone, withReader])).toEqual([
      ["ours", "ours"],
      ["page", "ours"],
      ["page", "page"],
      ["lost", "lost"],
    ]);
  });

  it("shows the page's words for what is not carried and what was not read", () => {
    const shown = readPairs(PAIRS, new Map([["twist", false]])).map(({ withReader }) => withReader);

    expect(shown).toEqual(["page", "page", "page", "lost"]);
  });
});

describe("renderReading", () => {
  it("has the three rows and names what passes wrongly", () => {
    const read = readPairs(PAIRS, parseReadings('{"id":"twist","carried":true}\n'));

    expect(renderReading(read)).toMatchInlineSnapshot(`
      "4 pairs, 2 hold; 3 without a reading
                              wrong, shown as ours | right: in our words, in the page's, lost
      verification alone          50 % (1/2)       0 % (0/2)     100 % (2/2)       0 % (0/2)
      with the reader             50 % (1/2)       0 % (0/2)     100 % (2/2)       0 % (0/2)
      the reader alone            50 % (1/2)       0 % (0/2)     100 % (2/2)       0 % (0/2)
      wrong and shown with the reader: twist (made up)"
    `);
  });
});

describe("parseReadings", () => {
  it("leaves the reader's reasons alone, and out what was not read", () => {
    const lines = '{"id":"a","wrong":"its order","carried":false}\n\n{"id":"b","unread":"late"}\n';

    expect(parseReadings(lines)).toEqual(new Map([["a", false]]));
  });

  it.each([
    ["no JSON", "carried", "Line 1 of the readings cannot be read"],
    ["a word for the verdict", '{"id":"a","carried":"yes"}', "Line 1"],
    ["an id twice", '{"id":"a","carried":true}\n{"id":"a","carried":true}', "Line 2"],
  ])("refuses %s by its line", (_, lines, message) => {
    expect(() => parseReadings(lines)).toThrow(message);
  });
});

describe("shuffled", () => {
  it("has each pair once, in the same order whatever order they come in", () => {
    const ids = shuffled(PAIRS).map(({ id }) => id);

    expect(ids.toSorted()).toEqual(PAIRS.map(({ id }) => id).toSorted());
    expect(shuffled(PAIRS.toReversed()).map(({ id }) => id)).toEqual(ids);
  });
});

describe("eval/bin/second-reader.ts", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "second-reader-"));
    writeFileSync(
      path.join(folder, "pairs.jsonl"),
      PAIRS.map((each) => JSON.stringify(each)).join("\n"),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
    runCommand("eval/bin/second-reader.ts", args, { folder, settings });

  it("writes pairs without labels, and prints figures over somebody's readings", async () => {
    await run(["--pairs", "pairs.jsonl", "--unlabelled", "asked.jsonl"]);
    const asked = readFileSync(path.join(folder, "asked.jsonl"), "utf8");
    const readings = asked
      .trim()
      .split("\n")
      .map((line) => ({
        id: (JSON.parse(line) as { readonly id: string }).id,
        carried: false,
      }));
    writeFileSync(
      path.join(folder, "readings.jsonl"),
      readings.map((line) => JSON.stringify(line)).join("\n"),
    );
    const { code, out } = await run(["--pairs", "pairs.jsonl", "--readings", "readings.jsonl"]);

    expect(asked).not.toMatch(/holds|kind|made up/u);
    expect(readings).toHaveLength(PAIRS.length);
    expect(code).toBe(0);
    expect(out).toMatch(/with the reader +0 % \(0\/2\) /u);
  });

  it("asks the configured model, and keeps what it said", async () => {
    await using endpoint = await startFakeModelEndpoint({
      flavour: "vllm",
      script: PAIRS.map(() => ({ reply: '{"wrong": "the order", "carried": false}' })),
    });
    const { code, out } = await run(["--pairs", "pairs.jsonl", "--out", "said.jsonl"], {
      OPENAI_MODEL: "small",
      OPENAI_BASE_URL: endpoint.baseUrl,
    });

    expect(code).toBe(0);
    expect(endpoint.requests).toHaveLength(PAIRS.length);
    expect(out).toMatch(/with the reader +0 % \(0\/2\) /u);
    expect(parseReadings(readFileSync(path.join(folder, "said.jsonl"), "utf8")).size).toBe(4);
  });

  it("says what to set without a model and without readings", async () => {
    const { code, err } = await run(["--pairs", "pairs.jsonl"]);

    expect(code).not.toBe(0);
    expect(err).toContain("set OPENAI_MODEL, or give --readings FILE");
  });
});
