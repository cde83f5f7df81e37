/** Chunks with blocks of every kind, written as lines: "## ", "- ", "| ", "! " and fenced listings mark them. */
import type { BlockSpan, Chunk } from "../../src/documents/chunk.ts";
import { makeChunk } from "./make-chunk.ts";

const MARKS: readonly (readonly [string, BlockSpan["kind"]])[] = [
  ["## ", "heading"],
  ["- ", "list-item"],
  ["|= ", "table-row"],
  ["| ", "table-row"],
  ["! ", "admonition"],
];

/** A chunk whose blocks are the lines of `source`; "|= " marks the header of a table, "```" a listing. */
export function makePage(source: string, part: Partial<Chunk> = {}): Chunk {
  const blocks: BlockSpan[] = [];
  let text = "";
  const add = (kind: BlockSpan["kind"], own: string, more: Partial<BlockSpan> = {}) => {
    const before = blocks.at(-1)?.kind;
    const close = before === kind && (kind === "list-item" || kind === "table-row");
    if (text !== "") text += close ? "\n" : "\n\n";
    blocks.push({ kind, start: text.length, end: text.length + own.length, ...more });
    text += own;
  };
  let listing: string[] | undefined;
  for (const line of source.trim().split("\n")) {
    if (line.startsWith("```")) {
      if (listing !== undefined) add("code", listing.join("\n"));
      listing = listing === undefined ? [] : undefined;
    } else if (listing !== undefined) listing.push(line);
    else if (line.trim() !== "") {
      const [mark, kind] = MARKS.find(([start]) => line.startsWith(start)) ?? ["", "paragraph"];
      const own = line.slice(mark.length);
      add(kind, own, {
        ...(mark === "|= " ? { header: true } : {}),
        ...(kind === "heading" ? { anchor: own.toLowerCase().replaceAll(" ", "-") } : {}),
      });
    }
  }
  return { ...makeChunk(text, part), blocks };
}
