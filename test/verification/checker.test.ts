import { describe, expect, it } from "vitest";
import { readPrompt } from "../../src/compose-models.ts";
import { passagesOf } from "../../src/passages/passage.ts";
import { createCheckQueue } from "../../src/verification/check-queue.ts";
import {
  createChecker,
  readVerdicts,
  renderCheckPrompt,
  type Checker,
  type CheckItem,
} from "../../src/verification/checker.ts";
import { isTrustworthy, tryChecker, TRUST_PAIRS } from "../../src/verification/checker-trust.ts";
import { makePage } from "../support/make-page.ts";
import { scriptedModel } from "../support/scripted-model.ts";

describe("readVerdicts", () => {
  it.each([
    "1: ok\n2: no: another number\n3: fix: It waits.",
    '1. OK\n2. No - another number\n3. Fix: "It waits."',
    "<think>1: no</think>\n**1**: ok\n[2] no: another number\n(3) fix: It waits.",
    "Here are my verdicts:\n- 1: ok\n- 2: no, another number\n- 3: fix: It waits.",
  ])("reads lines as models write them: %s", (reply) => {
    expect(readVerdicts(reply, 3)).toEqual([
      { kind: "ok" },
      { kind: "no", why: "another number" },
      { kind: "fix", text: "It waits." },
    ]);
  });

  it("leaves a sentence unread of which nothing is said", () => {
    expect(readVerdicts("Fine by me.", 1)).toEqual([{ kind: "unread", why: "no verdict" }]);
    expect(readVerdicts("2: ok", 1)).toMatchObject([{ kind: "unread" }]);
  });
});

describe("createChecker", () => {
  const items = ["a", "b"].map((text) => ({ text, passages: [], facts: [], flags: [] }));
  const checking = async (pieces: readonly string[]) => {
    let taken = 0;
    const checker = createChecker({
      model: {
        name: "m",
        async *stream() {
          for (const text of pieces) {
            taken += 1;
            yield { kind: "text", text };
          }
          yield { kind: "end", usage: { input: 1, output: 1 }, truncated: false };
        },
      },
      prompt: readPrompt("check.md"),
    });
    const { verdicts } = await checker.check({ question: "?", before: [], items });
    return { kinds: verdicts.map(({ kind }) => kind), verdicts, taken };
  };

  it("shows with a sentence that announces a list what the list has", () => {
    const passages = passagesOf(makePage("Assets have three states:\n- Made\n- Read\n- Foreign"));
    const [lead] = passages;
    const request = {
      question: "?",
      before: [],
      items: [{ text: "x", passages: lead === undefined ? [] : [lead], facts: [], flags: [] }],
    };

    expect(renderCheckPrompt(readPrompt("check.md"), request).at(-1)?.content).toContain(
      "before: Made / Read / Foreign) Assets have three states:",
    );
  });

  it("reads no further once the last verdict's line is complete", async () => {
    const result = await checking([
      "1: ok\n2: fi",
      "x: It waits for ",
      "long.\n",
      "And by the way",
      "...",
    ]);

    expect(result.verdicts[1]).toEqual({ kind: "fix", text: "It waits for long." });
    expect(result.taken).toBe(3);
  });

  it("leaves a model that rambles, and waits for one that thinks first", async () => {
    const ramble = Array.from({ length: 100 }, () => "On the one hand this may well be so. ");

    expect((await checking(ramble)).taken).toBeLessThan(100);
    expect((await checking(["<think>", ...ramble, "</think>1: ok\n2: ok"])).kinds).toEqual([
      "ok",
      "ok",
    ]);
  });
});

describe("tryChecker", () => {
  it("counts a model that knows, and one that says yes to everything", async () => {
    const wrong = new Set(
      TRUST_PAIRS.filter(({ carried }) => !carried).map(({ sentence }) => sentence),
    );
    const knowing = scriptedModel({
      answers: [],
      check: (sentences) =>
        sentences
          .map(
            (text, at) =>
              `${at + 1}: ${[...wrong].some((each) => text.endsWith(each)) ? "no: x" : "ok"}`,
          )
          .join("\n"),
    });
    const trying = async (model: Parameters<typeof createChecker>[0]["model"]) =>
      tryChecker(createChecker({ model, prompt: readPrompt("check.md") }));

    const good = await trying(knowing.model);
    const naive = await trying(scriptedModel({ answers: [] }).model);

    expect(good).toEqual({ refused: 20, wrong: 20, accepted: 20, right: 20 });
    expect(isTrustworthy(good)).toBe(true);
    // It had said yes to three wrong ones by then.
    expect(naive).toEqual({ refused: 0, wrong: 3, accepted: 5, right: 5 });
    expect(isTrustworthy(naive)).toBe(false);
    expect(isTrustworthy({ refused: 18, wrong: 20, accepted: 15, right: 20 })).toBe(true);
    expect(isTrustworthy({ refused: 17, wrong: 20, accepted: 20, right: 20 })).toBe(false);
  });

  it("brings twenty right and twenty wrong pairs, in an order that does not tell", () => {
    expect(TRUST_PAIRS.map(({ carried }) => carried).filter(Boolean)).toHaveLength(20);
    expect(TRUST_PAIRS).toHaveLength(40);
  });
});

describe("createCheckQueue", () => {
  const item = (text: string): CheckItem => ({ text, passages: [], facts: [], flags: [] });
  /** A checker that is answered by hand. */
  function manual() {
    const calls: { texts: string[]; reply: (kind?: "fail") => void }[] = [];
    const checker: Checker = {
      name: "manual",
      version: 1,
      mostTokens: () => 10,
      check: ({ items }) =>
        new Promise((resolve, reject) => {
          calls.push({
            texts: items.map(({ text }) => text),
            reply: (kind) =>
              kind === "fail"
                ? reject(new Error("busy"))
                : resolve({ verdicts: items.map(() => ({ kind: "ok" })), usage: undefined }),
          });
        }),
    };
    return { checker, calls };
  }
  const queueOver = (checker: Checker, signal = new AbortController().signal) =>
    createCheckQueue({
      checker,
      question: "?",
      tokensLeft: () => 1000,
      signal,
      onUsage: () => {},
      onFailure: () => {},
    });

  it("sends the first at once, what comes meanwhile together, and the rest when writing has ended", async () => {
    const { checker, calls } = manual();
    const queue = queueOver(checker);
    const verdicts = ["a", "b", "c"].map((text) => queue.check(item(text)));

    expect(calls.map(({ texts }) => texts)).toEqual([["a"]]);
    queue.finish();
    expect(calls.map(({ texts }) => texts)).toEqual([["a"], ["b", "c"]]);
    for (const { reply } of calls) reply();

    expect(await Promise.all(verdicts)).toEqual(Array.from({ length: 3 }, () => ({ kind: "ok" })));
  });

  it("asks again after writing when the endpoint refused while it wrote, once", async () => {
    const { checker, calls } = manual();
    const queue = queueOver(checker);
    const verdict = queue.check(item("a"));
    calls[0]?.reply("fail");
    await Promise.resolve();
    await new Promise(setImmediate);

    expect(calls).toHaveLength(1);
    queue.finish();
    expect(calls).toHaveLength(2);
    calls[1]?.reply("fail");

    expect(await verdict).toEqual({ kind: "unread", why: "failed" });
  });

  it("gives up at the deadline", async () => {
    const { checker } = manual();
    const deadline = new AbortController();
    const queue = queueOver(checker, deadline.signal);
    const verdicts = [queue.check(item("a")), queue.check(item("b"))];
    deadline.abort();

    expect(await verdicts[1]).toEqual({ kind: "unread", why: "deadline" });
    expect(await queue.check(item("c"))).toEqual({ kind: "unread", why: "deadline" });
  });
});
