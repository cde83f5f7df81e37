/** Answers that people wrote, in Postgres: what `../reviewed-answers.ts` keeps in a file, for bots on several machines. */
import type { PostgresDatabase } from "../../platform/postgres.ts";
import {
  packReviewed,
  readReviewed,
  refuseTooMany,
  type ReviewedAnswer,
  type ReviewedAnswerStore,
} from "../reviewed-answers.ts";

/** The reviewed answers of an open store, which whoever opened it closes. */
export function createPostgresReviewedAnswers(database: PostgresDatabase): ReviewedAnswerStore {
  let known: { readonly stamp: string; readonly answers: readonly ReviewedAnswer[] } | undefined;
  return {
    async list() {
      // Another one after every change: numbers are never given twice, and a lapse is counted.
      const stamp = JSON.stringify(
        await database.get(
          `SELECT COUNT(*)::text AS n, MAX(sequence)::text AS last, COUNT(lapsed_at)::text AS m FROM reviewed`,
        ),
      );
      if (known?.stamp !== stamp) {
        const rows = await database.all("SELECT * FROM reviewed ORDER BY sequence");
        known = { stamp, answers: rows.flatMap((row) => readReviewed(row) ?? []) };
      }
      return known.answers;
    },
    async put({ id, author, writtenAt, ...body }) {
      await database.transaction(async (statements) => {
        await statements.change("LOCK TABLE reviewed IN SHARE ROW EXCLUSIVE MODE");
        await statements.change("DELETE FROM reviewed WHERE id = $1", id);
        refuseTooMany(await statements.get("SELECT COUNT(*)::text AS n FROM reviewed"));
        await statements.change(
          "INSERT INTO reviewed (id, author, written_at, body) VALUES ($1, $2, $3, $4)",
          id,
          author,
          writtenAt,
          packReviewed(body),
        );
      });
    },
    async lapse(id, { at, because }) {
      const changed = await database.change(
        "UPDATE reviewed SET lapsed_at = $1, lapsed_because = $2 WHERE id = $3 AND lapsed_at IS NULL",
        at,
        because,
        id,
      );
      return changed === 1;
    },
    async remove(id) {
      return (await database.change("DELETE FROM reviewed WHERE id = $1", id)) === 1;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
