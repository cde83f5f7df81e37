/** Receipt -> text for people: how the answer came about. */
import type { Receipt } from "../answering/receipt.ts";
import type { Style } from "./style.ts";

const MOST_CANDIDATES = 12;

export function renderReceipt(receipt: Receipt, style: Style): string {
  const rows: [string, string][] = [
    ["understood as", `${receipt.resolution.kind}: ${receipt.resolution.question}`],
    ["sure", `${Math.round(receipt.resolution.confidence * 100)} % (by ${receipt.resolution.by})`],
    ["searched for", receipt.terms.map(({ token }) => token).join(" ") || "nothing"],
    ["index version", receipt.indexVersion ?? "none"],
    [
      "enough evidence",
      receipt.sufficiency === undefined
        ? "not asked"
        : `${receipt.sufficiency.sufficient ? "yes" : "no"}: ${receipt.sufficiency.why}`,
    ],
    ["model", receipt.models.join(", ") || "none"],
    ["tokens", `${receipt.tokens.input} in, ${receipt.tokens.output} out`],
    [
      "milliseconds",
      Object.entries(receipt.ms)
        .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
        .join(", "),
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    style.bold("Receipt"),
    ...rows.map(([name, value]) => `  ${style.dim(name.padEnd(width))}  ${value}`),
  ];
  if (receipt.candidates.length > 0) {
    lines.push(`  ${style.dim(`candidates (${receipt.candidates.length})`)}`);
    for (const candidate of receipt.candidates.slice(0, MOST_CANDIDATES)) {
      const mark = candidate.kept ? style.green("+") : style.dim("-");
      const place =
        candidate.anchor === "" ? candidate.url : `${candidate.url}#${candidate.anchor}`;
      lines.push(
        `    ${mark} ${candidate.score.toFixed(4)}  ${place}  ${style.dim(candidate.why)}`,
      );
    }
  }
  if (receipt.dropped.length > 0) {
    lines.push(`  ${style.dim(`dropped claims (${receipt.dropped.length})`)}`);
    for (const { text, reason, detail } of receipt.dropped) {
      lines.push(`    ${style.red(reason)}: ${detail}`, `      ${style.dim(text)}`);
    }
  }
  for (const note of receipt.notes) lines.push(`  ${style.dim("note")}  ${note}`);
  return lines.join("\n");
}
