/**
 * Answers that people wrote themselves, for questions that the documentation answers badly or not at all. One that cites
 * pages holds them by value, and what each page said then: it lapses when a page says something else.
 */
import { z } from "zod";
import type { Chunk } from "../documents/chunk.ts";
import { AppError } from "../platform/errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { pack, unpack } from "./packed.ts";
import { openSqliteEngine } from "./sqlite-engine.ts";
import { alone, change, count, type Engine, type Row, statementsOn } from "./statements.ts";

export const REVIEWED_LIMITS = {
  /** All of them are held in memory while questions are answered. */
  answers: 2000,
  /** Characters. */
  text: 4000,
  wordings: 50,
  /** Characters of one wording, and of one quote. */
  wording: 500,
  quotes: 10,
  quote: 1000,
  author: 80,
} as const;

export type ReviewedQuote = {
  /** The page's own characters: `chunk.text.slice(start, end)`. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** As the index had it when the quote was taken. */
  readonly chunk: Chunk;
};

export type ReviewedAnswer = {
  readonly id: string;
  /** Markdown, as in `Claim.text`. */
  readonly text: string;
  readonly author: string;
  /** The author's id in Slack, who is told when it lapses. */
  readonly tell?: string;
  /** When it was written or last confirmed, ISO 8601. */
  readonly writtenAt: string;
  /** Questions that it answers, as people ask them; one at least. */
  readonly wordings: readonly string[];
  /** What it is about; a question that names another product is not answered by it. */
  readonly product?: string;
  readonly quotes: readonly ReviewedQuote[];
  /** The pages of the quotes, and what stood on them (`pageFingerprint`). */
  readonly pages: readonly { readonly url: string; readonly fingerprint: string }[];
  /** Set when it is offered no more. */
  readonly lapsed?: { readonly at: string; readonly because: string };
};

export interface ReviewedAnswerStore extends AsyncDisposable {
  /** All, the oldest first. The same array as long as nothing changed, in whatever process. */
  list(): Promise<readonly ReviewedAnswer[]>;
  /** Adds an answer, or replaces the one with its id, lapsed or not. Throws `AppError` "too-many" at 2,000. */
  put(answer: Omit<ReviewedAnswer, "lapsed">): Promise<void>;
  /** It is offered no more; false when there is none with this id or it has lapsed already. */
  lapse(id: string, lapsed: NonNullable<ReviewedAnswer["lapsed"]>): Promise<boolean>;
  remove(id: string): Promise<boolean>;
}

/** What a row holds beside its columns; it was written by `put`, and a damaged one is left out. */
const Body = z.looseObject({
  text: z.string(),
  wordings: z.array(z.string()),
  quotes: z.array(z.looseObject({ text: z.string(), chunk: z.looseObject({ id: z.string() }) })),
  pages: z.array(z.looseObject({ url: z.string(), fingerprint: z.string() })),
});

/** Opens (and creates) the store in the file at `path`, or ":memory:". Throws `AppError` "database". */
export function openReviewedAnswerStore(path: string): ReviewedAnswerStore {
  return createReviewedAnswerStore(openSqliteEngine(path));
}

export function createReviewedAnswerStore(engine: Engine): ReviewedAnswerStore {
  const one = statementsOn(engine);
  let known: { readonly stamp: string; readonly answers: readonly ReviewedAnswer[] } | undefined;
  return {
    async list() {
      // Another one after every change: numbers are never given twice, and a lapse is counted.
      const stamp = JSON.stringify(
        await one.get(
          "SELECT COUNT(*) AS n, MAX(sequence) AS last, COUNT(lapsed_at) AS m FROM reviewed",
        ),
      );
      if (known?.stamp !== stamp) {
        const rows = await one.all("SELECT * FROM reviewed ORDER BY sequence");
        known = { stamp, answers: rows.flatMap((row) => readReviewed(row) ?? []) };
      }
      return known.answers;
    },
    put: ({ id, author, writtenAt, ...body }) =>
      engine.transaction(function* () {
        yield* alone(engine.dialect, " reviewed");
        yield* change("DELETE FROM reviewed WHERE id = $1", id);
        refuseTooMany(yield* count("SELECT COUNT(*) AS n FROM reviewed"));
        yield* change(
          "INSERT INTO reviewed (id, author, written_at, body) VALUES ($1, $2, $3, $4)",
          id,
          author,
          writtenAt,
          packReviewed(body),
        );
      }),
    lapse: (id, { at, because }) =>
      one.changes(
        "UPDATE reviewed SET lapsed_at = $1, lapsed_because = $2 WHERE id = $3 AND lapsed_at IS NULL",
        at,
        because,
        id,
      ),
    remove: (id) => one.changes("DELETE FROM reviewed WHERE id = $1", id),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** Throws where one more would be too many. */
function refuseTooMany(stored: number): void {
  if (stored < REVIEWED_LIMITS.answers) return;
  throw new AppError("too-many", "There are too many reviewed answers.", {
    facts: { most: String(REVIEWED_LIMITS.answers) },
    hint: "Remove some that nobody needs: npm run reviewed -- list",
  });
}

/** What a row holds beside its columns, masked and compressed. */
function packReviewed(
  body: Omit<ReviewedAnswer, "id" | "author" | "writtenAt" | "lapsed">,
): Uint8Array | null {
  const mask = (text: string) => maskSecrets(text).text;
  return pack({ ...body, text: mask(body.text), wordings: body.wordings.map(mask) });
}

/** A row as it was put; undefined when it is damaged. */
function readReviewed(row: Row): ReviewedAnswer | undefined {
  const { success, data } = Body.safeParse(unpack(row["body"]));
  if (!success) return undefined;
  const { lapsed_at: at, lapsed_because: because } = row;
  return {
    // Packed from a value of this type, and of the shape that matters.
    ...(data as unknown as Pick<
      ReviewedAnswer,
      "text" | "wordings" | "quotes" | "pages" | "product" | "tell"
    >),
    id: String(row["id"]),
    author: String(row["author"]),
    writtenAt: String(row["written_at"]),
    ...(typeof at === "string"
      ? { lapsed: { at, because: typeof because === "string" ? because : "" } }
      : {}),
  };
}
