import { describe, expect, it } from "vitest";
import { decodeText } from "../../../ingest/fetch/charset.ts";
import { createHostGate } from "../../../ingest/fetch/host-gate.ts";
import { openPageCache } from "../../../ingest/fetch/page-cache.ts";
import { instantClock } from "../../support/ingest-run.ts";

describe("decodeText", () => {
  const text = "caf\u00E9 \u201Cx\u201D";

  it.each([
    ["UTF-8 by default", Buffer.from(text), "text/html", text],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`), undefined, text],
    [
      "UTF-16 with a mark",
      Buffer.from(`\uFEFF${text}`, "utf16le"),
      "text/html; charset=utf-8",
      text,
    ],
    [
      "the header's charset",
      Buffer.from("caf\u00E9", "latin1"),
      'text/html; charset="ISO-8859-1"',
      "caf\u00E9",
    ],
    [
      "the meta element's",
      Buffer.from('<meta charset="windows-1252">\u00E9', "latin1"),
      "text/html",
      '<meta charset="windows-1252">\u00E9',
    ],
    ["an unknown charset", Buffer.from(text), "text/html; charset=klingon", text],
  ])("reads %s", (_name, body, contentType, expected) => {
    expect(decodeText(body, contentType)).toMatchObject({ text: expected, damaged: false });
  });

  it("marks bytes that are not valid, and keeps the rest", () => {
    const body = Buffer.concat([
      Buffer.from("before "),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(" after"),
    ]);

    expect(decodeText(body, "text/html")).toEqual({
      text: "before \uFFFD( after",
      charset: "utf-8",
      damaged: true,
    });
  });
});

describe("createHostGate", () => {
  const gateWith = (maxConcurrent: number, delayMs = 0) => {
    const clock = instantClock();
    return { clock, gate: createHostGate({ maxConcurrent, delayMs }, clock) };
  };

  /** Runs `count` tasks and gives the most that ran at a time. */
  async function mostAtOnce(
    gate: ReturnType<typeof createHostGate>,
    count: number,
  ): Promise<number> {
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: count }, () =>
        gate.run(async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          running -= 1;
        }),
      ),
    );
    return most;
  }

  it("lets through as many at a time as allowed", async () => {
    const { gate } = gateWith(3);

    expect(await mostAtOnce(gate, 20)).toBe(3);
  });

  it("halves when told to slow down, and grows back while all goes well", async () => {
    const { gate } = gateWith(8);

    gate.slowDown(0);
    gate.slowDown(0);
    expect(await mostAtOnce(gate, 20)).toBe(2);
    for (let n = 0; n < 200; n += 1) gate.wentWell();

    expect(gate.concurrency).toBe(8);
    expect(await mostAtOnce(gate, 40)).toBe(8);
  });

  it("never stops altogether", () => {
    const { gate } = gateWith(4);

    for (let n = 0; n < 10; n += 1) gate.slowDown(0);

    expect(gate.concurrency).toBe(1);
  });

  it("starts nothing before the time it was told to wait, and keeps requests apart", async () => {
    const { clock, gate } = gateWith(4, 100);
    const starts: number[] = [];
    gate.slowDown(5000);
    const begun = clock.elapsed();

    await Promise.all(
      Array.from({ length: 4 }, () =>
        gate.run(async () => {
          starts.push(clock.elapsed() - begun);
        }),
      ),
    );

    expect(starts[0]).toBeGreaterThanOrEqual(4990);
    const gaps = starts.slice(1).map((start, n) => start - (starts[n] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(99);
  });

  it("goes one at a time with the delay a site asks for", async () => {
    const { clock, gate } = gateWith(4);

    gate.keepDelay(2000);

    expect(await mostAtOnce(gate, 5)).toBe(1);
    expect(clock.waits.length).toBeGreaterThanOrEqual(4);
  });

  it("gives the place free again when a task fails", async () => {
    const { gate } = gateWith(1);

    await expect(gate.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");

    expect(await gate.run(async () => "yes")).toBe("yes");
  });
});

describe("openPageCache", () => {
  it("says what to do when the file is no database", async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
    const { tmpdir } = await import("node:os");
    const folder = mkdtempSync(`${tmpdir()}/cache-`);
    try {
      writeFileSync(
        `${folder}/crawl.sqlite`,
        "not a database, but long enough to be looked at".repeat(50),
      );

      expect(() => openPageCache(`${folder}/crawl.sqlite`)).toThrow(
        expect.objectContaining({
          code: "page-cache",
          hint: expect.stringContaining("delete the file"),
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
