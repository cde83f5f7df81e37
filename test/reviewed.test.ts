/** A person's answer from the command that keeps it to the ingest that has it lapse, as processes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandResult, runCommand } from "./support/run-command.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ask-marvin-reviewed-"));
  mkdirSync(path.join(folder, "runbooks"));
  write("A lease of a worker lasts five minutes. A worker renews its lease every minute.");
  const { code, err } = await ingest();
  if (code !== 0) throw new Error(err);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): void {
  writeFileSync(path.join(folder, "runbooks/leases.md"), `# Leases\n\n## Length\n\n${text}\n`);
}

function run(entry: string, ...args: string[]): Promise<CommandResult> {
  const settings = { DATA_DIR: path.join(folder, "data") };
  return runCommand(entry, args, { folder, settings });
}

const reviewed = (...args: string[]) => run("src/reviewed.ts", ...args);

function ingest(): Promise<CommandResult> {
  const shown = ["--shown-at", "https://runbooks.example/{page}"];
  return run("ingest/main.ts", path.join(folder, "runbooks"), "--product", "lantern", ...shown);
}

type Listed = { readonly answers: { id: string; product?: string; lapsed?: object }[] };

async function listed(): Promise<Listed["answers"]> {
  return (JSON.parse((await reviewed("list", "--json")).out) as Listed).answers;
}

async function writerOf(question: string): Promise<string> {
  const { out } = await run("src/cli.ts", "ask", question, "--json");
  return (JSON.parse(out) as { answer: { writer: string } }).answer.writer;
}

const QUESTION = "may I raise the length of a lease in staging?";
const ADD = ["add", "--id", "lease", "--author", "Ada", "--ask", QUESTION, "--text", "No. Ask me."];
const PAGE = "https://runbooks.example/leases";

describe("add-phrasings", () => {
  it("keeps how people ask for a page, and refuses one that is not indexed", async () => {
    const add = (...args: string[]) => run("ingest/main.ts", "add-phrasings", ...args);

    expect((await add(`${PAGE}#length`, "how long may I keep it?")).out).toContain("has 1 now");
    expect((await add("https://runbooks.example/none", "why?")).err).toContain("is not indexed");
    expect((await add(PAGE)).code).toBe(2);
  });
});

describe("reviewed", () => {
  it.each<[string[], string]>([
    [[], "Say what to do."],
    [["dance"], 'There is no "dance".'],
    [["remove", "none"], 'There is no reviewed answer "none".'],
    [["add", "--text", "Yes.", "--author", "Ada"], "Say what it answers"],
    [["add", "--ask", QUESTION, "--author", "Ada"], "with --text or with --file"],
    [[...ADD, "--quote", `${PAGE} ten minutes`], 'words "ten minutes" do not stand'],
  ])("refuses %#: $1", async (args, message) => {
    const { code, out, err } = await reviewed(...args);

    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
  });

  it("keeps, gives, lets lapse, renews and removes an answer", async () => {
    expect(await listed()).toEqual([]);
    expect((await reviewed("candidates")).out).toBe(
      "Nothing that people solved waits for an answer.\n",
    );

    const added = await reviewed(...ADD, "--quote", `${PAGE}#length five minutes`);

    expect(added).toMatchObject({ code: 0, out: "Kept lease, 1 quote.\n" });
    expect(await listed()).toMatchObject([{ id: "lease", product: "lantern" }]);
    expect(await writerOf(QUESTION)).toBe("reviewed");
    expect((await reviewed(...ADD.with(2, "other"))).err).toContain("answered already, by lease");

    write("A lease of a worker lasts ten minutes. A worker renews its lease every minute.");
    const { code, out, err } = await ingest();

    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toContain("1 reviewed answer is offered no more");
    expect(out).toContain(`lease (Ada) "${QUESTION}": ${PAGE} has changed`);
    expect(await listed()).toMatchObject([{ lapsed: { because: `${PAGE} has changed` } }]);
    expect(await writerOf(QUESTION)).toBe("extractive");

    // Its quote is gone: it cannot be offered again as it is.
    expect((await reviewed("renew", "lease")).err).toContain("do not stand");
    await reviewed(...ADD, "--quote", `${PAGE}#length ten minutes`);

    expect(await writerOf(QUESTION)).toBe("reviewed");

    write("A lease of a worker lasts ten minutes. A worker renews its lease every two minutes.");
    await ingest();

    expect(await writerOf(QUESTION)).toBe("extractive");
    expect(await reviewed("renew", "lease", "--author", "Grace")).toMatchObject({ code: 0 });
    expect(await writerOf(QUESTION)).toBe("reviewed");

    expect(await reviewed("remove", "lease")).toMatchObject({ code: 0, out: "Removed lease.\n" });
    expect(await listed()).toEqual([]);
    expect(await writerOf(QUESTION)).toBe("extractive");
  }, 120_000);
});
