import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteInbox } from "../../src/slack/inbox-store.ts";
import { key, question } from "../state/inbox.suite.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "inbox-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the inbox in a file", () => {
  it("stores no secret", async () => {
    const file = path.join(folder, "secrets.sqlite");
    await using inbox = openSqliteInbox(file);
    const text = "PGPASSWORD=hunter2 does not work";

    await inbox.admit(question("1.1", { text }), 0);
    await inbox.edit(key("1.1"), `again: ${text}`);
    const times = { hour: 0, day: 0, now: 1 };
    await inbox.noteUnless(
      { ...question("2.1", { text }), key: "command:1" },
      times,
      () => undefined,
    );

    expect((await inbox.find(key("1.1")))?.text).toBe(
      "again: PGPASSWORD=[masked: password] does not work",
    );
    const leaks = readdirSync(folder).filter((name) =>
      readFileSync(path.join(folder, name)).includes("hunter2"),
    );
    expect(leaks).toEqual([]);
  });

  it("tells every caller of a group when it could not be written", async () => {
    const inbox = openSqliteInbox(":memory:");
    const admitted = [inbox.admit(question("1.1"), 0), inbox.admit(question("1.2"), 0)];
    const settled = Promise.allSettled(admitted);
    await inbox[Symbol.asyncDispose]();

    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
