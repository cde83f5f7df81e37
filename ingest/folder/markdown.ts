/**
 * Markdown -> HTML that the page extractor reads: CommonMark's blocks, GitHub's tables, alerts and task lists, the
 * admonitions of MkDocs and Docusaurus, front matter, and MDX as far as its text goes. It is made for reading, not for
 * showing: emphasis goes, code, lists, tables and headings with their ids stay. Linear in the text; nesting is bounded.
 */
import { AppError } from "../../src/platform/errors.ts";
import { wordSet } from "../extract/markup.ts";

export type MarkdownPage = {
  /** From the front matter; "" without. */
  readonly title: string;
  readonly description: string;
  /** The author says that it is not to be read yet. */
  readonly draft: boolean;
  readonly html: string;
};

/** The text is no Markdown that can be read. */
export class MarkdownError extends AppError {}

const MAX_DEPTH = 12;

export type MarkdownOptions = {
  /** Imports, exports and components are no text of the page. */
  readonly isMdx?: boolean;
  /** False for a text that is not a file. */
  readonly hasFrontMatter?: boolean;
  /** False where no link leads to a heading. */
  readonly hasAnchors?: boolean;
};

/** Throws `MarkdownError` for what is no text. */
export function readMarkdown(
  text: string,
  { isMdx = false, hasFrontMatter = true, hasAnchors = true }: MarkdownOptions = {},
): MarkdownPage {
  if (text.includes("\u0000")) {
    throw new MarkdownError("markdown", "the file holds bytes that are no text");
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const { fields, rest } = hasFrontMatter
    ? frontMatter(lines)
    : { fields: new Map<string, string>(), rest: lines };
  const references = new Set(
    rest.flatMap((line) => DEFINITION.exec(line)?.[1]?.toLowerCase() ?? []),
  );
  const writer = new MarkdownWriter(isMdx, hasAnchors, references);
  return {
    title: fields.get("title") ?? "",
    description: fields.get("description") ?? fields.get("summary") ?? "",
    draft: fields.get("draft") === "true",
    html: writer.blocks(rest, 0),
  };
}

/** YAML between `---` or TOML between `+++`; only plain fields of one line are read. */
function frontMatter(lines: readonly string[]): {
  readonly fields: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
} {
  const fields = new Map<string, string>();
  const mark = lines[0]?.trimEnd();
  const end =
    mark === "---" || mark === "+++"
      ? lines.findIndex(
          (line, at) =>
            at > 0 && (line.trimEnd() === mark || (mark === "---" && line.trimEnd() === "...")),
        )
      : -1;
  if (end === -1) return { fields, rest: lines };
  for (const line of lines.slice(1, end)) {
    const field = /^([A-Za-z_]\w*)\s*[:=]\s*(\S.*)$/.exec(line);
    if (field === null) continue;
    const value = (field[2] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2");
    fields.set((field[1] ?? "").toLowerCase(), value);
  }
  return { fields, rest: lines.slice(end + 1) };
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])([ \t]+|$)/;
const QUOTE = /^ {0,3}> ?/;
const CONTAINER = /^ {0,3}:{3,}\s*(?:\{\.?)?([A-Za-z]+)?\}?\s*(.*)$/;
const INDENTED_NOTE = /^ {0,3}(?:!!!|\?\?\?\+?)\s+([a-z]+)(?:\s+[a-z ]+)?(?:\s*"([^"]*)")?\s*$/;
const TAB = /^ {0,3}===[!+]?\s+"([^"]+)"\s*$/;
const HTML_LINE = /^ {0,3}<(?:[A-Za-z][\w.-]*(?=[\s/>]|$)|\/[A-Za-z]|!--)/;
const DEFINITION = /^ {0,3}\[([^\]^]{1,200})\]:\s+\S/;
const ALERT = /^\[!([A-Za-z]+)\]\s*(.*)$/;
const MODULE_LINE = /^(?:import|export)\s/;

/** Components that many MDX sites have for a note. */
const NOTES = wordSet("note tip info warning caution danger important check callout");

class MarkdownWriter {
  readonly #isMdx: boolean;
  readonly #hasAnchors: boolean;
  readonly #slugs = new Map<string, number>();
  readonly #references: ReadonlySet<string>;

  constructor(isMdx: boolean, hasAnchors: boolean, references: ReadonlySet<string>) {
    this.#isMdx = isMdx;
    this.#hasAnchors = hasAnchors;
    this.#references = references;
  }

  blocks(lines: readonly string[], depth: number): string {
    if (depth > MAX_DEPTH)
      return `<p>${this.#inline(lines.map((line) => line.trim()).join(" "))}</p>`;
    let html = "";
    let at = 0;
    while (at < lines.length) {
      const line = lines[at] ?? "";
      if (line.trim() === "") {
        at += 1;
        continue;
      }
      const block =
        this.#fenced(lines, at) ??
        this.#heading(lines, at) ??
        this.#quote(lines, at, depth) ??
        this.#container(lines, at, depth) ??
        this.#indentedNote(lines, at, depth) ??
        this.#list(lines, at, depth) ??
        this.#table(lines, at) ??
        this.#raw(lines, at) ??
        this.#indentedCode(lines, at) ??
        this.#paragraph(lines, at);
      html += block.html;
      at = block.next;
    }
    return html;
  }

  #fenced(lines: readonly string[], at: number): Block | undefined {
    const open = FENCE.exec(lines[at] ?? "");
    const mark = open?.[1] ?? "";
    const info = (open?.[2] ?? "").trim();
    if (open === null || (mark.startsWith("`") && info.includes("`"))) return undefined;
    const indent = (lines[at] ?? "").indexOf(mark);
    let end = at + 1;
    while (end < lines.length) {
      const close = FENCE.exec(lines[end] ?? "");
      if (close !== null && (close[1] ?? "").startsWith(mark) && (close[2] ?? "").trim() === "")
        break;
      end += 1;
    }
    const code = lines.slice(at + 1, end).map((line) => dedented(line, indent));
    const language = /^[\w+#.-]+/.exec(info.replace(/^\{\s*\.?/, ""))?.[0] ?? "";
    return { html: listing(code, language), next: end + 1 };
  }

  #heading(lines: readonly string[], at: number): Block | undefined {
    const match = HEADING.exec(lines[at] ?? "");
    if (match === null) return undefined;
    const text = (match[2] ?? "").trimEnd().replace(/(?:^|[ \t])#+$/, "");
    return { html: this.#headingHtml((match[1] ?? "#").length, text), next: at + 1 };
  }

  /** `{#id}` behind the words names the id, else GitHub's rule does. */
  #headingHtml(level: number, text: string): string {
    const named = /\s*\{:?\s*#([\w.:-]+)[^{}]*\}\s*$/.exec(text);
    const words = this.#inline(named === null ? text : text.slice(0, named.index));
    if (!this.#hasAnchors) return `<h${level}>${words}</h${level}>`;
    const id = named?.[1] ?? this.#slug(plainText(words));
    return `<h${level} id="${escapeAttribute(id)}">${words}</h${level}>`;
  }

  #slug(text: string): string {
    const slug = text
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const times = this.#slugs.get(slug) ?? 0;
    this.#slugs.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  }

  #quote(lines: readonly string[], at: number, depth: number): Block | undefined {
    if (!QUOTE.test(lines[at] ?? "")) return undefined;
    let end = at;
    const inner: string[] = [];
    while (end < lines.length && QUOTE.test(lines[end] ?? "")) {
      inner.push((lines[end] ?? "").replace(QUOTE, ""));
      end += 1;
    }
    const alert = ALERT.exec(inner[0] ?? "");
    const html =
      alert === null
        ? `<blockquote>${this.blocks(inner, depth + 1)}</blockquote>`
        : this.#note(alert[1] ?? "", alert[2] ?? "", inner.slice(1), depth);
    return { html, next: end };
  }

  #note(kind: string, title: string, lines: readonly string[], depth: number): string {
    const heading =
      title.trim() === "" ? "" : `<p class="admonition-title">${this.#inline(title.trim())}</p>`;
    return `<div class="admonition ${kind.toLowerCase()}">${heading}${this.blocks(lines, depth + 1)}</div>`;
  }

  /** `:::note Title` until `:::`; one inside another has more colons outside. */
  #container(lines: readonly string[], at: number, depth: number): Block | undefined {
    const open = CONTAINER.exec(lines[at] ?? "");
    if (open === null) return undefined;
    const colons = /:+/.exec(lines[at] ?? "")?.[0].length ?? 3;
    // A closing line without an opening one.
    if (open[1] === undefined) return { html: "", next: at + 1 };
    let end = at + 1;
    while (end < lines.length) {
      const line = (lines[end] ?? "").trim();
      if (/^:{3,}$/.test(line) && line.length === colons) break;
      end += 1;
    }
    const title = (open[2] ?? "").replace(/^\[([^\]]*)\]$/, "$1");
    return { html: this.#note(open[1], title, lines.slice(at + 1, end), depth), next: end + 1 };
  }

  /** `!!! note "Title"`, `??? note`, `=== "Tab"` and what is indented below. */
  #indentedNote(lines: readonly string[], at: number, depth: number): Block | undefined {
    const line = lines[at] ?? "";
    const note = INDENTED_NOTE.exec(line);
    const tab = note === null ? TAB.exec(line) : null;
    if (note === null && tab === null) return undefined;
    let end = at + 1;
    while (end < lines.length && (isBlank(lines[end]) || /^(?: {4}|\t)/.test(lines[end] ?? "")))
      end += 1;
    const inner = lines.slice(at + 1, end).map((one) => dedented(one, 4));
    const html =
      note === null
        ? `<p>${this.#inline(tab?.[1] ?? "")}:</p>${this.blocks(inner, depth + 1)}`
        : this.#note(note[1] ?? "note", note[2] ?? "", inner, depth);
    return { html, next: end };
  }

  #list(lines: readonly string[], at: number, depth: number): Block | undefined {
    const first = ITEM.exec(lines[at] ?? "");
    if (first === null || RULE.test(lines[at] ?? "")) return undefined;
    const kind = kindOfMarker(first[2] ?? "");
    let html = "";
    let next = at;
    while (next < lines.length) {
      const item = ITEM.exec(lines[next] ?? "");
      if (item === null || kindOfMarker(item[2] ?? "") !== kind || RULE.test(lines[next] ?? ""))
        break;
      const { inner, end } = itemLines(lines, next, item);
      const [head = "", ...rest] = inner;
      const body = [head.replace(/^\[[ xX]\]\s+/, ""), ...rest];
      html += `<li>${this.blocks(body, depth + 1)}</li>`;
      next = end;
    }
    const ordered = kind !== "-" && kind !== "*" && kind !== "+";
    const start = Number.parseInt(first[2] ?? "1", 10);
    return {
      html: ordered ? `<ol start="${start}">${html}</ol>` : `<ul>${html}</ul>`,
      next,
    };
  }

  #table(lines: readonly string[], at: number): Block | undefined {
    const head = lines[at] ?? "";
    const rule = lines[at + 1] ?? "";
    if (!head.includes("|") || !rule.includes("-")) return undefined;
    const marks = cellsOf(rule);
    if (!marks.every((cell) => /^:?-+:?$/.test(cell)) || marks.length !== cellsOf(head).length) {
      return undefined;
    }
    const row = (line: string, tag: "th" | "td") =>
      `<tr>${cellsOf(line)
        .map((cell) => `<${tag}>${this.#inline(cell)}</${tag}>`)
        .join("")}</tr>`;
    let next = at + 2;
    let rows = "";
    while (next < lines.length && !isBlank(lines[next]) && (lines[next] ?? "").includes("|")) {
      rows += row(lines[next] ?? "", "td");
      next += 1;
    }
    return {
      html: `<table><thead>${row(head, "th")}</thead><tbody>${rows}</tbody></table>`,
      next,
    };
  }

  /** HTML as written, until a blank line; a comment until its end; modules of MDX. */
  #raw(lines: readonly string[], at: number): Block | undefined {
    const line = lines[at] ?? "";
    if (this.#isMdx && MODULE_LINE.test(line)) {
      let end = at + 1;
      while (end < lines.length && !isBlank(lines[end])) end += 1;
      return { html: "", next: end };
    }
    if (DEFINITION.test(line)) {
      return { html: "", next: at + 1 };
    }
    if (!HTML_LINE.test(line) || !this.#isMarkup(line)) return undefined;
    if (line.trimStart().startsWith("<!--")) {
      let end = at;
      while (end < lines.length && !(lines[end] ?? "").includes("-->")) end += 1;
      const rest = (lines[end] ?? "").split("-->").slice(1).join("-->");
      return { html: rest.trim() === "" ? "" : `<p>${this.#inline(rest)}</p>`, next: end + 1 };
    }
    let end = at;
    const kept: string[] = [];
    while (end < lines.length && !isBlank(lines[end])) {
      kept.push(this.#tags(lines[end] ?? ""));
      end += 1;
    }
    return { html: `${kept.join("\n")}\n`, next: end };
  }

  /** True when the line begins with an element of HTML, or a component where there are components. */
  #isMarkup(line: string): boolean {
    const name = /^ {0,3}<\/?([A-Za-z][\w.-]*)/.exec(line)?.[1] ?? "";
    return name === "" || isElementName(name) || (this.#isMdx && /^[A-Z]/.test(name));
  }

  #indentedCode(lines: readonly string[], at: number): Block | undefined {
    const isCode = (line: string | undefined) => /^(?: {4}|\t)/.test(line ?? "");
    if (!isCode(lines[at])) return undefined;
    let end = at;
    while (end < lines.length && (isCode(lines[end]) || isBlank(lines[end]))) end += 1;
    return {
      html: listing(
        lines.slice(at, end).map((line) => dedented(line, 4)),
        "",
      ),
      next: end,
    };
  }

  #paragraph(lines: readonly string[], at: number): Block {
    let end = at + 1;
    while (end < lines.length && !this.#endsParagraph(lines, end)) {
      const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[end] ?? "");
      if (underline !== null) {
        const text = lines
          .slice(at, end)
          .map((line) => line.trim())
          .join(" ");
        const level = underline[1]?.startsWith("=") === true ? 1 : 2;
        return { html: this.#headingHtml(level, text), next: end + 1 };
      }
      end += 1;
    }
    if (end === at + 1 && RULE.test(lines[at] ?? "")) return { html: "", next: end };
    const text = lines
      .slice(at, end)
      .map((line) => `${line.trim()}${/(?: {2,}|\\)$/.test(line) ? "<br>" : ""}`)
      .join("\n");
    return { html: `<p>${this.#inline(text)}</p>`, next: end };
  }

  #endsParagraph(lines: readonly string[], at: number): boolean {
    const line = lines[at] ?? "";
    if (isBlank(line)) return true;
    if (/^ {0,3}-+[ \t]*$/.test(line)) return false;
    const item = ITEM.exec(line);
    return (
      HEADING.test(line) ||
      FENCE.test(line) ||
      QUOTE.test(line) ||
      RULE.test(line) ||
      CONTAINER.test(line) ||
      INDENTED_NOTE.test(line) ||
      // A number that begins a line of prose is no item, but 1 is.
      (item !== null && (item[3] ?? "") !== "" && /^(?:[-*+]|1[.)])$/.test(item[2] ?? "")) ||
      (HTML_LINE.test(line) &&
        /^ {0,3}<(?:!--|\/?(?:div|details|summary|table|ul|ol|pre|p|h[1-6])\b)/i.test(line))
    );
  }

  /** Text with its code, and without marks of emphasis, links and images. */
  #inline(text: string): string {
    // Code first: nothing in it is markup.
    const parts = splitCode(text);
    return parts
      .map(({ code, text: part }) =>
        code ? `<code>${escapeHtml(part)}</code>` : this.#prose(part),
      )
      .join("");
  }

  #prose(text: string): string {
    const held: string[] = [];
    const hold = (value: string) => {
      held.push(value);
      return `\uFDD0${held.length - 1}\uFDD1`;
    };
    const plain = text
      .replaceAll(/[\uFDD0\uFDD1]/g, "")
      .replaceAll(/\\([!-/:-@[-`{-~])/g, (_match, mark: string) => hold(escapeHtml(mark)))
      .replaceAll(
        /<(https?:\/\/[^\s<>]{1,2000}|[\w.+-]{1,100}@[\w.-]{1,200})>/g,
        (_match, to: string) => hold(escapeHtml(to)),
      )
      .replaceAll(/!\[[^[\]]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^[\]]{0,200}\])/g, "")
      .replaceAll(
        /\[([^[\]]{0,1000})\]\([^()\n]{0,1000}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)/g,
        "$1",
      )
      .replaceAll(/\[\^[^[\]\s]{1,60}\]:?/g, "")
      .replaceAll(/\[([^[\]]{1,500})\]\[[^[\]]{0,200}\]/g, "$1")
      .replaceAll(/\[([^[\]]{1,200})\](?![(:[])/g, (whole, words: string) =>
        this.#references.has(words.toLowerCase()) ? words : whole,
      )
      .replaceAll(/\{\/\*[^*]{0,2000}\*\/\}/g, "")
      .replaceAll(/(?<![\p{L}\p{N}*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\p{L}\p{N}*])/gu, "")
      .replaceAll(/(?<=[\p{L}\p{N}])\*\*|\*\*(?=[\p{L}\p{N}])/gu, "")
      .replaceAll(/(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\p{L}\p{N}_])/gu, "")
      .replaceAll("~~", "")
      .replaceAll(/\s*\{:?\s*[.#][\w.: #="'-]{1,200}\}/g, "");
    return this.#tags(plain).replaceAll(
      /\uFDD0(\d+)\uFDD1/g,
      (_match, at: string) => held[Number(at)] ?? "",
    );
  }

  /** Elements stay, components of MDX go or become notes; everything else in angle brackets is text. */
  #tags(text: string): string {
    return text
      .replaceAll(/<!--[^>]{0,5000}-->/g, "")
      .replaceAll(
        /<(\/?)([A-Za-z][\w.-]{0,60})((?:\s[^<>]{0,2000})?)(\/?)>|[<>]/g,
        (whole: string, close: string, name: string | undefined) => {
          if (name === undefined) return whole === "<" ? "&lt;" : "&gt;";
          if (this.#isMdx && /^[A-Z]/.test(name)) {
            if (whole.endsWith("/>")) return "";
            if (!NOTES.has(name.toLowerCase())) return close === "" ? "<div>" : "</div>";
            return close === "" ? `<div class="admonition ${name.toLowerCase()}">` : "</div>";
          }
          return isElementName(name) ? whole : escapeHtml(whole);
        },
      );
  }
}

type Block = { readonly html: string; readonly next: number };

const ELEMENTS = wordSet(`
  a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font h1 h2
  h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp section small source span strike strong sub summary sup
  table tbody td tfoot th thead tr tt u ul var video wbr nav article aside header footer main iframe script style button svg
  path input label form
`);

function isElementName(name: string): boolean {
  return ELEMENTS.has(name.toLowerCase()) && name === name.toLowerCase();
}

function isBlank(line: string | undefined): boolean {
  return (line ?? "").trim() === "";
}

/** Without up to `columns` blanks before it; a tab counts as four. */
function dedented(line: string, columns: number): string {
  let removed = 0;
  let at = 0;
  while (at < line.length && removed < columns) {
    if (line[at] === " ") removed += 1;
    else if (line[at] === "\t") removed += 4;
    else break;
    at += 1;
  }
  return line.slice(at);
}

/** "-", "*", "+" or what stands behind a number: items of one list have the same. */
function kindOfMarker(marker: string): string {
  return marker.at(-1) ?? "";
}

/** Lines of an item without their indentation: up to the next item, or to a line that is not indented after a blank one. */
function itemLines(
  lines: readonly string[],
  at: number,
  item: RegExpExecArray,
): { readonly inner: readonly string[]; readonly end: number } {
  const [whole = "", before = "", marker = "", blanks = ""] = item;
  const width =
    blanks === "" || blanks.length > 4 ? before.length + marker.length + 1 : whole.length;
  const inner = [(lines[at] ?? "").slice(Math.min(width, (lines[at] ?? "").length))];
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    const indent = columnsBefore(line);
    if (!isBlank(line)) {
      const isInside = indent >= Math.min(width, before.length + 2);
      // A line that goes on below the item without indentation belongs to its paragraph.
      const goesOn =
        !isBlank(lines[end - 1]) &&
        !ITEM.test(line) &&
        !HEADING.test(line) &&
        !FENCE.test(line) &&
        !QUOTE.test(line) &&
        !RULE.test(line);
      if (!isInside && !goesOn) break;
    } else if (
      end + 1 < lines.length &&
      !isBlank(lines[end + 1]) &&
      columnsBefore(lines[end + 1] ?? "") < Math.min(width, before.length + 2)
    ) {
      end += ITEM.test(lines[end + 1] ?? "") ? 1 : 0;
      break;
    }
    inner.push(dedented(line, width));
    end += 1;
  }
  return { inner, end };
}

function columnsBefore(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns += 1;
    else if (character === "\t") columns += 4;
    else break;
  }
  return columns;
}

function listing(lines: readonly string[], language: string): string {
  const name = language === "" ? "" : ` class="language-${escapeAttribute(language)}"`;
  return `<pre><code${name}>${escapeHtml(lines.join("\n"))}\n</code></pre>`;
}

/** Cells of a table's row; a bar in code or behind a backslash is text. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [""];
  let inCode = false;
  const text = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "`") inCode = !inCode;
    if (character === "\\" && text[at + 1] === "|") {
      cells[cells.length - 1] += "|";
      at += 1;
    } else if (character === "|" && !inCode) cells.push("");
    else cells[cells.length - 1] += character;
  }
  return cells.map((cell) => cell.trim());
}

/** Text and code spans in order; a run of backticks without its like is text. */
function splitCode(text: string): readonly { readonly code: boolean; readonly text: string }[] {
  const runs = [...text.matchAll(/`+/g)];
  /** Where a run of each length stands next, from the end on. */
  const nextOf: (number | undefined)[] = [];
  const last = new Map<number, number>();
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const length = runs[at]?.[0].length ?? 0;
    nextOf[at] = last.get(length);
    last.set(length, at);
  }
  const parts: { code: boolean; text: string }[] = [];
  let done = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const open = runs[at];
    const end = nextOf[at];
    const close = end === undefined ? undefined : runs[end];
    if (open === undefined || end === undefined || close === undefined) continue;
    if (open.index > 0 && text[open.index - 1] === "\\") continue;
    parts.push({ code: false, text: text.slice(done, open.index) });
    const inside = text.slice(open.index + open[0].length, close.index).replaceAll("\n", " ");
    parts.push({ code: true, text: /^ .*\S.* $/.test(inside) ? inside.slice(1, -1) : inside });
    done = close.index + close[0].length;
    at = end;
  }
  parts.push({ code: false, text: text.slice(done) });
  return parts;
}

function plainText(html: string): string {
  return html
    .replaceAll(/<[^<>]{0,500}>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapeAttribute(text: string): string {
  return escapeHtml(text).replaceAll('"', "&quot;");
}
