/** The arrows between folders (README, "The map"): an import that points the wrong way fails the build. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** For each folder, the folders it may import from. Its own is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/documents": [],
  "src/platform": [],
  "src/observability": ["src/platform"],
  "src/config": ["src/platform", "src/observability", "src/documents"],
  "src/passages": ["src/documents"],
  "src/models": ["src/documents", "src/platform", "src/observability"],
  "src/store": ["src/documents", "src/platform", "src/observability"],
  "src/retrieval": [
    "src/documents",
    "src/models",
    "src/store",
    "src/platform",
    "src/observability",
  ],
  "src/state": ["src/documents", "src/platform"],
  "src/conversation": [
    "src/documents",
    "src/models",
    "src/state",
    "src/platform",
    "src/observability",
  ],
  "src/writing": [
    "src/documents",
    "src/passages",
    "src/models",
    "src/retrieval",
    "src/conversation",
    "src/verification",
    "src/platform",
    "src/observability",
  ],
  "src/verification": [
    "src/documents",
    "src/passages",
    "src/models",
    "src/writing",
    "src/platform",
    "src/observability",
  ],
  "src/answering": [
    "src/documents",
    "src/writing",
    "src/verification",
    "src/passages",
    "src/models",
    "src/store",
    "src/retrieval",
    "src/conversation",
    "src/state",
    "src/platform",
    "src/observability",
  ],
  "src/feedback": ["src/documents", "src/state", "src/platform", "src/observability"],
  "src/slack": [
    "src/documents",
    "src/conversation",
    "src/answering",
    "src/feedback",
    "src/state",
    "src/store",
    "src/platform",
    "src/observability",
  ],
  "src/terminal": [
    "src/documents",
    "src/conversation",
    "src/answering",
    "src/store",
    "src/platform",
    "src/observability",
  ],
  "src/web": [
    "src/documents",
    "src/conversation",
    "src/answering",
    "src/feedback",
    "src/state",
    "src/store",
    // What Slack would get is what the page draws.
    "src/slack/blocks",
    "src/platform",
    "src/observability",
  ],
  "src/mcp": [
    "src/documents",
    "src/conversation",
    "src/answering",
    "src/passages",
    "src/retrieval",
    "src/store",
    "src/platform",
    "src/observability",
  ],
  // Composition and entry files.
  src: ["src/*"],
  eval: ["src/*"],
  ingest: ["src/*", "eval"],
};

/** Folders whose files never touch the outside: no Node built-in with effects, no clock, no randomness. */
const PURE_FOLDERS = ["src/documents", "src/passages"];

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

function folderOf(file: string): string {
  const parts = file.split(path.sep);
  if (parts[0] !== "src") return parts[0] ?? "";
  return parts.length === 2 ? "src" : `src/${parts[1] ?? ""}`;
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), "utf8").replaceAll(
    /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
    "",
  );
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

const files = ["src", "ingest", "eval"].flatMap(sourceFiles);

describe("imports", () => {
  it.each(files)("%s points only where its folder may", (file) => {
    const folder = folderOf(file);
    const allowed = MAY_IMPORT[folder];
    expect(allowed, `${folder} has no entry in MAY_IMPORT`).toBeDefined();

    const wrong = importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => path.relative(root, path.resolve(root, path.dirname(file), specifier)))
      .map((target) => ({ target, targetFolder: folderOf(target) }))
      .filter(({ targetFolder }) => targetFolder !== folder)
      .filter(
        ({ target, targetFolder }) =>
          !(allowed ?? []).some((rule) =>
            rule === "src/*"
              ? targetFolder === "src" || targetFolder.startsWith("src/")
              : rule === targetFolder || target.startsWith(`${rule}/`),
          ),
      );

    expect(wrong).toEqual([]);
  });

  it.each(files)("%s names its imports with their file ending", (file) => {
    const bare = importsOf(file).filter(
      (specifier) => specifier.startsWith(".") && !/\.(ts|cjs|json)$/.test(specifier),
    );

    expect(bare).toEqual([]);
  });

  it.each(files.filter((file) => PURE_FOLDERS.includes(folderOf(file))))("%s is pure", (file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const effects = [/from "node:(?!crypto)/, /\bDate\.now\b/, /\bMath\.random\b/, /\bprocess\./];

    expect(effects.filter((effect) => effect.test(text)).map(String)).toEqual([]);
  });

  it("reads the environment in entry files only", () => {
    const entries = new Set([
      "src/main.ts",
      "src/cli.ts",
      "src/serve.ts",
      "ingest/main.ts",
      "ingest/demo.ts",
      "ingest/init.ts",
      "src/insights.ts",
      "src/reviewed.ts",
      "src/changed.ts",
      "eval/main.ts",
    ]);
    const readers = files.filter(
      (file) =>
        !entries.has(file) &&
        !file.startsWith("eval/bin/") &&
        /process\.env/.test(readFileSync(path.join(root, file), "utf8")),
    );

    expect(readers).toEqual([]);
  });

  it("knows no product by its name but where products are listed", () => {
    const may = new Set([
      "src/retrieval/orchestrators.json",
      // Which source is refreshed when nothing is said, and examples of settings.
      "src/config/schema.ts",
      // Samples.
      "src/slack/golden-answers.ts",
      "src/slack/golden-views.ts",
    ]);
    const lists = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .map((file) => path.join("src", file));
    const named = [...files.filter((file) => file.startsWith("src/")), ...lists].filter((file) => {
      if (may.has(file)) return false;
      const code = readFileSync(path.join(root, file), "utf8").replaceAll(
        /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gmu,
        "",
      );
      return /prefect|dagster|argo\b/iu.test(code);
    });

    expect(named).toEqual([]);
  });
});
