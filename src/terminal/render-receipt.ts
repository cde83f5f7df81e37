/** Receipt -> text for people: how the answer came about. */
import type { Receipt } from "../answering/receipt.ts";
import { displayWidth, shortAddress, wrap } from "./layout.ts";
import type { Style } from "./style.ts";

const MOST_CANDIDATES = 12;

/** Columns to wrap at; no wrapping when `width` is absent. */
export function renderReceipt(receipt: Receipt, style: Style, width?: number): string {
  const { resolution, sufficiency, tokens } = receipt;
  const rows: [string, string][] = [
    ["understood as", `${resolution.kind}: ${resolution.question}`],
    ["sure", `${Math.round(resolution.confidence * 100)} % (by ${resolution.by})`],
    ["searched for", receipt.terms.map(({ token }) => token).join(" ") || "nothing"],
    ...receipt.queries.slice(1).map((words): [string, string] => ["and for", words]),
    ["index version", receipt.indexVersion ?? "none"],
    [
      "enough evidence",
      sufficiency === undefined
        ? "not asked"
        : `${sufficiency.sufficient ? "yes" : "no"}: ${sufficiency.why}`,
    ],
    ["model", receipt.models.join(", ") || "none"],
    ["tokens", `${tokens.input} in, ${tokens.output} out`],
    [
      "milliseconds",
      Object.entries(receipt.ms)
        .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
        .join(", "),
    ],
    ...receipt.notes.map((note): [string, string] => ["note", note]),
  ];
  const names = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    style.bold("Receipt"),
    ...rows.map(([name, value]) =>
      wrap(value, width, `  ${style.dim(name.padEnd(names))}  `, " ".repeat(names + 4)),
    ),
  ];
  if (receipt.candidates.length > 0) {
    const shown = receipt.candidates.slice(0, MOST_CANDIDATES);
    const left = receipt.candidates.length - shown.length;
    lines.push("", style.bold("Candidates"));
    for (const candidate of shown) {
      lines.push(candidateText(candidate, style, width));
    }
    if (left > 0) lines.push(`  ${style.dim(`and ${left} more`)}`);
  }
  if (receipt.corrected.length > 0) {
    lines.push("", style.bold("Corrected by the checker"));
    for (const { text, as } of receipt.corrected) {
      lines.push(
        wrap(text, width, `  ${style.dim("~")} `, "    "),
        wrap(style.dim(`shown as: ${as}`), width, "    "),
      );
    }
  }
  if (receipt.dropped.length > 0) {
    lines.push("", style.bold("Dropped claims"));
    for (const { text, reason, detail } of receipt.dropped) {
      lines.push(
        wrap(text, width, `  ${style.red("-")} `, "    "),
        wrap(style.dim(`${reason}: ${detail}`), width, "    "),
      );
    }
  }
  return lines.join("\n");
}

/** Kept or not, score and place; why on the same line where there is room, otherwise below. */
function candidateText(
  { kept, score, url, anchor, why }: Receipt["candidates"][number],
  style: Style,
  width: number | undefined,
): string {
  const head = `  ${kept ? style.green("+") : style.dim("-")} ${score.toFixed(2)}  `;
  const indent = " ".repeat(displayWidth(head));
  const address = anchor === "" ? url : `${url}#${anchor}`;
  if (width === undefined) return `${head}${address}  ${style.dim(why)}`;
  const place = shortAddress(address, Math.max(20, width - indent.length));
  const line = `${head}${style.link?.(address, place) ?? place}`;
  const fits = displayWidth(line) + 2 + displayWidth(why) <= width;
  return fits ? `${line}  ${style.dim(why)}` : `${line}\n${wrap(style.dim(why), width, indent)}`;
}
