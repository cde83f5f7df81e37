import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Holder, LEASE_MS, takeLease, thisProcess } from "../../ingest/lease.ts";
import { instantClock } from "../support/ingest-run.ts";

function dataFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), "lease-"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

let counter = 0;
const newId = () => {
  counter += 1;
  return `run-${counter}`;
};

const take = (folder: string, holder?: Holder, clock = instantClock()) =>
  takeLease(folder, { clock, newId, ...(holder === undefined ? {} : { holder }) });

/** A process in another container, where process ids mean nothing here. */
const elsewhere = (more: Partial<Holder> = {}): Holder => ({
  place: "another container",
  process: 1,
  started: "100",
  host: "worker-2",
  ...more,
});

describe("takeLease", () => {
  it("refuses a second run of this process, and lets the next one in when the first is over", async () => {
    using data = dataFolder();
    const first = await take(data.folder);

    await expect(take(data.folder)).rejects.toMatchObject({ code: "busy" });

    first[Symbol.dispose]();
    using second = await take(data.folder);
    expect(second.signal.aborted).toBe(false);
  });

  it("takes over at once from a process that is gone", async () => {
    using data = dataFolder();
    const { place } = thisProcess();
    await take(data.folder, { place, process: 2 ** 22 + 5, started: "1", host: "here" });
    const clock = instantClock();

    using taken = await take(data.folder, undefined, clock);

    expect(taken.signal.aborted).toBe(false);
    expect(clock.waits).toEqual([]);
  });

  it("is not deceived by another process that has the id of the one before", async () => {
    using data = dataFolder();
    const { place } = thisProcess();
    // This process is running, and did not start then.
    await take(data.folder, { place, process: process.pid, started: "1", host: "here" });

    using taken = await take(data.folder);

    expect(taken.signal.aborted).toBe(false);
  });

  it("is held against another container for as long as it is renewed", async () => {
    using data = dataFolder();
    using held = await take(data.folder, elsewhere());
    const time = instantClock();
    let looks = 0;
    const clock = {
      ...time,
      sleep: async (ms: number, signal?: AbortSignal) => {
        looks += 1;
        // Both containers have process 1, and the other one renews in its own time.
        if (looks === 5) held.renew();
        await time.sleep(ms, signal);
      },
    };

    await expect(
      take(data.folder, elsewhere({ place: "this container" }), clock),
    ).rejects.toMatchObject({ code: "busy", facts: { host: "worker-2", process: "1" } });
    expect(looks).toBe(5);
  });

  it("is taken over from a container that stopped renewing, which then may not publish", async () => {
    using data = dataFolder();
    using dead = await take(data.folder, elsewhere());
    const clock = instantClock();
    const notes: string[] = [];

    using taken = await takeLease(data.folder, { clock, newId, note: (text) => notes.push(text) });

    expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(LEASE_MS);
    expect(notes).toEqual([expect.stringContaining("worker-2")]);
    taken.renew();
    expect(() => dead.renew()).toThrow("Another ingest has taken this data folder over.");
  });

  it("says that a folder cannot be written", async () => {
    using data = dataFolder();
    const file = path.join(data.folder, "file");
    writeFileSync(file, "");

    await expect(take(file)).rejects.toMatchObject({ code: "data-folder" });
  });
});
