/** "Which of those need neither a new worker nor a restart?": options by what they say about the things asked for. */
import type { Option } from "../../conversation/options.ts";
import { nounPhrases } from "../../conversation/language/noun-phrases.ts";
import { isContentWord, wordsOf } from "../../conversation/language/words.ts";
import { rootsOf } from "../../documents/roots.ts";

/** From here on the things named are to be absent. */
const WITHOUT =
  /\b(?:neither|nor|no|not|without|avoid(?:s|ing)?|instead of|don't|do not|doesn't|does not|dont|doesnt|won't|aren't|isn't|never|free of|rather than)\b/i;
const LEAD =
  /^.*?\b(?:of|from|among)\s+(?:those|these|them|the (?:\w+ )?(?:options|ones|ways|two|three|four|five)|your (?:options|list|suggestions))\b|^(?:and |so |ok )*(?:which|what) (?:ones?|options?|ways?)\b/i;

/**
 * The options that fit, judged by the words they are put in: those that do not mention what must be absent, or those
 * that mention what must be there. [] when the words do not tell: no thing is named, or all or none would fit.
 */
export function chooseOptions(question: string, options: readonly Option[]): Option[] {
  const asked = question.replace(LEAD, " ");
  const things = nounPhrases(asked)
    .map(({ text }) => tellingRoots(text))
    .filter((roots) => roots.length > 0);
  if (things.length === 0) return [];
  const negated = WITHOUT.test(asked);
  const mentions = (option: Option) => {
    const held = new Set(rootsOf(option.text));
    return things.some((roots) => roots.some((root) => held.has(root)));
  };
  const chosen = options.filter((option) => mentions(option) !== negated);
  return chosen.length === 0 || chosen.length === options.length ? [] : chosen;
}

/** Roots that tell one thing from another; words like "task" or "code", which options share, do not. */
function tellingRoots(phrase: string): string[] {
  const words = wordsOf(phrase)
    .map(({ lower }) => lower)
    .filter(isContentWord);
  const telling = words.filter((word) => !COMMON.has(word));
  return telling.flatMap((word) => rootsOf(word));
}

const COMMON = new Set(
  "task tasks flow flows code run runs workflow workflows option options way ways change changes extra additional another new other own work".split(
    " ",
  ),
);
