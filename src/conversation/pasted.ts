/**
 * [pure] What of a message was typed and what was pasted: traces, logs, listings and quotations, told by the shape of their
 * lines. Of each pasted block the lines that tell something are named: the exception under the frames, the errors of a
 * log, the reasons in a description. Linear in the message, which the caller bounds.
 */
import { z } from "zod";
import lists from "./lists/pasted.json" with { type: "json" };

export type PastedKind = "trace" | "log" | "listing" | "quote";

export type Pasted = {
  readonly kind: PastedKind;
  /** As it was pasted, line breaks kept. */
  readonly text: string;
  /** The lines of it that are worth searching for, stamps and levels taken off; "" when none is. */
  readonly telling: string;
};

export type Split = {
  /** What was typed, line breaks kept. */
  readonly prose: string;
  readonly pasted: readonly Pasted[];
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const WordList = z.string().transform(words);
const Lists = z.strictObject({
  levels: z.strictObject({ severe: WordList, warning: WordList, quiet: WordList }),
  /** Words of something going wrong; longer ones that begin so count too. */
  failing: WordList,
  /** Keys whose value says how something is. */
  statusKeys: WordList,
  /** Values of those that say nothing is wrong. */
  fine: WordList,
  /** Words of a message that speak of what is pasted beside it. */
  pointing: WordList,
  /** Small words of running English; columns, keys and code have few of them. */
  small: WordList,
});
const { levels, failing, statusKeys, fine, pointing, small: SMALL } = Lists.parse(lists);

/**
 * - `frame`: a place in code, or what a trace is set with.
 * - `error`: names an exception.
 * - `stamped`: begins with a time or a level.
 * - `row`: columns, a key with its value, code, a prompt: pasted when several stand together.
 * - `inner`: indented: belongs to what it stands under.
 */
type Shape = "blank" | "prose" | "frame" | "error" | "stamped" | "row" | "inner";

/** Units of a line that its shape is told by. */
const SHAPED = 400;
/** Rows that make a listing without a fence around them. */
const LEAST_ROWS = 3;
/** A fenced piece this short, on one line, is a word of the sentence it stands in. */
const INLINE = 120;
const MOST_TELLING = 4;
const MOST_OF_LINE = 300;

const FRAME_SHAPES: readonly RegExp[] = [
  /^\s*File "[^"]*", line \d+/u,
  /^\s*at (?:async |new )?[^\s(]{1,200}(?: \[[^\]]*\])? ?\(/u,
  /^\s*at (?:file:|\/|[A-Za-z]:\\|async )\S/u,
  /^\s*(?:from |at |in |#\d+ +)?[^\s:]{1,200}\.[A-Za-z]{1,5}[:(]\d+/u,
  /^\s*#\d+ +(?:0x|\/|\{)/u,
  /^\s*\.\.\. \d+ (?:more|common frames)/u,
  /^goroutine \d+ \[|^created by \S+ in goroutine|^\[signal SIG|^exit status \d+$/u,
  /^(?:Traceback|Stack ?trace|Call stack)\b.{0,40}:?\s*$/iu,
  /^(?:During handling of the above|The above exception was)/u,
  /^\s*[\^~]{2,}[\^~\s]*$|^\s*[│╭╰╮╯❱┃─]/u,
];
const ERROR_NAME =
  /^\s*(?:Exception in thread "[^"]*" |Uncaught |Unhandled )?(?:[\w$./]+[.:/])?[A-Z]\w*(?:Error|Exception|Failure|Failed|Interrupt|Timeout|NotFound|Refused|Denied|Panic)\b\s*(?:[:([]|$)/u;
const ERROR_WORD =
  /^\s*(?:Caused by|panic|fatal(?: error)?|error|ERR!?|npm ERR!|thread '[^']*' panicked)(?:\[[^\]]*\])?\s*(?::| at )/iu;
/** In front of a line: the container or pod that a tool names. */
const SOURCE = /^(?:\[[\w./-]{1,80}\]|[\w./-]{1,60} +\|) ?/u;
const STAMP =
  /^[[("']?(?:\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ,]\s?\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?|\d{2}[-/.]\d{2}[-/.]\d{4} \d{2}:\d{2}(?::\d{2})?|[A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2}|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?|[IWEF]\d{4} \d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:Z|[+-]\d{2}:?\d{2}| [A-Z]{3}\b)?[\])"']?/u;
const LEVEL = new RegExp(
  String.raw`^[\s|:[(<-]*(?:level=)?["']?(?<level>${[...levels.severe, ...levels.warning, ...levels.quiet].join("|")})\b["']?[\])>]*`,
  "iu",
);
const OWN_LEVEL = new RegExp(
  String.raw`^[[(]?(?:${[...levels.severe, ...levels.warning, ...levels.quiet].join("|")})[\])]?(?:\s*[|:\]-]|\s{2,}|\s+[\w.]+:)`,
  "u",
);
/** "level=error msg=...", {"level": "error", "msg": ...}. */
const FIELDS = /^\s*(?:\{\s*"|(?:time|ts|level|msg)=)/u;
const PAIR =
  /^\s*(?:- |[{[] *)?["']?(?<key>[\w./@-]+(?: [\w./-]+){0,2})["']?\s*[:=]\s*(?<value>.*)$/u;
const COLUMNS = /^\s*\S+(?: \S+){0,3}(?: {2,}|\t)\S.*(?: {2,}|\t)\S/u;
const CODE =
  /^\s*(?:[{}[\]()]+[,;]?\s*$|[$%❯➜] \S|>>> |PS [A-Z]:|[@<]\w|\/\/|#!|<\/|(?:import|from) [\w.]+(?: import\b.*)?$|(?:async )?(?:def|fn|func|function) \w+\s*\(|class \w+\s*[:({]|(?:const|let|var|export) \w+|(?:return|raise|await|throw|with) .*[)\]:;]$|[\w.]+\(.*\)[;:]?$|(?:FROM|RUN|COPY|CMD|ENTRYPOINT|ENV|WORKDIR) \S|- \S+$|-{3}\s*$|\w+ = )|[{;\\]\s*$/u;
const INNER = /^(?: {2,}|\t)\S/u;
const WORDS = /[\p{L}']+/gu;

function isSpoken(line: string): boolean {
  const found = line.toLowerCase().match(WORDS) ?? [];
  const small = found.filter((word) => SMALL.has(word)).length;
  return (/\?\s*$/u.test(line) && small > 0) || (found.length >= 5 && small >= 2);
}

function shapeOf(whole: string, before: Shape, isInTrace: boolean): Shape {
  const line = whole.slice(0, SHAPED);
  if (line.trim() === "") return "blank";
  if (FRAME_SHAPES.some((shape) => shape.test(line))) return "frame";
  const bare = line.replace(SOURCE, "");
  if (STAMP.test(bare) || OWN_LEVEL.test(bare)) return "stamped";
  if (FIELDS.test(bare) && /["=][\s:]*["\w]/u.test(bare) && bare.length > 40) return "stamped";
  if (ERROR_NAME.test(line) || ERROR_WORD.test(line)) return "error";
  const isUnder = before !== "prose" && before !== "blank";
  const isInner = INNER.test(line);
  if (isInner && isUnder) return "inner";
  // The last line of a trace names the exception, whatever it is called.
  if (isInTrace && !isInner && isUnder && /^[\w.]+(?::\s|$)/u.test(line)) return "error";
  if (COLUMNS.test(line)) return "row";
  if (isSpoken(line)) return "prose";
  return PAIR.test(line) || CODE.test(line) || isInner ? "row" : "prose";
}

type Block = { readonly lines: string[]; readonly shapes: Shape[]; hasFrame: boolean };

/** `text` with its line breaks. */
export function splitPasted(text: string): Split {
  const prose: string[] = [];
  const pasted: Pasted[] = [];
  let block: Block = { lines: [], shapes: [], hasFrame: false };
  let fence: string[] | undefined;
  let quotation: string[] = [];
  let before: Shape = "prose";
  const closeBlock = () => {
    const { lines, shapes } = block;
    block = { lines: [], shapes: [], hasFrame: false };
    while (shapes.at(-1) === "blank") {
      lines.pop();
      shapes.pop();
    }
    if (lines.length === 0) return;
    const kind = kindOf(shapes, LEAST_ROWS);
    if (kind === undefined) {
      prose.push(...lines);
      return;
    }
    pasted.push(pastedAs(kind, lines, shapes));
    prose.push("");
  };
  const closeQuotation = () => {
    if (quotation.some((line) => line.trim() !== "")) {
      const quoted = quotation.join("\n").trim();
      pasted.push({ kind: "quote", text: quoted, telling: quoted.slice(0, MOST_OF_LINE) });
    }
    quotation = [];
  };
  const closeFence = (lines: readonly string[]) => {
    const shapes = shapesOf(lines);
    if (lines.some((line) => line.trim() !== "")) {
      pasted.push(pastedAs(kindOf(shapes, 1) ?? "listing", lines, shapes));
    }
    prose.push("");
  };
  for (const raw of splitFences(text)) {
    if (raw === FENCE) {
      closeQuotation();
      if (fence === undefined) {
        closeBlock();
        fence = [];
      } else {
        closeFence(fence);
        fence = undefined;
      }
      before = "blank";
      continue;
    }
    if (fence !== undefined) {
      fence.push(raw);
      continue;
    }
    const quoted = /^\s*>+(?!>)\s?(.*)$/u.exec(raw)?.[1];
    if (quoted !== undefined) {
      closeBlock();
      quotation.push(quoted);
      before = "blank";
      continue;
    }
    closeQuotation();
    const shape = shapeOf(raw, before, block.hasFrame);
    if (shape === "prose") {
      closeBlock();
      prose.push(raw);
    } else if (shape === "blank" && block.lines.length === 0) prose.push(raw);
    else {
      block.lines.push(raw);
      block.shapes.push(shape);
      block.hasFrame ||= shape === "frame";
    }
    if (shape !== "blank") before = shape;
  }
  closeQuotation();
  closeBlock();
  if (fence !== undefined) closeFence(fence);
  return {
    prose: prose
      .join("\n")
      .replaceAll(/\n{3,}/gu, "\n\n")
      .trim(),
    pasted,
  };
}

const FENCE = Symbol("fence");

/** Lines, and fences wherever they stand; what a fence has on one short line stays in its sentence. */
function splitFences(text: string): readonly (string | typeof FENCE)[] {
  const parts = text.split(/\r?\n/u);
  const found: (string | typeof FENCE)[] = [];
  for (const line of parts) {
    const pieces = line.split("```");
    if (pieces.length === 1) {
      found.push(line);
      continue;
    }
    let open = "";
    for (const [at, piece] of pieces.entries()) {
      const closes = at % 2 === 1 && at + 1 < pieces.length;
      if (closes && piece.length <= INLINE) {
        open += `\`${piece}\``;
        continue;
      }
      if (at > 0 && !(at % 2 === 0 && (pieces[at - 1] ?? "").length <= INLINE)) {
        if (open.trim() !== "") found.push(open);
        open = "";
        found.push(FENCE);
      }
      // "```python": the language is no line of the listing.
      open += at % 2 === 1 && /^\w{1,12}$/u.test(piece) ? "" : piece;
    }
    if (open.trim() !== "") found.push(open);
  }
  return found;
}

function shapesOf(lines: readonly string[]): Shape[] {
  const shapes: Shape[] = [];
  let before: Shape = "blank";
  let isInTrace = false;
  for (const line of lines) {
    const shape = shapeOf(line, before, isInTrace);
    isInTrace ||= shape === "frame";
    shapes.push(shape);
    if (shape !== "blank") before = shape;
  }
  return shapes;
}

/** undefined when the lines may as well have been typed. */
function kindOf(shapes: readonly Shape[], leastRows: number): PastedKind | undefined {
  if (shapes.includes("frame")) return "trace";
  if (shapes.includes("stamped")) return "log";
  if (shapes.includes("error")) return "trace";
  return shapes.filter((shape) => shape !== "blank").length >= leastRows ? "listing" : undefined;
}

function pastedAs(kind: PastedKind, lines: readonly string[], shapes: readonly Shape[]): Pasted {
  return { kind, text: lines.join("\n"), telling: tellingOf(lines, shapes) };
}

type Told = { readonly text: string; readonly rank: number };

/** The lines that say what is wrong, of the best kind there is; the same again but for numbers counts once. */
function tellingOf(lines: readonly string[], shapes: readonly Shape[]): string {
  const told: Told[] = [];
  const seen = new Set<string>();
  for (const [at, line] of lines.entries()) {
    const found = tellingIn(line.slice(0, 2 * MOST_OF_LINE), shapes[at] ?? "prose");
    if (found === undefined) continue;
    const key = found.text.replaceAll(/\d+/gu, "0");
    if (seen.has(key)) continue;
    seen.add(key);
    told.push({ ...found, text: found.text.slice(0, MOST_OF_LINE) });
  }
  const best = Math.max(0, ...told.map(({ rank }) => rank));
  const kept = told.filter(({ rank }) => rank === best);
  // A line or two are pasted for what they say.
  if (kept.length === 0 && lines.length < LEAST_ROWS && !shapes.includes("stamped")) {
    return lines.join("\n").trim().slice(0, MOST_OF_LINE);
  }
  // Of a chain of exceptions the first and the last say most.
  const chosen =
    kept.length <= MOST_TELLING ? kept : [...kept.slice(0, MOST_TELLING - 1), ...kept.slice(-1)];
  return chosen.map(({ text }) => text).join("\n");
}

function tellingIn(line: string, shape: Shape): Told | undefined {
  if (shape === "error") return { text: line.trim(), rank: 4 };
  if (shape === "frame" || shape === "blank") return undefined;
  if (shape === "stamped") return toldByLog(line);
  const pair = PAIR.exec(line)?.groups;
  if (pair !== undefined) {
    const value = (pair["value"] ?? "").replaceAll(/^["'\s]+|["',\s}\]]+$/gu, "");
    const key = (pair["key"] ?? "").toLowerCase().split(/[\s_.-]+/u);
    if (value === "" || fine.has(value.toLowerCase())) return undefined;
    if (hasFailing(pair["key"] ?? "")) return { text: line.trim(), rank: 3 };
    if (!key.some((word) => statusKeys.has(word))) return undefined;
    if (!hasFailing(value)) return { text: `${pair["key"] ?? ""} ${value}`, rank: 1 };
    // "OOMKilled" says what happened, "Terminated" that something did.
    return { text: value, rank: /\S\s|\p{Ll}\p{Lu}|\p{Lu}\p{Lu}/u.test(value) ? 3 : 2 };
  }
  // A row of events or of a table: the columns that speak of a failure.
  const columns = line.trim().split(/\s{2,}|\t/u);
  const failed = columns.filter(hasFailing);
  if (columns.length >= 3 && failed.length > 0) return { text: failed.at(-1) ?? "", rank: 3 };
  return failed.length > 0 && !CODE.test(line) ? { text: line.trim(), rank: 2 } : undefined;
}

function toldByLog(line: string): Told | undefined {
  const field = (name: string) =>
    new RegExp(
      String.raw`["']?\b${name}["']?\s*[=:]\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,}]+))`,
      "iu",
    ).exec(line)?.groups;
  let rest = line.replace(SOURCE, "").replace(STAMP, "");
  let level = LEVEL.exec(rest)?.groups?.["level"]?.toUpperCase();
  if (level !== undefined) rest = rest.replace(LEVEL, "");
  if (FIELDS.test(rest) || /\bmsg=/u.test(rest)) {
    const said = field("level") ?? field("severity") ?? field("lvl");
    level ??= (said?.["quoted"] ?? said?.["bare"])?.toUpperCase();
    const text =
      field("error") ?? field("err") ?? field("exception") ?? field("message") ?? field("msg");
    rest = text?.["quoted"] ?? text?.["bare"] ?? rest;
  } else {
    // A level further on ("... [main] ERROR com.acme.Job - ..."), the logger's name, what separates them.
    const later = /^.{0,60}?\b(?<level>[A-Z]{4,8})\b/u.exec(rest);
    const named = later?.groups?.["level"] ?? "";
    if (level === undefined && isLevel(named)) {
      level = named;
      rest = rest.slice(later?.[0].length ?? 0);
    }
    rest = rest
      .replace(/^[\s|:\]-]+/u, "")
      .replace(
        /^(?:[\w./$-]+(?:\[\d+\])?(?: [\w.-]+(?:\[\d+\])?)?(?: - |\s*\|\s*|: )|\[[^\]]*\]\s*)+/u,
        "",
      );
  }
  const text = rest.replaceAll(/^[\s|:-]+|\s+$/gu, "");
  if (text === "") return undefined;
  if (level !== undefined && levels.severe.has(level)) return { text, rank: 4 };
  if (level !== undefined && levels.warning.has(level)) {
    return hasFailing(text) ? { text, rank: 3 } : { text, rank: 1 };
  }
  return level === undefined && hasFailing(text) ? { text, rank: 3 } : undefined;
}

function isLevel(word: string): boolean {
  return levels.severe.has(word) || levels.warning.has(word) || levels.quiet.has(word);
}

function hasFailing(text: string): boolean {
  const found = text.toLowerCase().match(/[a-z][a-z'-]*/gu) ?? [];
  return (
    found.some(
      (word) =>
        failing.has(word) || [...failing].some((stem) => stem.length > 3 && word.startsWith(stem)),
    ) || /(?:Error|Exception|Failed|Killed|Refused|Denied|BackOff)\b/u.test(text)
  );
}

/** True when the typed words speak of what is pasted: "then I get this", "the log says". */
export function pointsAtPaste(prose: string): boolean {
  const found = prose.toLowerCase().match(WORDS) ?? [];
  return found.some((word) => pointing.has(word));
}
