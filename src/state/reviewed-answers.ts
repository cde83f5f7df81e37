/**
 * Answers that people wrote themselves, for questions that the documentation answers badly or not at all. One that cites
 * pages holds them by value, and what each page said then: it lapses when a page says something else.
 */
import { z } from "zod";
import type { Chunk } from "../documents/chunk.ts";
import { AppError } from "../platform/errors.ts";
import { maskSecrets } from "../platform/secrets/mask-secrets.ts";
import { transaction } from "../platform/sqlite.ts";
import { pack, unpack } from "./packed.ts";
import { openState } from "./schema.ts";

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

type Row = Readonly<Record<string, unknown>>;

/** Opens (and creates) the store at `path`, or ":memory:". Throws `AppError` "database". */
export function openReviewedAnswerStore(path: string): ReviewedAnswerStore {
  const database = openState(path);
  let known: { readonly stamp: string; readonly answers: readonly ReviewedAnswer[] } | undefined;

  /** Another one after every change: numbers are never given twice, and a lapse is counted. */
  const stampOf = () =>
    JSON.stringify(
      database
        .prepare("SELECT COUNT(*) AS n, MAX(sequence) AS last, COUNT(lapsed_at) AS m FROM reviewed")
        .get(),
    );

  return {
    async list() {
      const stamp = stampOf();
      if (known?.stamp !== stamp) {
        const rows = database.prepare("SELECT * FROM reviewed ORDER BY sequence").all();
        known = { stamp, answers: rows.flatMap((row: Row) => readReviewed(row) ?? []) };
      }
      return known.answers;
    },
    async put({ id, author, writtenAt, ...body }) {
      transaction(database, () => {
        database.prepare("DELETE FROM reviewed WHERE id = ?").run(id);
        refuseTooMany(database.prepare("SELECT COUNT(*) AS n FROM reviewed").get());
        database
          .prepare("INSERT INTO reviewed (id, author, written_at, body) VALUES (?, ?, ?, ?)")
          .run(id, author, writtenAt, packReviewed(body));
      });
    },
    async lapse(id, { at, because }) {
      const { changes } = database
        .prepare(
          "UPDATE reviewed SET lapsed_at = ?, lapsed_because = ? WHERE id = ? AND lapsed_at IS NULL",
        )
        .run(at, because, id);
      return Number(changes) === 1;
    },
    async remove(id) {
      const { changes } = database.prepare("DELETE FROM reviewed WHERE id = ?").run(id);
      return Number(changes) === 1;
    },
    async [Symbol.asyncDispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** Throws where one more would be too many; `row` counts those that are there. */
export function refuseTooMany(row: Row | undefined): void {
  if (Number(row?.["n"]) < REVIEWED_LIMITS.answers) return;
  throw new AppError("too-many", "There are too many reviewed answers.", {
    facts: { most: String(REVIEWED_LIMITS.answers) },
    hint: "Remove some that nobody needs: npm run reviewed -- list",
  });
}

/** What a row holds beside its columns, masked and compressed. */
export function packReviewed(
  body: Omit<ReviewedAnswer, "id" | "author" | "writtenAt" | "lapsed">,
): Uint8Array | null {
  const mask = (text: string) => maskSecrets(text).text;
  return pack({ ...body, text: mask(body.text), wordings: body.wordings.map(mask) });
}

/** A row as it was put; undefined when it is damaged. */
export function readReviewed(row: Row): ReviewedAnswer | undefined {
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
