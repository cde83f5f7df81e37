/**
 * The small part of Markdown that the text of a claim is written in: paragraphs with `code`, headings, lists, tables
 * and fenced listings. `markupOf` writes it from the blocks and code spans of a chunk, `parseMarkup` reads it, and
 * each surface draws the blocks its own way. What the page says literally is escaped, so that
 * `parseMarkup(markupOf(chunk, span))` gives the page's own words in the page's own structure.
 *
 * Both take any text: nothing is refused, and the time is linear in its length.
 */
import type { Claim } from "./answer.ts";
import type { BlockSpan, Chunk } from "./chunk.ts";
import type { Span } from "./text.ts";

/** Words of one typeface. */
export type Run = { readonly text: string; readonly code: boolean };

export type ListItem = {
  /** 0 for the outermost. */
  readonly depth: number;
  /** The item's number in an ordered list; undefined for a bullet. */
  readonly number: number | undefined;
  readonly runs: readonly Run[];
};

export type TableCell = readonly Run[];

export type MarkupBlock =
  /** Line breaks in it are meant. */
  | { readonly kind: "paragraph"; readonly runs: readonly Run[] }
  | { readonly kind: "heading"; readonly runs: readonly Run[] }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | {
      readonly kind: "table";
      /** Undefined when no column has a name. Rows may have more or fewer cells. */
      readonly header: readonly TableCell[] | undefined;
      readonly rows: readonly (readonly TableCell[])[];
    }
  | { readonly kind: "listing"; readonly text: string; readonly language: string | undefined };

// --- chunk -> Markdown ------------------------------------------------------------------------------------------

/**
 * What stands at `span` of the chunk, as Markdown. A row of a table brings the table's header. One list item alone is
 * a sentence; with what leads into it, or with others, it is a list. "" when nothing but white space stands there.
 */
export function markupOf(chunk: Chunk, span: Span): string {
  return markupOfSpans(chunk, [span]);
}

/** Like `markupOf` for several spans that do not overlap, in the order of the chunk: what stands between is left out. */
export function markupOfSpans(chunk: Chunk, spans: readonly Span[]): string {
  const parts = spans
    .toSorted((a, b) => a.start - b.start)
    .flatMap((span) => partsWithin(chunk, span));
  const inList = parts.length > 1;
  const groups: { kind: GroupKind; lines: string[] }[] = [];
  for (const part of parts) {
    const kind = groupOf(part, inList);
    const last = groups.at(-1);
    const runsOn = last?.kind === kind && (kind === "list" || kind === "table");
    const group = runsOn && part.block.header !== true ? last : { kind, lines: [] };
    const lines = linesOf(chunk, part, kind, group.lines.length === 0);
    if (lines.length === 0) continue;
    if (group !== last) groups.push(group);
    group.lines.push(...lines);
  }
  return groups.map(({ lines }) => lines.join("\n")).join("\n\n");
}

type GroupKind = "paragraph" | "heading" | "list" | "table" | "listing";

/** What of a block stands in a span. */
type Part = {
  readonly block: BlockSpan;
  /** Place of the block in the chunk. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
};

function partsWithin(chunk: Chunk, span: Span): readonly Part[] {
  const parts: Part[] = [];
  for (let index = firstEndingAfter(chunk.blocks, span.start); ; index += 1) {
    const block = chunk.blocks[index];
    if (block === undefined || block.start >= span.end) return parts;
    const start = Math.max(block.start, span.start);
    const end = Math.min(block.end, span.end);
    if (chunk.text.slice(start, end).trim() !== "") parts.push({ block, index, start, end });
  }
}

function groupOf({ block, start, end }: Part, inList: boolean): GroupKind {
  switch (block.kind) {
    case "code":
      return "listing";
    case "heading":
      return inList ? "heading" : "paragraph";
    case "list-item":
    case "definition":
      return inList ? "list" : "paragraph";
    case "table-row":
      // A sentence out of a cell is no row.
      return start === block.start && end === block.end ? "table" : "paragraph";
    case "paragraph":
    case "admonition":
      return "paragraph";
  }
}

function linesOf(chunk: Chunk, part: Part, kind: GroupKind, first: boolean): readonly string[] {
  const { block, start, end } = part;
  switch (kind) {
    case "listing":
      return [fenced(chunk.text.slice(start, end), block.language)];
    case "heading":
      return [`#### ${inlineMarkup(chunk, start, end)}`];
    case "list": {
      const number = /^\d{1,9}$/.test(block.label ?? "") ? block.label : undefined;
      const indent = "   ".repeat(Math.min(block.depth ?? 0, MAX_DEPTH));
      const marker = number === undefined ? "-" : `${number}.`;
      return [`${indent}${marker} ${inlineMarkup(chunk, start, end)}`];
    }
    case "table":
      return rowLines(chunk, part, first);
    case "paragraph":
      return [inlineMarkup(chunk, start, end).replace(LINE_START, "$1\\$2")];
  }
}

/** What would begin a list or a heading, were it not the page's own words. */
const LINE_START = /^(\d{0,9})([-*+#.)])(?=[\s#])/;

function rowLines(chunk: Chunk, { block, index }: Part, first: boolean): readonly string[] {
  const cells = rowCells(chunk, block);
  if (!first) return [tableLine(cells)];
  if (block.header === true) return [tableLine(cells), tableLine(cells.map(() => "---"))];
  const header = headerOf(chunk, index);
  const names = header === undefined ? cells.map(() => "") : rowCells(chunk, header);
  // A header with one name less leaves out the column of the rows' own names.
  const missing = Math.max(0, cells.length - names.length);
  const named = [...Array.from({ length: missing }, () => ""), ...names];
  return [tableLine(named), tableLine(named.map(() => "---")), tableLine(cells)];
}

function headerOf(chunk: Chunk, index: number): BlockSpan | undefined {
  for (let at = index - 1; at >= 0; at -= 1) {
    const block = chunk.blocks[at];
    if (block?.kind !== "table-row") return undefined;
    if (block.header === true) return block;
  }
  return undefined;
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The cells of a row as Markdown. A bar inside code (`int | None`) is no border. */
function rowCells(chunk: Chunk, row: Span): readonly string[] {
  return cellSpans(chunk, row).map(({ start, end }) => inlineMarkup(chunk, start, end));
}

/** Where the cells of a row stand in the chunk; an empty cell is an empty span. */
export function cellSpans(chunk: Chunk, row: Span): readonly Span[] {
  const text = chunk.text.slice(row.start, row.end);
  const code = codeWithin(chunk, row);
  const cells: Span[] = [];
  const add = (start: number, end: number) =>
    cells.push({ start: row.start + start, end: row.start + Math.max(start, end) });
  let start = 0;
  // Blanks at the ends of a row are trimmed: "| b" begins and "a |" ends with an empty cell.
  if (text.startsWith("| ")) {
    add(0, 0);
    start = 2;
  }
  let next = 0;
  for (let bar = text.indexOf(" | ", start); bar !== -1; bar = text.indexOf(" | ", start)) {
    const at = row.start + bar + 1;
    while ((code[next]?.end ?? Infinity) <= at) next += 1;
    const span = code[next];
    if (span !== undefined && span.start <= at) {
      bar = text.indexOf(" | ", span.end - row.start);
      if (bar === -1) break;
    }
    add(start, bar);
    start = bar + 3;
  }
  const rest = text.slice(start);
  const endsEmpty = rest === "|" || rest.endsWith(" |");
  add(start, endsEmpty ? text.length - 2 : text.length);
  if (endsEmpty) add(text.length, text.length);
  return cells;
}

/** Code spans of the chunk that overlap `span`, cut to it, in order; neighbours without a gap are one. */
export function codeWithin(chunk: Chunk, span: Span): readonly Span[] {
  const code = chunk.code ?? [];
  const found: Span[] = [];
  for (let index = firstEndingAfter(code, span.start); ; index += 1) {
    const one = code[index];
    if (one === undefined || one.start >= span.end) return found;
    const start = Math.max(one.start, span.start);
    const end = Math.min(one.end, span.end);
    const last = found.at(-1);
    if (last?.end === start) found[found.length - 1] = { start: last.start, end };
    else if (end > start) found.push({ start, end });
  }
}

/** Index of the first of `spans`, which are in order, that ends after `offset`. */
function firstEndingAfter(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function inlineMarkup(chunk: Chunk, start: number, end: number): string {
  const { text } = chunk;
  let result = "";
  let at = start;
  for (const code of codeWithin(chunk, { start, end })) {
    result +=
      literalMarkup(text.slice(at, code.start)) + codeMarkup(text.slice(code.start, code.end));
    at = code.end;
  }
  return (result + literalMarkup(text.slice(at, end))).trim();
}

/** The characters that a backslash takes the meaning from. */
const ESCAPABLE = "`\\-*+#.)";
const NEEDS_ESCAPE = /`|\\(?=[`\\\-*+#.)]|$)/g;

export function literalMarkup(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll(NEEDS_ESCAPE, "\\$&");
}

/** `code` between backticks. */
export function codeMarkup(text: string): string {
  const code = text.replaceAll(/\s*\n\s*/g, " ");
  if (code.trim() === "") return code;
  const ticks = "`".repeat(longestTicks(code) + 1);
  const pad = /^`|`$|^ .* $/.test(code) ? " " : "";
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

/** A listing between fences that nothing in it can close. */
export function fenced(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}${/^[\w+#.-]{1,40}$/.test(language) ? language : ""}\n${text}\n${fence}`;
}

function longestTicks(text: string): number {
  let longest = 0;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  return longest;
}

// --- Markdown -> blocks -----------------------------------------------------------------------------------------

/** Deeper nesting is drawn like this one. */
const MAX_DEPTH = 8;

const FENCE = /^([ \t]*)(`{3,})([^`]*)$/;
const ITEM = /^([ \t]*)(?:[-*+]|(\d{1,9})[.)])[ \t]+(\S.*)$/;
const HEADING = /^#{1,6}[ \t]+(\S.*)$/;

/** The blocks of a claim's text. What is none of the other kinds is a paragraph. */
export function parseMarkup(text: string): readonly MarkupBlock[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: MarkupBlock[] = [];
  let paragraph: string[] = [];
  let list: MutableItem[] = [];
  /** Columns at which the open items of the list begin. */
  let columns: number[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", runs: linesInline(paragraph) });
    paragraph = [];
  };
  const endList = () => {
    if (list.length > 0) {
      const items = list.map(({ lines: own, ...item }) => ({ ...item, runs: linesInline(own) }));
      blocks.push({ kind: "list", items });
    }
    list = [];
    columns = [];
  };
  const end = () => {
    endParagraph();
    endList();
  };

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const fence = FENCE.exec(line);
    if (fence !== null) {
      end();
      const listing = readListing(lines, at, fence);
      if (listing.text !== "") blocks.push({ kind: "listing", ...listing.block });
      at = listing.last;
      continue;
    }
    if (line.trim() === "") {
      endParagraph();
      // A blank line between two items leaves them one list.
      if (!ITEM.test(lines[at + 1] ?? "")) endList();
      continue;
    }
    if (isTableAt(lines, at)) {
      end();
      const table = readTable(lines, at);
      blocks.push(table.block);
      at = table.last;
      continue;
    }
    const heading = HEADING.exec(line);
    if (heading !== null) {
      end();
      blocks.push({ kind: "heading", runs: parseInline((heading[1] ?? "").trim()) });
      continue;
    }
    const item = ITEM.exec(line);
    if (item !== null) {
      endParagraph();
      const column = (item[1] ?? "").replaceAll("\t", "    ").length;
      while ((columns.at(-1) ?? -1) >= column && columns.length > 0) columns.pop();
      columns.push(column);
      list.push({
        depth: Math.min(columns.length - 1, MAX_DEPTH),
        number: item[2] === undefined ? undefined : Number(item[2]),
        lines: [(item[3] ?? "").trim()],
      });
      continue;
    }
    const open = list.at(-1);
    if (open !== undefined && /^[ \t]/.test(line)) {
      open.lines.push(line.trim());
      continue;
    }
    endList();
    paragraph.push(line.trim());
  }
  end();
  return blocks;
}

type MutableItem = { depth: number; number: number | undefined; lines: string[] };

/** The listing that a fence opens; one that nothing closes goes on to the end. */
function readListing(lines: readonly string[], at: number, fence: RegExpExecArray) {
  const [, indent = "", ticks = "", info = ""] = fence;
  const own: string[] = [];
  let last = at + 1;
  for (; last < lines.length; last += 1) {
    const line = lines[last] ?? "";
    const closing = FENCE.exec(line);
    if (
      closing !== null &&
      (closing[2] ?? "").length >= ticks.length &&
      closing[3]?.trim() === ""
    ) {
      break;
    }
    own.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart());
  }
  const text = own.join("\n");
  const language = /^[\w+#.-]{1,40}/.exec(info.trim())?.[0]?.toLowerCase();
  return { text: text.trim() === "" ? "" : text, block: { text, language }, last };
}

function isTableAt(lines: readonly string[], at: number): boolean {
  const next = lines[at + 1];
  if (next === undefined || !isTableLine(lines[at] ?? "") || !isTableLine(next)) return false;
  const rule = tableCells(next);
  return rule.length > 0 && rule.every((cell) => /^:?-+:?$/.test(cell));
}

function isTableLine(line: string): boolean {
  return /^[ \t]*\|/.test(line);
}

function readTable(lines: readonly string[], at: number) {
  const header = tableCells(lines[at] ?? "").map(parseInline);
  const rows: (readonly TableCell[])[] = [];
  let last = at + 1;
  while (isTableLine(lines[last + 1] ?? "")) {
    last += 1;
    rows.push(tableCells(lines[last] ?? "").map(parseInline));
  }
  const block: MarkupBlock = {
    kind: "table",
    header: header.every((cell) => cell.length === 0) ? undefined : header,
    rows,
  };
  return { block, last };
}

/** The cells of a line of a table; a bar behind a backslash is text. */
function tableCells(line: string): readonly string[] {
  const text = line.trim();
  const cells: string[] = [];
  let cell = "";
  let from = 1;
  for (let bar = text.indexOf("|", from); bar !== -1; bar = text.indexOf("|", bar + 1)) {
    if (text[bar - 1] === "\\") {
      cell += `${text.slice(from, bar - 1)}|`;
    } else {
      cells.push((cell + text.slice(from, bar)).trim());
      cell = "";
    }
    from = bar + 1;
  }
  const rest = (cell + text.slice(from)).trim();
  return rest === "" ? cells : [...cells, rest];
}

function linesInline(lines: readonly string[]): readonly Run[] {
  return joinRuns(
    lines.flatMap((line, index) =>
      index === 0 ? parseInline(line) : [{ text: "\n", code: false }, ...parseInline(line)],
    ),
  );
}

/** Words and `code` of one line. A backtick without its partner is text. */
export function parseInline(line: string): readonly Run[] {
  if (!/[`\\]/.test(line)) return line === "" ? [] : [{ text: line, code: false }];
  const runs: Run[] = [];
  const closings = tickRuns(line);
  let literal = "";
  let from = 0;
  const special = /[`\\]/g;
  for (let match = special.exec(line); match !== null; match = special.exec(line)) {
    const at = match.index;
    if (match[0] === "\\") {
      const next = line[at + 1] ?? "";
      if (next !== "" && ESCAPABLE.includes(next)) {
        literal += line.slice(from, at) + next;
        from = at + 2;
        special.lastIndex = from;
      }
      continue;
    }
    let open = at;
    while (line[open] === "`") open += 1;
    const close = closings.next(open - at, open);
    special.lastIndex = open;
    if (close === undefined) continue;
    literal += line.slice(from, at);
    if (literal !== "") runs.push({ text: literal, code: false });
    literal = "";
    runs.push({ text: unpadded(line.slice(open, close)), code: true });
    from = close + (open - at);
    special.lastIndex = from;
  }
  literal += line.slice(from);
  if (literal !== "") runs.push({ text: literal, code: false });
  return joinRuns(runs);
}

/** One blank at each end of code that stands there so that a backtick may be its first or last character. */
function unpadded(code: string): string {
  return code.length > 2 && code.startsWith(" ") && code.endsWith(" ") && code.trim() !== ""
    ? code.slice(1, -1)
    : code;
}

/** Where backticks stand in a row, by how many there are; asked for places that only go up. */
function tickRuns(line: string) {
  const places = new Map<number, { readonly at: number[]; next: number }>();
  for (const match of line.matchAll(/`+/g)) {
    const known = places.get(match[0].length);
    if (known === undefined) places.set(match[0].length, { at: [match.index], next: 0 });
    else known.at.push(match.index);
  }
  return {
    /** The first place from `from` on with exactly `length` backticks. */
    next(length: number, from: number): number | undefined {
      const known = places.get(length);
      if (known === undefined) return undefined;
      while ((known.at[known.next] ?? from) < from) known.next += 1;
      return known.at[known.next];
    },
  };
}

function joinRuns(runs: readonly Run[]): readonly Run[] {
  const joined: { text: string; code: boolean }[] = [];
  for (const { text, code } of runs) {
    const last = joined.at(-1);
    if (last !== undefined && !last.code && !code) last.text += text;
    else joined.push({ text, code });
  }
  return joined;
}

// --- blocks -> plain text ---------------------------------------------------------------------------------------

/** The words of some runs, code as it is. */
export function runsText(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join("");
}

/** "Type: ", "Default value: ": the name before the value of an entry. */
export const LABEL = /^[\p{L}\p{N}][\p{L}\p{N} _/()-]{0,40}: (?=\S)/u;

/** True for a paragraph that gives a value behind its name: such paragraphs stand below each other like a list. */
export function isLabelled(block: MarkupBlock | undefined): boolean {
  return block?.kind === "paragraph" && LABEL.test(runsText(block.runs));
}

/** A claim's text without its markup: for notifications, comparison and search. Cells are joined by " | ". */
export function plainMarkup(text: string): string {
  return parseMarkup(text)
    .map((block) => {
      switch (block.kind) {
        case "paragraph":
        case "heading":
          return runsText(block.runs);
        case "list":
          return block.items
            .map(
              ({ number, runs }) =>
                `${number === undefined ? "-" : `${number}.`} ${runsText(runs)}`,
            )
            .join("\n");
        case "table":
          return [...(block.header === undefined ? [] : [block.header]), ...block.rows]
            .map((row) => row.map(runsText).join(" | "))
            .join("\n");
        case "listing":
          return block.text;
      }
    })
    .join("\n");
}

/** True when a claim is one sentence or paragraph of the page in the page's own words: shown between quotation marks. */
export function isPageSentence(claim: Pick<Claim, "text" | "quotes">): boolean {
  const [quote, ...others] = claim.quotes;
  const [block, ...more] = parseMarkup(claim.text);
  if (quote === undefined || others.length > 0 || block?.kind !== "paragraph" || more.length > 0) {
    return false;
  }
  const folded = (words: string) => words.replaceAll(/\s+/g, " ").trim();
  return folded(runsText(block.runs)) === folded(quote.text);
}
