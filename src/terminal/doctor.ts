/** Results of the doctor's checks -> text. */
import type { Style } from "./style.ts";

export type Check = {
  readonly name: string;
  readonly status: "ok" | "off" | "failed";
  readonly detail: string;
  /** The line that mends it. */
  readonly mend?: string;
};

export function renderChecks(checks: readonly Check[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, status, detail, mend }) => {
      const mark =
        status === "ok" ? style.green("✓") : status === "off" ? style.dim("·") : style.red("✗");
      const line = `${mark} ${style.bold(name.padEnd(width))}  ${status === "off" ? style.dim(detail) : detail}`;
      return mend === undefined
        ? [line]
        : [line, `  ${" ".repeat(width)}  ${style.yellow(`→ ${mend}`)}`];
    })
    .join("\n");
}
