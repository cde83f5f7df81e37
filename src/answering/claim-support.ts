/**
 * Whether quotes carry a claim. Pure comparison of words, no model: a claim passes when what it says can be found,
 * in the same or an allowed wording, in what the page says. Wrong rejections cost a sentence, wrong acceptances
 * cost trust, so what is unknown is refused. Measured on labelled pairs in test/answering/claim-pairs.jsonl.
 */
import { CODE_WORDS } from "./general-english.ts";
import { areOpposite, CONTRASTS, oppositesOf, RIVALS, sameAs } from "./paraphrases.ts";
import {
  checkAttribution,
  checkDenials,
  checkJoints,
  checkModality,
  checkRoles,
  type ClauseProblem,
} from "./clause-support.ts";
import { readClauses } from "./clauses.ts";
import { sameRoot, stem } from "./stem.ts";
import { isIdentifier, readText, type Quantity, type Reading, type Word } from "./claim-words.ts";

export type SupportProblem =
  | "number"
  | "identifier"
  | "state"
  | "negation"
  | "quantifier"
  | "modality"
  | "condition"
  | "term"
  | "subject";

export type Support =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: SupportProblem; readonly detail: string };

export type SupportOptions = {
  /** Headings above the quotes: what a page need not repeat in each sentence. */
  readonly headings?: readonly string[];
  /** The question: licenses platform, version and the asker's own names, nothing else. */
  readonly question?: string;
  /** All evidence, to tell the asker's names from the product's. */
  readonly isDocumented?: (name: string) => boolean;
  /** Largest share of a claim's content words that may be general words its quotes lack. */
  readonly softShare?: number;
};

/** Chosen by 5-fold cross-validation on the labelled pairs; flat between 0.3 and 0.5. */
export const SOFT_SHARE = 0.4;

const PLATFORMS = new Set(
  "kubernetes k8s ecs aws azure gcp google docker podman vertex modal fargate lambda eks gke aks openshift helm terraform linux windows macos cloud self-hosted oss".split(
    " ",
  ),
);

const fail = (problem: SupportProblem, detail: string): Support => ({ ok: false, problem, detail });

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** An identifier as a whole, not as a part of a longer one. */
function holdsIdentifier(text: string, raw: string): boolean {
  const bare = raw
    .toLowerCase()
    .replace(/\(\s*(?:\.\.\.)?\s*\)?$/, "")
    .replace(/^@/, "");
  if (bare === "") return true;
  const before = /^[\w]/.test(bare) ? "(?<![\\w-]|[\\w]\\.)" : "(?<![\\w-])";
  const whole = escape(bare).replaceAll("=", "\\s*=\\s*");
  return new RegExp(`${before}${whole}(?![\\w]|-[\\w]|\\.[\\w])`, "i").test(text);
}

function identifierSupported(text: string, raw: string): boolean {
  if (holdsIdentifier(text, raw)) return true;
  const bare = raw.replace(/\(.*$/, "");
  // A method is documented under its class or alone: "flow.deploy" and "deploy".
  const dotted = bare.split(".");
  if (dotted.length === 2 && /^[a-z_]\w*$/i.test(dotted[1] ?? "") && raw.includes("(")) {
    return new RegExp(`(?<!\\w)${escape(dotted[1] ?? "")}\\s*\\(`, "i").test(text);
  }
  const assigned = /^([\w.-]+)=(.+)$/.exec(bare);
  if (assigned !== null) {
    const [, name = "", value = ""] = assigned;
    return (
      holdsIdentifier(text, name) &&
      holdsIdentifier(text, value.replaceAll(/["']/g, "")) &&
      !new RegExp(`${escape(name)}\\s*=`, "i").test(text)
    );
  }
  return new RegExp(`[\\w)\\]]\\.${escape(bare.toLowerCase())}(?![\\w.])`, "i").test(text);
}

/** "`retry`" may stand as a plain word in the quote, inflected, but "`deploy`" is not a deployment. */
function isInflected(name: string, word: string): boolean {
  return (
    word.startsWith(name.replace(/s$/, "")) &&
    /^(?:s|es|d|ed|ing|'s)?$/.test(word.slice(name.replace(/s$/, "").length))
  );
}

function matches(claim: Word, quote: Word): boolean {
  if (claim.lower === quote.lower) return true;
  if (claim.kind === "state") return false;
  if (claim.quoted) return isInflected(claim.lower, quote.lower);
  if (claim.stem === quote.stem) return true;
  if (claim.kind !== "word" || (claim.capital && isName(claim))) return false;
  return sameAs(claim.stem).has(quote.stem) || sameRoot(claim.stem, quote.stem);
}

function isName(word: Word): boolean {
  return word.capital && word.raw.length > 1 && !/^I['a-z]?/.test(word.raw);
}

// Numbers.

function sameQuantity(claim: Quantity, quote: Quantity): boolean {
  if (claim.unit === "none" || quote.unit === "none") {
    return claim.value === quote.value && (claim.unit === "none" || claim.unit === "percent");
  }
  return claim.unit === quote.unit && Math.abs(claim.amount - quote.amount) < 1e-9;
}

/** "30 seconds" of a claim may stand as HEARTBEAT_SECONDS and "default: 30", or as "the number of seconds". */
function namesUnit(quantity: Quantity, quotes: Reading): boolean {
  const unit = /[a-z]+$/i.exec(quantity.raw)?.[0]?.toLowerCase().replace(/s$/, "");
  if (quantity.unit === "none" || unit === undefined || unit.length < 3) return false;
  const parts = identifierParts(quotes);
  return parts.has(stem(unit)) || quotes.words.some((word) => word.stem === stem(unit));
}

/** What a number counts: the content word right after it. */
function nextWord(reading: Reading, { at, segment }: Quantity): Word | undefined {
  const word = reading.words[at];
  return word?.segment === segment && word.tier !== "free" && word.kind === "word"
    ? word
    : undefined;
}

function checkNumbers(claim: Reading, quotes: Reading, question: Reading | undefined): Support {
  for (const quantity of claim.quantities) {
    const named = namesUnit(quantity, quotes);
    const found = quotes.quantities.some(
      (other) =>
        sameQuantity(quantity, other) ||
        (named && other.unit === "none" && other.value === quantity.value),
    );
    if (!found) {
      return fail("number", quantity.raw);
    }
  }
  for (const quantity of claim.quantities) {
    const counted = nextWord(claim, quantity);
    if (quantity.unit !== "none" || counted === undefined) continue;
    // "the first 10,000 characters of a message" are not "the first 10,000 messages".
    const places = quotes.quantities.filter((other) => sameQuantity(quantity, other));
    // "30 heartbeats" over "every 30 seconds".
    if (places.every(({ unit }) => unit !== "none") && !namesUnit(quantity, quotes)) {
      return fail("number", `${quantity.raw} ${counted.raw}`);
    }
    const counts = places.map((other) => nextWord(quotes, other));
    const other = counts.find((word) => word !== undefined);
    // "three failed renewals" are renewals that fail three times.
    if (counted.lower !== "times" && counts.some((word) => word?.lower === "times")) continue;
    const agrees = places.some((place) =>
      quotes.words.slice(place.at, place.at + 3).some((word) => matches(counted, word)),
    );
    const elsewhere = quotes.words.some((word) => matches(counted, word));
    const named = claim.words.some((word) => other !== undefined && matches(word, other));
    if (counts.every((word) => word !== undefined) && !agrees && elsewhere && !named) {
      return fail("number", `${quantity.raw} ${counted.raw}`);
    }
  }
  for (const version of claim.versions) {
    const known = [...quotes.versions, ...(question?.versions ?? [])];
    if (!known.includes(version)) return fail("number", version);
  }
  return { ok: true };
}

// Quantifiers and modality: a class that the claim uses must be used by its quotes.

type WordClass = {
  readonly problem: "quantifier" | "modality" | "condition" | "term";
  readonly claim: RegExp;
  readonly quote: RegExp;
};

const CLASSES: readonly WordClass[] = [
  {
    problem: "quantifier",
    claim: /\b(?:all(?! of)|always|everything|everywhere|entirely|completely)\b/i,
    quote:
      /\b(?:all|every|each|any|always|everything|everywhere|whole|entire(?:ly)?|complete(?:ly)?|whenever|nightly|hourly|daily|weekly|monthly|yearly|no|none|never|cannot|not|without)\b/i,
  },
  {
    problem: "quantifier",
    claim: /\bnever\b/i,
    quote: /\b(?:never|no|not|cannot|none|neither)\b|n['\u2019]t\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:forever|indefinitely|endlessly|infinitely)\b/i,
    quote:
      /\b(?:forever|indefinitely|endless(?:ly)?|infinite(?:ly)?|unlimited|never|no limit|without (?:a )?(?:limit|end))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:only|solely|exclusively|just|nothing but)\b/i,
    quote:
      /\b(?:only|solely|exclusively|just|nothing but|alone|unless|must|requires?|required|not|no|cannot|until|exclusive|limited|single|once|before|up to|at most|maximum|(?:last|first|latest|newest) (?:\d|two|three|five|ten))\b|n['\u2019]t\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:at most|up to|no more than|not more than|maximum)\b/i,
    quote:
      /\b(?:at most|up to|more than|maximum|max|limit|limits|limited|never|exceeds?|bound|cap|capped|highest|largest|less)\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:at least|no (?:less|fewer) than|minimum)\b/i,
    quote:
      /\b(?:at least|(?:less|fewer) than|minimum|min|or (?:more|higher|later|newer|above|greater|equal)|and (?:later|above)|not exceed|lowest|smallest)\b|\+/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:immediately|instantly|right away|straight away)\b/i,
    quote:
      /\b(?:immediate(?:ly)?|instant(?:ly)?|right away|straight away|as soon as|at once|without (?:delay|waiting))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:automatically|by (?:it|them)sel(?:f|ves)|on (?:its|their) own)\b/i,
    quote:
      /\b(?:automatic(?:ally)?|auto|by (?:it|them)sel(?:f|ves)|on (?:its|their) own|(?:it|them)sel(?:f|ves)|own|built-in|natively|without (?:you|manual|any))\b/i,
  },
  {
    problem: "quantifier",
    claim: /\bmanually\b|\bby hand\b/i,
    quote: /\bmanual(?:ly)?\b|\bby hand\b|\byourself\b|\byou (?:must|need|have to|can)\b/i,
  },
  {
    problem: "modality",
    claim: /\b(?:must|ha(?:s|ve) to|mandatory|is required|are required|need(?:s|ed)? to)\b/i,
    quote:
      /\b(?:must|ha(?:s|ve) to|mandatory|required?|requires|need(?:s|ed)?|necessary|only|cannot|make sure|ensure|essential|prerequisites?|before|not possible|should)\b|n['\u2019]t\b|^(?:[A-Z]?[a-z]+ )/i,
  },
  {
    problem: "modality",
    claim: /\bshould\b|\brecommend/i,
    quote:
      /\b(?:should|recommend\w*|advis\w*|must|need\w*|best|prefer\w*|consider|suggest\w*|make sure|ensure|required?|ha(?:s|ve) to|better|so)\b|(?:^|[,;:.]\s+|\band )(?:(?:do not|don't|never|always)\b|(?:so |and |then |but )?(?!(?:when|if|after|before|once|unless|while|since|because|for|in|on|with|at|by|from|to|of|as|is|are|was|has|that|which|and|or|until|like|than|into|over|only|all|both|not)\b)[a-z]+(?<!s|ing|ed) (?:the|an?|your|it|them|this|these|each|all|its|any|one)\b|use\b|set\b)/i,
  },
  {
    problem: "condition",
    claim: /\bafter(?:wards)?\b/i,
    quote:
      /\b(?:after|afterwards|once|when|then|since|following|from|over|past|later|out|expires?|until|and|if|for)\b/i,
  },
  {
    problem: "condition",
    claim: /\bbefore\b/i,
    quote:
      /\b(?:before|prior|until|ahead|first|then|previous(?:ly)?|preceding|so|next|need(?:ed)?|require[sd]?|after|once|when)\b/i,
  },
  {
    problem: "modality",
    claim: /\boptional(?:ly)?\b/i,
    quote: /\b(?:optional(?:ly)?|may|can|if|not|without|default)\b/i,
  },
  {
    problem: "term",
    claim: /\b(?:different|separate(?:ly)?|another)\b/i,
    quote:
      /\b(?:different|separate(?:ly)?|another|other|own|each|individual(?:ly)?|distinct|multiple|per|new|second|more)\b/i,
  },
  {
    problem: "term",
    claim: /\bsame\b/i,
    quote:
      /\b(?:same|shar\w+|equal|identical|again|one|single|both|all|together|common|match\w*|concurrent\w*|once)\b/i,
  },
  {
    problem: "term",
    claim: /\b(?:newer|older)\b/i,
    quote:
      /\b(?:newer|older|later|earlier|higher|lower|above|below|before|after|since|previous|past|than)\b|\d\+/i,
  },
  {
    problem: "term",
    claim: /\bhow long\b/i,
    quote:
      /\b(?:long|time|duration|seconds?|minutes?|hours?|days?|period|timeout|age|interval|delay)\b/i,
  },
  {
    problem: "term",
    claim: /\bhow (?:many|much)\b/i,
    quote: /\b(?:many|much|number|count|amount|limit|limits|times|maximum|max)\b/i,
  },
  {
    problem: "term",
    claim: /\bfirst\b/i,
    quote:
      /\b(?:first|initial(?:ly)?|before|start(?:s|ing)?|begin(?:s|ning)?|precedence|priority|prior|earliest|lead(?:ing)?|top|1)\b/i,
  },
  {
    problem: "term",
    claim: /\blast\b/i,
    quote:
      /\b(?:last|final(?:ly)?|latest|ends?|previous(?:ly)?|recent(?:ly)?|after|lowest|past)\b/i,
  },
  {
    problem: "condition",
    claim: /\b(?:even (?:if|when)|regardless|no matter)\b/i,
    quote:
      /\b(?:even|regardless|no matter|whether|always|any|independent(?:ly)?|however|whatever|although|though)\b/i,
  },
  {
    problem: "condition",
    claim: /\bby default\b/i,
    quote:
      /\bdefaults?\b|\bunless\b|\bout of the box\b|\boverrid|\b(?:can|may) be (?:changed|set|configured)\b|\bchang(?:es?|ed)\b|\badjust|\bconfigur|\bsets? (?:another|a different)\b/i,
  },
  {
    problem: "condition",
    claim: /\bdefaults? to\b|\bthe default\b|\bdefault (?=\w)/i,
    quote: /\bdefaults?\b|\bunless\b|\bout of the box\b/i,
  },
  {
    problem: "quantifier",
    claim:
      /\b(?:(?:above|greater than|higher than|larger than|more than|longer than|over) (?=\d|one\b|two\b|three\b|the\b)|exceeds?)/i,
    quote:
      /\b(?:above|greater|higher|larger|more|longer|exceed\w*|over|beyond|further|raise|increase|at once|unlimited|reach\w*|limit\w*)\b|>/i,
  },
  {
    problem: "quantifier",
    claim: /\b(?:below|less than|lower than|smaller than|fewer than|shorter than|under \d)/i,
    quote: /\b(?:below|less|lower|smaller|fewer|shorter|under|within|at most|up to|decrease)\b|</i,
  },
];

const UNIVERSAL = /^(?:all|every|each|any)$/;
const PARTIAL = /^(?:some|most|many|several|certain|few|selected)$/;

/** "some providers" are not "all providers". */
function checkRange(claim: Reading, quotes: Reading): Support {
  for (const [at, word] of claim.words.entries()) {
    if (!UNIVERSAL.test(word.lower)) continue;
    const named = claim.words.slice(at + 1, at + 4).filter(isContent);
    const isBehind = (kind: RegExp) =>
      quotes.words.some(
        (other, place) =>
          named.some((each) => matches(each, other)) &&
          quotes.words.slice(Math.max(0, place - 3), place).some(({ lower }) => kind.test(lower)),
      );
    const partial =
      isBehind(PARTIAL) ||
      (quotes.words.some(({ lower }) => lower === "only") &&
        !claim.words.some(({ lower }) => lower === "only"));
    if (partial && !isBehind(UNIVERSAL)) return fail("quantifier", word.raw);
  }
  return { ok: true };
}

function checkClasses(claim: string, quotes: string): Support {
  for (const { problem, claim: used, quote } of CLASSES) {
    const found = used.exec(claim);
    if (found !== null && !quote.test(quotes)) return fail(problem, found[0]);
  }
  const fresh = /\b(?:new|fresh|own)\b/i.exec(claim);
  if (
    fresh !== null &&
    /\bsame\b/i.test(quotes) &&
    !/\b(?:new|fresh|own|same)\b/i.test(quotes.replace(/\bsame\b/i, ""))
  ) {
    return fail("term", fresh[0]);
  }
  // Leave where the page says duty.
  const weak = /\b(?:may|might|optional(?:ly)?|could)\b/i.exec(claim);
  if (
    weak !== null &&
    /\b(?:must|required|ha(?:s|ve) to|mandatory)\b/i.test(quotes) &&
    !/\b(?:may|might|optional(?:ly)?|could|can)\b/i.test(quotes)
  ) {
    return fail("modality", weak[0]);
  }
  // Duty where the page says leave.
  const duty = /\b(?:must|ha(?:s|ve) to|mandatory)\b/i.exec(claim);
  if (
    duty !== null &&
    /\b(?:may|might|optional(?:ly)?|can)\b/i.test(quotes) &&
    !/\b(?:must|required?|requires|need(?:s|ed)?|ha(?:s|ve) to|mandatory|only|not|cannot|should)\b/i.test(
      quotes,
    )
  ) {
    return fail("modality", duty[0]);
  }
  return { ok: true };
}

/** A page's "only if ..." belongs to what it restricts; a claim that has the one without the other says more. */
function checkRestriction(
  claim: Reading,
  claimText: string,
  quoteTexts: readonly string[],
): Support {
  for (const text of quoteTexts) {
    for (const sentence of text.split(/(?<=[.!?;])\s+/u)) {
      const match = /\bonly (?:if|when|with|for|in|on|after|while|once)\b([^.;,]*)/i.exec(sentence);
      if (match === null) continue;
      const restricted = readText(sentence.slice(0, match.index)).words.filter(isContent);
      const restriction = readText(match[1] ?? "").words.filter(isContent);
      const said = (word: Word) => claim.words.some((each) => matches(each, word));
      if (restricted.length < 2 || restriction.length === 0) continue;
      const covered = restricted.filter(said).length / restricted.length;
      if (covered >= 0.6 && !restriction.some(said) && !/\b(?:if|when|only)\b/i.test(claimText)) {
        return fail("condition", match[0].trim());
      }
    }
  }
  return { ok: true };
}

function isContent(word: Word): boolean {
  return word.tier !== "free";
}

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

/** The words inside names: PREFECT_LOGGING_LEVEL is about logging, `pause_flow_run` about pausing. */
function identifierParts(reading: Reading): ReadonlySet<string> {
  return new Set(
    reading.words
      .filter(({ kind }) => kind === "identifier")
      .flatMap(({ raw }) => raw.split(/[_\W]+|(?<=[a-z])(?=[A-Z])/))
      .filter((part) => part.length > 2)
      .map(stem),
  );
}

/** `name: "value"`, `name=value`, `--flag`. */
const CODE_LINE = /(?:^|\n)\s*[\w.-]+:\s*["'[{\d]|(?:^|\s)--[a-z]|\w=["'\w]/;

/**
 * The claim with the short names its quotes use: "DST" for "daylight saving time", where the initials agree, and the
 * long one where it is the claim that abbreviates.
 */
function withNamesOf(quoteText: string, claim: string): string {
  const spelled = (text: string, name: string) => {
    const initials = [...name]
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
function checkWords(
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
  if (
    content.length > 0 &&
    lacking > Math.max(1, content.length * (options.softShare ?? SOFT_SHARE))
  ) {
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

type Item = {
  readonly key: string;
  readonly group: string;
  readonly clause: number;
  readonly segment: number;
  /** How many words stand before it. */
  readonly at: number;
};

/** Values a setting may have, as opposed to names of settings. */
const VALUE =
  /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL|True|False|None|Always|Never|[A-Z][a-z]+(?:[A-Z][a-z]+)+)$/;

/** What sentences set against each other: numbers with the same unit, states, kinds of parts, editions. */
function items(reading: Reading): Item[] {
  const found: Item[] = reading.quantities.map(({ unit, amount, clause, segment, at }) => ({
    at,
    key: String(amount),
    group: `quantity ${unit}`,
    clause,
    segment,
  }));
  for (const [at, word] of reading.words.entries()) {
    if (word.kind === "state") {
      found.push({
        at,
        key: word.lower,
        group: "state",
        clause: word.clause,
        segment: word.segment,
      });
    }
    if (VALUE.test(word.raw)) {
      found.push({
        at,
        key: word.lower,
        group: "value",
        clause: word.clause,
        segment: word.segment,
      });
    }
    for (const [index, group] of CONTRASTS.entries()) {
      const singular = group.has(word.lower) ? word.lower : word.lower.replace(/s$/, "");
      if (group.has(singular)) {
        found.push({
          at,
          key: singular,
          group: `contrast ${index}`,
          clause: word.clause,
          segment: word.segment,
        });
      }
    }
  }
  return found;
}

/** What the quotes say of one thing and the claim says of another: the free plan's days given to the paid plan. */
function checkBinding(claim: Reading, quotes: Reading): Support {
  const claimed = items(claim);
  const quoted = items(quotes);
  for (const item of claimed) {
    const place = item.group === "contrast 0" ? "clause" : "segment";
    // "a task or flow" sets neither against the other.
    const both = claimed.some(
      (other) =>
        other.group === item.group && other.key !== item.key && other.segment === item.segment,
    );
    if (both && item.group.startsWith("contrast")) continue;
    const mine = new Set(
      quoted
        .filter(({ group, key }) => group === item.group && key === item.key)
        .map((each) => each[place]),
    );
    if (mine.size === 0) continue;
    const others = new Set(
      quoted
        .filter(({ group, key }) => group === item.group && key !== item.key)
        .map((each) => each[place])
        .filter((each) => !mine.has(each)),
    );
    // Bare numbers count different things: 200 items and a status of 422 are no rivals.
    if (others.size === 0 || item.group === "quantity none") continue;
    const own = quotes.words.filter((word) => mine.has(word[place]) && word.tier === "strict");
    const inClaim = (word: Word) => claim.words.some((each) => matches(each, word));
    const covered = own.length === 0 ? 0 : own.filter(inClaim).length / own.length;
    for (const word of claim.words) {
      if (item.group === "value" && word.kind === "identifier") continue;
      if (word.tier !== "strict" || word[place] !== item[place] || word.lower.startsWith(item.key))
        continue;
      const places = quotes.words
        .filter((other) => matches(word, other))
        .map((other) => other[place]);
      if (places.length === 0 || !places.every((each) => others.has(each))) continue;
      // "moves from A to B" names both, as the page may.
      const rival = claimed.some(({ group, key }) => group === item.group && key === word.lower);
      if (rival || word.stem === "run" || isShared(word, quotes, item, place, mine)) continue;
      // "... itself; self-hosted servers need an automation for it": the second part speaks of the first.
      const refersBack = quotes.words.some(
        (other) =>
          mine.has(other[place]) && /^(?:it|them|they|this|these|ones?)$/.test(other.lower),
      );
      if (refersBack && covered >= 0.7) continue;
      return fail("subject", `${word.raw} is not said of ${item.key}`);
    }
  }
  return { ok: true };
}

/** "200 on the timeline, 1,000 in one request": a bare number said with words that stand with another. */
function checkAmounts(claim: Reading, quotes: Reading): Support {
  const amounts = quotes.quantities.filter(
    ({ unit, value }) => unit === "none" && Number.isInteger(value),
  );
  for (const quantity of claim.quantities) {
    // "3.10" is a version.
    if (quantity.unit !== "none" || !Number.isInteger(quantity.value)) continue;
    const mine = new Set(
      amounts.filter(({ value }) => value === quantity.value).map(({ segment }) => segment),
    );
    const others = new Set(
      amounts.map(({ segment }) => segment).filter((segment) => !mine.has(segment)),
    );
    if (mine.size === 0 || others.size === 0) continue;
    const beside = claim.words.filter(
      ({ segment, tier }) => segment === quantity.segment && tier === "strict",
    );
    const placesOf = (word: Word) =>
      quotes.words.filter((other) => other.stem === word.stem).map(({ segment }) => segment);
    const away = beside.filter((word) => {
      const places = placesOf(word);
      return places.length > 0 && places.every((segment) => others.has(segment));
    });
    const near = beside.filter((word) => placesOf(word).some((segment) => mine.has(segment)));
    if (away.length >= 2 && away.length > near.length) return fail("number", quantity.raw);
  }
  return { ok: true };
}

/** "keeps 7 days in the free plan and 30 days in the paid plan": what stands before the first number is said of both. */
function isShared(
  word: Word,
  quotes: Reading,
  item: Item,
  place: "clause" | "segment",
  mine: ReadonlySet<number>,
): boolean {
  if (place === "clause") return false;
  const elliptic = [...mine].some(
    (segment) => quotes.words.find((each) => each.segment === segment)?.lower === "and",
  );
  if (!elliptic) return false;
  return quotes.words.some(
    (other) =>
      matches(word, other) &&
      items(quotes).some(
        (rival) =>
          rival.group === item.group &&
          rival.segment === other.segment &&
          rival.at > quotes.words.indexOf(other),
      ),
  );
}

const OBJECT_OF = ["into", "over"];

/** "turns events into requests" is not "turns requests into events". */
function checkDirection(claim: Reading, quotes: Reading): Support {
  const objects = (reading: Reading, preposition: string) => {
    const at = reading.words.findIndex(({ lower }) => lower === preposition);
    if (at === -1) return undefined;
    const after = reading.words.slice(at + 1).filter(isContent);
    const before = reading.words.slice(0, at).filter(isContent);
    return { after: after.slice(0, 3), before };
  };
  for (const preposition of OBJECT_OF) {
    const mine = objects(claim, preposition);
    const theirs = objects(quotes, preposition);
    if (mine === undefined || theirs === undefined || mine.after.length === 0) continue;
    const meets = mine.after.some((word) => theirs.after.some((other) => matches(word, other)));
    const swapped = mine.after.some((word) => theirs.before.some((other) => matches(word, other)));
    if (!meets && swapped) return fail("subject", `${preposition} ${mine.after[0]?.raw ?? ""}`);
  }
  return { ok: true };
}

/** Behind "of", "on", "for": neither does it nor has it done to it. */
function isGoverned(reading: Reading, { at }: Item): boolean {
  return reading.words
    .slice(Math.max(0, at - 2), at)
    .some(({ lower }) => /^(?:of|on|for|in|at|with|from|as)$/.test(lower));
}

/** "first A, then B" is not "first B, then A", and what A does to B is not what B does to A. */
function checkOrder(
  claim: Reading,
  quotes: Reading,
  claimText: string,
  quoteText: string,
): Support {
  const SEQUENCE = /\b(?:then|before|first)\b/i;
  const sequence = SEQUENCE.test(claimText) && SEQUENCE.test(quoteText);
  const passive = (reading: Reading, clause: number) =>
    reading.words.some(({ lower, clause: at }) => lower === "by" && at === clause);
  const claimed = items(claim);
  const quoted = items(quotes);
  for (const first of claimed) {
    for (const second of claimed) {
      if (first.group !== second.group || first.key === second.key || first.at >= second.at)
        continue;
      const places = (key: string) =>
        quoted.filter(({ group, key: other }) => group === first.group && other === key);
      const firsts = places(first.key);
      const seconds = places(second.key);
      if (firsts.length === 0 || seconds.length === 0) continue;
      if (sequence && !first.group.startsWith("contrast")) {
        const inOrder = firsts.some((one) => seconds.some((other) => one.at <= other.at));
        if (!inOrder) return fail("subject", `${first.key} before ${second.key}`);
      }
      if (first.clause !== second.clause || passive(claim, first.clause)) continue;
      if (!first.group.startsWith("contrast")) continue;
      if (isGoverned(claim, first) || isGoverned(claim, second)) continue;
      // "a task or flow": named side by side, not set against each other.
      const listed = claim.words
        .slice(first.at + 1, second.at)
        .every(({ lower }) => /^(?:or|and|run|runs|an?|the)$/.test(lower));
      if (listed) continue;
      const together = firsts.flatMap((one) =>
        seconds.filter((other) => other.clause === one.clause).map((other) => ({ one, other })),
      );
      if (together.length === 0 || together.some(({ one }) => passive(quotes, one.clause)))
        continue;
      if (together.every(({ one, other }) => one.at > other.at)) {
        return fail("subject", `${first.key} and ${second.key} change places`);
      }
    }
  }
  return { ok: true };
}

/** What a page only recommends or holds possible is no fact. */
function checkHedge(claim: Reading, claimText: string, quotes: readonly string[]): Support {
  if (
    /\b(?:should|may|might|could|can|must|need|possib|potential|sometimes|recommend|ought|ha(?:s|ve) to|best|likely|designed|meant|advis)/i.test(
      claimText,
    )
  ) {
    return { ok: true };
  }
  const content = claim.words.filter(isContent);
  const first = claim.words[0];
  let hedged: string | undefined;
  for (const quote of quotes) {
    const reading = readText(quote);
    const part = (word: Word) => `${word.clause} ${word.segment}`;
    for (const place of new Set(reading.words.map(part))) {
      const words = reading.words.filter((word) => part(word) === place);
      const covered = content.filter((word) => words.some((other) => matches(word, other))).length;
      if (content.length === 0 || covered / content.length < 0.6) continue;
      const at = words.findIndex(({ lower }) => /^(?:should|may|might|could)$/.test(lower));
      if (at === -1) return { ok: true };
      const advised = words.slice(at + 1, at + 4).some(({ stem: after }) => after === first?.stem);
      if (!advised) hedged = words[at]?.raw;
    }
  }
  return hedged === undefined ? { ok: true } : fail("modality", `the page says "${hedged}"`);
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
    () => checkWords(claimReading, quoteReading, quoteText, options),
    () => checkClasses(claim, [quoteText, ...(options.headings ?? [])].join("\n")),
    () => {
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
