/**
 * [pure] A Markdown table in columns as a formatter pads them. The first column stands left, the others right where
 * `right` says so; "|" in a cell is escaped.
 */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = header.map((_, index) => index > 0),
): readonly string[] {
  const cells = [header, ...rows].map((row) =>
    header.map((_, index) => (row[index] ?? "").replaceAll("|", String.raw`\|`)),
  );
  const widths = header.map((_, index) =>
    Math.max(3, ...cells.map((row) => (row[index] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => (right[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, index) =>
    right[index] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  const [first = [], ...others] = cells;
  return [line(first), `| ${rule.join(" | ")} |`, ...others.map(line)];
}
