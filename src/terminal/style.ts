/** Colours and links of the terminal, or none. */
import { styleText } from "node:util";

export type Style = Readonly<Record<(typeof FORMATS)[number], (text: string) => string>> & {
  /** `text` as a link; undefined where the terminal shows addresses only as text. */
  readonly link: ((url: string, text: string) => string) | undefined;
};

const FORMATS = ["bold", "dim", "cyan", "green", "yellow", "red"] as const;

function styleOf(draw: (format: (typeof FORMATS)[number], text: string) => string): Style {
  const drawn = FORMATS.map((format) => [format, (text: string) => draw(format, text)] as const);
  // Every format is in the list.
  return { ...(Object.fromEntries(drawn) as Omit<Style, "link">), link: undefined };
}

export const plainStyle: Style = styleOf((_format, text) => text);

export const colourStyle: Style = styleOf((format, text) =>
  styleText(format, text, { validateStream: false }),
);

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
