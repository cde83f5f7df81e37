import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { diskRoom, diskText, readDiskRoom } from "../../src/platform/disk-room.ts";

describe("diskRoom", () => {
  it.each([
    [10_000_000_000, 0, "enough"],
    [100_000_000, 100_000_000, "enough"],
    [3_000_000_000, 5_000_000_000, "little"],
    [99_999_999, 0, "nearly-full"],
    [0, 5_000_000_000, "nearly-full"],
  ] as const)("of %d bytes free beside a store of %d is %s", (free, store, state) => {
    expect(diskRoom(free, store).state).toBe(state);
  });
});

describe("readDiskRoom", () => {
  it("reads what is free, and the store's size where there is one", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "marvin-disk-"));
    try {
      const before = await readDiskRoom(folder, "state.sqlite");
      writeFileSync(path.join(folder, "state.sqlite"), "twelve bytes");
      const after = await readDiskRoom(folder, "state.sqlite");

      expect(before.storeBytes).toBe(0);
      expect(after.storeBytes).toBe(12);
      expect(after.freeBytes).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("does not take a folder that is gone for a full disk", async () => {
    await expect(readDiskRoom(path.join(tmpdir(), "marvin-no-such"), "x")).rejects.toThrow(
      "ENOENT",
    );
  });
});

describe("diskText", () => {
  it("says what is free and what that means", () => {
    expect(diskText(diskRoom(40_100_000, 0))).toBe("41 MB free, nearly full");
    expect(diskText(diskRoom(2_000_000_000, 0))).toBe("2000 MB free");
  });
});
