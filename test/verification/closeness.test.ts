import { describe, expect, it } from "vitest";
import { closenessOf, findWords, shareFound } from "../../src/verification/closeness.ts";

const QUOTE = "The server rejects uploads of a worker while its lease is checked.";

describe("findWords", () => {
  it("tells the same word, another wording, a heading, an opposite and what is nowhere apart", () => {
    const found = findWords(
      "The `upload_limit` of a server refuses enabled workers, says the checkpoint.",
      ["The server rejects uploads of a worker that is disabled."],
      ["upload_limit"],
    );

    expect(Object.fromEntries(found.map(({ raw, as }) => [raw.toLowerCase(), as]))).toEqual({
      upload_limit: "heading",
      server: "same",
      refuses: "other",
      enabled: expect.any(String),
      workers: "same",
      checkpoint: "nowhere",
    });
  });

  it("counts names and numbers double, general English half, and what stands in place of another half", () => {
    const share = (text: string) =>
      shareFound(findWords(text, ["A `Late` run waits 30 seconds for newer workers."]));

    expect(share("A `Late` run waits 30 seconds.")).toBe(1);
    expect(share("A `Late` run waits 60 seconds.")).toBeCloseTo(4.5 / 5.5);
    expect(share("A `Crashed` run waits 30 seconds.")).toBeCloseTo(4.5 / 5.5);
    expect(share("A `Late` run waits 5 GB.")).toBeCloseTo(3.5 / 5.5);
    expect(share("Newer checkpoints.")).toBeCloseTo(0.5 / 1.5);
    expect(share("Older workers.")).toBeCloseTo(1.25 / 1.5);
    expect(share("")).toBe(0);
  });
});

describe("closenessOf", () => {
  it("has all relations of a sentence over itself, in the passive too, and nothing to mend", () => {
    expect(closenessOf(QUOTE, [QUOTE])).toMatchObject({
      found: 1,
      repeatedNearby: 1,
      mendedByExchange: 0,
      operatorsDiffer: 0,
      gathered: 0,
      jumps: 0,
      conditionsLeftOut: 0,
    });
    expect(
      closenessOf("Uploads are rejected.", ["The server rejects uploads."]).repeatedNearby,
    ).toBeCloseTo(2 / 3);
  });

  it("sees that two things changed places", () => {
    const quote =
      "Each worker belongs to exactly one pool, and a pool may have any number of workers.";
    const swapped =
      "Each pool belongs to exactly one worker, and a worker may have any number of pools.";

    expect(closenessOf(swapped, [quote]).mendedByExchange).toBeGreaterThan(0.5);
    expect(closenessOf(quote, [quote]).mendedByExchange).toBe(0);
  });

  it("sees another operator in the nearest clause", () => {
    const quote = "Some providers stop a container without notice.";

    expect(closenessOf("All providers stop a container without notice.", [quote])).toMatchObject({
      operatorsDiffer: 1,
      operatorsDifferNearby: 2,
    });
    expect(closenessOf(quote, [quote]).operatorsDiffer).toBe(0);
  });

  it("sees a condition that is left out, and one that is kept in other words", () => {
    const quote = "The server rejects the change unless force is true.";

    expect(closenessOf("The server rejects the change.", [quote]).conditionsLeftOut).toBe(1);
    expect(
      closenessOf("Without force the server rejects the change.", [quote]).conditionsLeftOut,
    ).toBe(0);
  });

  it("sees words of one clause gathered from several", () => {
    const quote = "Health answers without the database; readiness fails when the queue is full.";

    expect(closenessOf("Health fails when the queue is full.", [quote])).toMatchObject({
      gathered: expect.closeTo(0.5),
      jumps: expect.closeTo(0.5),
    });
  });
});
