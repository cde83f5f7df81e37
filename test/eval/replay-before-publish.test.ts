import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { casesByProduct, fittingSuites, objectionsTo } from "../../eval/replay-before-publish.ts";
import { indexFolder } from "../../src/configured-index.ts";
import { loadConfig } from "../../src/config/load.ts";
import { openConversationStore } from "../../src/conversation/stored-conversations.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { openIndex } from "../../src/store/open-index.ts";
import { makeChunk } from "../support/make-chunk.ts";
import { buildIndex } from "./support/build-index.ts";
import { makeCase, makeResolution } from "./support/make.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-replay-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const about = (name: string, text: string) =>
  makeChunk(text, { url: `https://docs.example.com/${name}`, title: name, headingPath: [] });
const zombies = about("zombies", "A zombie run is a flow run that stopped sending heartbeats.");
const themes = about("themes", "Blue and green can be chosen in the menu of themes.");

/** Objections to an index of `after`, when one of `before` is live and people asked `questions`. */
async function objections(
  before: readonly (typeof zombies)[],
  after: readonly (typeof zombies)[],
  questions: readonly string[],
  recent: string,
): Promise<readonly string[]> {
  const { config } = loadConfig({ DATA_DIR: folder, REPLAY_RECENT_QUESTIONS: recent }, undefined);
  await buildIndex(folder, after);
  await using store = openConversationStore({ path: path.join(folder, "state.sqlite") });
  for (const [number, question] of questions.entries()) {
    const key = `k${number}`;
    const askedAt = `2026-01-0${number + 1}T00:00:00Z`;
    await store.ask({ conversationId: key, key, author: "U1", question, askedAt });
    const resolution = makeResolution(question);
    const answer = {
      id: key,
      kind: "help",
      claims: [],
      remarks: [],
      citations: [],
      closest: [],
      missing: [],
      terms: [],
      writer: "extractive",
    } as const;
    await store.answer(key, { resolution, answer, evidence: [], receipt: {} });
  }
  await using index = await openIndex({ folder: indexFolder(folder) });
  const candidate = (await index.versions())[0]?.id ?? "";
  if (before.length > 0) await buildIndex(folder, before);
  // Awaited here, while the index is open.
  return await objectionsTo(
    { id: candidate },
    { config, index, clock: systemClock, newId: () => "id" },
  );
}

const questions = ["What is a zombie run?", "zombie run heartbeats", "zombie run that stopped"];

describe("objectionsTo", () => {
  it("objects to a version that no longer answers what people asked", async () => {
    const found = await objections([zombies, themes], [themes], questions, "10");

    expect(found).toEqual(["3 of 3 cases are answered no more"]);
  });

  it("asks an operator's own cases too", async () => {
    mkdirSync(path.join(folder, "cases"));
    writeFileSync(
      path.join(folder, "cases", "own.jsonl"),
      JSON.stringify({
        id: "own-1",
        kind: "concept",
        turns: [{ user: "What is a zombie run?" }],
        gold: [{ path: "/zombies" }],
      }),
    );

    expect(await objections([zombies, themes], [themes], [], "0")).toContain(
      "own-1 needs pages that the new version lacks: /zombies",
    );
  });

  it("has none against a version with a second product, whatever that has to say on the same words", async () => {
    const louder = Array.from({ length: 12 }, (_, n) =>
      makeChunk(`What is a zombie run? A zombie run is run ${n} of a zombie run.`, {
        url: `https://beacon.example.com/zombie-${n}`,
        title: "Zombie runs",
        product: "beacon",
      }),
    );

    expect(
      await objections([zombies, themes], [zombies, themes, ...louder], questions, "10"),
    ).toEqual([]);
  });

  it("has none against a version that answers alike, nor unless the operator allows real questions", async () => {
    expect(await objections([zombies, themes], [themes, zombies], questions, "10")).toEqual([]);
    expect(await objections([zombies, themes], [themes], [], "0")).toEqual([]);
  });
});

describe("casesByProduct", () => {
  it("gives each suite to the product whose pages answer it", () => {
    const suites = ["a", "b", "c"].map((name) => [
      makeCase({ id: name, gold: [{ path: `/${name}`, anchor: "", quote: "" }] }),
    ]);
    const paths = new Map([
      ["lantern", new Set(["/a", "/x"])],
      ["beacon", new Set(["/b"])],
      ["slot", new Set(["/y"])],
    ]);

    const groups = casesByProduct(suites, paths);

    expect([...groups].map(([product, cases]) => [product, cases.map(({ id }) => id)])).toEqual([
      ["lantern", ["a"]],
      ["beacon", ["b"]],
    ]);
  });
});

describe("fittingSuites", () => {
  const suite = (id: string, path: string) => [
    makeCase({ id, gold: [{ path, anchor: "", quote: "" }] }),
    makeCase({ id: `${id}-unanswerable`, answerable: false }),
  ];

  it("takes suites of which most gold pages are there, with their unanswerable questions", () => {
    const fitting = fittingSuites(
      [suite("a", "/zombies"), suite("b", "/elsewhere"), [makeCase({ id: "c" })]],
      new Set(["/zombies"]),
    );

    expect(fitting.map(({ id }) => id)).toEqual(["a", "a-unanswerable"]);
  });
});
