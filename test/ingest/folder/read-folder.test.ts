import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sourceOfFolder } from "../../../ingest/sources/folder-source.ts";
import { readOwnSources, sourceNamed } from "../../../ingest/sources/registry.ts";
import { startIngestRun } from "../../support/ingest-run.ts";

const SHOWN_AT = "https://wiki.example/runbooks/{page}";

function runbooks(files: Readonly<Record<string, string | Buffer>>) {
  const folder = mkdtempSync(path.join(tmpdir(), "runbooks-"));
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    folder,
    write,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const FILES = {
  "README.md": "# Our runbooks\n\nWhat to do at night.\n",
  "on-call/disk-full.md":
    "---\ntitle: Disk is full\n---\n\n## Free some space\n\nDelete old artifacts with `prune`.\n",
  "on-call/lost_jobs.mdx": 'import x from "y"\n\nA lost job is released by hand.\n',
  "on-call/draft.md": "---\ndraft: true\n---\n\nNot yet.\n",
  "notes.txt": "not Markdown",
  ".git/config.md": "never",
  "node_modules/a/readme.md": "never",
};

describe("a folder of Markdown", () => {
  it("is indexed under the addresses where its pages are shown", async () => {
    using data = runbooks(FILES);
    const source = sourceOfFolder(data.folder, SHOWN_AT);
    await using run = await startIngestRun(source);

    const report = await run.run("", { from: undefined });

    expect(report.sources[0]).toMatchObject({ state: "published", pages: 3 });
    const [chunk] = await run.chunks("https://wiki.example/runbooks/on-call/disk-full");
    expect(chunk).toMatchObject({
      title: "Disk is full",
      anchor: "free-some-space",
      text: "Delete old artifacts with prune.",
      product: source.product,
      sourceKind: "folder",
    });
    expect((await run.chunks("https://wiki.example/runbooks/on-call/lost_jobs"))[0]).toMatchObject({
      title: "Lost jobs",
      text: "A lost job is released by hand.",
    });
    expect((await run.chunks("https://wiki.example/runbooks/"))[0]?.title).toBe("Our runbooks");
  });

  it("reads what changed, and lets go of what is gone", async () => {
    using data = runbooks(FILES);
    await using run = await startIngestRun(sourceOfFolder(data.folder, SHOWN_AT));
    const ingest = async () => (await run.run("", { from: undefined })).sources[0];
    await ingest();

    expect(await ingest()).toMatchObject({
      state: "up-to-date",
      crawl: { unmodified: 3, bytes: 0 },
    });

    data.write("on-call/disk-full.md", "# Disk\n\nCall somebody.\n");
    rmSync(path.join(data.folder, "on-call/lost_jobs.mdx"));
    expect(await ingest()).toMatchObject({
      state: "published",
      diff: {
        changed: ["https://wiki.example/runbooks/on-call/disk-full"],
        removed: ["https://wiki.example/runbooks/on-call/lost_jobs"],
      },
      crawl: { unmodified: 1 },
    });
    expect(await run.chunks("https://wiki.example/runbooks/on-call/lost_jobs")).toEqual([]);
  });

  it("keeps a page whose file cannot be read any more as stale, and the rest", async () => {
    using data = runbooks(FILES);
    await using run = await startIngestRun(sourceOfFolder(data.folder, SHOWN_AT));
    await run.run("", { from: undefined });

    data.write("on-call/disk-full.md", Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x00]));
    const [report] = (await run.run("", { from: undefined })).sources;

    expect(report?.failed).toHaveLength(1);
    expect(report?.stalePages).toEqual(["https://wiki.example/runbooks/on-call/disk-full"]);
  });

  it("follows no link out of the folder", async () => {
    using other = runbooks({ "secret.md": "# Secret\n\nNot for anybody.\n" });
    using data = runbooks(FILES);
    symlinkSync(other.folder, path.join(data.folder, "elsewhere"));
    symlinkSync(path.join(other.folder, "secret.md"), path.join(data.folder, "linked.md"));
    await using run = await startIngestRun(sourceOfFolder(data.folder, SHOWN_AT));

    expect((await run.run("", { from: undefined })).sources[0]).toMatchObject({ pages: 3 });
  });

  it("fails alone when the folder is gone, and keeps what is live", async () => {
    using data = runbooks(FILES);
    await using run = await startIngestRun(sourceOfFolder(data.folder, SHOWN_AT));
    const first = await run.run("", { from: undefined });
    rmSync(data.folder, { recursive: true });

    const second = await run.run("", { from: undefined });

    expect(second.sources[0]).toMatchObject({ state: "failed" });
    expect((await run.index.versions())[0]?.id).toBe(first.version?.id);
  });

  it("is named on the command line, or by a short preset", () => {
    using data = runbooks({
      ...FILES,
      "sources/runbooks.json": JSON.stringify({
        name: "runbooks",
        title: "Our runbooks",
        product: "lantern",
        folder: { path: "/srv/runbooks", shownAt: "https://wiki.example/{path}" },
      }),
    });

    expect(readOwnSources(data.folder)[0]).toMatchObject({
      product: "lantern",
      origin: "https://wiki.example",
      folder: { path: "/srv/runbooks" },
    });
    expect(sourceNamed(data.folder, [], () => SHOWN_AT).folder).toEqual({
      path: data.folder,
      shownAt: SHOWN_AT,
    });
    expect(() => sourceNamed(data.folder)).toThrow("shown to people");
    expect(() => sourceNamed("./nowhere", [], () => SHOWN_AT)).toThrow("There is no folder");
    expect(() => sourceNamed(data.folder, [], () => "wiki")).toThrow(
      "--shown-at takes a web address",
    );
  });
});
