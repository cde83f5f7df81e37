import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePairs } from "../../eval/fit/claim-pairs.ts";
import { checkSupport } from "../../src/verification/claim-support.ts";
import { isIdentifier, readText } from "../../src/verification/claim-words.ts";
import { stem } from "../../src/verification/stem.ts";

const pairs = parsePairs(readFileSync(path.join(import.meta.dirname, "claim-pairs.jsonl"), "utf8"));

describe("checkSupport", () => {
  const retries = "A task with retries is attempted again after it raises an exception.";

  it("refuses a checkpoint over a quote on retries", () => {
    expect(checkSupport("The task restarts from the last checkpoint.", [retries])).toMatchObject({
      ok: false,
      problem: "term",
    });
  });

  it.each([
    "The flow run is terminated when its container is evicted.",
    "Eviction of the container interrupts the run.",
    "The run is killed as soon as the container goes away by eviction.",
  ])("accepts that the run is cut off over: %s", (quote) => {
    expect(checkSupport("The run is cut off.", [quote])).toEqual({ ok: true });
  });

  it("takes the words of a heading for what a page need not repeat, but no state and no number", () => {
    const quote = "The default is off.";
    const headings = ["Result persistence", "Crashed runs after 5 minutes"];

    expect(checkSupport("Result persistence is off by default.", [quote], { headings }).ok).toBe(
      true,
    );
    expect(checkSupport("The default for `Crashed` is off.", [quote], { headings })).toMatchObject({
      problem: "state",
    });
    expect(
      checkSupport("The default is off after 5 minutes.", [quote], { headings }),
    ).toMatchObject({
      problem: "number",
    });
  });

  it("lets the question license a platform, a version and the asker's own names", () => {
    const quote = "The worker creates a job for each run.";
    const options = {
      question: "does my nightly_load flow get a job on Kubernetes with 3.4.1, and is it Crashed?",
      isDocumented: () => false,
    };

    expect(
      checkSupport("On Kubernetes the worker creates a job for each run.", [quote], options).ok,
    ).toBe(true);
    expect(
      checkSupport("The worker creates a job for each `nightly_load` run.", [quote], options).ok,
    ).toBe(true);
    expect(
      checkSupport("In 3.4.1 the worker creates a job for each run.", [quote], options).ok,
    ).toBe(true);
    expect(
      checkSupport("The worker creates a `Crashed` job for each run.", [quote], options).ok,
    ).toBe(false);
  });

  it("does not let the question license a platform over a quote about another", () => {
    const options = { question: "what about Kubernetes?" };

    expect(
      checkSupport("On Kubernetes the task stops.", ["On ECS the task stops."], options).ok,
    ).toBe(false);
  });

  it("does not let the question license a documented name, a setting or a flag", () => {
    const quote = "Raise the limit to allow more runs.";
    const question = "does APP_MAX_RUNS or --max-runs or run_limit allow more runs?";

    for (const name of ["`APP_MAX_RUNS`", "`--max-runs`"]) {
      expect(
        checkSupport(`Raise ${name} to allow more runs.`, [quote], {
          question,
          isDocumented: () => false,
        }),
      ).toMatchObject({ problem: "identifier" });
    }
    expect(
      checkSupport("Raise `run_limit` to allow more runs.", [quote], {
        question,
        isDocumented: () => true,
      }),
    ).toMatchObject({ problem: "identifier" });
  });

  it("accepts every sentence over itself", () => {
    for (const quote of new Set(pairs.map((pair) => pair.quote))) {
      expect({ quote, support: checkSupport(quote, [quote]) }).toEqual({
        quote,
        support: { ok: true },
      });
    }
  });

  it("refuses a number that no quote has, wherever it is put", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...new Set(pairs.map((pair) => pair.quote))),
        fc.integer({ min: 1000, max: 99_999 }),
        fc.nat(),
        (quote, number, at) => {
          const words = quote.split(" ");
          words.splice(at % words.length, 0, String(number));

          expect(checkSupport(words.join(" "), [quote])).toMatchObject({ problem: "number" });
        },
      ),
    );
  });

  it("refuses an invented setting, wherever it is put", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...new Set(pairs.map((pair) => pair.quote))),
        fc.stringMatching(/^[A-Z]{4,8}_[A-Z]{4,8}$/),
        fc.nat(),
        (quote, name, at) => {
          const words = quote.split(" ");
          words.splice(at % words.length, 0, name);

          expect(checkSupport(words.join(" "), [quote]).ok).toBe(false);
        },
      ),
    );
  });
});

describe("readText", () => {
  it("reads quantities in one unit", () => {
    const amounts = readText(
      "after 5 minutes, 300s, half an hour, 2 GiB, 50% and three times",
    ).quantities;

    expect(amounts.map(({ unit, amount }) => `${amount} ${unit}`)).toEqual([
      "300000 ms",
      "300000 ms",
      "1800000 ms",
      "2147483648 bytes",
      "50 percent",
      "3 none",
    ]);
  });

  it("knows what is denied and what is not", () => {
    const denied = readText("The run is not stopped, but no logs are kept while it waits")
      .words.filter(({ negated }) => negated)
      .map(({ raw }) => raw);

    expect(denied).toEqual(["stopped", "logs", "are", "kept"]);
  });

  it.each([
    "retry_delay_seconds",
    "APP_URL",
    "backoffLimit",
    "--limit",
    "flow.deploy",
    "x=1",
    "run()",
    "prefect.yaml",
  ])("takes %s for an identifier", (name) => {
    expect(isIdentifier(name)).toBe(true);
  });

  it.each(["Running", "self-hosted", "e.g", "and", "API", "30"])("takes %s for a word", (word) => {
    expect(isIdentifier(word)).toBe(false);
  });
});

describe("stem", () => {
  it.each([
    ["cancellation", "cancelled"],
    ["deployment", "deploys"],
    ["executes", "execution"],
    ["caching", "cached"],
    ["retries", "retrying"],
    ["lost", "loses"],
    ["encrypted", "encryption"],
  ])("%s meets %s", (one, other) => {
    expect(stem(one)).toBe(stem(other));
  });

  it.each([
    ["schedule", "scheduler"],
    ["server", "serve"],
    ["worker", "work"],
    ["state", "start"],
    ["note", "not"],
  ])("%s stays apart from %s", (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});
