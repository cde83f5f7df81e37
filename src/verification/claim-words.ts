/** Claims and quotes as words with what matters for comparing them: stem, clause, negation, names, quantities. */
import { foldPhrases, tierOf } from "./general-english.ts";
import { CONTRASTS, STATES } from "./paraphrases.ts";
import { stem } from "./stem.ts";

export type Word = {
  /** As written, without surrounding punctuation. */
  readonly raw: string;
  readonly lower: string;
  readonly stem: string;
  readonly kind: "word" | "identifier" | "state";
  readonly tier: "free" | "soft" | "strict";
  /** Clauses are numbered from 0; a clause ends at punctuation and at words that open another. */
  readonly clause: number;
  /** Like clauses, but a subordinate clause belongs to what it stands with. */
  readonly segment: number;
  readonly sentence: number;
  /** Like segments, but "and" opens one only after a comma: what may have a subject of its own. */
  readonly statement: number;
  /** True after a negation of its clause: "not", "no", "without", "keeps ... from". */
  readonly negated: boolean;
  /** True before the negation of its clause: the subject of what is denied, neither said nor denied itself. */
  readonly neutral: boolean;
  /** Written with a capital inside a sentence. */
  readonly capital: boolean;
  /** In a code span. */
  readonly quoted: boolean;
};

export type Quantity = {
  readonly raw: string;
  readonly value: number;
  readonly unit: "none" | "ms" | "bytes" | "percent";
  /** `value` in the unit; the number itself when there is none. */
  readonly amount: number;
  readonly clause: number;
  readonly segment: number;
  /** How many words stand before it. */
  readonly at: number;
};

export type Reading = {
  readonly words: readonly Word[];
  readonly quantities: readonly Quantity[];
  /** Versions and other dotted numbers: "3.6.22". */
  readonly versions: readonly string[];
  /** Contents of `code spans` with white space inside. */
  readonly phrases: readonly string[];
};

const UNITS: ReadonlyMap<string, readonly ["ms" | "bytes" | "percent", number]> = new Map(
  (
    [
      ["ms", 1, "ms millisecond milliseconds msec"],
      ["ms", 1000, "s sec secs second seconds"],
      ["ms", 60_000, "m min mins minute minutes"],
      ["ms", 3_600_000, "h hr hrs hour hours"],
      ["ms", 86_400_000, "d day days"],
      ["ms", 604_800_000, "w week weeks"],
      ["ms", 2_592_000_000, "month months"],
      ["ms", 31_536_000_000, "year years"],
      ["bytes", 1, "byte bytes"],
      ["bytes", 1e3, "kb kilobyte kilobytes"],
      ["bytes", 1e6, "mb megabyte megabytes"],
      ["bytes", 1e9, "gb gigabyte gigabytes"],
      ["bytes", 1024, "kib ki"],
      ["bytes", 1_048_576, "mib mi"],
      ["bytes", 1_073_741_824, "gib gi"],
      ["percent", 1, "% percent"],
    ] as const
  ).flatMap(([unit, factor, names]) =>
    names.split(" ").map((name) => [name, [unit, factor] as const] as const),
  ),
);

const NUMBER_WORDS: ReadonlyMap<string, number> = new Map(
  "zero,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,fifteen,twenty,thirty,forty,fifty,sixty,ninety,hundred,thousand,twice,thrice"
    .split(",")
    .map((word, index) => [
      word,
      [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 50, 60, 90, 100, 1000, 2, 3][index] ??
        0,
    ]),
);

const PERIODS: Readonly<Record<string, string>> = {
  hourly: "hour",
  daily: "day",
  weekly: "week",
  monthly: "month",
  yearly: "year",
};

const NEGATIONS = new Set(
  "not no never none nothing nobody neither nor cannot without ratherthan unable nowhere hardly".split(
    " ",
  ),
);
/** Words that open a clause of their own. */
const OPENERS = new Set(
  "but while whereas because since so unless until if when whenever once after before although though regardless that which who where".split(
    " ",
  ),
);
/** Openers whose clause is set against the one before rather than attached to it. */
const SEPARATORS = new Set("but whereas unless and otherwise".split(" "));
const CONTRAST_WORDS = new Set(CONTRASTS.flatMap((group) => [...group]));

/** "timeout_seconds=5" is five seconds. */
const ASSIGNED = /([A-Za-z]\w*)=(\d+(?:\.\d+)?)(?![\w.])/g;

/** Code, settings, flags, paths, calls, and names with inner capitals or digits. */
export function isIdentifier(raw: string): boolean {
  return (
    /[A-Za-z0-9]_[A-Za-z0-9]|^_+[A-Za-z]/.test(raw) ||
    /^--?[A-Za-z][\w-]*/.test(raw) ||
    /^[a-z]+[a-z0-9]*[A-Z]\w*$/.test(raw) ||
    /^[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+$/.test(raw) ||
    /\w\(.*\)?$/.test(raw) ||
    /\w\[.*\]$/.test(raw) ||
    /^@\w/.test(raw) ||
    /^[\w.-]+=\S+/.test(raw) ||
    /^[A-Za-z_][\w-]+(?:\.[A-Za-z_][\w-]+)+$/.test(raw) ||
    /^(?:~|\.{0,2})\/[\w.]/.test(raw) ||
    /^[\w.-]+(?:\/[\w.-]+){2,}\/?$/.test(raw) ||
    /^[A-Za-z]+[\w-]*\d\w*$/.test(raw)
  );
}

/** A label before a colon is no longer than this. */
const LABEL_WORDS = 4;

type Piece = {
  readonly text: string;
  readonly after: string;
  readonly quoted: boolean;
  /** A bracket stands before it. */
  readonly opens: boolean;
};

/** A call or index without the punctuation after it: "run(x))," is "run(x)". */
function balanced(text: string): string {
  let core = text.replace(/["'*.,;:!?]+$/u, "");
  const count = (mark: string) => core.split(mark).length - 1;
  while (
    /[)\]]$/.test(core) &&
    (core.endsWith(")") ? count(")") > count("(") : count("]") > count("["))
  ) {
    core = core.slice(0, -1).replace(/["'*.,;:!?]+$/u, "");
  }
  return core;
}

/** Runs without white space; code spans keep their words apart from their marks. */
function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  for (const match of text.matchAll(/(`?)([^\s`]+)(`?)(\s*)/gu)) {
    const body = match[2] ?? "";
    const inner = body.replace(/^["'([{<*]+/u, "").replace(/["'\])}>*.,;:!?\u2026]+$/u, "");
    const call = /\w[([]/.test(inner) || /^\w[\w.]*\(\)/.test(body);
    const core = call ? balanced(body.replace(/^["'([{<*]+/u, "")) : inner;
    found.push({
      text: core,
      after: core === "" ? body : body.slice(body.lastIndexOf(core) + core.length),
      quoted: match[1] === "`" || match[3] === "`",
      opens: body.startsWith("("),
    });
  }
  return found;
}

function readNumber(text: string): { value: number; unit: string } | undefined {
  const match = /^[+~<>=\u2265\u2264$]*(\d[\d,]*(?:\.\d+)?)([A-Za-z%]*)$/.exec(text);
  if (match === null) return undefined;
  const unit = (match[2] ?? "").toLowerCase();
  if (unit !== "" && unit !== "x" && unit !== "k" && !UNITS.has(unit)) return undefined;
  return {
    value: Number((match[1] ?? "").replaceAll(",", "")) * (unit === "k" ? 1000 : 1),
    unit: unit === "x" || unit === "k" ? "" : unit,
  };
}

/** Each claim of an answer is compared with the same few quotes, several times. */
const remembered = new Map<string, Reading>();
const MOST_REMEMBERED = 256;

/** Takes a text apart. Typographic quotes and dashes may be folded or not; case must be kept. */
export function readText(text: string): Reading {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const reading = takeApart(text);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(text, reading);
  return reading;
}

function takeApart(text: string): Reading {
  const words: Word[] = [];
  const quantities: Quantity[] = [];
  const versions: string[] = [];
  const phrases = [...text.matchAll(/`([^`\n]+)`/gu)]
    .map((match) => match[1] ?? "")
    .filter((phrase) => /\S\s+\S/u.test(phrase));

  const prepared = text
    .replaceAll(/[\u2018\u2019]/gu, "'")
    .replaceAll(/[\u201C\u201D]/gu, '"')
    .replaceAll(/(?<=\d)\s?[\u2013\u2014-]\s?(?=v?\d+\.\d)/gu, " to ")
    .replaceAll(/\s[\u2013\u2014]\s|\u2014/gu, " ; ")
    .replaceAll(
      /\b(\d[\d,.]*)-(seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b/giu,
      "$1 $2",
    )
    .replaceAll(/\bhalf an? (hour|minute|second)\b/giu, "0.5 $1s")
    .replaceAll(/\ban? (minute|hour|week|month|year|day)\b/giu, "1 $1")
    .replaceAll(/\b(every|each|per) (second|minute|hour|day|week|month|year)\b/giu, "$1 1 $2")
    .replaceAll(
      /\b(?:daily|hourly|weekly|monthly|yearly)\b/giu,
      (word) => `every 1 ${PERIODS[word.toLowerCase()] ?? word}`,
    )
    .replaceAll(/\bone (second|minute|hour|week|month|year|day)\b/giu, "1 $1")
    .replaceAll(/\b(can)not\b/giu, "$1 not")
    .replaceAll(/\bcan't\b/giu, "can not")
    .replaceAll(/\b(?:wo|sha)n't\b/giu, "will not")
    .replaceAll(/n't\b/giu, " not")
    .replaceAll(/\bfail(?:s|ed|ing)? to\b(?= \p{L})/giu, "not")
    .replaceAll(/\bNot (Ready)\b/gu, "Not-$1");

  const all = pieces(foldPhrases(prepared));
  let clause = 0;
  let segment = 0;
  let sentence = 0;
  let statement = 0;
  let sentenceStart = true;
  let negationAt = -1;
  let clauseStart = 0;
  let sentenceAt = 0;
  let inBrackets = false;
  /** Place of a unit that belongs to the number before it. */
  let unitAt = -1;
  const open = (contrast: boolean) => {
    clause += 1;
    if (contrast) segment += 1;
    if (contrast) statement += 1;
    negationAt = -1;
    clauseStart = words.length;
  };

  for (let index = 0; index < all.length; index += 1) {
    const piece = all[index] ?? { text: "", after: "", quoted: false, opens: false };
    const raw = piece.text;
    if (piece.opens) inBrackets = true;
    const lower = raw.toLowerCase();
    if (raw === ";" || (raw === "" && /^[;:]/.test(piece.after))) {
      open(true);
      continue;
    }
    // Punctuation behind a code span is a piece of its own.
    if (raw === "" && /^[.!?]/.test(piece.after)) {
      open(true);
      sentence += 1;
      sentenceAt = words.length;
      sentenceStart = true;
      continue;
    }
    if (raw !== "" && /[\p{L}\p{N}]/u.test(raw)) {
      const afterComma = /,/.test(all[index - 1]?.after ?? "");
      const contrast = SEPARATORS.has(lower) || (lower === "while" && afterComma);
      // "before 3.6.22" and "after 30 seconds" are no clauses.
      const amount =
        /^(?:before|after|since|until)$/.test(lower) && /^v?\d/.test(all[index + 1]?.text ?? "");
      if (!piece.quoted && OPENERS.has(lower) && words.length > 0 && !amount) {
        open(contrast);
        if (lower === "unless") statement -= 1;
        if (lower === "while" && !contrast) statement += 1;
      } else if (lower === "and" && words.length > 0) {
        segment += 1;
        if (afterComma) statement += 1;
      }
      const number = readNumber(raw);
      const spelled = piece.quoted ? undefined : NUMBER_WORDS.get(lower);
      const next = (all[index + 1]?.text ?? "").toLowerCase();
      if (/^v?\d+(?:\.\d+){2,}[\w.+-]*$|^v\d+(?:\.\d+)*$/i.test(raw)) {
        versions.push(lower.replace(/^v/, "").replace(/\+$/, ""));
      } else if (number !== undefined || spelled !== undefined) {
        const value = number?.value ?? spelled ?? 0;
        const spelledUnit = number?.unit === "" || number === undefined ? next : number.unit;
        const unit =
          spelledUnit.length > 1 || number?.unit !== "" ? UNITS.get(spelledUnit) : undefined;
        if (unit !== undefined && spelledUnit === next) unitAt = index + 1;
        quantities.push({
          raw: unit !== undefined && spelledUnit === next ? `${raw} ${next}` : raw,
          value,
          unit: unit?.[0] ?? "none",
          amount: value * (unit?.[1] ?? 1),
          clause,
          segment,
          at: words.length,
        });
      } else if (index !== unitAt) {
        for (const [, name = "", amount = ""] of raw.matchAll(ASSIGNED)) {
          const value = Number(amount);
          const unit = UNITS.get(/[a-z]+$/i.exec(name)?.[0]?.toLowerCase() ?? "");
          quantities.push({
            raw: `${name}=${amount}`,
            value,
            unit: unit?.[0] ?? "none",
            amount: value * (unit?.[1] ?? 1),
            clause,
            segment,
            at: words.length,
          });
        }
        const parts =
          piece.quoted || isIdentifier(raw) || CONTRAST_WORDS.has(lower) || STATES.has(lower)
            ? [raw]
            : raw.split(/[-/](?=\p{L})/u);
        for (const part of parts) {
          const partLower = part.toLowerCase();
          const capital = /^\p{Lu}/u.test(part) && (!sentenceStart || piece.quoted);
          const identifier = isIdentifier(part);
          const state =
            STATES.has(partLower) &&
            (/^\p{Lu}/u.test(part) ? !sentenceStart || piece.quoted : piece.quoted);
          words.push({
            raw: part,
            lower: partLower,
            stem: stem(partLower),
            kind: identifier && !state ? "identifier" : state ? "state" : "word",
            tier:
              state || identifier || piece.quoted || (capital && partLower.length > 1)
                ? "strict"
                : tierOf(partLower),
            clause,
            segment,
            sentence,
            statement,
            negated: negationAt !== -1,
            neutral: false,
            capital,
            quoted: piece.quoted,
          });
          if (NEGATIONS.has(partLower)) {
            negationAt = words.length - 1;
            if (partLower !== "without" && partLower !== "ratherthan") {
              for (let before = clauseStart; before < words.length; before += 1) {
                const word = words[before];
                if (word !== undefined && word.clause === clause && !word.negated) {
                  words[before] = { ...word, neutral: true };
                }
              }
            }
          } else if (/^(?:keep|prevent|stop|block)(?:s|ed|ing|ping|ped)?$/.test(partLower)) {
            const ahead = all.slice(index + 1, index + 8);
            // "stops polling" denies the polling.
            if (partLower.startsWith("stop") && ahead[0]?.text.endsWith("ing") === true) {
              negationAt = words.length - 1;
            }
            const from = ahead.findIndex(({ text }) => text === "from");
            // "blocks runs from starting", but not "the block is imported from a package".
            const denies = ahead[from + 1]?.text.endsWith("ing") === true;
            if (
              from > 0 &&
              denies &&
              !ahead.slice(0, from).some(({ after }) => /[,;.]/.test(after))
            ) {
              negationAt = words.length - 1;
              // It is the negation here, not something that is done.
              const cue = words.at(-1);
              if (cue !== undefined) words[words.length - 1] = { ...cue, tier: "free" };
            }
          }
        }
        if (/^un(?:able|available|reachable|affected|changed)$/.test(lower)) negationAt = -1;
      }
    }
    const negation = words[negationAt];
    // "do not need a server to try it" denies the server, not the trying.
    const purpose =
      lower === "to" &&
      words.length > negationAt + 3 &&
      /^(?:need|require)/.test(words[negationAt + 1]?.stem ?? "");
    if (purpose) negationAt = -1;
    const reach =
      negation?.lower === "ratherthan"
        ? 6
        : negation?.lower === "without" || (negation?.lower === "no" && negationAt > clauseStart)
          ? 3
          : Number.POSITIVE_INFINITY;
    if (negationAt !== -1 && words.length > negationAt + reach) negationAt = -1;
    sentenceStart = false;
    if (/[.!?]/.test(piece.after) && !/^\.?$/.test(raw)) {
      open(true);
      sentence += 1;
      sentenceAt = words.length;
      sentenceStart = true;
    } else if (/[;:]/.test(piece.after)) {
      // "SQLite: for one server", "(default: 30 s)": a label and what is said of it are one.
      const label = piece.after.includes(":") && words.length - sentenceAt <= LABEL_WORDS;
      open(!label && !inBrackets);
    } else if (/[,)]/.test(piece.after)) open(false);
    if (all[index + 1] !== undefined && /\n/.test(piece.after)) open(true);
    if (piece.after.includes(")")) inBrackets = false;
  }
  return { words, quantities, versions, phrases };
}
