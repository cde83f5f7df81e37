/** Identifiers, states and words: what of a claim its quotes do not have, and what licenses it all the same. Pure. */
import {
  holdsIdentifier,
  identifierParts,
  identifierSupported,
  isContent,
  isName,
  matches,
} from "./claim-likeness.ts";
import { isConverse } from "./claim-numbers.ts";
import { isIdentifier, readText, type Reading, type Word } from "./claim-words.ts";
import { CODE_WORDS } from "./general-english.ts";
import { areOpposite, CONTRASTS, oppositesOf, RIVALS, sameAs } from "./paraphrases.ts";
import { stem } from "./stem.ts";
import { fail, type Support } from "./support.ts";

export type SupportOptions = {
  /** Headings above the quotes: what a page need not repeat in each sentence. */
  readonly headings?: readonly string[];
  /** The question: licenses platform, version and the asker's own names, nothing else. */
  readonly question?: string;
  /** All evidence, to tell the asker's names from the product's. */
  readonly isDocumented?: (name: string) => boolean;
};

/**
 * Largest share of a claim's content words that may be general words its quotes lack. Chosen by 5-fold cross-validation
 * on the labelled pairs; flat between 0.3 and 0.5.
 */
const SOFT_SHARE = 0.4;

const PLATFORMS = new Set(
  "kubernetes k8s ecs aws azure gcp google docker podman vertex modal fargate lambda eks gke aks openshift helm terraform linux windows macos cloud self-hosted oss".split(
    " ",
  ),
);

/** Verbs that begin an instruction; a page often shows what they tell as a listing or a table. */
const INSTRUCTIONS = new Set(
  "pass set call add put give configure specify define provide choose enter type write import decorate wrap start".split(
    " ",
  ),
);

/** "File names" and "filenames", "work-flow" and "workflow": the same word, written apart or together. */
function isCompound(word: Word, claim: Reading, quotes: Reading): boolean {
  const at = claim.words.indexOf(word);
  const together = (one: Word | undefined, other: Word | undefined) =>
    one === undefined || other === undefined ? "" : stem(one.lower + other.lower);
  const joined = [together(claim.words[at - 1], word), together(word, claim.words[at + 1])].filter(
    (each) => each.length > 6,
  );
  return (
    quotes.words.some((other) => joined.includes(other.stem)) ||
    quotes.words.some(
      (other, place) =>
        word.lower.length > 6 && together(other, quotes.words[place + 1]) === word.stem,
    )
  );
}

/** `name: "value"`, `name=value`, `--flag`. */
const CODE_LINE = /(?:^|\n)\s*[\w.-]+:\s*["'[{\d]|(?:^|\s)--[a-z]|\w=["'\w]/;

/**
 * The claim with the short names its quotes use: "DST" for "daylight saving time", where the initials agree, and the
 * long one where it is the claim that abbreviates.
 */
export function withNamesOf(quoteText: string, claim: string): string {
  const spelled = (text: string, name: string) => {
    const initials = name
      .split("")
      .map((letter) => `${letter}[\\p{L}]+`)
      .join("[\\s-]+(?:of |and |the )?");
    return new RegExp(`(?<![\\p{L}])${initials}(?![\\p{L}])`, "iu").exec(text)?.[0];
  };
  const names = (text: string) => new Set(text.match(/(?<![\w-])[A-Z]{3,6}(?![\w-])/g));
  let named = claim;
  for (const name of names(quoteText)) {
    const long = names(claim).has(name) ? undefined : spelled(claim, name);
    if (long !== undefined) named = named.replace(long, name);
  }
  for (const name of names(claim)) {
    const long = names(quoteText).has(name) ? undefined : spelled(quoteText, name);
    if (long !== undefined) named = named.replace(name, long);
  }
  return named;
}

/** States, identifiers, and words: what of the claim its quotes do not have. */
export function checkWords(
  claim: Reading,
  quotes: Reading,
  quoteText: string,
  options: SupportOptions,
): Support {
  const headings = readText((options.headings ?? []).join(" . "));
  const headingParts = identifierParts(headings);
  const headingText = (options.headings ?? []).join(" \n ").toLowerCase();
  const question = options.question === undefined ? undefined : readText(options.question);
  const lowerQuotes = quoteText.toLowerCase();
  const content = claim.words.filter(isContent);
  let lacking = 0;
  const ofCode =
    quotes.words.some(({ kind, quoted }) => kind === "identifier" || quoted) ||
    CODE_LINE.test(quoteText);
  // A setting's name says what it is about: "logs" of a claim may stand in LOGGING_LEVEL.
  const parts = identifierParts(quotes);

  const namesPlatform = (words: readonly Word[]) =>
    words.some(({ lower }) => PLATFORMS.has(lower) && lower !== "cloud");

  for (const phrase of claim.phrases) {
    const wanted = phrase.toLowerCase().replaceAll(/\s+/g, " ").trim();
    if (!lowerQuotes.replaceAll(/[\s`]+/g, " ").includes(wanted)) return fail("identifier", phrase);
  }

  for (const word of content) {
    if (word.kind === "identifier") {
      if (identifierSupported(lowerQuotes, word.raw)) continue;
      if (identifierSupported(headingText, word.raw)) continue;
      if (quotes.words.some((other) => other.lower === word.lower)) continue;
      if (askersOwn(word.raw, options)) continue;
      return fail("identifier", word.raw);
    }
    if (word.kind === "state") {
      if (quotes.words.some((other) => other.lower === word.lower)) continue;
      return fail("state", word.raw);
    }
    const rival = hasRival(word, quotes);
    if (quotes.words.some((other) => (rival ? other.stem === word.stem : matches(word, other))))
      continue;
    // "`retries`" may stand within "@task(retries=4)".
    if (word.quoted && identifierSupported(lowerQuotes, word.raw)) continue;
    if (
      word.lower.startsWith("un") &&
      quotes.words.some((other) => other.stem === stem(word.lower.slice(2)))
    ) {
      continue;
    }
    const opposites = oppositesOf(word.stem);
    if (quotes.words.some((other) => opposites.has(other.stem) && other.negated !== word.negated)) {
      continue;
    }
    const opposed = quotes.words.some((other) => areOpposite(word.stem, other.stem));
    if (opposed && isConverse(claim, quotes)) continue;
    if (isOpposed(word, claim, quotes)) return fail("term", word.raw);
    if (headings.words.some((other) => other.kind !== "state" && matches(word, other))) continue;
    if (isCompound(word, claim, quotes)) continue;
    if (
      word.kind === "word" &&
      !word.quoted &&
      [...sameAs(word.stem)].some((each) => parts.has(each) || headingParts.has(each))
    ) {
      continue;
    }
    if (PLATFORMS.has(word.lower) && question?.words.some(({ lower }) => lower === word.lower)) {
      if (!namesPlatform(quotes.words)) continue;
    }
    if (isName(word) && word.kind === "word" && askersOwn(word.raw, options)) continue;
    // "cannot be created" is said as "creating it fails".
    const cannot = quotes.words.some(
      ({ lower }, at) => lower === "can" && quotes.words[at + 1]?.lower === "not",
    );
    if (cannot && word.stem === "fail" && word.kind === "word") continue;
    if (ofCode && word.kind === "word" && isCodeWord(word)) continue;
    // "its status is `Late`": the state itself is looked for.
    const named = claim.words.some(
      (other) => other.clause === word.clause && (other.kind === "state" || other.quoted),
    );
    if (named && /^(?:state|status)(?:s|es)?$/.test(word.lower)) continue;
    const instructs = INSTRUCTIONS.has(word.lower) && (ofCode || word === claim.words[0]);
    if (word.tier === "soft" || instructs) {
      lacking += 1;
      continue;
    }
    return fail("term", word.raw);
  }
  if (content.length > 0 && lacking > Math.max(1, content.length * SOFT_SHARE)) {
    return fail("term", `${lacking} of ${content.length} words are not in the quotes`);
  }
  return { ok: true };
}

/** The quotes have the opposite of a word, and no other word of its clause turns that round. */
function isOpposed(word: Word, claim: Reading, quotes: Reading): boolean {
  const opposed = (each: Word) =>
    each.tier !== "free" &&
    !quotes.words.some((other) => matches(each, other)) &&
    quotes.words.some((other) => areOpposite(each.stem, other.stem));
  return (
    opposed(word) &&
    !claim.words.some((other) => areOpposite(word.stem, other.stem)) &&
    !claim.words.some(
      (other) => other !== word && other.sentence === word.sentence && opposed(other),
    )
  );
}

/** The quotes name another of a kind, as "warning" for "error": then no other wording of this one counts. */
function hasRival(word: Word, quotes: Reading): boolean {
  const group = [...RIVALS, ...CONTRASTS].find(
    (each) => each.has(word.lower) || each.has(word.lower.replace(/s$/, "")),
  );
  return (
    group !== undefined &&
    quotes.words.some(
      (other) =>
        other.stem !== word.stem &&
        (group.has(other.lower) || group.has(other.lower.replace(/s$/, ""))),
    )
  );
}

function isCodeWord({ lower }: Word): boolean {
  return CODE_WORDS.has(lower) || CODE_WORDS.has(lower.replace(/s$/, ""));
}

/** A name that the question brought along and the documentation does not have: the asker's flow, bucket, pool. */
function askersOwn(raw: string, options: SupportOptions): boolean {
  if (options.question === undefined || options.isDocumented === undefined) return false;
  if (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+$|^--?\w|=/.test(raw)) return false;
  if (!isIdentifier(raw)) return false;
  return holdsIdentifier(options.question.toLowerCase(), raw) && !options.isDocumented(raw);
}
