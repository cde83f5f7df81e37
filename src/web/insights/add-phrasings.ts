/**
 * Adds to how people ask for a page: one line a page in the operator's own file of a source, which the next ingest
 * reads. The line is written whole and in one step, so that a crawl never reads half of it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { IndexVersion } from "../../store/chunk-index.ts";
import type { PageSummary } from "../index-overview.ts";

/** What ingest takes of one page. */
const MOST = 60;

export const Asked = z.array(z.string().trim().min(1).max(200)).min(1).max(10);

const Line = z.object({
  path: z.string(),
  anchor: z.string().optional(),
  asked: z.array(z.string()),
});

/** The source that a page came from; undefined when two have the same product and version, or its name is no file's. */
export function sourceOf(
  page: Pick<PageSummary, "product" | "version">,
  version: IndexVersion,
): string | undefined {
  const [source, ...others] = version.sources.filter(
    ({ product, version: line }) => product === page.product && line === page.version,
  );
  const isName = source !== undefined && /^[\w-][\w.-]{0,100}$/.test(source.name);
  return isName && others.length === 0 ? source.name : undefined;
}

/** Returns how many the page has now. Lines that cannot be read stay as they are. */
export function addPhrasings(
  dataFolder: string,
  {
    source,
    url,
    asked,
  }: { readonly source: string; readonly url: string; readonly asked: readonly string[] },
): number {
  const file = path.join(dataFolder, "phrasings", `${source}.jsonl`);
  const lines = existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
    : [];
  const { pathname } = new URL(url);
  const at = lines.findIndex((line) => {
    const read = Line.safeParse(parsed(line));
    return read.success && read.data.path === pathname && read.data.anchor === undefined;
  });
  const before = Line.safeParse(parsed(lines[at] ?? ""));
  // The newest stay when there are too many.
  const all = [...new Set([...(before.data?.asked ?? []), ...asked])].slice(-MOST);
  lines.splice(
    at === -1 ? lines.length : at,
    at === -1 ? 0 : 1,
    JSON.stringify({ path: pathname, asked: all }),
  );
  mkdirSync(path.dirname(file), { recursive: true });
  const next = `${file}.next`;
  writeFileSync(next, `${lines.join("\n")}\n`, { mode: 0o600 });
  renameSync(next, file);
  return all.length;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
