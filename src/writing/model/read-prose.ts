/**
 * A model's answer read while it is written: plain sentences with the numbers of their passages behind them. Forgiving:
 * numbers before or behind the full stop, in other brackets or as ranges, lists, headings, fences, thinking in tags,
 * a structured reply in place of prose, and replies that break off are read as far as they go. Pure; time and memory
 * are linear in the length of the reply, which is bounded.
 */
import { splitSentences } from "../../documents/sentences.ts";
import { looseObjects, type LooseObject } from "../../models/loose-json.ts";

export type ProseEvent =
  /** `numbers` are those of passages, `facts` those of facts ("F1"), as written; both may be wrong or empty. */
  | {
      readonly kind: "sentence";
      readonly text: string;
      readonly numbers: readonly number[];
      readonly facts: readonly number[];
    }
  /** A passage that is wanted whole: `[[7]]`. */
  | { readonly kind: "whole"; readonly numbers: readonly number[] }
  /** A listing that the model wrote itself. */
  | { readonly kind: "listing"; readonly text: string }
  /** What the passages lack, in the model's words. */
  | { readonly kind: "missing"; readonly text: string }
  /** The passages do not answer the question. */
  | { readonly kind: "not-found" };

export interface ProseReader {
  /** What this piece of the reply completed. */
  push(text: string): readonly ProseEvent[];
  /** What is left; of a reply that broke off the unfinished sentence is left out. */
  end(options?: { readonly brokeOff?: boolean }): readonly ProseEvent[];
}

/** A longer reply is not read further; the longest sensible one is a tenth of it. */
const MAX_CHARACTERS = 60_000;
/** A sentence that does not end by then is cut. */
const MAX_SENTENCE = 1500;
const MAX_LISTING = 8000;
const MOST_EVENTS = 60;
const LONGEST_RANGE = 12;
/** Characters before a tag that may still become one. */
const LONGEST_TAG = 12;

const NUMBERS = String.raw`(?:passages?|sources?|refs?\.?)?\s{0,2}[Ff]?\d{1,4}(?:\s{0,2}(?:[,;–—-]|and|und)\s{0,2}[Ff]?\d{1,4}){0,12}`;
/** "[3]", "[3, 7]", "[3-5]", "[^3]", "[F1]", "【3】", "[passage 3]"; with a bracket more on both sides a whole passage. */
const MARK = new RegExp(
  String.raw`(?:\[\[|[\[【])\s{0,2}\^?(${NUMBERS})(?:†[^\]】]{0,20})?\s{0,2}(?:\]\]|[\]】])`,
  "gu",
);
/** "(3)" at the end of a sentence only: in the middle it may mean anything. */
const ROUND = new RegExp(String.raw`\((${NUMBERS})\)(?=\s{0,2}(?:[.!?。]|$))`, "gu");
const WHOLE_LINE = new RegExp(
  String.raw`^\s*(?:[-*•]\s)?\[\[\s{0,2}(${NUMBERS})\s{0,2}\]\][.\s]*$`,
  "u",
);
const ATTRIBUTION = /^(?:according to|as (?:described|stated|shown) in|per|see|in)\s*,\s*/iu;

const NOT_FOUND = /^\W{0,4}NOT[ _]FOUND\W{0,4}$/u;
const MISSING = /^\W{0,4}MISSING\W{0,4}:\W{0,3}(.{1,400})$/u;
const FENCE = /^\s{0,3}(?:`{3,}|~{3,})/u;
const HEADING = /^\s{0,3}(?:#{1,6}\s|(?:\*\*|__)[^*_]{1,120}(?:\*\*|__):?\s*$)/u;
const RULE = /^[-*_=|:\s]{3,400}$/u;
const LIST_MARK = /^\s{0,12}(?:[-*•‣–]|\d{1,2}[.)])\s+/u;
/** A sentence of a script that sets no blank after its stop. */
const WIDE_STOP = /[^。！？]*[。！？]+[」』）”’]*|[^。！？]+$/gu;

export function createProseReader(): ProseReader {
  let read = 0;
  /** What may still become a tag. */
  let line = "";
  let thinking = false;
  let listing: string[] | undefined;
  let mode: "unknown" | "prose" | "structured" = "unknown";
  /** What has come before it is known which form the reply has; of a structured one all of it. */
  let whole = "";
  /** The unfinished line. */
  let rest = "";
  const seen = new Set<string>();

  /** As many as are heard, each once. */
  const take = (found: readonly ProseEvent[]): ProseEvent[] =>
    found.filter((event) => {
      const key = JSON.stringify(event);
      return !seen.has(key) && seen.size < MOST_EVENTS && seen.add(key);
    });

  /** Text outside of thinking, piece by piece. */
  const withoutThinking = (text: string, isLast: boolean): string => {
    line += text;
    let out = "";
    for (;;) {
      const tag = thinking ? /<\/think(?:ing)?>/iu.exec(line) : /<\/?think(?:ing)?>/iu.exec(line);
      if (tag === null) break;
      // A closing tag without an opening one: what stood before it was thinking.
      const opens = !tag[0].startsWith("</");
      if (opens) out += line.slice(0, tag.index);
      else if (!thinking) {
        out = "";
        rest = "";
        whole = "";
      }
      thinking = opens;
      line = line.slice(tag.index + tag[0].length);
    }
    const open = isLast ? -1 : line.lastIndexOf("<");
    const keep = open !== -1 && line.length - open < LONGEST_TAG ? open : line.length;
    if (!thinking) out += line.slice(0, keep);
    line = line.slice(keep);
    return out;
  };

  const prose = (text: string, isLast: boolean, brokeOff: boolean): ProseEvent[] => {
    rest += text;
    const found: ProseEvent[] = [];
    let from = 0;
    for (let at = rest.indexOf("\n"); at !== -1; at = rest.indexOf("\n", from)) {
      found.push(...readLine(rest.slice(from, at), true));
      from = at + 1;
    }
    rest = rest.slice(from);
    if (isLast) {
      if (listing !== undefined) found.push(...closeListing());
      else found.push(...readLine(rest, !brokeOff || /[.!?。！？\]】)]\s*$/u.test(rest)));
      rest = "";
    } else if (listing === undefined && isRunning(rest)) {
      const done = completeSentences(rest);
      found.push(...done.events);
      rest = rest.slice(done.read);
    }
    return found;
  };

  const closeListing = (): ProseEvent[] => {
    const text = (listing ?? []).join("\n").slice(0, MAX_LISTING);
    listing = undefined;
    return text.trim() === "" ? [] : [{ kind: "listing", text }];
  };

  const readLine = (text: string, isComplete: boolean): ProseEvent[] => {
    if (FENCE.test(text)) {
      if (listing !== undefined) return closeListing();
      listing = [];
      return [];
    }
    if (listing !== undefined) {
      listing.push(text);
      return [];
    }
    if (text.trim() === "" || RULE.test(text) || HEADING.test(text)) return [];
    if (NOT_FOUND.test(text)) return [{ kind: "not-found" }];
    const missing = MISSING.exec(text)?.[1]?.trim();
    if (missing !== undefined) {
      return /^(?:none|nothing|n\/a|-)\W*$/iu.test(missing)
        ? []
        : [{ kind: "missing", text: missing }];
    }
    const wanted = WHOLE_LINE.exec(text)?.[1];
    if (wanted !== undefined) return [{ kind: "whole", numbers: numbersOf(wanted).numbers }];
    const sentences = piecesOf(text.replace(LIST_MARK, "")).flatMap(sentencesOf);
    return (isComplete ? sentences : sentences.slice(0, -1)).map(({ event }) => event);
  };

  const push = (text: string, isLast: boolean, brokeOff: boolean): ProseEvent[] => {
    if (mode === "unknown") {
      whole += text;
      const start = whole.replace(/^\s*(?:`{3,}\s*json[^\S\n]*\n?)?\s*/iu, "");
      if (start === "" && !isLast) return [];
      // The beginning of a fence may still become one of JSON.
      if (!isLast && /^`{1,3}(?:j(?:s(?:o(?:n)?)?)?)?$/iu.test(start)) return [];
      mode = /^[{[]\s*["{[\]}]/u.test(start) ? "structured" : "prose";
      if (mode === "prose" && !isLast && /^[{[]\s*$/u.test(start)) {
        mode = "unknown";
        return [];
      }
      const all = whole;
      whole = "";
      return push(all, isLast, brokeOff);
    }
    if (mode === "prose") return prose(text, isLast, brokeOff);
    whole += text;
    return isLast ? looseObjects(whole).flatMap(fromObject) : [];
  };

  return {
    push(text) {
      if (read >= MAX_CHARACTERS) return [];
      const piece = text.slice(0, MAX_CHARACTERS - read);
      read += text.length;
      const said = withoutThinking(piece, false);
      return said === "" ? [] : take(push(said, false, false));
    },
    end({ brokeOff = false } = {}) {
      const said = withoutThinking("", true);
      return take(push(said, true, brokeOff || read > MAX_CHARACTERS));
    },
  };
}

/** Whether an unfinished line is running text of which sentences may be taken already. */
function isRunning(text: string): boolean {
  if (FENCE.test(text) || /^\s*(?:`{1,2}|~{1,2})?$/u.test(text) || /^\s*\[\[/u.test(text))
    return false;
  if (/^\W{0,4}(?:M|MI|MIS|MISS|MISSI|MISSIN|MISSING\b.*|N|NO|NOT|NOT[ _]?F.*)$/u.test(text))
    return false;
  return text.length > MAX_SENTENCE || /[.!?。！？…]/u.test(text);
}

/** The sentences of a line that are complete because another has begun behind them, and how much of it they are. */
function completeSentences(text: string): { readonly events: ProseEvent[]; readonly read: number } {
  const sentences = sentencesOf(text.replace(LIST_MARK, (mark) => " ".repeat(mark.length)));
  const last = sentences.at(-1);
  if (last === undefined) return { events: [], read: 0 };
  if (text.length - last.start > MAX_SENTENCE) {
    return { events: sentences.map(({ event }) => event), read: text.length };
  }
  // Numbers behind the stop may still be coming: the next sentence must have a word.
  if (sentences.length < 2 || !/[\p{L}\p{N}]{2}/u.test(last.event.text))
    return { events: [], read: 0 };
  return { events: sentences.slice(0, -1).map(({ event }) => event), read: last.start };
}

/** A line in pieces that can be looked through at once. */
function piecesOf(line: string): readonly string[] {
  return line.match(/.{1,3000}(?=\s|$)|.{1,3000}/gsu) ?? [];
}

type FoundSentence = {
  readonly event: Extract<ProseEvent, { kind: "sentence" }>;
  /** Where it begins in the line. */
  readonly start: number;
};

/** Sentences of a line without the marks in them, and the numbers that belong to each. */
function sentencesOf(line: string): readonly FoundSentence[] {
  const { text, marks, origins } = takeOutMarks(line);
  const spans = splitSentences(text).flatMap(({ start, end }) => {
    let at = start;
    return [...text.slice(start, end).matchAll(WIDE_STOP)].map(([part]) => {
      const span = { start: at, end: at + part.length };
      at = span.end;
      return span;
    });
  });
  let next = 0;
  return spans.map((span, index) => {
    const until = spans[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    const numbers: number[] = [];
    const facts: number[] = [];
    for (; next < marks.length && (marks[next]?.at ?? 0) < until; next += 1) {
      numbers.push(...(marks[next]?.numbers ?? []));
      facts.push(...(marks[next]?.facts ?? []));
    }
    return {
      event: {
        kind: "sentence" as const,
        text: tidied(text.slice(span.start, span.end)),
        numbers: [...new Set(numbers)],
        facts: [...new Set(facts)],
      },
      start: originOf(origins, span.start),
    };
  });
}

type Marks = {
  readonly text: string;
  /** `at` is the character before the mark: a mark behind a full stop belongs to the sentence that it ends. */
  readonly marks: readonly {
    readonly at: number;
    readonly numbers: number[];
    readonly facts: number[];
  }[];
  /** Where pieces of `text` began in the line. */
  readonly origins: readonly { readonly text: number; readonly line: number }[];
};

function takeOutMarks(line: string): Marks {
  const marks: { at: number; numbers: number[]; facts: number[] }[] = [];
  const origins: { text: number; line: number }[] = [];
  let text = "";
  let from = 0;
  const found = [...line.matchAll(MARK), ...line.matchAll(ROUND)]
    .map((match) => ({ at: match.index, length: match[0].length, named: match[1] ?? "" }))
    .toSorted((one, other) => one.at - other.at);
  const code = codeSpans(line);
  let span = 0;
  for (const { at, length, named } of found) {
    if (at < from) continue;
    while (span < code.length && (code[span]?.end ?? 0) <= at) span += 1;
    if ((code[span]?.start ?? Number.POSITIVE_INFINITY) <= at) continue;
    origins.push({ text: text.length, line: from });
    // A blank before a mark goes with it, or the full stop behind it would stand alone.
    const joins = /[\p{L}\p{N}]/u.test(line[at + length] ?? "");
    text += joins ? line.slice(from, at) : line.slice(from, at).trimEnd();
    from = at + length;
    marks.push({ at: Math.max(0, text.length - 1), ...numbersOf(named) });
  }
  origins.push({ text: text.length, line: from });
  text += line.slice(from);
  return { text, marks, origins };
}

function codeSpans(line: string): { readonly start: number; readonly end: number }[] {
  return [...line.matchAll(/`[^`]{1,300}`/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function originOf(origins: Marks["origins"], at: number): number {
  const piece = origins.findLast(({ text }) => text <= at);
  return piece === undefined ? at : piece.line + (at - piece.text);
}

/** "3, F1 and 5-7" as numbers of passages and of facts. */
function numbersOf(named: string): { readonly numbers: number[]; readonly facts: number[] } {
  const numbers: number[] = [];
  const facts: number[] = [];
  for (const [part] of named.matchAll(/[Ff]?\d+(?:\s*[–—-]\s*\d+)?/gu)) {
    const [first = 0, last = first] = [...part.matchAll(/\d+/gu)].map(([digits]) => Number(digits));
    if (/^f/iu.test(part)) facts.push(first);
    else if (last >= first && last - first < LONGEST_RANGE) {
      for (let number = first; number <= last; number += 1) numbers.push(number);
    } else numbers.push(first, last);
  }
  return { numbers, facts };
}

/** A sentence without emphasis and what is left where a mark was taken out. */
function tidied(text: string): string {
  const bare = text
    .replaceAll(/\s+/gu, " ")
    .split(/(`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : outsideCode(part)))
    .join("")
    .trim();
  const said = bare.replace(ATTRIBUTION, "");
  return said === bare || said === "" ? bare : `${said[0]?.toUpperCase() ?? ""}${said.slice(1)}`;
}

function outsideCode(text: string): string {
  return text
    .replaceAll(/\*{2,3}/gu, "")
    .replaceAll(/\( ?\)|\[ ?\]/gu, "")
    .replaceAll(/ +([.,;:!?。])/gu, "$1");
}

/** Names under which a model puts a statement and its passages when it replies with objects. */
const TEXTS = ["text", "claim", "statement", "sentence"] as const;
const PASSAGES = [
  "passages",
  "numbers",
  "sources",
  "source",
  "citations",
  "quotes",
  "passage",
] as const;
const WHOLES = ["answer", "response", "reply", "content", "result"] as const;

const LISTS = ["claims", "sentences", "statements", "answer"] as const;

/** What an object of a reply says: it is a statement, or has a list of them, or an answer in prose. */
function fromObject(value: LooseObject): readonly ProseEvent[] {
  const statement = statementOf(value);
  if (statement !== undefined) return statement;
  const prose = [...WHOLES, ...TEXTS].map((name) => value[name]);
  const whole = prose.find((each) => typeof each === "string");
  const listed = LISTS.flatMap((name) => {
    const each = value[name];
    return Array.isArray(each) ? each.slice(0, MOST_EVENTS) : [];
  }).filter((each): each is LooseObject => typeof each === "object" && each !== null);
  const missing = value["missing"];
  return [
    ...listed.flatMap((each) => statementOf(each) ?? []),
    ...(whole === undefined ? [] : proseOf(whole)),
    ...(Array.isArray(missing) ? missing : [])
      .filter((each) => typeof each === "string" && each.trim() !== "")
      .map((each) => ({ kind: "missing" as const, text: String(each).slice(0, 400) })),
  ];
}

/** A text beside its passages; undefined for what is none. */
function statementOf(value: LooseObject): readonly ProseEvent[] | undefined {
  const text = TEXTS.map((name) => value[name]).find((each) => typeof each === "string");
  const named = PASSAGES.map((name) => value[name]).find((each) => each !== undefined);
  if (text === undefined || named === undefined) return undefined;
  const numbers = numbersIn(named);
  return sentencesOf(text.slice(0, MAX_SENTENCE)).map(({ event }) => ({
    ...event,
    numbers: [...new Set([...event.numbers, ...numbers])],
  }));
}

function proseOf(text: string): readonly ProseEvent[] {
  const reader = createProseReader();
  return [...reader.push(text), ...reader.end()];
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "string") return numbersOf(value.slice(0, 60)).numbers;
  if (Array.isArray(value)) return value.slice(0, 12).flatMap(numbersIn);
  if (typeof value !== "object" || value === null) return [];
  const named = value as Readonly<Record<string, unknown>>;
  return numbersIn(named["source"] ?? named["number"] ?? named["passage"]);
}
