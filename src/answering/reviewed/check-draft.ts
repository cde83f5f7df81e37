/** Whether an answer that a person writes can be kept: what is wrong is said so that it can be mended. [pure] */
import { REVIEWED_LIMITS, type ReviewedAnswer } from "../../state/reviewed-answers.ts";
import { contentWords, createReviewedMatcher } from "./match-reviewed.ts";

export type ReviewedDraft = Pick<ReviewedAnswer, "id" | "text" | "author" | "wordings"> & {
  readonly product?: string;
};

export type DraftProblem = {
  readonly part: "wordings" | "text" | "author";
  readonly message: string;
  readonly hint?: string;
};

/** The first problem of a draft whose texts are trimmed; `others`: the answers that are kept already. */
export function draftProblem(
  draft: ReviewedDraft,
  others: readonly ReviewedAnswer[],
): DraftProblem | undefined {
  return (
    wordingsProblem(draft.wordings) ??
    textProblem(draft.text) ??
    authorProblem(draft.author) ??
    sameProblem(draft, others)
  );
}

function wordingsProblem(wordings: readonly string[]): DraftProblem | undefined {
  const part = "wordings";
  if (wordings.length === 0) return { part, message: "Say what it answers." };
  if (wordings.length > REVIEWED_LIMITS.wordings)
    return { part, message: `More than ${REVIEWED_LIMITS.wordings} wordings are not kept.` };
  for (const wording of wordings) {
    if (wording.length > REVIEWED_LIMITS.wording)
      return {
        part,
        message: `A wording has at most ${REVIEWED_LIMITS.wording} characters, "${wording.slice(0, 40)}…" has ${wording.length}.`,
      };
    if (contentWords(wording).size === 0)
      return { part, message: `"${wording}" has no word by which it could be known again.` };
  }
  return undefined;
}

function textProblem(text: string): DraftProblem | undefined {
  if (text === "") return { part: "text", message: "The answer is empty." };
  if (text.length <= REVIEWED_LIMITS.text) return undefined;
  return {
    part: "text",
    message: `An answer has at most ${REVIEWED_LIMITS.text} characters, this one has ${text.length}.`,
  };
}

function authorProblem(author: string): DraftProblem | undefined {
  if (author === "") return { part: "author", message: "Say whose answer it is." };
  if (author.length <= REVIEWED_LIMITS.author) return undefined;
  return { part: "author", message: `A name has at most ${REVIEWED_LIMITS.author} characters.` };
}

/** Two answers to one question: which of them is given would be chance. */
function sameProblem(
  { id, wordings, product }: ReviewedDraft,
  others: readonly ReviewedAnswer[],
): DraftProblem | undefined {
  const matcher = createReviewedMatcher(others.filter((other) => other.id !== id));
  for (const wording of wordings) {
    const other = matcher.find(wording, product)?.answer;
    if (other !== undefined)
      return {
        part: "wordings",
        message: `"${wording}" is answered already, by ${other.id} ("${other.wordings[0] ?? ""}").`,
        hint: `Replace that one (--id ${other.id}), or remove it.`,
      };
  }
  return undefined;
}
