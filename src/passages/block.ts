/**
 * A block is what an answer shows: a run of passages of one section that can be read alone. A sentence with what it
 * needs before it, a paragraph, a list or a listing with what leads into it, rows of a table, a small section whole.
 *
 * Blocks of a chunk overlap: a sentence stands in its paragraph, the paragraph in its section. Which of them answers a
 * question is for `score.ts` to tell. There are a few for each passage, and each is a bounded number of words, so that
 * cutting is linear in the length of the chunk.
 */
import type { Chunk } from "../documents/chunk.ts";
import { findLink } from "../documents/links.ts";
import { codeWithin, markupOfSpans } from "../documents/markup.ts";
import { leadsIn, standing, type Standing } from "../documents/sentences.ts";
import { countWords, type Span } from "../documents/text.ts";
import { passagesOf, textOf, type Passage } from "./passage.ts";

export type BlockKind =
  | "sentence"
  | "paragraph"
  | "item"
  | "list"
  | "row"
  | "table"
  | "listing"
  | "section"
  | "place";

export type Block = {
  readonly kind: BlockKind;
  readonly chunk: Chunk;
  /** Where the paragraph, list or table begins that it is taken from. */
  readonly group: number;
  /** Slices of `chunk.text` in order; what stands between two of them is left out. */
  readonly spans: readonly Span[];
  /** The part that says it, without what was added to make it readable. */
  readonly core: Span;
  /** Words of prose, lists and rows. */
  readonly words: number;
  /** Lines of listings. */
  readonly lines: number;
  /** Headings above it, the outermost first. */
  readonly headings: readonly string[];
  /** Id of the section it stands in. */
  readonly anchor: string;
  /** Holds the first passage of its section. */
  readonly opens: boolean;
  /** Stands in a note, a tip or a warning. */
  readonly isNote: boolean;
  /** False when it still leans on something that is not shown, or holds an address. */
  readonly standsAlone: boolean;
  /** A listing or a list that nothing but its heading leads into. */
  readonly needsHeading: boolean;
};

/** A sentence with what it needs before it. */
const SENTENCE_WORDS = 65;
/** A paragraph with more is cut into runs of whole sentences. */
const PARAGRAPH_WORDS = 80;
const RUN_WORDS = 60;
const RUN_PASSAGES = 20;
/** A list with its lead-in. */
const LIST_WORDS = 90;
/** Steps, and an order of precedence, say nothing in part. */
const ORDERED_WORDS = 120;
const TABLE_ROWS = 6;
const SECTION_WORDS = 60;
const LISTING_LINES = 25;
const LISTING_CHARACTERS = 1500;
/** Words more that a block may have so that a list is shown whole, or at least so many items of it. */
const LIST_SPARE = 40;
const FEW_ITEMS = 3;
/** A lead-in with more words is not repeated over an item of its list. */
const LEAD_WORDS = 40;
/** Fewer words say nothing alone: a file name, a label. */
const LEAST_WORDS = 4;

const ofChunk = new WeakMap<Chunk, readonly Block[]>();

/** What of a chunk can be shown, each block after those that begin before it. Cut once a chunk. */
export function blocksOf(chunk: Chunk): readonly Block[] {
  const known = ofChunk.get(chunk);
  if (known !== undefined) return known;
  const runs = runsOf(chunk);
  const places = (chunk.sectionPhrasings ?? []).flatMap(({ span }) => span ?? []);
  const blocks = runs.flatMap((run) => new RunCutter(run, places).cut());
  ofChunk.set(chunk, blocks);
  return blocks;
}

/**
 * A block with what follows it in its section, while the whole has no more words and lines than these: a symptom is
 * followed by its remedy. It ends where a reader can stop: not with words that announce what is left out.
 */
export function extended(
  block: Block,
  most: { readonly words: number; readonly lines: number },
): Block {
  const { chunk } = block;
  const passages = passagesOf(chunk);
  const from = block.spans[0]?.start ?? 0;
  const to = block.spans.at(-1)?.end ?? 0;
  let last = passages.findLast(({ end }) => end <= to);
  if (last === undefined || block.spans.length > 1) return block;
  let { words, lines } = block;
  let best = block;
  let items = 0;
  for (let at = last.place + 1; at < passages.length; at += 1) {
    const passage = passages[at];
    if (passage === undefined || !isNext(last, passage)) break;
    const text = textOf(passage);
    if (passage.kind === "listing") {
      lines += linesOf(text);
      if (!isShowable(text)) break;
    } else {
      words += countWords(text);
      if (holdsLink(passage) || isAside(text)) break;
      // A label of what is not shown: "Example".
      if (passage.kind === "sentence" && countWords(text) < LEAST_WORDS) break;
      // What it shows may have been no text, such as a drawing.
      const announced = passages[at + 1]?.announcedBy === passage.place;
      if (!announced && (leadsIn(text) || standing(text) === "points-on-page")) break;
    }
    const inList = passage.kind === "item" && passages[at + 1]?.kind === "item";
    if (words > most.words + (passage.kind === "item" ? LIST_SPARE : 0) || lines > most.lines)
      break;
    last = passage;
    if (passage.kind === "item") items += 1;
    // One item of several would pass for all of them.
    if (inList && items < FEW_ITEMS && isNext(passage, passages[at + 1] ?? passage)) continue;
    if (passage.kind === "listing" || passage.kind === "row" || !leadsIn(text)) {
      best = { ...block, spans: [{ start: from, end: passage.end }], words, lines };
    }
  }
  return best;
}

/** A block as Markdown: inline code, lists, tables and listings as the page has them. */
export function markupOfBlock({ chunk, spans, headings, needsHeading }: Block): string {
  const text = markupOfSpans(chunk, spans);
  const heading = needsHeading ? (headings.at(-1) ?? chunk.title) : "";
  return heading === "" ? text : `#### ${heading}\n\n${text}`;
}

/**
 * Where the words of a block stand: a slice for each paragraph, list, table and listing of it, the header of a table
 * included.
 */
export function quotedSpans({ chunk, spans }: Block): readonly Span[] {
  const quoted: { kind: string; start: number; end: number }[] = [];
  for (const span of spans) {
    let isFirst = true;
    for (let at = firstBlockAt(chunk, span.start); at < chunk.blocks.length; at += 1) {
      const block = chunk.blocks[at];
      if (block === undefined || block.start >= span.end) break;
      const start = Math.max(block.start, span.start);
      const end = Math.min(block.end, span.end);
      const last = quoted.at(-1);
      const runsOn =
        block.kind === last?.kind && (block.kind === "list-item" || block.kind === "table-row");
      if (runsOn && !isFirst) last.end = end;
      else quoted.push({ kind: block.kind, start, end });
      isFirst = false;
    }
    if (chunk.blocks.length === 0) quoted.push({ kind: "paragraph", ...span });
  }
  const header = headerAbove(chunk, spans);
  const all = header === undefined ? quoted : [...quoted, header];
  return all.map(({ start, end }) => ({ start, end }));
}

/** The header of the table whose row a block shows without it. */
function headerAbove(chunk: Chunk, spans: readonly Span[]): Span | undefined {
  const start = spans.at(-1)?.start ?? 0;
  let at = firstBlockAt(chunk, start);
  if (chunk.blocks[at]?.kind !== "table-row") return undefined;
  while (chunk.blocks[at - 1]?.kind === "table-row" && chunk.blocks[at]?.header !== true) at -= 1;
  const header = chunk.blocks[at];
  return header?.header === true && header.end <= start ? header : undefined;
}

/** Index of the first block that ends after `offset`. */
function firstBlockAt({ blocks }: Chunk, offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The words of a block as the page has them, without markup. */
export function textOfBlock({ chunk, spans }: Block): string {
  return spans.map(({ start, end }) => chunk.text.slice(start, end)).join("\n");
}

/** The passages of a chunk in runs: one section each, and nothing left out in between. */
function runsOf(chunk: Chunk): readonly (readonly Passage[])[] {
  const runs: Passage[][] = [];
  let last: Passage | undefined;
  for (const passage of passagesOf(chunk)) {
    const run = runs.at(-1);
    if (run !== undefined && last !== undefined && isNext(last, passage)) run.push(passage);
    else runs.push([passage]);
    last = passage;
  }
  return runs;
}

function isNext(last: Passage, passage: Passage): boolean {
  if (last.headings !== passage.headings || last.anchor !== passage.anchor) return false;
  for (let at = last.block + 1; at < passage.block; at += 1) {
    if (passage.chunk.blocks[at]?.header !== true) return false;
  }
  return true;
}

/** Passages that belong together: the sentences of a paragraph, the items of a list, the rows of a table, a listing. */
type Unit = {
  readonly kind: Passage["kind"];
  readonly from: number;
  /** One past its last passage. */
  readonly end: number;
};

function unitsOf(run: readonly Passage[]): readonly Unit[] {
  const units: Unit[] = [];
  for (const [at, passage] of run.entries()) {
    const unit = units.at(-1);
    const before = run[at - 1];
    const belongs =
      unit !== undefined &&
      before?.kind === passage.kind &&
      passage.kind !== "listing" &&
      (passage.kind !== "sentence" || before.block === passage.block) &&
      before.header === passage.header;
    if (belongs) units[units.length - 1] = { ...unit, end: at + 1 };
    else units.push({ kind: passage.kind, from: at, end: at + 1 });
  }
  return units;
}

/** Lines of a log: shown by a page as what one may see, not as what to write. */
const LOG_LINE =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[ T])?\[?\d\d:\d\d:\d\d|^\s*(?:INFO|DEBUG|ERROR|WARNING)\b|^\s*Traceback |^\s*File ".*", line \d+/mu;
/** Source of a diagram: a page draws it, a chat cannot. */
const DIAGRAM =
  /^\s*(?:%%\{[^\n]*\n\s*)?(?:graph|flowchart|sequenceDiagram|stateDiagram(?:-v2)?|classDiagram|erDiagram|gantt|journey|pie|mindmap|timeline)\b[^\n]*(?:\n|$)/u;

function isShowable(listing: string): boolean {
  return (
    listing.length <= LISTING_CHARACTERS &&
    linesOf(listing) <= LISTING_LINES &&
    !LOG_LINE.test(listing) &&
    !DIAGRAM.test(listing)
  );
}

function linesOf(listing: string): number {
  return listing.split("\n").length;
}

/** Sends the reader elsewhere, or talks about the page. */
const OPENS_ASIDE =
  /^(?:see|for (?:more|further|additional)|learn (?:more|how|about|what|to)|read (?:more|the|about)|refer to|check out|visit|click|join|welcome|in this|this (?:guide|page|tutorial|section|example|document)|we(?:'ll|'re| will| are going)|let'?s|now(?:,| that)|you(?:'ll| will) (?:need|learn|see)|congratulations|great|feel free|if you (?:have|want to learn)|source code|bases?:|returns?:|raises?:|args?:)\b|\bmore (?:information|details|examples)\b|^.{0,40}\b(?:guide|docs|documentation)\b.{0,12}$|@\w+ in #\d+/iu;
/** Asks the reader. */
const ENDS_ASKING = /\?\W{0,6}$/u;
/** What tells an aside stands in so many characters at its beginning, or at its end. */
const ASIDE_CHARACTERS = 300;

/** Whether a text sends the reader elsewhere, or talks about the page: no answer is made of it. */
export function isAside(text: string): boolean {
  return (
    OPENS_ASIDE.test(text.slice(0, ASIDE_CHARACTERS)) ||
    ENDS_ASKING.test(text.slice(-ASIDE_CHARACTERS))
  );
}

type Part = {
  readonly kind: BlockKind;
  readonly unit?: Unit;
  /** First and last passage, both included. */
  readonly from: number;
  readonly to: number;
  /** Passages that lead into it from further above. */
  readonly lead?: { readonly from: number; readonly to: number } | undefined;
  readonly core?: Span;
  readonly standsAlone?: boolean;
  readonly needsHeading?: boolean;
};

/** Cuts one run of passages into blocks. */
class RunCutter {
  readonly #run: readonly Passage[];
  readonly #places: readonly Span[];
  readonly #units: readonly Unit[];
  readonly #texts: readonly string[];
  /** Sums of words and of lines before each passage. */
  readonly #words: readonly number[];
  readonly #lines: readonly number[];
  /** How many passages before each hold an address outside code. */
  readonly #links: readonly number[];
  readonly #standing: (Standing | undefined)[] = [];
  readonly #blocks: Block[] = [];
  readonly #known = new Set<string>();

  constructor(run: readonly Passage[], places: readonly Span[]) {
    this.#run = run;
    this.#places = places;
    this.#units = unitsOf(run);
    this.#texts = run.map(textOf);
    const isListing = (at: number) => run[at]?.kind === "listing";
    this.#words = sums(this.#texts.map((text, at) => (isListing(at) ? 0 : countWords(text))));
    this.#lines = sums(this.#texts.map((text, at) => (isListing(at) ? linesOf(text) : 0)));
    this.#links = sums(run.map((passage) => (holdsLink(passage) ? 1 : 0)));
  }

  /**
   * Places of the section that answer a known question: `places` may be anywhere in the chunk. A place that ends with words
   * that lead into a list or a listing has that with it, or ends before them.
   */
  #cutPlaces(): void {
    for (const { start, end } of this.#places) {
      let from = this.#run.findIndex((passage) => passage.start === start);
      let to = this.#run.findLastIndex((passage) => passage.end === end);
      if (from < 0 || to < from) continue;
      while (from < to && this.#isAside(from)) from += 1;
      to = this.#wholeTo(from, to);
      if (to >= from) this.#add({ kind: "place", from, to });
    }
  }

  /** Where a run that should end at `to` ends without leaving open what it announces. */
  #wholeTo(from: number, to: number): number {
    let last = to;
    while (last >= from && this.#announces(last)) last -= 1;
    if (last === to) return to;
    const unit = this.#units.find((one) => one.from === to + 1);
    const announced = unit !== undefined && unit.kind !== "sentence" && unit.kind !== "row";
    if (!announced || this.#announces(unit.end - 1)) return last;
    const isShort =
      this.#wordsIn(from, unit.end - 1) <= ORDERED_WORDS &&
      this.#texts
        .slice(unit.from, unit.end)
        .every((text, at) =>
          this.#run[unit.from + at]?.kind === "listing" ? isShowable(text) : true,
        );
    return isShort ? unit.end - 1 : last;
  }

  cut(): readonly Block[] {
    this.#cutPlaces();
    for (const [place, unit] of this.#units.entries()) {
      switch (unit.kind) {
        case "sentence":
          this.#cutProse(unit);
          break;
        case "item":
          this.#cutList(unit, place);
          break;
        case "row":
          this.#cutTable(unit);
          break;
        case "listing":
          this.#cutListing(unit, place);
          break;
      }
    }
    this.#cutSection();
    return this.#blocks;
  }

  #cutProse({ from, end }: Unit): void {
    const isShort = this.#wordsIn(from, end - 1) <= PARAGRAPH_WORDS;
    for (let at = from; at < end; at += 1) {
      if (this.#announces(at)) continue;
      const start = this.#readableFrom(at);
      this.#add({
        kind: "sentence",
        from: start ?? at,
        to: at,
        core: this.#span(at, at),
        standsAlone: start !== undefined,
      });
      if (isShort || start === undefined) continue;
      let to = at;
      while (to + 1 < end && this.#isRun(start, to + 1)) to += 1;
      while (to > at && (this.#announces(to) || this.#isAside(to))) to -= 1;
      this.#add({ kind: "paragraph", from: start, to });
    }
    if (!isShort || this.#announces(end - 1)) return;
    let [first, last] = [from, end - 1];
    while (first < last && (this.#isAside(first) || this.#announces(first))) first += 1;
    while (last > first && this.#isAside(last)) last -= 1;
    const start = first === last ? undefined : this.#readableFrom(first);
    if (start !== undefined) this.#add({ kind: "paragraph", from: start, to: last });
  }

  /** Sends the reader elsewhere, or talks about the page. */
  #isAside(at: number): boolean {
    return isAside(this.#texts[at] ?? "");
  }

  #cutList(unit: Unit, place: number): void {
    const { from, end } = unit;
    const lead = this.#leadOf(from, place);
    const isOrdered = /^\d/u.test(this.#blockOf(from)?.label ?? "");
    const most = isOrdered ? ORDERED_WORDS : LIST_WORDS;
    const first = lead ?? from;
    const isOpen = this.#announces(end - 1);
    const isMany = end - from > 1 || lead !== undefined;
    if (isMany && this.#wordsIn(first, end - 1) <= most && !isOpen) {
      this.#add({ kind: "list", from: first, to: end - 1, needsHeading: lead === undefined });
    }
    for (let at = from; at < end; at += 1) this.#cutItem(at, unit, lead);
  }

  /** An item that reads alone; one that does not, under what leads into its list. */
  #cutItem(at: number, unit: Unit, lead: number | undefined): void {
    const { end } = unit;
    const passage = this.#run[at];
    if (passage === undefined || this.#announces(at)) return;
    const text = this.#texts[at] ?? "";
    const own = this.#span(at, at);
    const depth = this.#blockOf(at)?.depth ?? 0;
    // What belongs to the item: the rest of its sentences, and items below it.
    let to = at;
    while (to + 1 < end && this.#isBelow(to + 1, at) && this.#isRun(at, to + 1)) {
      to += 1;
    }
    while (to > at && this.#announces(to)) to -= 1;
    const isAlone = readsAlone(text);
    if (isAlone) this.#add({ kind: "item", unit, from: at, to, core: own });
    const announcedBy = this.#announcerOf(at);
    const under = depth === 0 ? lead : announcedBy;
    const ledBy = under === undefined ? undefined : { from: under, to: this.#leadEnd(at, under) };
    const fits = ledBy !== undefined && this.#wordsIn(ledBy.from, ledBy.to) <= LEAD_WORDS;
    if (ledBy !== undefined && fits && ledBy.to < at) {
      this.#add({ kind: "item", unit, from: at, to, lead: ledBy, core: own });
    } else if (!isAlone) {
      this.#add({ kind: "item", unit, from: at, to, core: own, standsAlone: false });
    }
  }

  #cutTable(unit: Unit): void {
    const { from, end } = unit;
    const announcedBy = this.#announcerOf(from);
    const start = announcedBy === undefined ? undefined : this.#readableFrom(announcedBy, true);
    const first = start ?? from;
    const isMany = end - from > 1 || start !== undefined;
    if (isMany && end - from <= TABLE_ROWS && this.#wordsIn(first, end - 1) <= LIST_WORDS) {
      this.#add({ kind: "table", from: first, to: end - 1, needsHeading: start === undefined });
    }
    for (let at = from; at < end; at += 1) {
      this.#add({
        kind: "row",
        unit,
        from: at,
        to: at,
        core: this.#span(at, at),
        standsAlone: / \| /u.test(this.#texts[at] ?? ""),
      });
    }
  }

  #cutListing({ from }: Unit, place: number): void {
    // A generated reference shows signatures, not what to write.
    if (this.#run[from]?.chunk.pageType === "api-reference") return;
    if (!isShowable(this.#texts[from] ?? "")) return;
    const core = this.#span(from, from);
    const lead = this.#leadOf(from, place);
    this.#add({
      kind: "listing",
      from: lead ?? from,
      to: from,
      core,
      needsHeading: lead === undefined,
    });
    const before = this.#units[place - 1];
    if (before?.kind !== "sentence" || before.end - before.from < 2) return;
    const start = this.#readableFrom(before.from);
    if (start === undefined || this.#wordsIn(start, before.end - 1) > RUN_WORDS) return;
    this.#add({ kind: "listing", from: start, to: from, core });
  }

  /** A section so small that it is read whole: the entry of a setting, a parameter, an option. */
  #cutSection(): void {
    const to = this.#run.length - 1;
    if (this.#units.length < 2 || this.#wordsIn(0, to) > SECTION_WORDS) return;
    if (this.#linesIn(0, to) > LISTING_LINES / 2 || this.#announces(to)) return;
    if (this.#run.some((_, at) => this.#isAside(at))) return;
    if (this.#linesIn(0, to) > 0 && this.#run[0]?.chunk.pageType === "api-reference") return;
    if (
      this.#run.some(
        (passage, at) => passage.kind === "listing" && !isShowable(this.#texts[at] ?? ""),
      )
    )
      return;
    this.#add({
      kind: "section",
      from: 0,
      to,
      standsAlone: this.#standingOf(0) !== "needs-before",
      needsHeading: true,
    });
  }

  /** The sentence, with what it needs before it, that leads into a list or a listing; undefined when there is none. */
  #leadOf(at: number, place: number): number | undefined {
    const announcedBy = this.#announcerOf(at);
    if (announcedBy !== undefined && announcedBy < at) {
      return this.#isContiguous(announcedBy, at, place)
        ? this.#readableFrom(announcedBy, true)
        : undefined;
    }
    const before = this.#units[place - 1];
    if (before?.kind !== "sentence" || this.#run[at]?.kind !== "listing") return undefined;
    return this.#readableFrom(before.end - 1);
  }

  /** What announces a unit stands right before it. */
  #isContiguous(announcedBy: number, at: number, place: number): boolean {
    const before = this.#units[place - 1];
    return before !== undefined && announcedBy === before.end - 1 && before.end === at;
  }

  /** The last passage of the sentence that leads into an item, given where it begins. */
  #leadEnd(at: number, under: number): number {
    return this.#announcerOf(at) ?? under;
  }

  #announcerOf(at: number): number | undefined {
    const announcedBy = this.#run[at]?.announcedBy;
    if (announcedBy === undefined) return undefined;
    const found = announcedBy - (this.#run[0]?.place ?? 0);
    return found >= 0 && found < at ? found : undefined;
  }

  /** Where a reader must begin to understand a sentence; undefined when the run does not tell. */
  #readableFrom(at: number, asLead = false): number | undefined {
    const unit = this.#run[at]?.block;
    let from = at;
    while (
      this.#standingOf(from) === "needs-before" &&
      this.#run[from - 1]?.block === unit &&
      this.#wordsIn(from - 1, at) <= SENTENCE_WORDS
    ) {
      from -= 1;
    }
    if (this.#standingOf(from) === "needs-before") {
      const before = from - 1;
      const isProse = this.#run[before]?.kind === "sentence" && this.#run[before]?.block !== unit;
      if (!isProse || this.#announces(before) || this.#standingOf(before) !== "alone") {
        return undefined;
      }
      from = before;
    } else if (this.#standingOf(from) === "points-on-page") {
      // "Use this command:" points at what comes with it.
      if (from !== at || !asLead) return undefined;
    }
    // "The following example moves it. It also ...": the example is not shown with the second sentence.
    if (from !== at && this.#announces(from)) return undefined;
    return from === at || this.#wordsIn(from, at) <= SENTENCE_WORDS ? from : undefined;
  }

  #isBelow(at: number, above: number): boolean {
    const [one, other] = [this.#blockOf(at), this.#blockOf(above)];
    return one === other || (one?.depth ?? 0) > (other?.depth ?? 0);
  }

  #announces(at: number): boolean {
    const passage = this.#run[at];
    if (passage === undefined || passage.kind === "listing" || passage.kind === "row") return false;
    return leadsIn(this.#texts[at] ?? "");
  }

  #standingOf(at: number): Standing {
    return (this.#standing[at] ??= standing(this.#texts[at] ?? ""));
  }

  #blockOf(at: number) {
    const passage = this.#run[at];
    return passage?.chunk.blocks[passage.block];
  }

  #isRun(from: number, to: number): boolean {
    return to - from < RUN_PASSAGES && this.#wordsIn(from, to) <= RUN_WORDS;
  }

  #wordsIn(from: number, to: number): number {
    return (this.#words[to + 1] ?? 0) - (this.#words[from] ?? 0);
  }

  #linesIn(from: number, to: number): number {
    return (this.#lines[to + 1] ?? 0) - (this.#lines[from] ?? 0);
  }

  #linksIn(from: number, to: number): number {
    return (this.#links[to + 1] ?? 0) - (this.#links[from] ?? 0);
  }

  #span(from: number, to: number): Span {
    return { start: this.#run[from]?.start ?? 0, end: this.#run[to]?.end ?? 0 };
  }

  #add(part: Part): void {
    const { kind, unit, from, to, lead, core, standsAlone = true, needsHeading = false } = part;
    const passage = this.#run[from];
    if (passage === undefined) return;
    const isKnown = `${kind === "place" ? kind : ""} ${lead?.from ?? ""} ${from} ${to}`;
    if (this.#known.has(isKnown)) return;
    this.#known.add(isKnown);
    const { chunk, headings, anchor } = passage;
    const words =
      this.#wordsIn(from, to) + (lead === undefined ? 0 : this.#wordsIn(lead.from, lead.to));
    const lines = this.#linesIn(from, to);
    const links =
      this.#linksIn(from, to) + (lead === undefined ? 0 : this.#linksIn(lead.from, lead.to));
    const spans = [
      ...(lead === undefined ? [] : [this.#span(lead.from, lead.to)]),
      this.#span(from, to),
    ];
    this.#blocks.push({
      kind,
      chunk,
      group: this.#run[unit?.from ?? from]?.start ?? 0,
      spans,
      core: core ?? this.#span(from, to),
      words,
      lines,
      headings,
      anchor,
      opens: from === 0,
      isNote: chunk.blocks[passage.block]?.kind === "admonition",
      standsAlone: standsAlone && links === 0 && (words >= LEAST_WORDS || lines > 0),
      needsHeading,
    });
  }
}

function sums(values: readonly number[]): readonly number[] {
  const all = [0];
  for (const [at, value] of values.entries()) all.push((all[at] ?? 0) + value);
  return all;
}

/** Longer runs without a blank are nothing to read. */
const LONG_RUN = /\S{300}/u;

/** An address in running text becomes a link in a chat; in a listing or in code it does not. */
function holdsLink({ kind, chunk, start, end }: Passage): boolean {
  if (kind === "listing") return false;
  let text = "";
  let at = start;
  for (const span of codeWithin(chunk, { start, end })) {
    text += `${chunk.text.slice(at, span.start)} `;
    at = span.end;
  }
  text += chunk.text.slice(at, end);
  return LONG_RUN.test(text) || findLink(text) !== undefined;
}

const VERB =
  /\b(?:is|are|was|were|be|been|has|have|had|can|cannot|will|would|should|must|may|might|do|does|did|\w{3,}(?:s|ed|es))\b/u;

/** A list item that is a sentence, or "Name: what it is", or an order ("Check the ..."). */
function readsAlone(text: string): boolean {
  const words = countWords(text);
  if (words < 5 || standing(text) !== "alone") return false;
  if (/^[^\s].{1,50}?(?::| [–—-]) \S/u.test(text)) return words >= 6;
  return /^["“`(]?\p{Lu}/u.test(text) && (/[.!?]$/u.test(text) || (VERB.test(text) && words >= 7));
}
