import { describe, expect, it } from "vitest";
import { createKept } from "../../src/web/kept.ts";

function kept(tookMs: number) {
  let now = 0;
  let made = 0;
  const value = createKept(100, { elapsed: () => now }, async () => {
    made += 1;
    now += tookMs;
    if (made === 3) throw new Error("the third time");
    return made;
  });
  return { read: () => value.read(), pass: (ms: number) => (now += ms) };
}

describe("createKept", () => {
  it("makes a value once for everybody, and again when its time is over", async () => {
    const { read, pass } = kept(0);

    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    pass(100);
    expect(await read()).toBe(1);
    pass(1);
    expect(await read()).toBe(2);
  });

  it("keeps what took long for ten times as long", async () => {
    const { read, pass } = kept(50);

    await read();
    pass(500);
    expect(await read()).toBe(1);
    pass(1);
    expect(await read()).toBe(2);
  });

  it("does not keep a failure", async () => {
    const { read, pass } = kept(0);
    await read();
    pass(101);
    await read();
    pass(101);

    await expect(read()).rejects.toThrow("the third time");
    expect(await read()).toBe(4);
  });
});
