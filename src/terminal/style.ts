/** Colours of the terminal, or none. */
import { styleText } from "node:util";

export type Style = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
};

const same = (text: string): string => text;

export const plainStyle: Style = {
  bold: same,
  dim: same,
  cyan: same,
  green: same,
  yellow: same,
  red: same,
};

const colour =
  (format: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(format, text, { validateStream: false });

export const colourStyle: Style = {
  bold: colour("bold"),
  dim: colour("dim"),
  cyan: colour("cyan"),
  green: colour("green"),
  yellow: colour("yellow"),
  red: colour("red"),
};

/** Colour when the stream is a terminal and neither NO_COLOR nor a dumb terminal asks otherwise. */
export function chooseStyle(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const wanted =
    stream.isTTY === true &&
    (environment["NO_COLOR"] ?? "") === "" &&
    environment["TERM"] !== "dumb";
  return wanted || (environment["FORCE_COLOR"] ?? "0") !== "0" ? colourStyle : plainStyle;
}
