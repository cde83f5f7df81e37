/**
 * How people ask for the pages of a source, in words that they lack: a page a line, {"path", "asked": [...]}, a section,
 * {"path", "anchor", "asked": [...]}, or a place in one, {"path", "anchor", "from", "to", "asked": [...]}: the passages that
 * answer, by the words with which the first begins and the last ends, or by their digests. Data that belongs to a preset; a page without a line is
 * searched by its own words alone.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { AppError } from "../../src/platform/errors.ts";
import type { Source } from "./source.ts";

export type Phrasings = {
  /** By canonical address of the page. */
  readonly ofPage: ReadonlyMap<string, readonly string[]>;
  /** By canonical address and anchor, "#" and nothing for the text above the first heading. */
  readonly ofSection: ReadonlyMap<string, readonly string[]>;
  /** Places that answer, by the same. */
  readonly ofPlace: ReadonlyMap<string, readonly PhrasedPlace[]>;
  /** Name of this content: an index built with another one is built anew. */
  readonly hash: string;
};

export type PhrasedPlace = {
  /** The words with which its first passage begins, or its digest ("#" and twelve hexadecimal digits). */
  readonly from: string;
  /** The words with which its last passage ends, or its digest. */
  readonly to: string;
  readonly asked: readonly string[];
};

export class PhrasingsError extends AppError {}

/** Of the words that name a place, and of an anchor. */
export const MOST_CHARACTERS = 300;

const Asked = z.array(z.string().trim().min(1).max(200)).min(1).max(60);
const Words = z.string().trim().min(1).max(MOST_CHARACTERS);
const Line = z
  .strictObject({
    path: z.string().startsWith("/"),
    anchor: z.string().max(MOST_CHARACTERS).optional(),
    from: Words.optional(),
    to: Words.optional(),
    asked: Asked,
  })
  .refine(
    ({ anchor, from, to }) =>
      from === undefined ? to === undefined : to !== undefined && anchor !== undefined,
    { error: "a place has anchor, from and to" },
  );

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
  const files = source.phrasings.map((file) => path.join(import.meta.dirname, file));
  const own = dataFolder === undefined ? "" : ownPhrasingsFile(dataFolder, source.name);
  if (own !== "" && existsSync(own)) files.push(own);
  const read = files.map((file) =>
    parsePhrasings(readFileSync(file, "utf8"), source.origin, path.basename(file)),
  );
  return {
    ofPage: together(read.map(({ ofPage }) => ofPage)),
    ofSection: together(read.map(({ ofSection }) => ofSection)),
    ofPlace: together(read.map(({ ofPlace }) => ofPlace)),
    hash: read.map(({ hash }) => hash).join("+"),
  };
}

function together<Item>(
  parts: readonly ReadonlyMap<string, readonly Item[]>[],
): ReadonlyMap<string, readonly Item[]> {
  const all = new Map<string, readonly Item[]>();
  for (const [place, items] of parts.flatMap((part) => [...part])) {
    all.set(place, [...new Set([...(all.get(place) ?? []), ...items])]);
  }
  return all;
}

/** Where an operator's phrasings of a source stand. */
export function ownPhrasingsFile(dataFolder: string, source: string): string {
  return path.join(dataFolder, OWN_FOLDER, `${source}.jsonl`);
}

/**
 * Adds a page to an operator's file, its places before it: a page that is there is whole. The folder is made when it is not
 * there.
 */
export function appendPhrasings(
  file: string,
  {
    url,
    asked,
    places = [],
  }: {
    readonly url: string;
    readonly asked: readonly string[];
    readonly places?: readonly (PhrasedPlace & { readonly anchor: string })[];
  },
): void {
  const page = new URL(url).pathname;
  const lines = [
    ...places.map(({ anchor, from, to, asked: ofPlace }) => ({
      path: page,
      anchor,
      from,
      to,
      asked: ofPlace,
    })),
    { path: page, asked },
  ];
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

export function parsePhrasings(text: string, origin: string, file: string): Phrasings {
  const ofPage = new Map<string, readonly string[]>();
  const ofSection = new Map<string, readonly string[]>();
  const ofPlace = new Map<string, PhrasedPlace[]>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const wrong = (problem: string) =>
      new PhrasingsError("bad-phrasings", `Line ${at + 1} of ${file} is wrong: ${problem}`, {
        hint: 'A line is {"path": "/a/page", "asked": ["how people ask for it", ...]}; docs/presets.md has those of sections and places.',
      });
    const read = Line.safeParse(parsed(line));
    if (!read.success) throw wrong(z.prettifyError(read.error));
    const { data } = read;
    const { anchor, asked } = data;
    const place = `${origin}${data.path}${anchor === undefined ? "" : `#${anchor}`}`;
    const { from, to } = data;
    if (from !== undefined && to !== undefined) {
      const places = ofPlace.get(place) ?? [];
      places.push({ from, to, asked });
      ofPlace.set(place, places);
      continue;
    }
    const of = anchor === undefined ? ofPage : ofSection;
    if (of.has(place)) throw wrong(`${place.slice(origin.length)} is there twice`);
    of.set(place, asked);
  }
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { ofPage, ofSection, ofPlace, hash };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
