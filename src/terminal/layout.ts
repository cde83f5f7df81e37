/** [pure] Text in columns: widths, wrapping with hanging indents, addresses cut to fit. */
import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Two columns wide: East Asian characters and pictographs. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}]/u;

/** Columns that a line takes in a terminal. */
export function displayWidth(text: string): number {
  // Colours and links take no room.
  const shown = stripVTControlCharacters(text);
  if (/^[ -~]*$/.test(shown)) return shown.length;
  let width = 0;
  for (const { segment } of graphemes.segment(shown)) {
    width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** Pads to `width` columns; escape sequences take none. */
export function padColumns(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Narrower than this nothing is wrapped sensibly. */
const NARROWEST = 20;

/**
 * Breaks at spaces so that no line is longer than `width`; no wrapping when that is absent. The first line of each
 * paragraph starts with `indent`, what it is broken into with `hanging`. A no-break space is shown as a space and
 * never broken at.
 */
export function wrap(
  text: string,
  width: number | undefined,
  indent: string,
  hanging = indent,
): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, width, indent, hanging))
    .map((line) => line.replaceAll("\u00A0", " ").trimEnd())
    .join("\n");
}

function wrapLine(
  line: string,
  width: number | undefined,
  indent: string,
  hanging: string,
): string[] {
  if (width === undefined) return [indent + line];
  const lines: string[] = [];
  let current = indent;
  let length = displayWidth(indent);
  let empty = true;
  for (const word of line.split(" ")) {
    const size = displayWidth(word);
    const start = displayWidth(lines.length === 0 ? indent : hanging);
    if (!empty && length + 1 + size > Math.max(start + NARROWEST, width)) {
      lines.push(current);
      current = hanging + word;
      length = displayWidth(hanging) + size;
    } else {
      current += empty ? word : ` ${word}`;
      length += size + (empty ? 0 : 1);
    }
    empty = false;
  }
  lines.push(current);
  return lines;
}

/** An address for people: without its scheme, its middle left out where it is longer than `width`. */
export function shortAddress(url: string, width: number): string {
  const bare = url.replace(/^https?:\/\//, "");
  if (displayWidth(bare) <= width) return bare;
  const end = Math.max(1, Math.ceil((width - 1) * 0.6));
  const start = Math.max(1, width - 1 - end);
  return `${bare.slice(0, start)}…${bare.slice(-end)}`;
}
