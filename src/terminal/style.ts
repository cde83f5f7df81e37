/** Colours and links of the terminal, or none. */
import { styleText } from "node:util";

export type Style = {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
  /** `text` as a link; undefined where the terminal shows addresses only as text. */
  readonly link: ((url: string, text: string) => string) | undefined;
};

const same = (text: string): string => text;

export const plainStyle: Style = {
  bold: same,
  dim: same,
  cyan: same,
  green: same,
  yellow: same,
  red: same,
  link: undefined,
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
  link: undefined,
};

/** Colours, and links as most terminals know them (OSC 8). */
export const linkStyle: Style = {
  ...colourStyle,
  link: (url, text) => `\u001B]8;;${url}\u001B\\${text}\u001B]8;;\u001B\\`,
};

/**
 * Colour when the stream is a terminal and neither NO_COLOR nor a dumb terminal asks otherwise; links where the
 * terminal is not one of those known to drop their addresses.
 */
export function chooseStyle(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const terminal = stream.isTTY === true;
  const kind = environment["TERM"] ?? "";
  const wanted = terminal && (environment["NO_COLOR"] ?? "") === "" && kind !== "dumb";
  const forced = (environment["FORCE_COLOR"] ?? "0") !== "0";
  if (!wanted && !forced) return plainStyle;
  const links =
    terminal &&
    environment["TERM_PROGRAM"] !== "Apple_Terminal" &&
    !/^(?:linux|screen|tmux|vt)/.test(kind);
  return links ? linkStyle : colourStyle;
}
