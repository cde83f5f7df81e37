/**
 * How people ask for the pages of a source, in words that the pages lack: one page a line, {"path", "asked": [...]}. Data that
 * belongs to a preset; a page without a line is searched by its own words alone.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { AppError } from "../../src/platform/errors.ts";
import type { Source } from "./source.ts";

/** By canonical address of the page. */
export type Phrasings = {
  readonly ofPage: ReadonlyMap<string, readonly string[]>;
  /** Name of this content: an index built with another one is built anew. */
  readonly hash: string;
};

export class PhrasingsError extends AppError {}

const Line = z.strictObject({
  path: z.string().startsWith("/"),
  asked: z.array(z.string().trim().min(1).max(200)).min(1).max(60),
});

/** Where an operator's own phrasings stand in the data folder, one file a source. */
const OWN_FOLDER = "phrasings";

/**
 * The phrasings of a source: those of its preset, then the operator's own in `phrasings/NAME.jsonl` of the data folder; none
 * without either. Throws `PhrasingsError` with the line that is wrong, or when a preset's file is missing.
 */
export function readPhrasings(
  source: Pick<Source, "name" | "phrasings" | "origin">,
  dataFolder?: string,
): Phrasings {
  const files: string[] = [];
  if (source.phrasings !== undefined) files.push(path.join(import.meta.dirname, source.phrasings));
  const own = dataFolder === undefined ? "" : ownPhrasingsFile(dataFolder, source.name);
  if (own !== "" && existsSync(own)) files.push(own);
  const read = files.map((file) =>
    parsePhrasings(readFileSync(file, "utf8"), source.origin, path.basename(file)),
  );
  const ofPage = new Map<string, readonly string[]>();
  for (const [page, asked] of read.flatMap((one) => [...one.ofPage])) {
    ofPage.set(page, [...new Set([...(ofPage.get(page) ?? []), ...asked])]);
  }
  return { ofPage, hash: read.map(({ hash }) => hash).join("+") };
}

/** Where an operator's phrasings of a source stand. */
export function ownPhrasingsFile(dataFolder: string, source: string): string {
  return path.join(dataFolder, OWN_FOLDER, `${source}.jsonl`);
}

/** Adds a line to an operator's file; the folder is made when it is not there. */
export function appendPhrasings(
  file: string,
  { url, asked }: { readonly url: string; readonly asked: readonly string[] },
): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ path: new URL(url).pathname, asked })}\n`);
}

export function parsePhrasings(text: string, origin: string, file: string): Phrasings {
  const ofPage = new Map<string, readonly string[]>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = Line.safeParse(parsed(line));
    const page = read.success ? `${origin}${read.data.path}` : "";
    if (!read.success || ofPage.has(page)) {
      const problem = read.success
        ? `${read.data.path} is there twice`
        : z.prettifyError(read.error);
      throw new PhrasingsError("bad-phrasings", `Line ${at + 1} of ${file} is wrong: ${problem}`, {
        hint: 'A line is {"path": "/a/page", "asked": ["how people ask for it", ...]}.',
      });
    }
    ofPage.set(page, read.data.asked);
  }
  return { ofPage, hash: createHash("sha256").update(text).digest("hex").slice(0, 16) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
