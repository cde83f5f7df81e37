import { describe, expect, it } from "vitest";
import { checkSupport } from "../../src/verification/claim-support.ts";
import { readText } from "../../src/verification/claim-words.ts";
import { readClauses, readJoints } from "../../src/verification/clauses.ts";

const clausesOf = (text: string) => readClauses(readText(text));
const shown = ({ words }: { readonly words: readonly { readonly lower: string }[] }) =>
  words.map(({ lower }) => lower).join(" ");

describe("readClauses", () => {
  it("tells what is denied from what is not, clause by clause", () => {
    const denied = clausesOf("The run is kept, but its logs are not, unless a block is set.").map(
      (clause) => clause.denied,
    );

    expect(denied).toEqual([false, true, true]);
  });

  it.each([
    ["A worker stops polling.", true],
    ["A limit keeps runs from starting.", true],
    ["Jitter avoids a rush.", true],
    ["It runs without a worker.", true],
    ["Neither the code nor the input is kept.", true],
    ["It does not run without a worker.", true],
    ["The worker stops the run.", false],
  ])("reads %s as denied: %s", (text, denied) => {
    expect(clausesOf(text).some((clause) => clause.denied)).toBe(denied);
  });

  it("keeps a version or a length of time with its clause", () => {
    expect(clausesOf("Clients before 3.6.22 send nothing after 30 seconds.")).toHaveLength(1);
  });
});

describe("readJoints", () => {
  it.each([
    ["Register the type before you use it.", "order", "register the type", "before you use it"],
    [
      "Blocks work after the type is registered.",
      "order",
      "after the type is registered",
      "blocks work",
    ],
    ["Since it is down, the run waits.", "reason", "since it is down", "the run waits"],
    ["The pool is full, so the run waits.", "reason", "the pool is full", "so the run waits"],
    ["The run waits unless a slot is free.", "condition", "unless a slot is free", "the run waits"],
    ["It waits even if a slot is free.", "concession", "if a slot is free", "it waits even"],
    ["To stop the runs, pause the pool.", "purpose", "pause the pool", "to stop the runs"],
  ])("reads: %s", (text, kind, from, to) => {
    const [joint] = readJoints(clausesOf(text));

    expect(joint && { kind: joint.kind, from: shown(joint.from), to: shown(joint.to) }).toEqual({
      kind,
      from,
      to,
    });
  });
});

describe("checkSupport on clauses", () => {
  it.each([
    [
      "order",
      "The image is pushed before the deployment is created.",
      "The deployment is created before the image is pushed.",
    ],
    [
      "reason",
      "The run waits because the pool is full.",
      "The pool is full because the run waits.",
    ],
    ["condition", "Runs start if the pool is active.", "Runs start unless the pool is active."],
    ["purpose", "To stop runs, pause the pool.", "To pause the pool, stop runs."],
    ["roles", "The setting wins over the profile.", "The profile wins over the setting."],
    [
      "attribution",
      "A hook runs in the server; an action runs in the worker process.",
      "An action runs in the server.",
    ],
    ["range", "Some providers stop containers.", "All providers stop containers."],
    [
      "modality",
      "An event must have a name, and it may carry a payload.",
      "An event must carry a payload.",
    ],
  ])("refuses what exchanges the %s", (_kind, quote, claim) => {
    expect(checkSupport(quote, [quote]).ok).toBe(true);
    expect(checkSupport(claim, [quote]).ok).toBe(false);
  });

  it.each([
    ["Use it only after the type is registered.", "Register the type before you use it."],
    ["The file cannot be read if the key is unset.", "If no key is set, the file can't be read."],
    ["Old files are removed after 30 days.", "Old files are kept for 30 days."],
    ["New runs wait until a slot is free.", "As long as no slot is free, new runs wait."],
    ["The job cannot be created.", "Creating the job fails."],
    ["The schedule follows DST.", "The schedule follows daylight saving time."],
  ])("accepts over %s: %s", (quote, claim) => {
    expect(checkSupport(claim, [quote])).toEqual({ ok: true });
  });
});
