/**
 * Has a model write how people ask for each page of a source, a page at a time. What is written is kept at once, so that a
 * run that is stopped goes on where it was; pages that have phrasings are not asked for again.
 */
import { z } from "zod";
import { findLink } from "../../src/documents/links.ts";
import { isPlantedInstruction } from "../../src/passages/planted-instructions.ts";
import type { Chunk } from "../../src/documents/chunk.ts";
import { countWords } from "../../src/documents/text.ts";
import type { LanguageModel, ModelMessage } from "../../src/models/language-model.ts";
import { readObjectReply } from "../../src/models/read-reply.ts";
import { AppError, describeError } from "../../src/platform/errors.ts";
import { GENERATED_PAGES } from "../../src/retrieval/phrasings.ts";

export type PhrasedPage = { readonly url: string; readonly asked: readonly string[] };

export type WritePhrasingsOptions = {
  /** Addresses of the pages to write for. */
  readonly pages: readonly string[];
  /** The chunks of a page, in order. */
  readonly read: (url: string) => Promise<readonly Chunk[]>;
  readonly model: LanguageModel;
  readonly render: (page: readonly Chunk[]) => readonly ModelMessage[];
  /** Called for each page as soon as it is written. */
  readonly keep: (page: PhrasedPage) => void;
  /** Told after each page. */
  readonly onPage?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
};

export type WrittenPhrasings = {
  readonly pages: number;
  readonly failed: readonly { readonly url: string; readonly reason: string }[];
  readonly tokens: { readonly input: number; readonly output: number };
};

export class PhrasingsStoppedError extends AppError {}

const AT_ONCE = 4;
/** After this many failures in a row the endpoint is taken to be down, or the model not to be up to it. */
const MOST_FAILURES = 5;
const MAX_OUTPUT_TOKENS = 1200;
const WORDS = { least: 3, most: 20 };
const MAX_CHARACTERS = 200;
const MOST_PHRASINGS = 20;
/** Fewer are no reply to what was asked. */
const LEAST_PHRASINGS = 2;

const Reply = z.object({ asked: z.array(z.string()).max(200) });

const SCHEMA = {
  name: "phrasings",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["asked"],
    properties: { asked: { type: "array", items: { type: "string" } } },
  },
} as const;

/** Throws `PhrasingsStoppedError` when page after page fails, and the reason of `signal`; what was kept stays. */
export async function writePhrasings(options: WritePhrasingsOptions): Promise<WrittenPhrasings> {
  const { pages } = options;
  const failed: { url: string; reason: string }[] = [];
  const tokens = { input: 0, output: 0 };
  let next = 0;
  let written = 0;
  let inARow = 0;

  const writeOne = async (url: string) => {
    try {
      const { value, usage } = await readObjectReply(options.model, {
        messages: options.render(await options.read(url)),
        schema: SCHEMA,
        maxOutputTokens: MAX_OUTPUT_TOKENS,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      tokens.input += usage?.input ?? 0;
      tokens.output += usage?.output ?? 0;
      const asked = phrasingsIn(value);
      if (asked.length < LEAST_PHRASINGS) throw new Error("The reply holds no phrasings.");
      options.keep({ url, asked });
      written += 1;
      inARow = 0;
    } catch (error) {
      options.signal?.throwIfAborted();
      failed.push({ url, reason: describeError(error) });
      inARow += 1;
    }
    options.onPage?.(written + failed.length, pages.length);
  };
  const isStopped = () => inARow >= MOST_FAILURES;
  const worker = async () => {
    for (let url = pages[next]; url !== undefined && !isStopped(); url = pages[next]) {
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
  return { pages: written, failed, tokens };
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
  if (!reply.success) return [];
  const asked = reply.data.asked
    .map((text) => text.replaceAll(/\s+/gu, " ").trim())
    .filter((text) => {
      const words = countWords(text);
      return words >= WORDS.least && words <= WORDS.most && text.length <= MAX_CHARACTERS;
    })
    .filter((text) => findLink(text) === undefined && !isPlantedInstruction(text));
  return [...new Set(asked)].slice(0, MOST_PHRASINGS);
}
