/**
 * Secrets that are known by the name in front of them: `PGPASSWORD=...`, `"api_key": "..."`, `--token ...`,
 * `<password>...</password>`, `name: DB_PASSWORD` with `value: ...` under it, `my password is ...`.
 */
import { looksUp, readSecretName, type SecretName, wordsOfName } from "./secret-forms.ts";
import { isIdentifier, isSecretValue, looksChosen } from "./secret-value.ts";
import { MASK, type Span } from "./spans.ts";

const NAME = /[\p{L}_][\p{L}\p{N}_.-]*/gu;
/** Longest value, UTF-16 units: a key in base64 and more. */
const LONGEST_VALUE = 8192;
/** How much of the line in front of a name is looked at. */
const LINE_BEFORE = 400;

// How a value can follow its name. Each is tried where the name ends.
const ASSIGNED =
  /\\?["'`]?\]?[ \t]{0,16}(?::[ \t]{0,4}[A-Za-z_][\w.[\]| ]{0,60}(?:[ \t]=(?!=)|=(?=["']))|=>|:=|={1,3}|\?=|\+=|->|:)[ \t]{0,16}/y;
const ELEMENT = />/y;
const NEXT_FIELD = /\\?["']?[ \t]{0,8},?\s{0,40}\\?["']?value\\?["']?[ \t]{0,8}[:=][ \t]{0,8}/iy;
const ARGUMENT = /["'][ \t]{0,8},[ \t]{0,8}(?=["'])/y;
const CALL = /[ \t]?\([ \t]{0,8}(?:value[ \t]?=[ \t]?)?(?=["'])/y;
const SAID = /[ \t]{1,4}(?:is|was|to)[ \t]*:?[ \t]+/iy;
const SPACE = /[ \t]+/y;
/** What can stand before a value: the scheme of a header, the type of a YAML value. */
const SCHEME = /(?:bearer|basic|token|apikey|api-key|digest|key|!!\w{1,20})[ \t]+/iy;
/** The value alone on the next line. */
const NEXT_LINE = /\r?\n[ \t]{0,40}(?=[^\s:]{4,400}[ \t]*(?:\r?\n|$))/y;
const BLOCK = /[|>][+-]?\d?[ \t]*\r?\n/y;

export function findNamedValues(text: string): readonly Span[] {
  const spans: Span[] = [];
  let before: readonly string[] = [];
  let beforeEnd = -1;
  let done = 0;
  const masks = [...text.matchAll(MASK)].map((match) => match.index + match[0].length);
  let mask = 0;
  for (const match of text.matchAll(NAME)) {
    const start = match.index;
    // "[masked: token]" names what was there.
    while ((masks[mask] ?? Infinity) <= start) mask += 1;
    if (text.startsWith("masked: ", start) && text[start - 1] === "[" && masks[mask] !== undefined)
      done = masks[mask] ?? done;
    const written = match[0].replace(/[.-]+$/, "");
    const end = start + written.length;
    const words = wordsOfName(written);
    const spaced = start === beforeEnd + 1 && text[beforeEnd] === " " ? before : [];
    const line = [...spaced, ...words].slice(-3);
    before = line;
    beforeEnd = start + match[0].length;
    if (start < done) continue;
    const name = readSecretName(words, spaced);
    if (name === undefined) continue;
    const span = findValue(text, { start, end, words, name });
    if (span === undefined) continue;
    spans.push(span);
    done = span.end;
  }
  return spans;
}

type Named = {
  readonly start: number;
  readonly end: number;
  readonly words: readonly string[];
  readonly name: SecretName;
};

function findValue(text: string, named: Named): Span | undefined {
  const { start, end, words, name } = named;
  const password = name.kind === "password";
  const lead = text.slice(Math.max(0, start - 24), start);

  const element = lead.endsWith("<") ? after(text, ELEMENT, end) : undefined;
  if (element !== undefined) {
    const value = /^[^<\n]*(?=<\/)/.exec(text.slice(element, element + LONGEST_VALUE))?.[0] ?? "";
    return isSecretValue(value, { rule: name.value, quote: '"', exact: true, password })
      ? { start: element, end: element + value.length, kind: name.kind }
      : undefined;
  }

  const field = /(?:name|key|type)\\?["']?[ \t]*[:=][ \t]*\\?["']?$/i.test(lead)
    ? after(text, NEXT_FIELD, end)
    : undefined;
  // The parts of an ARN are separated by colons.
  if (lead.endsWith(":") && text[end] === ":") return undefined;
  const assigned = field ?? after(text, ASSIGNED, end);
  if (assigned !== undefined) {
    const block = after(text, BLOCK, assigned);
    if (block !== undefined) return blockValue(text, block, named);
    const below = text[assigned - 1] === ":" ? after(text, NEXT_LINE, assigned) : undefined;
    const value = readValue(
      text,
      below ?? assigned,
      below === undefined ? text.slice(Math.max(0, start - LINE_BEFORE), start) : "",
    );
    const spaced = /[ \t]$/.test(text.slice(end, assigned));
    const context = {
      rule: name.value,
      quote: value.quote,
      exact:
        !spaced ||
        (endsLine(text, value) && (beginsLine(text, start) || words.length > 1)) ||
        field !== undefined,
      password,
    };
    const sure = below === undefined || looksChosen(value.text);
    return accepted(value, name, sure && isSecretValue(value.text, context));
  }

  const quoted = /["']$/.test(lead) ? after(text, ARGUMENT, end) : undefined;
  const called = looksUp(words) ? undefined : after(text, CALL, end);
  const argument = quoted ?? called;
  if (argument !== undefined) {
    const value = readValue(text, argument, "");
    const context = { rule: name.value, quote: value.quote, exact: true, password };
    return accepted(value, name, looksChosen(value.text) && isSecretValue(value.text, context));
  }

  const said = after(text, SAID, end);
  const flag = /(?:^|\s)--?(?:[\w-]*-)?$/.test(lead);
  const told = /(?:^|\s)(?:setx?|setenv|env|export|login|machine)\s+(?:\S+\s+)?$/i.test(lead);
  const spoken = said ?? after(text, SPACE, end);
  if (
    spoken === undefined ||
    (name.value !== "any" && !/^\s+(?:is|was)\b/i.test(text.slice(end, spoken)))
  )
    return undefined;
  if (text[spoken] === "-") return undefined;
  const value = readValue(text, spoken, "");
  const context = { rule: name.value, quote: value.quote, exact: flag, password };
  const literal = value.quote !== "" && password && value.text.length > 3;
  const sure =
    literal ||
    (beginsLine(text, start) && endsLine(text, value) && looksChosen(value.text)) ||
    (said !== undefined || flag || told ? looksChosen(value.text) : isUnmistakable(value.text));
  return accepted(value, name, sure && isSecretValue(value.text, context));
}

type Value = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly quote: string;
};

function accepted(value: Value, name: SecretName, secret: boolean): Span | undefined {
  return secret ? { start: value.start, end: value.end, kind: name.kind } : undefined;
}

/** The value that begins at `at`, without quotation marks and the scheme of an authorization header. */
function readValue(text: string, at: number, before: string): Value {
  const marked = /^[frbu]{0,2}(?=["'`])/i.exec(text.slice(at, at + 3))?.[0].length ?? 0;
  const open = at + marked;
  const two = text.slice(open, open + 2);
  const quote = two === '\\"' ? two : /["'`“‘]/.test(text[open] ?? "") ? (text[open] ?? "") : "";
  if (quote !== "") {
    const from = open + quote.length;
    const close = closingQuote(text, from, quote);
    if (close !== undefined) {
      const start = after(text, SCHEME, from) ?? from;
      return {
        start: Math.min(start, close),
        end: close,
        text: text.slice(Math.min(start, close), close),
        quote,
      };
    }
  }
  const from = quote === "" ? at : open + quote.length;
  const start = after(text, SCHEME, from) ?? from;
  // Inside quotes that were opened before the name, the value ends with them.
  const opened = quote === "" ? openQuote(before) : "";
  const end = endOfBare(text, start, opened);
  return { start, end, text: text.slice(start, end), quote: "" };
}

const CLOSING: Readonly<Record<string, string>> = { "“": "”", "‘": "’" };

function closingQuote(text: string, from: number, quote: string): number | undefined {
  const close = CLOSING[quote] ?? quote;
  const last = Math.min(text.length, from + LONGEST_VALUE);
  for (let at = from; at < last && text[at] !== "\n"; at += 1) {
    // YAML and SQL write an apostrophe inside apostrophes twice.
    if (quote === "'" && at > from && text.startsWith("''", at)) at += 1;
    else if (text.startsWith(close, at)) return at;
    if (text[at] === "\\" && quote !== '\\"') at += 1;
  }
  return undefined;
}

/** The quotation mark that is open at the end of the last line of `before`, or "". */
function openQuote(before: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  let open = "";
  for (const sign of line) {
    if (open === "" && (sign === '"' || sign === "'" || sign === "`")) open = sign;
    else if (sign === open) open = "";
  }
  return open;
}

/** A value without quotation marks ends at white space, and at a separator behind which another field begins. */
function endOfBare(text: string, from: number, opened: string): number {
  const last = Math.min(text.length, from + LONGEST_VALUE);
  let end = from;
  for (; end < last; end += 1) {
    const sign = text[end] ?? "";
    if (/\s/.test(sign) || sign === opened) break;
    if (
      /["'`]/.test(sign) &&
      (end === from ||
        !/[\p{L}\p{N}]/u.test(text[end + 1] ?? "") ||
        /[([=,:]/.test(text[end - 1] ?? ""))
    )
      break;
    if (/[,;&]/.test(sign) && separates(text, end)) break;
    if (sign === "<" && text[end + 1] === "/") break;
  }
  while (end > from && /[)\]}]/.test(text[end - 1] ?? "") && !hasOpening(text.slice(from, end)))
    end -= 1;
  return end;
}

function separates(text: string, at: number): boolean {
  const next = text.slice(at + 1, at + 60);
  return next === "" || /^[\s"'`]|^[\w.-]{1,40}[ \t]?=|^[A-Za-z][\w ]{1,30}=/.test(next);
}

function hasOpening(value: string): boolean {
  return /[([{]/.test(value);
}

/** In prose, without "is" between: letters and digits and signs mixed as nobody writes words. */
function isUnmistakable(value: string): boolean {
  const bare = value.replace(/[.,;:!?)]+$/, "");
  return (
    bare.length >= 8 &&
    !isIdentifier(bare) &&
    /\d/.test(bare) &&
    /\p{L}/u.test(bare) &&
    !/^(?:v?\d+[\w.]*|[a-z]+[-_][a-z0-9-_]+)$/i.test(bare)
  );
}

function beginsLine(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 60), at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /^[ \t>]*(?:- |\$ ?|export |ENV |ARG |set )?["'`]?$/.test(line);
}

function endsLine(text: string, value: Value): boolean {
  return /^["'`]?[ \t]*,?[ \t]*(?:#.*)?(?:\r?\n|$)/.test(text.slice(value.end, value.end + 200));
}

/** The indented lines under `name: |`. */
function blockValue(text: string, from: number, named: Named): Span | undefined {
  const before = text.slice(Math.max(0, named.start - LINE_BEFORE), named.start);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  const { start, end } = indentedLines(text, from, indent);
  return end > start ? { start, end, kind: named.name.kind } : undefined;
}

/** From `from` on, the lines that are indented deeper than `indent`, without the white space around them. */
export function indentedLines(
  text: string,
  from: number,
  indent: number,
): { readonly start: number; readonly end: number } {
  let at = from;
  while (at < text.length) {
    const close = text.indexOf("\n", at);
    const stop = close === -1 ? text.length : close;
    const line = text.slice(at, stop);
    if (line.trim() !== "" && (/^[ \t]*/.exec(line)?.[0].length ?? 0) <= indent) break;
    at = stop + 1;
  }
  const body = text.slice(from, Math.min(at, text.length));
  const start = from + (body.length - body.trimStart().length);
  return { start, end: Math.max(start, from + body.trimEnd().length) };
}

/** Where `pattern` ends when it matches at `at`; undefined when it does not. */
function after(text: string, pattern: RegExp, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
