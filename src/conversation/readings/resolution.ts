/** [pure] A resolution made tidy, and what its question is put together from. */
import type { Resolution, ResolutionKind, StatementId } from "../conversation.ts";
import { proseOf } from "../statements.ts";

/** Begins like a question, or has a question mark. */
export const ASKS =
  /\?|^(?:(?:and|so|but|ok|then)[\s,]+)*(?:how|what|why|when|where|which|who|whose|is|are|was|were|do|does|did|can|could|should|will|would|has|have)\b/i;

export function make(
  kind: ResolutionKind,
  question: string,
  confidence: number,
  refers: { readonly claimIds?: readonly StatementId[]; readonly words?: readonly string[] } = {},
): Resolution {
  return {
    kind,
    question: tidy(question),
    claimIds: [...new Set(refers.claimIds ?? [])],
    words: [...new Set(refers.words ?? [])],
    confidence,
    by: "rules",
  };
}

/** Words of ours inside a question: enough to search with. */
export function shortened(text: string): string {
  const words = proseOf(text).replaceAll('"', "'").split(/\s+/);
  const cut = words.length > 45 ? `${words.slice(0, 45).join(" ")} ...` : words.join(" ");
  return cut.replace(/[.?!\s]+$/, "");
}

export function joined(question: string, more: string): string {
  return more === "" ? question : `${question} ${more}`;
}

export function tidy(question: string): string {
  return question
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ([,.;:?!]+)(?=\s|$)/g, "$1")
    .trim();
}
