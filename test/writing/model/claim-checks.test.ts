import { describe, expect, it } from "vitest";
import { ClaimChecks } from "../../../src/writing/model/claim-checks.ts";
import type { ClaimReader, ReadOutcome } from "../../../src/writing/model/claim-reader.ts";
import type { Clock } from "../../../src/platform/clock.ts";

const CARRIED: ReadOutcome = { reading: { kind: "carried" }, usage: { input: 80, output: 10 } };

const settled = () => new Promise((resolve) => setImmediate(resolve));

const claim = (text: string) => ({ claim: text, quotes: [] });

/** Checks over a reader whose readings the test finishes itself; each may cost 100 tokens. */
function checksWith(part: { readonly tokenBudget?: number; readonly mostChecks?: number } = {}) {
  let now = 0;
  const clock: Clock = { now: () => now, elapsed: () => now, sleep: async () => {} };
  const asked: string[] = [];
  const deadlines: number[] = [];
  const finish: ((outcome: ReadOutcome) => void)[] = [];
  const reader: ClaimReader = {
    name: "scripted",
    tokenBudget: part.tokenBudget ?? 1000,
    mostTokens: () => 100,
    read(each, { deadlineMs }) {
      asked.push(each.claim);
      deadlines.push(deadlineMs);
      return new Promise((resolve) => finish.push(resolve));
    },
  };
  const checks = new ClaimChecks({
    reader,
    mostChecks: part.mostChecks ?? 12,
    clock,
    deadlineMs: 10_000,
    signal: undefined,
  });
  const pass = (ms: number) => (now += ms);
  return { checks, asked, deadlines, finish, pass };
}

describe("ClaimChecks", () => {
  it("asks side by side, each within half of the time that is left", async () => {
    const { checks, asked, deadlines, finish, pass } = checksWith();
    pass(500);
    checks.begin();
    const first = checks.read(claim("a"));
    pass(4000);
    const second = checks.read(claim("b"));
    await settled();

    expect(asked).toEqual(["a", "b"]);
    expect(deadlines).toEqual([5000, 3000]);
    finish.forEach((each) => each(CARRIED));
    expect(await Promise.all([first, second])).toEqual([CARRIED, CARRIED]);
  });

  it("reads no more claims than an answer may have", async () => {
    const { checks, finish } = checksWith({ mostChecks: 1 });
    const first = checks.read(claim("a"));
    const second = await checks.read(claim("b"));
    finish[0]?.(CARRIED);
    await first;

    expect(second.reading).toEqual({ kind: "unread", why: "no checks left" });
    expect(checks.summary()).toBe("second reader: 1 no checks left, 1 carried");
  });

  it("leaves the writer what it may use, and reads from the rest once its bill is there", async () => {
    const { checks, asked, finish } = checksWith({ tokenBudget: 1000 });
    checks.setAside(850);
    const first = checks.read(claim("a"));
    const second = checks.read(claim("b"));
    await settled();
    expect(asked).toEqual(["a"]);

    checks.spent(600);
    checks.setAside(0);
    await settled();

    expect(asked).toEqual(["a", "b"]);
    finish.forEach((each) => each(CARRIED));
    expect((await Promise.all([first, second])).map(({ reading }) => reading.kind)).toEqual([
      "carried",
      "carried",
    ]);
  });

  it("reads on when another reading cost less than it might, and says so when nothing is left", async () => {
    const { checks, asked, finish } = checksWith({ tokenBudget: 190 });
    const first = checks.read(claim("a"));
    const second = checks.read(claim("b"));
    await settled();
    expect(asked).toEqual(["a"]);
    finish[0]?.(CARRIED);
    await first;
    await settled();
    expect(asked).toEqual(["a", "b"]);
    finish[1]?.(CARRIED);
    await second;

    const third = await checks.read(claim("c"));

    expect(third.reading).toEqual({ kind: "unread", why: "no tokens left" });
    expect(asked).toEqual(["a", "b"]);
  });

  it("takes a reading without a bill for as dear as it could be", async () => {
    const { checks, finish } = checksWith({ tokenBudget: 190 });
    const first = checks.read(claim("a"));
    await settled();
    finish[0]?.({ reading: { kind: "unread", why: "failed" }, usage: undefined });
    await first;

    const second = await checks.read(claim("b"));

    expect(second.reading).toEqual({ kind: "unread", why: "no tokens left" });
  });

  it("has nothing to tell when nothing was read", () => {
    expect(checksWith().checks.summary()).toBeUndefined();
  });
});
