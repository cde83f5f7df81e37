import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changedSince, changeName } from "../../../src/answering/changed/changed-since.ts";
import { createCiter } from "../../../src/answering/cite.ts";
import type { ConversationStore } from "../../../src/conversation/conversation-store.ts";
import { openConversationStore } from "../../../src/conversation/stored-conversations.ts";
import type { Answer } from "../../../src/documents/answer.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const QUOTE = "A lease lasts 300 seconds.";
const WAS = makeChunk(QUOTE, { url: "https://docs.example/leases" });
const NOW = makeChunk("A lease lasts 60 seconds.", { url: WAS.url });

const CITATION = createCiter().describe(WAS, 1);

let store: ConversationStore;
let reads: string[];

beforeEach(() => {
  store = openConversationStore({ path: ":memory:" });
  reads = [];
});

afterEach(() => store[Symbol.asyncDispose]());

function answerOf(id: string, quotes = 1): Answer {
  const quote = { citation: 1, chunkId: WAS.id, text: QUOTE, start: 0, end: QUOTE.length };
  const claim = { text: QUOTE, aspect: "other", conditions: [], quotes: [quote] } as const;
  return {
    id,
    kind: "answered",
    claims: Array.from({ length: quotes }, (_, at) => ({ ...claim, id: `c${at + 1}` })),
    remarks: [],
    citations: [],
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
  };
}

async function posted(
  key: string,
  part: {
    readonly askedAt?: string;
    readonly evidence?: Chunk[];
    readonly isPosted?: boolean;
    readonly cites?: boolean;
  } = {},
): Promise<void> {
  const {
    askedAt = "2026-11-20T10:00:00.000Z",
    evidence = [WAS],
    isPosted = true,
    cites = false,
  } = part;
  const question = "how long does a lease last?";
  await store.ask({ conversationId: "c", key, author: "u", question, askedAt });
  await store.answer(key, {
    resolution: { kind: "first", question, claimIds: [], words: [], confidence: 1, by: "rules" },
    answer: { ...answerOf(`answer-${key}`, 2), citations: cites ? [CITATION] : [] },
    evidence,
    receipt: {},
  });
  if (isPosted) await store.posted(key, {});
}

async function look(page: readonly Chunk[], since = "2026-11-01T00:00:00.000Z") {
  const found = [];
  let answers = 0;
  const reader = {
    readPage: async (url: string) => {
      reads.push(url);
      return page.filter((chunk) => chunk.url === url);
    },
  };
  for await (const looked of changedSince({ store, reader, since })) {
    ({ answers } = looked);
    if (looked.changed !== undefined) found.push(looked.changed);
  }
  return { answers, found };
}

describe("changedSince", () => {
  it("finds nothing in an empty store", async () => {
    expect(await look([NOW])).toEqual({ answers: 0, found: [] });
  });

  it("passes over answers whose words stand", async () => {
    await posted("k1");

    expect(await look([WAS])).toEqual({ answers: 1, found: [] });
  });

  it("gives answers whose words changed, each change once, and reads a page once", async () => {
    await posted("k1");
    await posted("k2");

    const { answers, found } = await look([NOW]);

    expect(answers).toBe(2);
    expect(found.map(({ answerId }) => answerId)).toEqual(["answer-k1", "answer-k2"]);
    expect(found[0]?.changes.map(({ kind }) => kind)).toEqual(["numbers"]);
    expect(reads).toEqual([WAS.url]);
  });

  it("looks at posted answers of the time that is asked for, with what they stood on", async () => {
    await posted("old", { askedAt: "2026-10-01T00:00:00.000Z" });
    await posted("never-posted", { isPosted: false });
    await posted("without", { evidence: [] });
    await store.recordFixed({
      conversationId: "c",
      key: "fixed",
      author: "u",
      question: "q",
      text: "A lease lasts.",
      askedAt: "2026-11-20T10:00:00.000Z",
    });

    expect(await look([NOW])).toEqual({ answers: 1, found: [] });
  });

  it("knows a cited chunk again without what was kept with the answer", async () => {
    await posted("k1", { evidence: [], cites: true });

    expect(await look([WAS])).toEqual({ answers: 1, found: [] });
    expect(reads).toEqual([WAS.url]);
  });

  it("tells a cited page that is gone", async () => {
    await posted("k1", { cites: true });

    const { found } = await look([]);

    expect(found[0]?.changes.map(({ kind }) => kind)).toEqual(["page-gone"]);
  });

  it("stops when it is told to", async () => {
    for (let at = 0; at < 40; at += 1) await posted(`k${at}`);
    const controller = new AbortController();
    controller.abort(new Error("stopped"));
    const looks = changedSince({
      store,
      reader: { readPage: async () => [NOW] },
      since: "2026-11-01",
      signal: controller.signal,
    });

    await expect(Array.fromAsync(looks)).rejects.toThrow("stopped");
  });
});

describe("changeName", () => {
  it("has a name for each kind", () => {
    const kinds = ["page-gone", "gone", "numbers", "reworded", "moved", "section"] as const;

    expect(new Set(kinds.map(changeName)).size).toBe(kinds.length);
  });
});
