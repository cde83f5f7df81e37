import { describe, expect, it } from "vitest";
import { IndexUnavailableError } from "../../src/store/chunk-index.ts";
import { drawChanged, readChanged } from "../../src/web/changed.ts";
import { makePage } from "../support/indexed-corpus.ts";
import { openWeb, postAnswer, request } from "../support/web-server.ts";

const PAGE = "https://docs.example/guides/leases";

describe("/changed", () => {
  it("says that nothing changed when nothing was posted, and is linked from the insights", async () => {
    await using web = await openWeb();

    const { status, text } = await request(web, "/changed");

    expect(status).toBe(200);
    expect(text).toContain("Of 0 answers of the last 30 days");
    expect((await request(web, "/insights")).text).toContain('href="/changed"');
  });

  it("shows old and new words, and nothing of a question or page as markup", async () => {
    const [leases] = makePage("/guides/leases", "Leases", ["A lease lasts 60 seconds."]);
    if (leases === undefined) throw new Error("There is no chunk.");
    await using web = await openWeb({ pages: [{ ...leases, url: PAGE }] });
    await postAnswer(web, '<script>alert("x")</script> how long does a lease last?', {
      title: "<b>Leases</b>",
    });

    const { text } = await request(web, "/changed");

    expect(text).toContain("<del>A lease lasts <b>300 </b>seconds.</del>");
    expect(text).toContain("<ins>A lease lasts <b>60 </b>seconds.</ins>");
    expect(text).toContain("other numbers");
    expect(text).toContain('href="/thread/c1"');
    expect(text).not.toMatch(/<script>alert|<b>Leases/);
  });
});

describe("drawChanged", () => {
  it("tells an index that does not answer from one that is not there", async () => {
    const none = await readChanged({
      store: { export: async function* () {}, findTurn: async () => undefined },
      index: { open: async () => undefined },
      now: 0,
    });

    expect(drawChanged(none).toString()).toContain("Nothing is indexed yet");
    expect(drawChanged("unavailable").toString()).toContain("does not answer");
    await expect(
      readChanged({
        store: { export: async function* () {}, findTurn: async () => undefined },
        index: { open: () => Promise.reject(new IndexUnavailableError("index-down", "down")) },
        now: 0,
      }),
    ).rejects.toThrow("down");
  });

  it("leads nowhere where an address is no address of the web", () => {
    const drawn = drawChanged({
      isIndexed: true,
      answers: 1,
      changed: 1,
      listed: [
        {
          answerId: "a",
          key: "k",
          conversationId: "c",
          askedAt: "2026-11-30T00:00:00.000Z",
          question: "q",
          changes: [
            {
              kind: "gone",
              was: { url: "javascript:alert(1)", name: "Page", words: "Words" },
              product: "p",
            },
          ],
        },
      ],
    }).toString();

    expect(drawn).not.toContain("javascript:");
    expect(drawn).toContain("Words");
  });
});
