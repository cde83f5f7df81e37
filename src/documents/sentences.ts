/**
 * Sentences of running text, with the place where each stands, and whether a sentence can be read alone.
 * Technical prose is full of full stops that end nothing: "e.g.", "v3.6.22", "prefect.yaml", ".submit()", "...".
 */
import type { Span } from "./text.ts";

/** Never the last word of a sentence when a full stop follows. */
const ABBREVIATIONS = new Set(
  "e.g i.e eg ie cf vs viz resp approx ca fig no nr sec ch vol ed eds al mr mrs ms dr st prof inc ltd dept est incl excl max min".split(
    " ",
  ),
);

/** What may close a sentence after its mark: quotes and brackets. */
const CLOSERS = /["'”’»)\]`*_]/u;
const LETTER = /\p{L}/u;
const UPPER = /[\p{Lu}\p{Lt}]/u;

/**
 * Characters looked at on either side of a mark. What decides is a word; without a bound a paragraph of one long line
 * costs the square of its length.
 */
const LOOK = 80;

/** The word before a full stop: "e.g" of "e.g.", "yaml" of "prefect.yaml.". */
function wordBefore(text: string, at: number): string {
  const least = Math.max(0, at - LOOK);
  let start = at;
  while (start > least && /[\p{L}\p{N}.]/u.test(text[start - 1] ?? "")) start -= 1;
  return text.slice(start, at);
}

/** Whether what follows a mark and white space can begin a sentence. */
function canBegin(text: string, at: number, mark: string): boolean {
  const ahead = text.slice(at, at + LOOK);
  const first = ahead.match(/^["'“‘«(`*_[]*(\S)/u)?.[1] ?? "";
  if (UPPER.test(first) || /[\p{N}@/$<{]/u.test(first)) return true;
  if (!LETTER.test(first)) return mark !== "." || /["'“‘«(`[]/u.test(text[at] ?? "");
  // A lower-case beginning is a sentence only when it is a name from code: "prefect.yaml holds ...", "run_deployment waits".
  const word = ahead.match(/^["'“‘«(`*_[]*([^\s,;:]+)/u)?.[1] ?? "";
  return /[\p{L}\p{N}][._/@:(=-]+[\p{L}\p{N})]|\(\)|\d/u.test(word);
}

function endsSentence(text: string, mark: number, after: number): boolean {
  const character = text[mark] ?? "";
  if (
    character === "." &&
    text[mark - 1] === "." &&
    !/^["'“(]*\p{Lu}/u.test(text.slice(after, after + LOOK))
  ) {
    return false;
  }
  if (character === "." || character === "…") {
    const before = wordBefore(text, mark);
    const lower = before.toLowerCase();
    if (before === "" && character === "." && /\s|^$/u.test(text[mark - 1] ?? "")) return false;
    if (ABBREVIATIONS.has(lower)) {
      // "no." and the like also end sentences ("The answer is no."); then a capital follows, not a number.
      const strict = lower.includes(".") || lower.length > 2 || /\d/u.test(text[after] ?? "");
      if (strict && lower !== "max" && lower !== "min" && lower !== "ed") return false;
    }
    // An initial ("J. Smith"), or the number of an item ("2. Open the page").
    if (/^\p{Lu}$/u.test(before) && before !== "I") return false;
    if (/(?:^|\n)\s*\d{1,2}$/u.test(text.slice(Math.max(0, mark - LOOK), mark))) return false;
  }
  return canBegin(text, after, character);
}

/**
 * Sentences of a paragraph in order; `text.slice(start, end)` is a sentence without the white space around it. A line
 * break alone ends nothing, an empty line does. Never cuts within a word, a file name, a version or a call. Not
 * meant for listings: a block of code is one piece.
 */
export function splitSentences(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  const push = (end: number) => {
    let from = start;
    let to = end;
    while (from < to && /\s/u.test(text[from] ?? "")) from += 1;
    while (to > from && /\s/u.test(text[to - 1] ?? "")) to -= 1;
    if (to > from) spans.push({ start: from, end: to });
    start = end;
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (character === "\n" && /^\n[^\S\n]*\n/u.test(text.slice(index, index + 40))) {
      push(index);
      continue;
    }
    if (character !== "." && character !== "!" && character !== "?" && character !== "…") continue;
    let after = index + 1;
    while (after < text.length && CLOSERS.test(text[after] ?? "")) after += 1;
    if (after >= text.length || !/\s/u.test(text[after] ?? "")) continue;
    let next = after;
    while (next < text.length && /\s/u.test(text[next] ?? "")) next += 1;
    if (next >= text.length) break;
    if (endsSentence(text, index, next)) push(after);
  }
  push(text.length);
  return spans;
}

/** Opens with a word that stands for something said before. */
const PRONOUN =
  /^(?:(?:this|that|these|those)\b(?! said)|it(?:s|'s|’s)?\b|they\b|their\b|them\b|he\b|she\b|such\b|both\b|neither\b|either of (?:these|them|which)\b|each of (?:these|them)\b|(?:some|many|most|all|any|none|one) of (?:these|them|which)\b|here\b|there,|doing so\b|the (?:exceptions?|above|former|latter|same|other|others|previous|preceding|first|second|third|last|resulting)\b|another\b|other\b|similar(?:ly)?\b|same\b)/iu;

/** Opens with a word that joins it to the sentence before. */
const CONNECTIVE =
  /^(?:however|specifically|in particular|also|additionally|furthermore|moreover|otherwise|instead|therefore|thus|then|hence|likewise|conversely|alternatively|consequently|accordingly|nevertheless|nonetheless|meanwhile|finally|next|lastly|secondly|thirdly|afterwards?|again|besides|and|but|or|so|yet|because of (?:this|that)|for (?:example|instance|this|that|these)|in (?:addition|contrast|turn|other words|this|that|these|those|such|either|both)|on the other hand|as (?:a result|such|above|before|you can see|mentioned|shown|noted)|by (?:contrast|doing (?:so|this|that))|with (?:this|that|these|those)|without (?:this|that|it|them)|at (?:this|that)|after (?:this|that|which|doing)|from (?:here|there|this|that)|if (?:so|not|this|that|it|they|none|neither|both|you do(?:n't| not)?,)|when (?:this|that|these|it|they|both)|once (?:this|that|it|they|you(?:'ve| have) done|done|complete)|while (?:this|that|these|it|they)|since (?:this|that|these|it|they)|because (?:this|that|these|it|they)|although (?:this|that|it|they)|until (?:this|that|then|it|they)|unless (?:this|it|they)|to (?:do so|\w+ (?:this|that|it|these|those|them)\b)|note that (?:this|that|these|it|they)|even (?:so|then)|that way|this way|under (?:this|these)|given (?:this|that|these)|unlike (?:this|that|these)|like (?:this|that|these))\b/iu;

/** "The worker still ...", "The server then ...": set against something said before. */
const SET_AGAINST =
  /^(?!if\b|when\b|once\b|while\b)(?:[^\s,;:]+ ){1,4}(?:still|then|therefore|thus)\b/iu;

/** "It is important to ...", "It's possible that ...": the pronoun stands for what follows. */
const EMPTY_SUBJECT =
  /^(?:it(?:'s|’s| is)|it (?:can|may|might) be) (?:also )?(?:strongly |highly |generally |often |sometimes |usually |not )?(?:important|possible|impossible|recommended|necessary|useful|helpful|common|best|advisable|safe|easy|better|good|required|worth|crucial|essential)\b/iu;

/** Points at something on the page that a quote does not show. */
const POINTS_ON_PAGE =
  /\b(?:(?:shown|described|listed|defined|mentioned|discussed|explained|noted|illustrated|seen|given|provided|detailed|outlined|see|demonstrated|used|created) (?:above|below|earlier|previously)|(?:above|below|preceding|previous|aforementioned) (?:example|code|snippet|command|diagram|table|image|screenshot|section|figure|flow|step|steps|list|script|configuration|template)|the (?:example|code|snippet|command|diagram|table|list|steps?|section|script) (?:above|below)|in this (?:example|case|section|guide|tutorial|page|recipe|walkthrough)|this (?:example|guide|page|tutorial|section|snippet|command|code|script|article|document)|(?:example|code|snippet|flow|script) from (?:above|before|earlier)|the following (?:image|screenshot|diagram|figure|sections?|pages?|guide)|see (?:below|above)|as follows)\b/iu;

/** Promises something that comes after it: a list, a listing, a table. */
const LEADS_IN = /:\s*$|\bthe following\b[^.]*[.:]?\s*$/iu;

/** What a sentence lacks when it stands alone: nothing, what was said before, or what the page shows beside it. */
export type Standing = "alone" | "needs-before" | "points-on-page";

/** Characters at the end of a sentence that tell whether it announces something. */
const LEAD_CHARACTERS = 240;

/** Whether a sentence announces a list, a listing or a table that must come with it. */
export function leadsIn(sentence: string): boolean {
  return LEADS_IN.test(sentence.slice(-LEAD_CHARACTERS));
}

/** Tells whether a sentence can be read alone. Judged from its wording only, so it errs on the side of "needs". */
export function standing(sentence: string): Standing {
  const text = sentence.replace(/^["'“‘«(`*_[\s]+/u, "");
  if (
    (PRONOUN.test(text) && !EMPTY_SUBJECT.test(text)) ||
    CONNECTIVE.test(text) ||
    SET_AGAINST.test(text)
  )
    return "needs-before";
  if (POINTS_ON_PAGE.test(text)) return "points-on-page";
  return "alone";
}
