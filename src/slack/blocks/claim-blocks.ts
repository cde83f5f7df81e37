/**
 * A claim as blocks. Its Markdown (`documents/markup.ts`) becomes what Slack has for it: code, lists, preformatted
 * listings, a table. Text goes into `rich_text`, where nothing is markup: no mention, broadcast, link or style can come
 * out of it, and a listing is not clickable.
 */
import { textFragmentUrl } from "../../answering/cite.ts";
import type { Aspect, Citation, Claim } from "../../documents/answer.ts";
import { aspectHeading } from "../../documents/answer-text.ts";
import {
  isLabelled,
  isPageSentence,
  type ListItem,
  type MarkupBlock,
  parseInline,
  parseMarkup,
  type Run,
  runsText,
  type TableCell,
} from "../../documents/markup.ts";
import {
  type Block,
  sizeOf,
  type Cell,
  type Leaf,
  type RichElement,
  type RichList,
  type RichPreformatted,
  type RichSection,
  type TableBlock,
  type TextLeaf,
  type TextStyle,
} from "./block.ts";
import { clip, OUR_LIMITS, pieces, SLACK_LIMITS } from "./limits.ts";
import { safeUrl } from "./mrkdwn.ts";

/** What stands before a claim in its message, and what it refers to. */
export type ClaimContext = {
  /** Of the claim before: a heading is shown where another part of the answer begins. */
  readonly previousAspect: Aspect | undefined;
  readonly citations: ReadonlyMap<number, Citation>;
  /** Tables that the message holds already; Slack draws one. */
  readonly tables: number;
};

type Piece = RichElement | TableBlock;

/** One claim: heading if its part of the answer begins, text, conditions, numbered marks. */
export function claimBlocks(claim: Claim, context: ClaimContext): readonly Block[] {
  const pieceList: Piece[] = [];
  const heading = headingOf(claim.aspect, context.previousAspect);
  if (heading !== undefined) pieceList.push(section([styled(heading, { bold: true })]));
  const said = quoted(claim);
  /** The pieces of words, which marks can follow. */
  const words: number[] = [];
  let tables = context.tables;
  for (const [index, block] of said.entries()) {
    const drawn = piecesOf(block, tables);
    if (drawn.some(({ type }) => type === "table")) tables += 1;
    const last = pieceList.at(-1);
    const [first] = drawn;
    if (
      block.kind === "paragraph" &&
      words.at(-1) === pieceList.length - 1 &&
      last?.type === "rich_text_section" &&
      first?.type === "rich_text_section"
    ) {
      // A blank line between two paragraphs is part of a section.
      const gap = isLabelled(block) && isLabelled(said[index - 1]) ? "\n" : "\n\n";
      pieceList[pieceList.length - 1] = section([...last.elements, styled(gap), ...first.elements]);
      continue;
    }
    pieceList.push(...drawn);
    if (isSaid(block, drawn)) words.push(pieceList.length - 1);
  }
  const fitting = shortened(pieceList, OUR_LIMITS.claimCharacters);
  const lastWords = words.findLast((place) => place < fitting.length);
  addTail(fitting, lastWords, claim, context.citations);
  return grouped(fitting);
}

/** The claim's blocks; the page's own sentence stands between quotation marks. */
function quoted(claim: Claim): readonly MarkupBlock[] {
  const blocks = parseMarkup(visible(claim.text));
  const [first] = blocks;
  if (first?.kind !== "paragraph" || !isPageSentence(claim)) return blocks;
  const mark = (text: string): Run => ({ text, code: false });
  return [{ kind: "paragraph", runs: [mark("“"), ...first.runs, mark("”")] }];
}

/** The heading that a claim opens: of its part of the answer, or one that ends the part before it. */
function headingOf(aspect: Aspect, previous: Aspect | undefined): string | undefined {
  const heading = aspectHeading(aspect);
  const before = previous === undefined ? undefined : aspectHeading(previous);
  if (heading === before) return undefined;
  return heading ?? "Besides";
}

/** True when a mark can stand behind the last words of the block: never behind a listing, a table or a heading. */
function isSaid(block: MarkupBlock, drawn: readonly Piece[]): boolean {
  const last = drawn.at(-1);
  return (
    block.kind !== "heading" &&
    (last?.type === "rich_text_section" || last?.type === "rich_text_list")
  );
}

/** Before a mark: on a narrow screen it goes to the next line with the word before it, not alone. */
export const NO_BREAK = "\u00A0";

/** Conditions and marks, behind the last words; for a claim without words, behind the name of its section. */
function addTail(
  pieceList: Piece[],
  words: number | undefined,
  claim: Claim,
  citations: ReadonlyMap<number, Citation>,
): void {
  const conditions = claim.conditions.filter((condition) => !claim.text.includes(condition));
  const tail = [
    ...(conditions.length === 0
      ? []
      : [
          styled(`(${clip(visible(conditions.join("; ")), OUR_LIMITS.run)})${NO_BREAK}`, {
            italic: true,
          }),
        ]),
    ...marks(claim, citations),
  ];
  const place = words === undefined ? undefined : pieceList[words];
  if (words !== undefined && place?.type === "rich_text_section") {
    pieceList[words] = section([...place.elements, styled(NO_BREAK), ...tail]);
    return;
  }
  const item = place?.type === "rich_text_list" ? place.elements.at(-1) : undefined;
  if (words !== undefined && place?.type === "rich_text_list" && item !== undefined) {
    const ending = section([...item.elements, styled(NO_BREAK), ...tail]);
    pieceList[words] = { ...place, elements: [...place.elements.slice(0, -1), ending] };
    return;
  }
  const citation = citations.get(claim.quotes[0]?.citation ?? 0);
  const name = citation === undefined ? "" : visible(citation.section || citation.title).trim();
  const caption = name === "" ? "From the documentation" : clip(name, OUR_LIMITS.caption);
  pieceList.push(section([styled(`${caption}${NO_BREAK}`, { italic: true }), ...tail]));
}

/** "[1]" for each citation of the claim's quotes, linked to the quoted words. */
function marks(claim: Claim, citations: ReadonlyMap<number, Citation>): readonly Leaf[] {
  const firstQuotes = new Map<number, string>();
  for (const quote of claim.quotes) {
    if (!firstQuotes.has(quote.citation)) firstQuotes.set(quote.citation, quote.text);
  }
  return [...firstQuotes].map(([number, quote]) => {
    const citation = citations.get(number);
    const url =
      citation === undefined
        ? undefined
        : (safeUrl(textFragmentUrl(citation.url, quote)) ?? safeUrl(citation.url));
    const label = `[${number}]`;
    return url === undefined ? styled(label) : { type: "link", url, text: label };
  });
}

/** Consecutive elements of rich text as one block each, tables between them. */
function grouped(pieceList: readonly Piece[]): readonly Block[] {
  const blocks: Block[] = [];
  let elements: RichElement[] = [];
  const flush = () => {
    if (elements.length > 0) blocks.push({ type: "rich_text", elements });
    elements = [];
  };
  for (const piece of pieceList) {
    if (piece.type !== "table") {
      elements.push(piece);
      continue;
    }
    flush();
    blocks.push(piece);
  }
  flush();
  return blocks;
}

// --- blocks of Markdown -----------------------------------------------------------------------------------------

function piecesOf(block: MarkupBlock, tables: number): readonly Piece[] {
  switch (block.kind) {
    case "paragraph":
      return [section(leavesOf(block.runs))];
    case "heading":
      return [section(leavesOf(block.runs, { bold: true }))];
    case "list":
      return listElements(block.items);
    case "listing":
      return pieces(block.text, OUR_LIMITS.run).map(preformatted);
    case "table": {
      const table = tables < OUR_LIMITS.tables ? tableBlock(block) : undefined;
      return table === undefined ? listElements(block.rows.map(rowAsItem(block.header))) : [table];
    }
  }
}

/** Items of one nesting and kind are one element; a list of numbers goes on after what is nested in it. */
function listElements(items: readonly ListItem[]): readonly RichList[] {
  const lists: { depth: number; first: number | undefined; sections: RichSection[] }[] = [];
  for (const { depth, number, runs } of items) {
    const last = lists.at(-1);
    const goesOn =
      last?.depth === depth &&
      (last.first === undefined
        ? number === undefined
        : number === last.first + last.sections.length);
    if (goesOn) last.sections.push(section(leavesOf(runs)));
    else lists.push({ depth, first: number, sections: [section(leavesOf(runs))] });
  }
  return lists.map(({ depth, first, sections }) => ({
    type: "rich_text_list",
    style: first === undefined ? "bullet" : "ordered",
    indent: Math.min(depth, SLACK_LIMITS.listIndent),
    ...(first !== undefined && first > 1 ? { offset: first - 1 } : {}),
    elements: sections,
  }));
}

type Table = Extract<MarkupBlock, { kind: "table" }>;

/** The table as Slack draws it; undefined when it is larger than Slack takes, or than can be read in a chat. */
function tableBlock({ header, rows }: Table): TableBlock | undefined {
  const all = header === undefined ? rows : [header, ...rows];
  const width = all.reduce((most, row) => Math.max(most, row.length), 0);
  const size = all.flat(2).reduce((sum, { text }) => sum + text.length, 0);
  if (
    width === 0 ||
    width > SLACK_LIMITS.tableCells ||
    all.length > SLACK_LIMITS.tableRows ||
    size > OUR_LIMITS.run
  ) {
    return undefined;
  }
  return {
    type: "table",
    rows: all.map((row, index) =>
      Array.from({ length: width }, (_, column) =>
        cellOf(row[column] ?? [], header !== undefined && index === 0),
      ),
    ),
    column_settings: Array.from({ length: width }, () => ({ is_wrapped: true as const })),
  };
}

function cellOf(runs: TableCell, isHeader: boolean): Cell {
  // Slack refuses an empty cell.
  if (runsText(runs).trim() === "") return { type: "raw_text", text: "–" };
  if (!isHeader && runs.every(({ code }) => !code))
    return { type: "raw_text", text: runsText(runs) };
  const leaves = leavesOf(runs, isHeader ? { bold: true } : undefined);
  return { type: "rich_text", elements: [section(leaves)] };
}

/** A row in words: its first cell, then the others with the names of their columns. */
function rowAsItem(header: readonly TableCell[] | undefined) {
  return (row: readonly TableCell[]): ListItem => {
    const runs: Run[] = [];
    /** How many runs name the row: those of its first cell that says something. */
    let named = 0;
    for (const [column, cell] of row.entries()) {
      if (runsText(cell).trim() === "") continue;
      const name = column === 0 ? "" : runsText(header?.[column] ?? []).trim();
      const before = runs.length === 0 ? "" : runs.length === named ? " – " : "; ";
      const text = `${before}${name === "" ? "" : `${name}: `}`;
      if (text !== "") runs.push({ text, code: false });
      runs.push(...cell);
      if (named === 0) named = runs.length;
    }
    return { depth: 0, number: undefined, runs };
  };
}

// --- cutting ----------------------------------------------------------------------------------------------------

/** The pieces with at most about `limit` characters; what is left out is left out at the end, with an ellipsis. */
function shortened(pieceList: readonly Piece[], limit: number): Piece[] {
  const kept: Piece[] = [];
  let room = limit;
  for (const piece of pieceList) {
    const size = sizeOf(piece);
    if (size > room) {
      kept.push(piece.type === "table" ? section([styled("…")]) : cut(piece, room));
      break;
    }
    kept.push(piece);
    room -= size;
  }
  return kept;
}

function cut(piece: RichElement, room: number): RichElement {
  return piece.type === "rich_text_list"
    ? { ...piece, elements: cutEach(piece.elements, room, cutSection) }
    : { ...piece, elements: cutEach(piece.elements, room, cutLeaf) };
}

const cutSection = (part: RichSection, room: number): RichSection =>
  section(cutEach(part.elements, room, cutLeaf));

const cutLeaf = (leaf: Leaf, room: number): Leaf => ({ ...leaf, text: clip(leaf.text, room) });

/** The parts that fit, and the first that does not as far as it does. */
function cutEach<Part>(
  parts: readonly Part[],
  room: number,
  shorten: (part: Part, room: number) => Part,
): readonly Part[] {
  let left = room;
  for (const [at, part] of parts.entries()) {
    const size = sizeOf(part);
    if (size > left) return [...parts.slice(0, at), shorten(part, left)];
    left -= size;
  }
  return parts;
}

// --- leaves -----------------------------------------------------------------------------------------------------

/**
 * Without control characters, and without those that turn the direction of what follows: Slack refuses or hides the
 * first, and the second would reach beyond the text they came in. Text that runs from right to left needs neither.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\u202A-\u202E\u2066-\u2069]|(?![\t\n])\p{Cc}/gu, "");
}

function styled(text: string, style?: TextStyle): TextLeaf {
  return style === undefined ? { type: "text", text } : { type: "text", text, style };
}

function leavesOf(runs: readonly Run[], style?: TextStyle): readonly TextLeaf[] {
  const leaves = runs.flatMap(({ text, code }) =>
    pieces(text, OUR_LIMITS.run).map((piece) =>
      styled(piece, code ? { ...style, code: true } : style),
    ),
  );
  return leaves.length === 0 ? [styled(" ")] : leaves;
}

/** One line of our own words, or of data in them, with `code` between backticks. */
export function lineLeaves(text: string, style?: TextStyle): readonly TextLeaf[] {
  return leavesOf(parseInline(visible(text)), style);
}

export function section(elements: readonly Leaf[]): RichSection {
  return { type: "rich_text_section", elements };
}

function preformatted(text: string): RichPreformatted {
  return { type: "rich_text_preformatted", elements: [styled(text)], border: 0 };
}

// --- several claims ---------------------------------------------------------------------------------------------

/** The blocks of consecutive claims of one message. */
export function claimsBlocks(
  claims: readonly Claim[],
  citations: readonly Citation[],
): readonly Block[] {
  const numbers = new Map(citations.map((citation) => [citation.number, citation]));
  const blocks: Block[] = [];
  let previousAspect: Aspect | undefined;
  let tables = 0;
  for (const claim of claims) {
    const drawn = claimBlocks(claim, { previousAspect, citations: numbers, tables });
    blocks.push(...drawn);
    tables += drawn.filter((block) => block.type === "table").length;
    previousAspect = claim.aspect;
  }
  return blocks;
}

/** Claims shared out over messages: each as full as it may be, cut only between two claims. */
export function splitClaims(
  claims: readonly Claim[],
  citations: readonly Citation[],
): readonly (readonly Claim[])[] {
  const numbers = new Map(citations.map((citation) => [citation.number, citation]));
  const groups: Claim[][] = [];
  let characterCount = 0;
  let blockCount = 0;
  let tables = 0;
  let previousAspect: Aspect | undefined;
  for (const claim of claims) {
    let blocks = claimBlocks(claim, { previousAspect, citations: numbers, tables });
    const current = groups.at(-1);
    if (
      current === undefined ||
      characterCount + sizeOf(blocks) > OUR_LIMITS.messageCharacters ||
      blockCount + blocks.length > OUR_LIMITS.claimBlocks
    ) {
      groups.push([claim]);
      blocks = claimBlocks(claim, { previousAspect: undefined, citations: numbers, tables: 0 });
      [characterCount, blockCount, tables] = [0, 0, 0];
    } else {
      current.push(claim);
    }
    characterCount += sizeOf(blocks);
    blockCount += blocks.length;
    tables += blocks.filter((block) => block.type === "table").length;
    previousAspect = claim.aspect;
  }
  return groups;
}
