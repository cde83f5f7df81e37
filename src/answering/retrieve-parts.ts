/** Searches for the parts of a failure answer, side by side. */
import type { Retrieval } from "../retrieval/retriever.ts";
import { READ_CHUNKS } from "../passages/score.ts";
import { type Asked, passedOn } from "./attempt.ts";

export function retrieveParts(
  asked: Asked,
  questions: readonly string[],
  /** Only of this one. */
  product?: string,
): Promise<readonly Retrieval[]> {
  const { scope, ...others } = passedOn(asked);
  const within = product === undefined ? scope : { ...scope, product };
  const request = { ...others, ...(within === undefined ? {} : { scope: within }) };
  return asked.log.timed("probe", () =>
    Promise.all(
      questions.map((question) =>
        // A passage of each part is wanted: what is not read for passages need not be fetched.
        asked.parts.retriever.retrieve({ question, most: READ_CHUNKS, ...request }),
      ),
    ),
  );
}
