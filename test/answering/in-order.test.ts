import { describe, expect, it } from "vitest";
import { mapInOrder } from "../../src/answering/in-order.ts";

/** A promise that the test settles. */
const open = <T>() => Promise.withResolvers<T>();

/** Lets everything happen that needs no further event. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function* stream<T>(...values: readonly (T | Promise<T>)[]): AsyncGenerator<T> {
  for (const value of values) yield await value;
}

describe("mapInOrder", () => {
  it("gives results in the order of the source, whatever is done first", async () => {
    const results = [open<string>(), open<string>(), open<string>()];
    const seen: string[] = [];
    const all = (async () => {
      for await (const each of mapInOrder([0, 1, 2], (at) => results[at]?.promise ?? "")) {
        seen.push(each);
      }
    })();

    results[2]?.resolve("c");
    results[1]?.resolve("b");
    await settled();
    expect(seen).toEqual([]);
    results[0]?.resolve("a");
    await all;

    expect(seen).toEqual(["a", "b", "c"]);
  });

  it("gives a result while the source has nothing new", async () => {
    const more = open<number>();
    const results = mapInOrder(stream(1, more.promise), async (value) => value * 10);

    expect((await results.next()).value).toBe(10);
    more.resolve(2);
    expect((await results.next()).value).toBe(20);
    expect((await results.next()).done).toBe(true);
  });

  it("reads on while the first result is under way, so that work is side by side", async () => {
    const begun: number[] = [];
    const first = open<number>();
    const results = mapInOrder(stream(1, 2, 3), (value) => {
      begun.push(value);
      return value === 1 ? first.promise : value;
    });
    const head = results.next();
    await settled();

    expect(begun).toEqual([1, 2, 3]);
    first.resolve(1);
    expect((await head).value).toBe(1);
    await results.return();
  });

  it("gives what came before the source failed, then throws its error", async () => {
    async function* failing() {
      yield 1;
      throw new Error("stream cut");
    }
    const slow = open<number>();
    const seen: number[] = [];
    const all = (async () => {
      for await (const each of mapInOrder(failing(), () => slow.promise)) seen.push(each);
    })();
    await settled();
    slow.resolve(7);

    await expect(all).rejects.toThrow("stream cut");
    expect(seen).toEqual([7]);
  });

  it("throws an error of the work at its place and leaves no other unhandled", async () => {
    const seen: number[] = [];
    const all = (async () => {
      const results = mapInOrder([1, 2, 3], async (value) => {
        if (value > 1) throw new Error(`no ${value}`);
        return value;
      });
      for await (const each of results) seen.push(each);
    })();

    await expect(all).rejects.toThrow("no 2");
    await settled();
    expect(seen).toEqual([1]);
  });

  it("closes the source when the caller stops, without waiting for it", async () => {
    const never = open<number>();
    let closed = false;
    async function* source() {
      try {
        yield 1;
        yield await never.promise;
      } finally {
        closed = true;
      }
    }
    for await (const each of mapInOrder(source(), (value) => value)) {
      expect(each).toBe(1);
      break;
    }

    never.reject(new Error("stopped"));
    await settled();
    expect(closed).toBe(true);
  });
});
