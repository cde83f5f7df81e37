import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerFromThread,
  type ThreadAnswer,
} from "../../../src/answering/thread/thread-answer.ts";
import { verifyClaim } from "../../../src/verification/verify-claim.ts";
import type { Chunk } from "../../../src/documents/chunk.ts";
import { resolveFollowUp } from "../../../src/conversation/resolve-follow-up.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { indexChunks } from "../../../src/retrieval/index-chunks.ts";
import { createRetriever } from "../../../src/retrieval/retrieve.ts";
import type { Retriever } from "../../../src/retrieval/retriever.ts";
import type { ChunkIndex } from "../../../src/store/chunk-index.ts";
import { temporaryIndex } from "../../support/temporary-index.ts";
import { aConversation, type Said } from "../../conversation/samples.ts";
import { makeChunk } from "../../support/make-chunk.ts";

const page = (title: string, text: string, over: Partial<Chunk> = {}) =>
  makeChunk(text, {
    url: `https://docs.example/${title.toLowerCase().replaceAll(" ", "-")}`,
    title,
    headingPath: [],
    anchor: "",
    ...over,
  });

const RESULTS = page(
  "Result persistence",
  "Result persistence means that the return values of finished tasks are written to storage. It is off by default.\n\nA run that is started again loads persisted results and does not execute those tasks a second time.",
);
const RETRIES = page(
  "Retries",
  "Set retries on a flow to run it again when it fails. A retried flow begins at the top of its function, nothing resumes in the middle.",
);
const LEASES = page(
  "Concurrency slots",
  "A slot is held for as long as its lease is renewed. The lease of a slot is the time until the server takes the slot back, five minutes by default.\n\nThe client of the process that holds the slot renews the lease.",
);
const SNAPSHOTS = page(
  "Events client",
  "The events client reads the event stream again from a time-based watermark when its websocket breaks.",
  { pageType: "api-reference" },
);
const TIMEOUTS = page(
  "Timeouts",
  "For blocking tasks there are several ways.\n\nUse a process pool task runner, so that the process can be ended.\n\nBreak the long call into smaller chunks, so that the timeout is noticed in between.\n\nUse the timeout parameter of the library that makes the call.",
);
const WORKERS = page(
  "Workers",
  "Workers are small services that poll a work pool for scheduled runs and start them.",
  { pageType: "concept" },
);
const PAGES = [RESULTS, RETRIES, LEASES, SNAPSHOTS, TIMEOUTS, WORKERS];

async function indexOf(chunks: readonly Chunk[]): Promise<ChunkIndex> {
  const index = await temporaryIndex();
  const { builder } = await indexChunks({
    index,
    chunks: () => chunks,
    sources: [
      {
        name: "docs",
        product: "prefect",
        version: "3",
        pages: chunks.length,
        stalePages: 0,
        chunks: chunks.length,
        crawledAt: "2026-11-24T00:00:00.000Z",
      },
    ],
    clock: systemClock,
  });
  await builder.publish();
  return index;
}

let index: ChunkIndex;
let retriever: Retriever;
beforeAll(async () => {
  index = await indexOf(PAGES);
  retriever = createRetriever({ index, clock: systemClock });
});
afterAll(async () => {
  await index[Symbol.asyncDispose]();
});

async function reply(text: string, said: readonly Said[], live = retriever): Promise<ThreadAnswer> {
  const conversation = aConversation(said);
  const resolution = resolveFollowUp({ text, conversation });
  return answerFromThread({ resolution, conversation, retriever: live, question: text });
}

/** What of the drafts stands after verification, as the pipeline does it. */
function verified(answer: ThreadAnswer): string[] {
  const chunks = new Map(answer.chunks.map((chunk) => [chunk.id, chunk]));
  return answer.drafts.flatMap((draft) => {
    const result = verifyClaim(draft, { chunks });
    return result.verdict === "holds" ? [result.text] : [];
  });
}

const kinds = (answer: ThreadAnswer) => answer.remarks.map(({ kind }) => kind);

const FIXED: Said = {
  question: "what happens if the pod that runs the flow fails?",
  answer:
    "You can configure retries for workflows, enabling them to restart from the last checkpoint.",
};

describe("a word of ours that the documentation nowhere has", () => {
  it.each([
    "What is checkpoint?",
    'what did you mean by "checkpoint" here: "restart from the last checkpoint"',
  ])("is owned up to, with what it stood for, quoted: %s", async (text) => {
    const answer = await reply(text, [FIXED]);

    expect(answer.handled).toBe(true);
    expect(kinds(answer)).toEqual(["word-not-documented", "own-wording", "corrected"]);
    expect(answer.remarks[0]?.values).toEqual({ word: "checkpoint", product: "Prefect 3" });
    expect(answer.remarks[1]?.values["about"]).toContain("Result persistence");
    expect(answer.remarks[2]?.values["statement"]).toBe(FIXED.answer);
    const claims = verified(answer).join("\n");
    expect(claims).toContain("return values of finished tasks are written to storage");
    expect(claims).toMatch(
      /nothing resumes in the middle|does not execute those tasks a second time/,
    );
  });

  it("never comes back in a claim without a quote that has it", async () => {
    const answer = await reply("What is checkpoint?", [FIXED]);

    expect(verified(answer).join("\n")).not.toMatch(/checkpoint/i);
  });
});

describe("a word of ours that the documentation has", () => {
  const said: Said = {
    question: "is the slot of a killed task lost?",
    answer: "The slot comes back once its lease runs out.",
  };

  it("is defined by the page", async () => {
    const answer = await reply("what do you mean by lease?", [said]);

    expect(kinds(answer)).toEqual(["word-documented"]);
    expect(answer.remarks[0]?.values).toEqual({
      word: "lease",
      use: "explained",
      section: "Concurrency slots",
      ours: "near",
    });
    expect(verified(answer)).toHaveLength(2);
    expect(verified(answer)[0]).toContain(
      "The lease of a slot is the time until the server takes the slot back",
    );
  });

  it("is an ordinary question when nobody says that it is ours", async () => {
    const answer = await reply("what is a lease?", [said]);

    expect(answer.handled).toBe(false);
  });

  it("is defined first, then comes what our sentence stood on, and nothing else", async () => {
    const sentence = "The client of the process that holds the slot renews the lease.";
    const backed: Said = {
      question: "who keeps the slot?",
      answer: [sentence],
      evidence: [LEASES],
    };

    const answer = await reply(`what did you mean by "lease" here: "${sentence}"`, [backed]);

    expect(answer.remarks[0]?.values).toMatchObject({ word: "lease", ours: "yes" });
    expect(verified(answer)).toEqual([
      expect.stringContaining("The lease of a slot is the time"),
      sentence,
    ]);
  });

  it("in another sense only is told apart, with the place", async () => {
    const other: Said = {
      question: "how do late data reach a flow?",
      answer: "The flow keeps a watermark for each partition.",
    };

    const answer = await reply("what is a watermark?", [other]);

    expect(kinds(answer)).toContain("word-in-another-sense");
    const remark = answer.remarks.find(({ kind }) => kind === "word-in-another-sense");
    expect(remark?.values["section"]).toBe("Events client");
    expect(answer.chunks.map(({ id }) => id)).toContain(remark?.chunkId);
  });

  it("opens with the page that has it for a title", async () => {
    const about: Said = { question: "why is my run late?", answer: "No worker picked it up." };

    const answer = await reply("what do you mean by worker?", [about]);

    expect(verified(answer)[0]).toContain("Workers are small services");
  });
});

describe("words we never used", () => {
  it("are not taken for ours when the asker says so", async () => {
    const answer = await reply("what did you mean by tombstone?", [FIXED]);

    expect(answer.handled).toBe(true);
    expect(kinds(answer)).toContain("never-said");
    expect(kinds(answer)).not.toContain("own-wording");
  });

  it("may have been said in what a long thread has lost", async () => {
    const long = Array.from({ length: 40 }, (_, place): Said => ({
      question: `how long is setting ${place}?`,
      answer: [`It is ${place} seconds.`],
    }));

    const answer = await reply('you said "pods are immortal in every version", why?', long);

    expect(answer.remarks[0]?.values["thread"]).toBe("long");
  });

  it("nor is a sentence", async () => {
    const answer = await reply('you said "pods are immortal in every version", why?', [FIXED]);

    expect(answer.remarks).toEqual([
      { kind: "never-said", values: { words: "pods are immortal in every version" } },
    ]);
  });
});

describe("a thread with nothing in it yet", () => {
  it.each(["and for tasks?", "are you sure?", "what did you mean by that?"])(
    "has nothing that could be meant: %s",
    async (text) => {
      const answer = await reply(text, []);

      expect(kinds(answer)).toEqual(["nothing-before"]);
      expect(answer.drafts).toEqual([]);
    },
  );
});

describe("doubt", () => {
  const backed: Said = {
    question: "what happens to results?",
    answer: ["Return values of finished tasks are written to storage."],
    evidence: [RESULTS],
  };

  it.each(["what did you mean by that?", "wdym?"])(
    "is no more than a question what we meant, answered with what we said: %s",
    async (text) => {
      const answer = await reply(text, [backed]);

      expect(answer.drafts[0]?.quotes[0]?.chunkId).toBe(RESULTS.id);
      expect(verified(answer)).toEqual(["Return values of finished tasks are written to storage."]);
    },
  );

  it("shows the quotes again when they still stand", async () => {
    const answer = await reply("are you sure?", [backed]);

    expect(kinds(answer)).toEqual([]);
    expect(answer.drafts[0]?.quotes[0]?.chunkId).toBe(RESULTS.id);
    expect(verified(answer)).toEqual(["Return values of finished tasks are written to storage."]);
  });

  it("does not make us agree with what nobody wrote down", async () => {
    const answer = await reply("that's wrong, the run restarts by itself in another region", [
      backed,
    ]);

    const claims = verified(answer);
    expect(claims).toContain("Return values of finished tasks are written to storage.");
    expect(claims.join(" ")).not.toMatch(/region|restarts by itself/);
  });

  it("withdraws text of ours that no page says, and quotes what one does", async () => {
    const answer = await reply("really?", [
      {
        question: "what do retries do?",
        answer: "Retries teleport the run to a quantum cluster overnight.",
      },
    ]);

    expect(kinds(answer)).toEqual(["corrected"]);
    expect(verified(answer).join(" ")).not.toContain("quantum");
  });

  it("says when the page has changed, or has left, and does not repeat it", async () => {
    const changed = {
      ...RESULTS,
      text: "Result persistence is described elsewhere now.",
      blocks: [{ kind: "paragraph" as const, start: 0, end: 46 }],
    };
    await using elsewhere = await indexOf([changed, RETRIES]);
    await using without = await indexOf([RETRIES]);
    const live = (of: ChunkIndex) => createRetriever({ index: of, clock: systemClock });

    const afterChange = await reply("are you sure?", [backed], live(elsewhere));
    const afterLoss = await reply("are you sure?", [backed], live(without));

    expect(afterChange.remarks[0]).toMatchObject({
      kind: "source-changed",
      values: { change: "changed" },
    });
    expect(afterLoss.remarks[0]).toMatchObject({
      kind: "source-changed",
      values: { change: "gone" },
    });
    for (const answer of [afterChange, afterLoss]) {
      expect(verified(answer).join(" ")).not.toContain("written to storage");
    }
  });

  it("about an answer that found nothing is an ordinary question again", async () => {
    const answer = await reply("are you sure?", [{ question: "does it brew coffee?", answer: [] }]);

    expect(answer.handled).toBe(false);
  });
});

describe("what the thread has already", () => {
  const options: Said = {
    question: "how can timeouts work for blocking tasks?",
    answer:
      "There are three ways: a process pool task runner, smaller chunks, or the library's own timeout parameter.",
  };

  it.each(["which of those is the cheapest?", "and what was the first one you named again?"])(
    "is searched for: %s",
    async (text) => {
      const answer = await reply(text, [options]);

      expect(answer.handled).toBe(false);
    },
  );
});

describe("everything else", () => {
  it.each([
    "and for tasks?",
    "can I turn it off?",
    "How do I install a worker on Windows machines?",
  ])("is answered from the documentation as usual: %s", async (text) => {
    expect(await reply(text, [FIXED])).toEqual({
      handled: false,
      drafts: [],
      remarks: [],
      chunks: [],
    });
  });
});
