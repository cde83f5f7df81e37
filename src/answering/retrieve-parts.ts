/** Searches for the parts of a failure answer, side by side. */
import type { Retrieval } from "../retrieval/retriever.ts";
import { READ_CHUNKS } from "../passages/score.ts";
import { type Asked, passedOn } from "./attempt.ts";

export function retrieveParts(
  asked: Asked,
  questions: readonly string[],
): Promise<readonly Retrieval[]> {
  return asked.log.timed("probe", () =>
    Promise.all(
      questions.map((question) =>
        // A passage of each part is wanted: what is not read for passages need not be fetched.
        asked.parts.retriever.retrieve({ question, most: READ_CHUNKS, ...passedOn(asked) }),
      ),
    ),
  );
}
