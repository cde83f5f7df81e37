/** Results of the doctor's checks -> text. */
import { padColumns, wrap } from "./layout.ts";
import type { Style } from "./style.ts";

export type Check = {
  readonly name: string;
  readonly status: "ok" | "off" | "failed";
  readonly detail: string;
  /** The line that mends it. */
  readonly mend?: string;
};

/** Columns to wrap at; no wrapping when `width` is absent. */
export function renderChecks(checks: readonly Check[], style: Style, width?: number): string {
  const names = Math.max(...checks.map(({ name }) => name.length));
  const indent = " ".repeat(names + 4);
  return checks
    .map(({ name, status, detail, mend }) => {
      const mark =
        status === "ok" ? style.green("✓") : status === "off" ? style.dim("·") : style.red("✗");
      const head = `${mark} ${padColumns(style.bold(name), names)}  `;
      const [first = "", ...more] = detail.split("\n").map((line) => line.trim());
      const shown = (text: string) => (status === "off" ? style.dim(text) : text);
      return [
        wrap(shown(first), width, head, indent),
        ...more.map((line) => wrap(style.dim(line), width, indent)),
        ...(mend === undefined
          ? []
          : [wrap(style.yellow(mend), width, `${indent}${style.yellow("→")} `, `${indent}  `)]),
      ].join("\n");
    })
    .join("\n");
}
