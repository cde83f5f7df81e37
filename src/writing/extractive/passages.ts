/**
 * The passages of a chunk that an answer may quote: sentences, list items, table rows, listings and small sections,
 * each readable without the page around it, or left out. A passage is one or two exact slices of the chunk's text;
 * a sentence that needs the one before it is widened to hold it, and what a lead-in promises is taken with it.
 */
import type { BlockSpan, Chunk } from "../../documents/chunk.ts";
import { leadsIn, splitSentences, standing, type Standing } from "../../documents/sentences.ts";
import { countWords, type Span } from "../../documents/text.ts";
import { findLink } from "../../verification/links.ts";

export type PassageKind = "sentence" | "item" | "list" | "row" | "code" | "entry";

export type Passage = {
  readonly kind: PassageKind;
  readonly chunk: Chunk;
  /** Slices of `chunk.text` in order; more than one when what stands between them is left out. */
  readonly quotes: readonly Span[];
  /** What is shown: the quoted words, laid out for reading. */
  readonly text: string;
  /** The part that says it, without what was added to make it readable. */
  readonly core: Span;
  readonly words: number;
  /** Place of the core's block in the chunk. */
  readonly block: number;
  /** False when it still leans on something that is not quoted. */
  readonly standsAlone: boolean;
  /** Headings above it, the outermost first; those of a section merged into the chunk included. */
  readonly headings: readonly string[];
  /** Id of the section it stands in: the chunk's, or that of a section merged into it. */
  readonly anchor: string;
  /** True in the first block of its section. */
  readonly opens: boolean;
};

/** A listing longer than this is not put into a chat message. */
const MAX_CODE_LINES = 24;
const MAX_CODE_CHARACTERS = 1200;
/** A sentence widened beyond this is a paragraph. */
const MAX_WIDENED_WORDS = 65;
/** A list with its lead-in is quoted whole up to here. */
const MAX_LIST_WORDS = 75;
/** ... and steps or an order of precedence, which say nothing in part, up to here. */
const MAX_ORDERED_WORDS = 110;
/** A section this small is read whole: the entry of a setting, a parameter, an option. */
const MAX_ENTRY_WORDS = 60;

/** Fewer words say nothing alone: a file name, a label. */
const LEAST_WORDS = 4;

type Sentence = Span & { readonly standing: Standing };

function sentencesOf(chunk: Chunk, block: BlockSpan): readonly Sentence[] {
  return splitSentences(chunk.text.slice(block.start, block.end)).map(({ start, end }) => ({
    start: block.start + start,
    end: block.start + end,
    standing: standing(chunk.text.slice(block.start + start, block.start + end)),
  }));
}

function isProse(block: BlockSpan | undefined): block is BlockSpan {
  return block?.kind === "paragraph" || block?.kind === "admonition";
}

function isEntry(block: BlockSpan | undefined): block is BlockSpan {
  return block?.kind === "list-item" || block?.kind === "definition";
}

/** Lines of a log: shown by a page as what one may see, not as what to write. */
const LOG_LINE =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[ T])?\[?\d\d:\d\d:\d\d|^\s*(?:INFO|DEBUG|ERROR|WARNING)\b|^\s*Traceback |^\s*File ".*", line \d+/mu;

/** Source of a diagram: a page draws it, a chat cannot. */
const DIAGRAM =
  /^\s*(?:%%\{[^\n]*\n\s*)?(?:graph|flowchart|sequenceDiagram|stateDiagram(?:-v2)?|classDiagram|erDiagram|gantt|journey|pie|mindmap|timeline)\b[^\n]*(?:\n|$)/u;

function isShortListing(chunk: Chunk, block: BlockSpan): boolean {
  const text = chunk.text.slice(block.start, block.end);
  if (LOG_LINE.test(text) || DIAGRAM.test(text)) return false;
  return text.length <= MAX_CODE_CHARACTERS && text.split("\n").length <= MAX_CODE_LINES;
}

function fenced(code: string): string {
  // A fence longer than any in the listing keeps the listing in one piece.
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/gu)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

/** Text of a span as it is shown: listings in fences, list items as a list, the rest as it stands. */
function shown(chunk: Chunk, span: Span): string {
  const parts: string[] = [];
  const blocks = chunk.blocks.filter(({ start, end }) => end > span.start && start < span.end);
  const inList = blocks.filter(({ kind }) => kind === "list-item").length > 1;
  for (const block of blocks) {
    const text = chunk.text.slice(Math.max(block.start, span.start), Math.min(block.end, span.end));
    if (block.kind === "code") parts.push(fenced(text));
    else if (block.kind === "list-item" && (inList || span.start < block.start)) {
      parts.push(`${"  ".repeat(block.depth ?? 0)}- ${text}`);
    } else parts.push(text);
  }
  return parts.join("\n");
}

/** A section's blocks in a chunk: small sections share one, each after its heading. */
type Part = {
  readonly heading: number | undefined;
  readonly first: number;
  /** One past its last block. */
  readonly end: number;
};

function partsOf(chunk: Chunk): readonly Part[] {
  const parts: Part[] = [];
  let heading: number | undefined;
  let first = 0;
  const close = (end: number) => {
    if (end > first) parts.push({ heading, first, end });
  };
  for (const [index, block] of chunk.blocks.entries()) {
    if (block.kind !== "heading") continue;
    close(index);
    heading = index;
    first = index + 1;
  }
  close(chunk.blocks.length);
  return parts;
}

class Collector {
  readonly passages: Passage[] = [];
  readonly #chunk: Chunk;
  readonly #part: Part;
  readonly #headings: readonly string[];
  readonly #anchor: string;

  constructor(chunk: Chunk, part: Part) {
    this.#chunk = chunk;
    this.#part = part;
    const heading = part.heading === undefined ? undefined : chunk.blocks[part.heading];
    this.#headings =
      heading === undefined
        ? chunk.headingPath
        : [...chunk.headingPath.slice(0, -1), chunk.text.slice(heading.start, heading.end)];
    this.#anchor = heading?.anchor ?? chunk.anchor;
  }

  add(
    kind: PassageKind,
    block: number,
    quotes: readonly Span[],
    core: Span,
    standsAlone: boolean,
    text?: string,
  ): void {
    const words = countWords(
      quotes.map(({ start, end }) => this.#chunk.text.slice(start, end)).join(" "),
    );
    const layout = text ?? quotes.map((span) => shown(this.#chunk, span)).join("\n");
    this.passages.push({
      kind,
      chunk: this.#chunk,
      quotes,
      text: layout,
      core,
      words,
      block,
      standsAlone: standsAlone && words >= LEAST_WORDS && findLink(layout) === undefined,
      headings: this.#headings,
      anchor: this.#anchor,
      opens: block === this.#part.first,
    });
  }
}

/**
 * A sentence of a block, widened to the left until nothing before it is needed: by sentences of its own block, or by
 * the end of the paragraph before when its own block begins with "This ...". Undefined when that does not help.
 */
function widened(chunk: Chunk, index: number, place: number): Span | undefined {
  const block = chunk.blocks[index];
  if (block === undefined) return undefined;
  const sentences = sentencesOf(chunk, block);
  const sentence = sentences[place];
  if (sentence === undefined) return undefined;
  let at = place;
  while (at > 0 && sentences[at]?.standing === "needs-before") at -= 1;
  let start = sentences[at]?.start ?? sentence.start;
  if (sentences[at]?.standing === "needs-before") {
    const previous = chunk.blocks[index - 1];
    const last = isProse(previous) ? sentencesOf(chunk, previous).at(-1) : undefined;
    if (last === undefined || last.standing !== "alone") return undefined;
    if (leadsIn(chunk.text.slice(last.start, last.end))) return undefined;
    start = last.start;
  } else if (sentences[at]?.standing === "points-on-page") {
    // "Use this command:" points at what comes with it.
    if (at !== place || !leadsIn(chunk.text.slice(sentence.start, sentence.end))) return undefined;
  }
  const fits =
    at === place || countWords(chunk.text.slice(start, sentence.end)) <= MAX_WIDENED_WORDS;
  return fits ? { start, end: sentence.end } : undefined;
}

/** The sentence that leads into a block, with what it needs before it; undefined when there is none to quote. */
function leadIn(chunk: Chunk, index: number): Span | undefined {
  const before = chunk.blocks[index - 1];
  if (before === undefined) return undefined;
  // A step of a list ("Set the variable:") leads into its listing as a sentence does.
  const isStep = isEntry(before) && leadsIn(chunk.text.slice(before.start, before.end));
  if (!isProse(before) && !isStep) return undefined;
  const lead = widened(chunk, index - 1, sentencesOf(chunk, before).length - 1);
  // "Args:", "Example:" are labels, not sentences.
  return lead !== undefined && countWords(chunk.text.slice(lead.start, lead.end)) > 2
    ? lead
    : undefined;
}

function addSentences(out: Collector, chunk: Chunk, index: number, block: BlockSpan): void {
  for (const [place, sentence] of sentencesOf(chunk, block).entries()) {
    if (leadsIn(chunk.text.slice(sentence.start, sentence.end))) continue;
    const span = widened(chunk, index, place);
    out.add("sentence", index, [span ?? sentence], sentence, span !== undefined);
  }
}

/** Consecutive list items (or definitions) that begin at a block, nested ones included. */
function listFrom(chunk: Chunk, index: number): readonly number[] {
  const items: number[] = [];
  for (let at = index; isEntry(chunk.blocks[at]); at += 1) items.push(at);
  return items;
}

function addList(out: Collector, chunk: Chunk, first: number): void {
  const items = listFrom(chunk, first);
  const lead = leadIn(chunk, first);
  const start = chunk.blocks[first]?.start ?? 0;
  const end = chunk.blocks[items.at(-1) ?? first]?.end ?? start;
  const whole = { start: lead?.start ?? start, end };
  const ordered = /^\d/u.test(chunk.blocks[first]?.label ?? "");
  const most = ordered ? MAX_ORDERED_WORDS : MAX_LIST_WORDS;
  // "Set these:" promises a listing that is no part of the list.
  const isOpen = (index: number) => {
    const block = chunk.blocks[index];
    return block !== undefined && leadsIn(chunk.text.slice(block.start, block.end));
  };
  if (items.length > 1 && countWords(chunk.text.slice(whole.start, whole.end)) <= most) {
    out.add("list", first, [whole], whole, lead !== undefined && !isOpen(items.at(-1) ?? first));
  }
  for (const index of items) {
    const block = chunk.blocks[index];
    if (block === undefined) continue;
    const text = chunk.text.slice(block.start, block.end).replace(CREDIT, "");
    const span = { start: block.start, end: block.start + text.length };
    if (isOpen(index) && !isEntry(chunk.blocks[index + 1])) {
      out.add("item", index, [span], span, false);
      continue;
    }
    const isTop = (block.depth ?? 0) === 0;
    // "persist_result: a boolean ...": what it is a parameter of, its lead-in says.
    const needsLead = isTop && PARAMETER.test(text) && lead !== undefined;
    if (readsAlone(text) && !(needsLead && isShort(chunk, lead))) {
      out.add("item", index, [span], span, true);
      continue;
    }
    if (lead !== undefined && isTop) {
      const layout = `${shown(chunk, lead)}\n- ${text}`;
      out.add("item", index, [lead, span], span, true, layout);
    } else out.add("item", index, [span], span, (block.depth ?? 0) === 0 && text.length > 40);
  }
}

/** A name from code and what it is. */
const PARAMETER = /^[a-z][\w.]*_\w+(?: \([^)]*\))?: \S/u;
/** A lead-in with more words is not repeated for each item. */
const MAX_LEAD_WORDS = 30;

function isShort(chunk: Chunk, { start, end }: Span): boolean {
  return countWords(chunk.text.slice(start, end)) <= MAX_LEAD_WORDS;
}

/** "#22622 by @somebody" behind an entry of release notes: who did it, not what was done. */
const CREDIT = /\s+(?:\(?#\d+\)?[\s,]*)*(?:#\d+|by @[\w-]+(?:, @[\w-]+)*)\s*$/u;

const VERB =
  /\b(?:is|are|was|were|be|been|has|have|had|can|cannot|will|would|should|must|may|might|do|does|did|\w{3,}(?:s|ed|es))\b/u;

/** A list item that is a sentence, or "Name: what it is", or an order ("Check the ..."). */
function readsAlone(text: string): boolean {
  const words = countWords(text);
  if (words < 5) return false;
  if (standing(text) !== "alone") return false;
  if (/^[^\s].{1,50}?(?::| [–—-]) \S/u.test(text)) return words >= 6;
  return /^["“`(]?\p{Lu}/u.test(text) && (/[.!?]$/u.test(text) || (VERB.test(text) && words >= 7));
}

const DESCRIBING = /^(?:description|meaning|details?|notes?|explanation|purpose|what it does|)$/iu;

/** Nothing said: no letter or digit, or "N/A". */
const EMPTY_CELL = /^(?:[^\p{L}\p{N}]*|n\/?a)$/iu;

/** Cells of a row; an empty first one leaves its bar at the beginning. */
function cellsOf(row: string): readonly string[] {
  return row.startsWith("| ") ? ["", ...row.slice(2).split(" | ")] : row.split(" | ");
}

/** A header with one name less leaves out the column of marks; one that fits no other way names nothing. */
function alignedNames(names: readonly string[], cells: readonly string[]): readonly string[] {
  if (names.length === cells.length) return names;
  if (names.length === cells.length - 1 && EMPTY_CELL.test(cells[0] ?? "")) return ["", ...names];
  return [];
}

function addRow(out: Collector, chunk: Chunk, index: number, block: BlockSpan): void {
  let at = index;
  while (chunk.blocks[at - 1]?.kind === "table-row" && chunk.blocks[at]?.header !== true) at -= 1;
  const header = chunk.blocks[at]?.header === true ? chunk.blocks[at] : undefined;
  const row = { start: block.start, end: block.end };
  const cells = cellsOf(chunk.text.slice(row.start, row.end));
  const titles = header === undefined ? [] : cellsOf(chunk.text.slice(header.start, header.end));
  const names = alignedNames(titles, cells);
  const labelled = cells.map((cell, place) => {
    const name = (names[place] ?? "").trim();
    return place === 0 || DESCRIBING.test(name) ? cell.trim() : `${name}: ${cell.trim()}`;
  });
  const kept = labelled.filter((_, place) => !EMPTY_CELL.test(cells[place] ?? ""));
  // A row with a bare "No" is shown as it stands: in words it would deny something else.
  const bare =
    kept.length < 2 || cells.some((cell) => /^(?:yes|no|none|never)$/iu.test(cell.trim()));
  const [first = "", ...rest] = kept;
  const inWords = kept[0] === labelled[0] ? `${first}: ${rest.join("; ")}` : kept.join("; ");
  const text = bare ? chunk.text.slice(row.start, row.end) : inWords;
  const needsHeader =
    header !== undefined &&
    !bare &&
    labelled.some((cell, place) => place > 0 && cell !== cells[place]?.trim());
  // The row first: a source's link leads to its first quote.
  const quotes = needsHeader ? [row, { start: header.start, end: header.end }] : [row];
  out.add("row", index, quotes, row, cells.length > 1, text);
}

function addListing(out: Collector, chunk: Chunk, index: number, block: BlockSpan): void {
  if (!isShortListing(chunk, block)) return;
  const lead = leadIn(chunk, index);
  const core = { start: block.start, end: block.end };
  // The lead-in and the listing are neighbours, so that both are one slice.
  const span = { start: lead?.start ?? block.start, end: block.end };
  out.add("code", index, [span], core, lead !== undefined);
}

/**
 * A section so small that it is read whole: what a setting does, its type, its default, its variable. Its heading is
 * quoted with it when the chunk holds it.
 */
function addEntry(out: Collector, chunk: Chunk, part: Part): void {
  const blocks = chunk.blocks.slice(part.first, part.end);
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined || blocks.length < 2) return;
  if (blocks.some(({ kind }) => kind === "code" || kind === "table-row")) return;
  const heading = part.heading === undefined ? undefined : chunk.blocks[part.heading];
  const whole = { start: heading?.start ?? first.start, end: last.end };
  if (countWords(chunk.text.slice(whole.start, whole.end)) > MAX_ENTRY_WORDS) return;
  if (leadsIn(chunk.text.slice(last.start, last.end))) return;
  // A list with its lead-in is a passage already.
  if (isProse(first) && blocks.slice(1).every(isEntry)) return;
  const alone = standing(chunk.text.slice(first.start, first.end)) !== "needs-before";
  out.add("entry", part.first, [whole], whole, alone);
}

/** Titles of steps or folds that stand one after the other, with nothing between them, are read as a list. */
function titlesAsList(chunk: Chunk): Chunk {
  const isTitle = (block: BlockSpan | undefined) =>
    block?.kind === "heading" && block.anchor === undefined;
  const inList = chunk.blocks.map(
    (block, index) =>
      isTitle(block) && (isTitle(chunk.blocks[index - 1]) || isTitle(chunk.blocks[index + 1])),
  );
  if (!inList.includes(true)) return chunk;
  const blocks = chunk.blocks.map((block, index) =>
    inList[index] === true ? { ...block, kind: "list-item" as const, label: "1" } : block,
  );
  return { ...chunk, blocks };
}

const ofChunk = new WeakMap<Chunk, readonly Passage[]>();

/** What of a chunk can be quoted, in the order of its text. Every quote is an exact slice of the chunk. Read once a chunk. */
export function passagesOf(chunk: Chunk): readonly Passage[] {
  const known = ofChunk.get(chunk);
  if (known !== undefined) return known;
  const passages = readPassages(chunk);
  ofChunk.set(chunk, passages);
  return passages;
}

function readPassages(original: Chunk): readonly Passage[] {
  const chunk = titlesAsList(original);
  return partsOf(chunk).flatMap((part) => {
    const out = new Collector(chunk, part);
    addEntry(out, chunk, part);
    for (let index = part.first; index < part.end; index += 1) {
      const block = chunk.blocks[index];
      if (block !== undefined) addBlock(out, chunk, index, block);
    }
    return out.passages;
  });
}

function addBlock(out: Collector, chunk: Chunk, index: number, block: BlockSpan): void {
  switch (block.kind) {
    case "paragraph":
    case "admonition":
      return addSentences(out, chunk, index, block);
    case "list-item":
    case "definition":
      return isEntry(chunk.blocks[index - 1]) ? undefined : addList(out, chunk, index);
    case "table-row":
      return block.header === true ? undefined : addRow(out, chunk, index, block);
    case "code":
      return addListing(out, chunk, index, block);
    case "heading":
      return undefined;
  }
}
