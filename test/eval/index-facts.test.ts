import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRedirects } from "../../eval/canonical-path.ts";
import { readIndexFacts } from "../../eval/index-facts.ts";
import { indexFolder } from "../../src/configured-index.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { buildIndex } from "./support/build-index.ts";
import { makeAnswer, makeCase, makeRecord, makeRetrieved } from "./support/make.ts";

let folder = "";
const chunk = makeChunk("Zombie runs are runs that stopped sending heartbeats.", {
  url: "https://docs.example.com/v3/zombies",
});

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-index-"));
  await buildIndex(folder, [chunk]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readIndexFacts", () => {
  it("tells gold pages and quotes the index lacks, and reads chunks that were quoted only", async () => {
    await using index = await openIndex({ folder: indexFolder(folder) });
    const quotes = [{ citation: 1, chunkId: chunk.id, text: "Zombie", start: 0, end: 6 }];
    const record = makeRecord({
      id: "a",
      retrieved: [makeRetrieved("/v3/elsewhere")],
      answer: makeAnswer({
        claims: [{ id: "c1", text: "t", aspect: "other", conditions: [], quotes }],
      }),
    });
    const gold = [
      { path: "/v3/old-zombies", anchor: "", quote: "runs that stopped `sending` heartbeats" },
      { path: "/v3/zombies.md", anchor: "", quote: "words that never were there" },
      { path: "https://docs.example.com/v3/gone", anchor: "", quote: "" },
    ];
    const redirects = readRedirects({
      redirects: [{ source: "/v3/old-zombies", destination: "/v3/zombies" }],
    });

    const facts = await readIndexFacts(index, [makeCase({ id: "a", gold })], [record], redirects);

    expect([...facts.absentPages]).toEqual(["/v3/gone"]);
    expect(facts.absentQuotes).toEqual([
      { id: "a", page: "/v3/zombies", quote: "words that never were there" },
    ]);
    expect(facts.chunkTexts.get(chunk.id)).toBe(chunk.text);
  });
});
