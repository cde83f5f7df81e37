import { describe, expect, it } from "vitest";
import { documentChunks } from "../../../ingest/chunk/document-chunks.ts";
import {
  discussionDocument,
  issueDocument,
  releaseDocument,
} from "../../../ingest/github/documents.ts";
import { createClaimDesk } from "../../../src/answering/claim-desk.ts";
import { readHits } from "../../../src/answering/thread/word-sense.ts";
import { Answer, Citation } from "../../../src/documents/answer.ts";
import type { Document } from "../../../src/documents/document.ts";
import { answerMessages } from "../../../src/slack/blocks/answer-blocks.ts";
import { renderAnswer } from "../../../src/terminal/render.ts";
import { answerOf, citationOf } from "../../support/scripted-application.ts";

const repository = { url: "https://github.com/acme/lantern", product: "lantern" };
const issue = {
  number: 123,
  title: "Lost job keeps its slot",
  body: "The slot of a lost job is never freed.",
  isClosed: true,
  reason: "completed",
  author: "ann",
  updatedAt: "2026-01-01T00:00:00Z",
  isPull: false,
  mergedAt: undefined,
};

/** An answer that says the first paragraph of a document, and what was shown. */
function answered(document: Document) {
  const crawledAt = "2026-11-24T00:00:00.000Z";
  const chunks = new Map(
    documentChunks(document, { crawledAt, stale: false }).map((chunk) => [chunk.id, chunk]),
  );
  const [chunk] = chunks.values();
  const [block] = chunk?.blocks ?? [];
  if (chunk === undefined || block === undefined) throw new Error("Nothing was read.");
  const text = chunk.text.slice(block.start, block.end);
  const desk = createClaimDesk(chunks);
  desk.show({
    text,
    words: "page",
    aspect: "other",
    quotes: [{ chunkId: chunk.id, text, start: block.start, end: block.end }],
  });
  const answer = Answer.parse(answerOf([], { claims: desk.claims, citations: desk.citations() }));
  const options = { now: Date.parse(crawledAt), question: "?", askPerson: false };
  return {
    chunk,
    citation: answer.citations[0],
    terminal: renderAnswer(answer, { question: "?" }),
    slack: answerMessages(answer, options)[0]?.plain ?? "",
  };
}

describe("an answer from what people reported", () => {
  it("says where it was reported and what became of it, in the terminal and in Slack", () => {
    const { citation, terminal, slack } = answered(issueDocument(repository, issue, [], "3.6.25"));

    expect(citation).toMatchObject({ sourceKind: "issue", status: "closed, fixed in 3.6.25" });
    expect(terminal).toMatchInlineSnapshot(`
      "  “The slot of a lost job is never freed.” [1] (reported in #123, closed, fixed in 3.6.25)

      Sources
        [1] Reported in #123 (closed, fixed in 3.6.25): Lost job keeps its slot
            https://github.com/acme/lantern/issues/123#:~:text=The%20slot%20of%20a%20lost%20job%20is%20never%20freed."
    `);
    expect(slack).toContain(
      "“The slot of a lost job is never freed.” (reported in #123, closed, fixed in 3.6.25)",
    );
  });

  it("tells discussions and releases from it", () => {
    const discussed = answered(
      discussionDocument(repository, {
        number: 45,
        title: "Where do slots go?",
        body: "Slots of lost jobs seem to vanish.",
        author: "ann",
        updatedAt: "2026-01-01T00:00:00Z",
        isClosed: false,
        answer: undefined,
        comments: [],
      }),
    );
    const released = answered(
      releaseDocument(repository, {
        id: 1,
        tag: "v2.4.1",
        name: "v2.4.1",
        body: "Slots of lost jobs are freed now.",
        isDraft: false,
        isPrerelease: false,
        publishedAt: "2026-01-02T00:00:00Z",
      }),
    );

    expect(discussed.citation).toMatchObject({ sourceKind: "discussion", status: "not answered" });
    expect(discussed.terminal).toContain("(discussed in #45, not answered)");
    expect(released.citation?.sourceKind).toBe("release-note");
    expect(released.terminal).toContain("(since 2.4.1)");
  });

  it("never explains a word of the documentation", () => {
    const { chunk } = answered(issueDocument(repository, issue, [], undefined));

    expect(readHits("slot", [chunk], { terms: [], evidence: [] }, true)).toEqual([]);
  });

  it("is read as before where a stored answer does not know its kind", () => {
    expect(Citation.parse(citationOf(1))).toEqual(citationOf(1));
  });
});
