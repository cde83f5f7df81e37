/** [pure] A table in columns, or one row after the other where the columns have no room. */
import { displayWidth, padColumns, wrap } from "./layout.ts";

export type TableText = {
  /** Names of the columns; undefined when they have none. */
  readonly header: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
  readonly indent: string;
  /** Columns of the whole line. */
  readonly width: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
};

const GAP = "  ";
/** A column that is wrapped is at least this wide. */
const NARROWEST = 20;
/** More columns are not read side by side. */
const MOST_COLUMNS = 12;

/** Lines of the table, each at most `width` wide but for a word that is longer. */
export function renderTable(table: TableText): string {
  const { header, rows, indent, bold, dim } = table;
  const all = header === undefined ? rows : [header, ...rows];
  const columns = all.reduce((most, row) => Math.max(most, row.length), 0);
  const room = table.width - displayWidth(indent) - GAP.length * (columns - 1);
  const widths = columns > MOST_COLUMNS ? undefined : columnWidths(all, columns, room);
  if (widths === undefined) return rowsInWords(table);
  const lines = rows.flatMap((row) => rowLines(row, widths));
  if (header !== undefined) {
    const rule = widths.map((width) => "─".repeat(width)).join(GAP);
    lines.unshift(...rowLines(header, widths).map(bold), dim(rule));
  }
  return lines.map((line) => indent + line).join("\n");
}

/** Widths of the columns that fit together; undefined when there are none. */
function columnWidths(
  rows: readonly (readonly string[])[],
  columns: number,
  room: number,
): readonly number[] | undefined {
  const natural = Array.from({ length: columns }, () => 1);
  const least = Array.from({ length: columns }, () => 1);
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const width = displayWidth(cell);
      natural[column] = Math.max(natural[column] ?? 1, width);
      // Words are not cut, and narrow columns not wrapped.
      const word = width <= NARROWEST ? width : Math.max(NARROWEST, longestWord(cell));
      least[column] = Math.max(least[column] ?? 1, word);
    }
  }
  const missing = sum(natural) - room;
  if (missing <= 0) return natural;
  const spare = sum(natural) - sum(least);
  if (missing > spare) return undefined;
  return natural.map((width, column) => {
    const own = width - (least[column] ?? 1);
    return width - Math.ceil((own * missing) / spare);
  });
}

function longestWord(text: string): number {
  return text.split(" ").reduce((most, word) => Math.max(most, displayWidth(word)), 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rowLines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => wrap(row[column] ?? "", width, "").split("\n"));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => padColumns(lines[line] ?? "", widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Each row as its first cell, and below it the others behind the names of their columns. */
function rowsInWords({ header, rows, indent, width, bold, dim }: TableText): string {
  return rows
    .map((row) => {
      const [first = "", ...others] = row;
      const lines = others.flatMap((cell, at) => {
        const name = header?.[at + 1] ?? "";
        const label = name === "" ? "" : `${dim(`${name}:`.replaceAll(" ", "\u00A0"))} `;
        return cell === "" ? [] : [wrap(label + cell, width, `${indent}  `, `${indent}    `)];
      });
      const title = first === "" ? [] : [wrap(bold(first), width, indent)];
      return [...title, ...lines].join("\n");
    })
    .filter((row) => row !== "")
    .join("\n");
}
