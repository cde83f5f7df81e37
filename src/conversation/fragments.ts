/** Whether a message leans on the question before it, and how: a phrase, a verb left out, a thing with its article. */
import { findAnaphors } from "./anaphora.ts";
import { readWordQuestion } from "./cues.ts";
import { isContentWord, wordsOf } from "./language/words.ts";
import type { Past } from "./past.ts";

export type FragmentKind =
  /** A phrase that takes the place of a part of the question, or is added to it; "and the last one?" after a list. */
  | "part"
  /** A question of its own that leaves out what it is about: "and who decides?", "why?". */
  | "clause";

const CONTINUES =
  /^(?:(?:and|or|but|plus|nor)\b|(?:what|how) about\b|what if\b|same\b|only\b|just\b|even\b|not\b|unless\b|except\b|instead of\b|with(?:out)?\b|for\b|on\b|in\b|at\b|from\b|to\b|via\b|using\b|per\b|when\b|if\b|after\b|before\b|during\b|since\b|until\b|like\b)/i;
const BARE_WH =
  /^(?:(?:and|but|so|ok)[\s,]+)*(?:why|how|when|where|who|which|how come|how so|why not|since when|until when|how long|how often|how much|how many|what else|where else|why (?:is|does|would|did|do) (?:that|it)|for how long|by whom|in what (?:case|order)|an example|example|examples|for example|like what|such as|meaning|and then|then what|what then|or)\b[\s?!.]*$/i;
const MAIN_QUESTION =
  /^(?:(?:and|but|so|or|ok|then|also|plus)[\s,]+)*(?:(?:for|since|until|at|in|to|from|by|on|with) (?=how|what|which|when|whom|whose))?(?:how|what|why|when|where|which|who|whose|whats|what's|hows|how's|is|are|was|were|do|does|did|can|could|should|shall|will|would|has|have|had|may|might|isn't|aren't|doesn't|don't|won't|can't)\b/i;
const SUFFICES =
  /\b(?:works?|helps?|suffices?|enough|matters?|appl(?:y|ies)|counts?|do(?: it)?)[\s?!.]*$/i;
const ADDITIVE =
  /\b(?:too|as well|also|either|instead|else|again|still|otherwise|already|now|then|same|another|more)\b/i;

/** How a message leans on the last question; undefined when it stands alone. */
export function fragmentKind(body: string, last: Past | undefined): FragmentKind | undefined {
  const words = wordsOf(body);
  const content = words.filter(({ lower }) => isContentWord(lower)).length;
  // "what about deleting it?": a question of its own about the thing.
  if (
    /^(?:(?:and|so|but|ok)[\s,]+)*(?:what|how) about \w+ing\b/i.test(body) &&
    findAnaphors(body).length > 0
  ) {
    return "clause";
  }
  if (BARE_WH.test(body)) return "clause";
  const continues = CONTINUES.test(body);
  const asks = clausesOf(body).some(
    (clause) =>
      MAIN_QUESTION.test(clause) &&
      !/^(?:(?:and|so|but|ok)[\s,]+)*(?:what|how) (?:about|abt|of)\b/i.test(clause),
  );
  const anaphors = findAnaphors(body);
  const items = anaphors.filter(({ kind }) => kind === "item" || kind === "other");
  if (items.length > 0 && !asks && content <= 1) return "part";
  if (
    /\b(?:instead|what else|anything else|something else|otherwise)\b/i.test(body) &&
    content <= 3
  )
    return asks || !continues ? "clause" : "part";

  // "what is a webhook": short, and nothing is left out.
  if (anaphors.length === 0 && readWordQuestion(body) !== undefined) {
    return undefined;
  }
  if (asks) {
    // "would a hook work?", "does order matter?": whether it does for what was asked.
    if (last !== undefined && content <= 2 && SUFFICES.test(body)) return "clause";
    if (/^(?:and|but|or|so|then)\b/i.test(body) && content <= (ADDITIVE.test(body) ? 5 : 3)) {
      return "clause";
    }
    return content <= 1 ? "clause" : undefined;
  }
  // Nothing but a pointing word: "with this one?", "for that?".
  if (anaphors.length > 0 && content === 0) return undefined;
  if (continues && content <= 6 && words.length <= 14) {
    return /^(?:when|if|after|before|since|until)\b/i.test(body) && words.length > 9
      ? undefined
      : "part";
  }
  if (anaphors.length > 0) return undefined;
  if (content <= 2 && words.length <= 7) return "part";
  return content <= 4 && words.length <= 8 && ADDITIVE.test(body) ? "part" : undefined;
}

/** A phrase that carries on by its first word ("and for tasks", "only the ones ..."): hardly anything else. */
export function isSurelyCutShort(body: string, kind: FragmentKind | undefined): boolean {
  return kind === "part" && CONTINUES.test(body) && !/^(?:not|but)\b/i.test(body);
}

function clausesOf(text: string): string[] {
  return text.split(/[,;:.?!]+\s+|\s+[–—-]+\s+/);
}
