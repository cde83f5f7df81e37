/**
 * Whether quotes carry a claim. Pure comparison of words, no model: a claim passes when what it says can be found,
 * in the same or an allowed wording, in what the page says. Wrong rejections cost a sentence, wrong acceptances
 * cost trust, so what is unknown is refused. Measured on labelled pairs in test/answering/claim-pairs.jsonl.
 */
import { checkBinding, checkDirection, checkOrder } from "./claim-binding.ts";
import { isContent, matches } from "./claim-likeness.ts";
import { checkAmounts, checkNumbers, checkSigns, isConverse } from "./claim-numbers.ts";
import { checkWords, withNamesOf, type SupportOptions } from "./claim-terms.ts";
import { readText, type Reading, type Word } from "./claim-words.ts";
import {
  checkAttribution,
  checkDenials,
  checkJoints,
  checkModality,
  checkRoles,
  type ClauseProblem,
} from "./clause-support.ts";
import { readClauses } from "./clauses.ts";
import { oppositesOf } from "./paraphrases.ts";
import { fail, type Support } from "./support.ts";
import { checkClasses, checkHedge, checkRange, checkRestriction } from "./word-classes.ts";

const DENYING = /^(?:un|in|im|non|dis|down$|offline$|without$|lack|absent|missing)/;

/** A word that the claim affirms and its quotes only deny, or the other way round. */
function deniedOnOneSide(claim: Reading, quotes: Reading): Word | undefined {
  const flipped = new Set<number>();
  for (const word of claim.words) {
    const opposites = oppositesOf(word.stem);
    if (opposites.size === 0) continue;
    if (quotes.words.some((other) => matches(word, other))) continue;
    if (quotes.words.some((other) => opposites.has(other.stem))) flipped.add(word.clause);
  }
  /** Denied words of a clause stand or fall together: "no priority number", "without a number". */
  const denied = new Map<number, { agrees: boolean; word: Word }>();
  for (const word of claim.words) {
    if (word.tier === "free" || word.neutral || flipped.has(word.clause)) continue;
    let found = quotes.words.filter(
      (other) => other.lower === word.lower || other.stem === word.stem,
    );
    if (found.length === 0) {
      found = quotes.words.filter((other) => matches(word, other));
      // "unreachable" and "cannot be reached" deny the same.
      if ([word, ...found].some(({ lower }) => DENYING.test(lower))) continue;
    }
    if (found.length === 0) continue;
    const agrees = found.some((other) => other.neutral || other.negated === word.negated);
    if (word.negated) {
      const known = denied.get(word.clause);
      denied.set(word.clause, {
        agrees: agrees || known?.agrees === true,
        word: known?.word ?? word,
      });
    } else if (!agrees) return word;
  }
  return [...denied.values()].find(({ agrees }) => !agrees)?.word;
}

/** Share of the claim's content words that stand, in this or an allowed wording, in the quotes: 0 to 1. */
export function coverage(claim: string, quotes: readonly string[]): number {
  const content = readText(claim).words.filter(isContent);
  const words = readText(quotes.join(" .\n")).words;
  if (content.length === 0) return 0;
  return (
    content.filter((word) => words.some((other) => matches(word, other))).length / content.length
  );
}

/** Whether `text` says nothing that `quotes` do not say. Give the quotes with their case kept. */
export function checkSupport(
  text: string,
  quotes: readonly string[],
  options: SupportOptions = {},
): Support {
  const quoteText = quotes.join(" .\n");
  const claim = withNamesOf(quoteText, text);
  const claimReading = readText(claim);
  const quoteReading = readText(quoteText);
  const question = options.question === undefined ? undefined : readText(options.question);
  const claimClauses = readClauses(claimReading);
  const quoteClauses = readClauses(quoteReading);
  const quoteStems = new Set(quoteReading.words.map((word) => word.stem));
  /** A word that the quotes have themselves is not looked for in other wordings too. */
  const near = (word: Word, other: Word) =>
    quoteStems.has(word.stem) ? word.stem === other.stem : matches(word, other);
  const asSupport = (found: ClauseProblem | undefined): Support =>
    found === undefined ? { ok: true } : fail(found.problem, found.detail);
  const checks: readonly (() => Support)[] = [
    () => checkNumbers(claimReading, quoteReading, question),
    () => checkSigns(claim, quoteText),
    () => checkWords(claimReading, quoteReading, quoteText, options),
    () => checkClasses(claim, [quoteText, ...(options.headings ?? [])].join("\n")),
    () => {
      if (isConverse(claimReading, quoteReading)) return { ok: true };
      const suspect = deniedOnOneSide(claimReading, quoteReading);
      return asSupport(checkDenials(claimClauses, quoteClauses, matches, suspect));
    },
    () => asSupport(checkJoints(claimClauses, quoteClauses, matches)),
    () => checkRange(claimReading, quoteReading),
    () => checkRestriction(claimReading, claim, quotes),
    // A writer that names several quotes means to bring them together.
    ...quotes.map(
      (quote) => () =>
        asSupport(checkAttribution(claimClauses, readClauses(readText(quote)), near)),
    ),
    () => asSupport(checkRoles(claimClauses, quoteClauses, near)),
    () => checkBinding(claimReading, quoteReading),
    () => checkAmounts(claimReading, quoteReading),
    () => checkDirection(claimReading, quoteReading),
    () => checkOrder(claimReading, quoteReading, claim, quoteText),
    () => asSupport(checkModality(claimClauses, quoteClauses, near)),
    () => checkHedge(claimReading, claim, quotes),
  ];
  for (const check of checks) {
    const result = check();
    if (!result.ok) return result;
  }
  return { ok: true };
}
