/**
 * Has a model write how people ask for each page of a source, a page at a time. What is written is kept at once, so that a
 * run that is stopped goes on where it was; pages that have phrasings are not asked for again.
 */
import { z } from "zod";
import { findLink } from "../../src/documents/links.ts";
import { isPlantedInstruction } from "../../src/passages/planted-instructions.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import { countWords } from "../../src/documents/text.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { readObjectReply } from "../../src/models/read-reply.ts";
import { AppError, describeError } from "../../src/platform/errors.ts";
import type { Passage } from "../../src/passages/passage.ts";
import { GENERATED_PAGES } from "../../src/retrieval/phrasings.ts";
import type { PhrasedPlace } from "../sources/phrasings.ts";
import type { PagePart } from "./page-text.ts";
import { placeWords } from "./place-words.ts";

/** How people ask for a page, and for the runs of passages that answer something on it. */
export type PhrasedPage = {
  readonly url: string;
  readonly asked: readonly string[];
  readonly places: readonly PhrasedRun[];
};

export type PhrasedRun = PhrasedPlace & { readonly anchor: string };

export type WritePhrasingsOptions = {
  /** Addresses of the pages to write for. */
  readonly pages: readonly string[];
  /** The chunks of a page, in order. */
  readonly read: (url: string) => Promise<readonly Chunk[]>;
  readonly model: LanguageModel;
  /** A call a part. */
  readonly render: (page: readonly Chunk[]) => readonly PagePart[];
  /** Called for each page as soon as it is written. */
  readonly keep: (page: PhrasedPage) => void;
  /** No further page is begun once so many pages were, or once so many tokens were read and written. */
  readonly limits?: { readonly pages?: number; readonly tokens?: number };
  /** Told after each page. */
  readonly onPage?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
};

export type WrittenPhrasings = {
  readonly pages: number;
  readonly places: number;
  /** Pages that were not begun because of a limit. */
  readonly left: number;
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  readonly tokens: { readonly input: number; readonly output: number };
};

export class PhrasingsStoppedError extends AppError {}

const AT_ONCE = 4;
/** After this many failures in a row the endpoint is taken to be down, or the model not to be up to it. */
const MOST_FAILURES = 5;
const MAX_OUTPUT_TOKENS = 3000;
const WORDS = { least: 3, most: 20 };
const MAX_CHARACTERS = 200;
const MOST_PHRASINGS = 20;
/** Fewer are no reply to what was asked. */
const LEAST_PHRASINGS = 2;
/** A long page has several parts. */
const MOST_OF_PAGE = 40;
const PLACES = { most: 15, phrasings: 8 };
/** A longer run is a section. */
const RUN_PASSAGES = 12;

const Asked = z.array(z.string()).max(200);
const Reply = z.object({
  asked: Asked,
  places: z.array(z.unknown()).max(200).default([]).catch([]),
});
const Run = z.object({ from: z.int().min(1), to: z.int().min(1), asked: Asked });

const STRINGS = { type: "array", items: { type: "string" } } as const;
const SCHEMA = {
  name: "phrasings",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["asked", "places"],
    properties: {
      asked: STRINGS,
      places: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["from", "to", "asked"],
          properties: { from: { type: "integer" }, to: { type: "integer" }, asked: STRINGS },
        },
      },
    },
  },
} as const;

/** Throws `PhrasingsStoppedError` when page after page fails, and the reason of `signal`; what was kept stays. */
export async function writePhrasings(options: WritePhrasingsOptions): Promise<WrittenPhrasings> {
  const { limits = {} } = options;
  const pages = options.pages.slice(0, limits.pages);
  const failed: { url: string; reason: string }[] = [];
  const tokens = { input: 0, output: 0 };
  let next = 0;
  let written = 0;
  let places = 0;
  let inARow = 0;

  const replyFor = async ({ messages }: PagePart): Promise<unknown> => {
    const { value, usage } = await readObjectReply(options.model, {
      messages,
      schema: SCHEMA,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    tokens.input += usage?.input ?? 0;
    tokens.output += usage?.output ?? 0;
    return value;
  };
  const writeOne = async (url: string) => {
    try {
      const chunks = await options.read(url);
      const asked = new Set<string>();
      const runs: PhrasedRun[] = [];
      for (const part of options.render(chunks)) {
        const value = await replyFor(part);
        const ofPage = phrasingsIn(value);
        const ofPart = placesIn(value, part.passages, chunks);
        if (ofPage.length + ofPart.length === 0) throw new Error("The reply holds no phrasings.");
        for (const phrase of ofPage) asked.add(phrase);
        runs.push(...ofPart);
      }
      if (asked.size < LEAST_PHRASINGS) throw new Error("The replies hold no phrasings.");
      options.keep({ url, asked: [...asked].slice(0, MOST_OF_PAGE), places: runs });
      written += 1;
      places += runs.length;
      inARow = 0;
    } catch (error) {
      options.signal?.throwIfAborted();
      failed.push({ url, reason: describeError(error) });
      inARow += 1;
    }
    options.onPage?.(written + failed.length, pages.length);
  };
  const isStopped = () => inARow >= MOST_FAILURES;
  const isSpent = () => tokens.input + tokens.output >= (limits.tokens ?? Number.POSITIVE_INFINITY);
  const worker = async () => {
    for (let url = pages[next]; url !== undefined; url = pages[next]) {
      if (isStopped() || isSpent()) return;
      next += 1;
      await writeOne(url);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (isStopped()) {
    throw new PhrasingsStoppedError(
      "phrasings-stopped",
      "Page after page failed, so it was stopped.",
      {
        facts: { pages: String(written), last: failed.at(-1)?.reason ?? "" },
        hint: "What was written is kept; the same command goes on with the rest.",
      },
    );
  }
  return { pages: written, places, left: options.pages.length - next, failed, tokens };
}

/** Pages of `origin` that people wrote and `isKnown` does not have: of those that a program made, nobody asks in own words. */
export async function pagesToPhrase(
  chunks: AsyncIterable<Pick<Chunk, "url" | "pageType">>,
  origin: string,
  isKnown: (url: string) => boolean,
): Promise<readonly string[]> {
  const pages = new Set<string>();
  for await (const { url, pageType } of chunks) {
    if (url.startsWith(`${origin}/`) && !GENERATED_PAGES.has(pageType) && !isKnown(url)) {
      pages.add(url);
    }
  }
  return [...pages];
}

/** What of a reply can be searched by: phrases, and nothing that links or instructs. */
export function phrasingsIn(value: unknown): readonly string[] {
  const reply = Reply.safeParse(value);
  return reply.success ? usable(reply.data.asked).slice(0, MOST_PHRASINGS) : [];
}

/** The runs of a reply that are runs of these passages, under one heading, and can be named by their words. */
export function placesIn(
  value: unknown,
  passages: readonly Passage[],
  chunks: readonly Chunk[],
): readonly PhrasedRun[] {
  const reply = Reply.safeParse(value);
  if (!reply.success) return [];
  const found = new Map<string, PhrasedRun>();
  for (const item of reply.data.places) {
    const run = Run.safeParse(item);
    if (!run.success) continue;
    const { from, to, asked } = run.data;
    const first = passages[from - 1];
    const last = passages[to - 1];
    const phrases = usable(asked).slice(0, PLACES.phrasings);
    if (first === undefined || last === undefined || phrases.length === 0) continue;
    if (to < from || to - from >= RUN_PASSAGES) continue;
    const words = placeWords(chunks, first, last);
    if (words === undefined) continue;
    const key = `${from} ${to}`;
    if (!found.has(key)) found.set(key, { anchor: first.anchor, ...words, asked: phrases });
    if (found.size === PLACES.most) break;
  }
  return [...found.values()];
}

function usable(asked: readonly string[]): readonly string[] {
  const phrases = asked
    .map((text) => text.replaceAll(/\s+/gu, " ").trim())
    .filter((text) => {
      const words = countWords(text);
      return words >= WORDS.least && words <= WORDS.most && text.length <= MAX_CHARACTERS;
    })
    .filter((text) => findLink(text) === undefined && !isPlantedInstruction(text));
  return [...new Set(phrases)];
}
