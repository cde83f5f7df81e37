/** [pure] Hurried typing spelled out, so that rules need to know one spelling: "wdym", "dont", "whats", "teh". */
import { isEither, isFunctionWord, isVerb } from "./words.ts";

/** What is typed, and what it is short for. None of them is a word of its own in talk about software. */
const SHORT: Readonly<Record<string, string>> = {
  u: "you",
  ya: "you",
  ur: "your",
  urs: "yours",
  r: "are",
  em: "them",
  "'em": "them",
  abt: "about",
  bc: "because",
  cuz: "because",
  cos: "because",
  coz: "because",
  becuz: "because",
  b4: "before",
  wdym: "what do you mean",
  wdum: "what do you mean",
  teh: "the",
  idk: "I don't know",
  dunno: "don't know",
  wanna: "want to",
  gonna: "going to",
  gotta: "have to",
  lemme: "let me",
  gimme: "give me",
  wat: "what",
  wut: "what",
  wht: "what",
  wot: "what",
  wats: "what's",
  wuts: "what's",
  sry: "sorry",
  srry: "sorry",
  soz: "sorry",
  pls: "please",
  plz: "please",
  plss: "please",
  ppl: "people",
  tho: "though",
  thru: "through",
  cmd: "command",
  cmds: "commands",
  tmrw: "tomorrow",
  ofc: "of course",
  rn: "right now",
  atm: "at the moment",
  nvm: "never mind",
  smth: "something",
  sth: "something",
  smthg: "something",
  prolly: "probably",
  prob: "probably",
  probs: "probably",
  kinda: "kind of",
  sorta: "sort of",
  bout: "about",
  "y'all": "you all",
  cud: "could",
  shud: "should",
  wud: "would",
  hv: "have",
};

const APOSTROPHES: Readonly<Record<string, string>> = {
  dont: "don't",
  doesnt: "doesn't",
  didnt: "didn't",
  isnt: "isn't",
  arent: "aren't",
  aint: "isn't",
  wasnt: "wasn't",
  werent: "weren't",
  wont: "won't",
  cant: "can't",
  couldnt: "couldn't",
  shouldnt: "shouldn't",
  wouldnt: "wouldn't",
  hasnt: "hasn't",
  havent: "haven't",
  hadnt: "hadn't",
  mustnt: "mustn't",
  im: "I'm",
  ive: "I've",
  youre: "you're",
  youve: "you've",
  youd: "you'd",
  theyre: "they're",
  theyve: "they've",
  weve: "we've",
  whats: "what's",
  wheres: "where's",
  whos: "who's",
  hows: "how's",
  whens: "when's",
  whys: "why's",
  thats: "that's",
  theres: "there's",
  heres: "here's",
  lets: "let's",
  hes: "he's",
  shes: "she's",
  itll: "it'll",
  thatll: "that'll",
};

/** Words that fingers trip over and that the rules look at; each long enough that nothing else is meant. */
const OFTEN_MISTYPED: ReadonlySet<string> = new Set(
  "what which where there their these those should would could because about before after again still other another instead really without doesn't don't isn't what's that's that this with from when mean meant sorry thanks please question answer sure wrong right different difference does possible impossible remind repeat suggestion option options explain certain actually".split(
    " ",
  ),
);

/** A word of the message: quoted words and code are left as they are. */
const PIECE =
  /`[^`]*`|"[^"]*"|(?<![\p{L}\p{N}_@$/.-])'?[\p{L}][\p{L}\p{N}]*(?:'[\p{L}]+)?(?![\p{L}\p{N}_@$/=-]|\.[\p{L}\p{N}])/gu;

/**
 * The text with shorthand, missing apostrophes and slips in common words spelled out; what stands in quotation marks
 * or backticks stays as it is.
 */
export function spellOut(text: string): string {
  return text.replaceAll(PIECE, (piece, offset: number) => {
    if (/^[`"]/.test(piece)) return piece;
    const lower = piece.toLowerCase();
    const before = text.slice(0, offset);
    const after = text.slice(offset + piece.length);
    const meant = shorthand(piece, { lower, before, after }) ?? slip(lower);
    return meant === undefined ? piece : cased(meant, piece);
  });
}

function shorthand(
  piece: string,
  {
    lower,
    before,
    after,
  }: { readonly lower: string; readonly before: string; readonly after: string },
): string | undefined {
  if (lower === "ur" && /^\s+(?:\w+ing|an?|the|so|not|right|wrong|sure|kidding)\b/i.test(after)) {
    return "you're";
  }
  // "R" is a language.
  if (Object.hasOwn(SHORT, lower) && piece !== lower.toUpperCase()) return SHORT[lower];
  if (Object.hasOwn(APOSTROPHES, lower)) return APOSTROPHES[lower];
  if (lower === "diff") {
    const next = /^\s+([\p{L}']+)/u.exec(after)?.[1]?.toLowerCase() ?? "";
    return next === "" || isFunctionWord(next) ? "difference" : "different";
  }
  if (lower === "q" && A_QUESTION.test(before)) return "question";
  // "its not", "its a": a verb follows a possessive only in haste.
  if (
    lower === "its" &&
    /^\s+(?:a|an|the|not|our|my|your|just|still|only|been|really|always|about|because|too|so|in|on|for|supposed|possible|impossible)\b/i.test(
      after,
    )
  ) {
    return "it's";
  }
  return undefined;
}

/** What stands before a "q" that is a question. */
const A_QUESTION =
  /(?:new|next|diff|different|separate|unrelated|other|another|one|first|second|last|quick|short|my|your|the|'?s)\s+$/i;

const LEAST_LENGTH = 4;

function slip(lower: string): string | undefined {
  if (lower.length < LEAST_LENGTH - 1 || isFunctionWord(lower) || isVerb(lower) || isEither(lower))
    return undefined;
  if (OFTEN_MISTYPED.has(lower)) return undefined;
  for (const word of OFTEN_MISTYPED) if (isSlipOf(lower, word)) return word;
  return undefined;
}

/** Two neighbours changed places, or a letter of a longer word is missing or typed twice. */
function isSlipOf(typed: string, word: string): boolean {
  if (typed === word || typed[0] !== word[0] || typed === "form") return false;
  if (typed.length === word.length) {
    const at = firstDifference(word, typed);
    return (
      typed[at] === word[at + 1] &&
      typed[at + 1] === word[at] &&
      typed.slice(at + 2) === word.slice(at + 2)
    );
  }
  if (word.length <= LEAST_LENGTH) return false;
  const [long, short] = typed.length > word.length ? [typed, word] : [word, typed];
  if (long.length !== short.length + 1) return false;
  const place = firstDifference(short, long);
  const missing = long[place];
  if (long.slice(place + 1) !== short.slice(place)) return false;
  // A letter too many is a slip when it stands beside itself.
  return long === word || missing === long[place - 1];
}

/** Place of the first letter that differs; the length of `left` when none does. */
function firstDifference(left: string, right: string): number {
  let place = 0;
  while (place < left.length && left[place] === right[place]) place += 1;
  return place;
}

function cased(meant: string, piece: string): string {
  return /^\p{Lu}\p{Ll}/u.test(piece) ? meant.charAt(0).toUpperCase() + meant.slice(1) : meant;
}
