/**
 * Walks the parsed content of a page in reading order and writes it down as sections of blocks. Inline text
 * gathers in a buffer; whatever is a block ends the paragraph before it and begins a new one.
 */
import { type AnyNode, type Element, isText } from "domhandler";
import type { Block, BlockKind, Section } from "../../src/documents/document.ts";
import type { Span } from "../../src/documents/text.ts";
import { DIAGRAM_BLOCK } from "./diagrams.ts";
import {
  addSpan,
  childElements,
  findElements,
  isElement,
  isInlineCode,
  joinMarked,
  type MarkedText,
  rawText,
  tidy,
  tidyMarked,
  visibleText,
} from "./markup.ts";
import { genericRole, languageOf, type Role, type RoleOf } from "./role.ts";

/** What paragraphs are while the walk is inside some element. */
type Context = {
  readonly kind: BlockKind;
  readonly depth: number | undefined;
  readonly label: string | undefined;
};

type OpenHeading = { readonly level: number; readonly text: string; readonly anchor: string };

type MutableSection = { anchor: string; headingPath: readonly string[]; blocks: Block[] };

const PLAIN: Context = { kind: "paragraph", depth: undefined, label: undefined };

export type WalkOptions = {
  readonly roleOf: RoleOf;
  /** The page's title: a first heading that only repeats it opens no section. */
  readonly title: string;
};

/** Sections of the content below `roots`, in order; sections without a block are left out. */
export function walkContent(roots: readonly Element[], options: WalkOptions): readonly Section[] {
  const walker = new Walker(options);
  for (const root of roots) walker.walkChildren(root, PLAIN);
  return walker.finish();
}

class Walker {
  readonly #roleOf: RoleOf;
  readonly #title: string;
  readonly #sections: MutableSection[] = [{ anchor: "", headingPath: [], blocks: [] }];
  #headings: OpenHeading[] = [];
  /** Anchor of the text above the first heading that opens a section. */
  #rootAnchor = "";
  #buffer = "";
  /** Where code stands in the buffer. */
  #bufferCode: Span[] = [];
  #inlineCode = false;
  #joinedLine = false;
  #hasText = false;
  /** Term or field name waiting for the text it introduces. */
  #prefix: MarkedText | undefined;
  /** Number of the list item, or its label, waiting for the item's first block. */
  #pendingItem: Context | undefined;
  #tabs: {
    readonly names: readonly string[];
    readonly byId: ReadonlyMap<string, string>;
    next: number;
  } = { names: [], byId: new Map(), next: 0 };
  #codeLabel: string | undefined;
  #codeLanguage: string | undefined;
  #sectionAnchor: string | undefined;

  constructor(options: WalkOptions) {
    this.#roleOf = options.roleOf;
    this.#title = tidy(options.title);
  }

  finish(): readonly Section[] {
    this.#flush(PLAIN);
    const kept: Section[] = [];
    const parents = new Set<string>();
    const written = new Set<string>();
    for (const { anchor, headingPath, blocks } of this.#sections) {
      for (let depth = 1; depth < headingPath.length; depth += 1) {
        parents.add(headingPath.slice(0, depth).join("\n"));
      }
      if (blocks.length > 0) written.add(`${anchor}\n${headingPath.join("\n")}`);
    }
    for (const section of this.#sections) {
      const { anchor, headingPath, blocks } = section;
      const heading = headingPath.at(-1);
      if (blocks.length > 0) kept.push(section);
      else if (heading !== undefined) {
        // A heading with nothing below it, not even a subsection, is text of its own: the name of an empty class.
        const key = `${anchor}\n${headingPath.join("\n")}`;
        if (written.has(key) || parents.has(headingPath.join("\n"))) continue;
        written.add(key);
        kept.push({ anchor, headingPath, blocks: [{ kind: "heading", text: heading }] });
      }
    }
    return kept;
  }

  walkChildren(parent: Element, context: Context): void {
    for (const child of parent.children) this.#walk(child, context);
  }

  #role(element: Element): Role {
    return this.#roleOf(element) ?? genericRole(element);
  }

  #walk(node: AnyNode, context: Context): void {
    if (isText(node)) {
      const start = this.#buffer.length;
      this.#buffer += node.data;
      if (this.#inlineCode) addSpan(this.#bufferCode, { start, end: this.#buffer.length });
      return;
    }
    if (!isElement(node)) return;
    if (node.name === "br") {
      this.#buffer += "\n";
      return;
    }
    const role = this.#role(node);
    if (role.kind === "drop") return;
    if (role.kind === "inline" || (role.kind === "block" && this.#joinedLine)) {
      const outer = this.#inlineCode;
      this.#inlineCode = outer || (role.kind === "inline" && isInlineCode(node));
      this.walkChildren(node, context);
      this.#inlineCode = outer;
      return;
    }
    // Whatever else it is ends the paragraph before it.
    this.#flush(context);
    switch (role.kind) {
      case "block":
        this.walkChildren(node, context);
        this.#flush(context);
        return;
      case "line":
        this.#joinedLine = true;
        for (const child of node.children) {
          this.#walk(child, context);
          this.#buffer += " ";
        }
        this.#joinedLine = false;
        this.#flush(context);
        return;
      case "heading":
        this.#heading(node, role.level, role.anchor, context);
        return;
      case "section": {
        this.#sectionAnchor = role.anchor;
        this.walkChildren(node, context);
        this.#sectionAnchor = undefined;
        this.#flush(context);
        return;
      }
      case "code":
        this.#code(role.code, role.language ?? this.#codeLanguage, context);
        return;
      case "diagram":
        this.#push(DIAGRAM_BLOCK);
        return;
      case "code-frame": {
        const outer = [this.#codeLabel, this.#codeLanguage] as const;
        this.#codeLabel = role.label;
        this.#codeLanguage = role.language ?? this.#codeLanguage;
        this.walkChildren(node, context);
        this.#flush(context);
        [this.#codeLabel, this.#codeLanguage] = outer;
        return;
      }
      case "list":
        this.#list(node, role.ordered, role.start, context);
        return;
      case "item":
        this.#item(node, { kind: "list-item", depth: 0, label: undefined }, context);
        return;
      case "table":
        this.#table(node, context);
        return;
      case "definitions":
        this.#definitions(node, context);
        return;
      case "admonition":
        this.#within(() => this.#admonition(node, role.label, role.title, context));
        return;
      case "tab-names":
        this.#tabs = {
          names: role.tabs.map((tab) => this.#textOf(tab)),
          byId: new Map(
            role.tabs
              .filter((tab) => (tab.attribs["id"] ?? "") !== "")
              .map((tab) => [tab.attribs["id"] ?? "", this.#textOf(tab)]),
          ),
          next: 0,
        };
        return;
      case "panel": {
        const tabs = this.#tabs;
        const label =
          tabs.byId.get(node.attribs["aria-labelledby"] ?? "") ?? tabs.names[tabs.next] ?? "";
        tabs.next += 1;
        const labelled = label === "" ? context : { ...context, label };
        const outerLabel = this.#codeLabel;
        this.#codeLabel = label === "" ? outerLabel : label;
        this.#within(() => this.walkChildren(node, labelled));
        this.#codeLabel = outerLabel;
        this.#tabs = tabs;
        return;
      }
      case "titled":
        this.#within(() => this.#titled(node, role, context));
        return;
      case "field":
        this.#field(role, context);
        return;
      case "named-part":
        this.#within(() => {
          this.#openSection((this.#headings.at(-1)?.level ?? 1) + 1, role.name, role.anchor);
          if (role.signature !== undefined && role.signature !== role.name) {
            this.#push({ kind: "definition", ...marked(asCode(role.signature)) });
          }
          for (const content of role.content) this.walkChildren(content, context);
          this.#flush(context);
        });
        return;
      default:
        role satisfies never;
    }
  }

  /** Runs `body`; a heading inside it ends with it, and what follows stands under the heading before. */
  #within(body: () => void): void {
    const before = this.#headings;
    this.#headings = [...before];
    body();
    this.#flush(PLAIN);
    const changed =
      this.#headings.length !== before.length ||
      this.#headings.some((heading, index) => heading !== before[index]);
    this.#headings = before;
    if (changed) this.#startSection();
  }

  #startSection(): void {
    this.#sections.push({
      anchor: this.#headings.at(-1)?.anchor ?? this.#rootAnchor,
      headingPath: this.#headings.map((heading) => heading.text),
      blocks: [],
    });
  }

  #openSection(level: number, text: string, anchor: string): void {
    this.#headings = this.#headings.filter((heading) => heading.level < level);
    this.#headings.push({ level, text, anchor });
    this.#startSection();
  }

  #heading(element: Element, level: number, ownAnchor: string, context: Context): void {
    const text = headingText(element, (child) => this.#role(child));
    const anchor = ownAnchor === "" ? (this.#sectionAnchor ?? "") : ownAnchor;
    this.#sectionAnchor = undefined;
    if (text === "") return;
    const isTitle = level === 1 && text === this.#title && !this.#hasText;
    if (isTitle) {
      this.#rootAnchor = anchor;
      this.#startSection();
      return;
    }
    if (anchor === "") {
      this.#push({ kind: "heading", text, ...labelOf(context) });
      return;
    }
    this.#openSection(level, text, anchor);
  }

  /** All text below `element` on one line: titles, captions. */
  #textOf(element: Element): string {
    return this.#markedOf(element).text;
  }

  /** All text below `element` on one line, with what is set as code in it: cells, terms. */
  #markedOf(element: Element): MarkedText {
    let text = "";
    const code: Span[] = [];
    const visit = (node: AnyNode, inCode: boolean) => {
      if (isText(node)) {
        const start = text.length;
        text += node.data;
        if (inCode) addSpan(code, { start, end: text.length });
        return;
      }
      if (!isElement(node)) return;
      if (node.name === "br") {
        text += " ";
        return;
      }
      const role = this.#role(node);
      if (role.kind === "drop") return;
      if (role.kind !== "inline") text += " ";
      for (const child of node.children) visit(child, inCode || isInlineCode(node));
      if (role.kind !== "inline") text += " ";
    };
    for (const child of element.children) visit(child, isInlineCode(element));
    return tidyMarked(text, code);
  }

  /** Ends the paragraph in the buffer. */
  #flush(context: Context): void {
    const own = tidyMarked(this.#buffer, this.#bufferCode);
    this.#buffer = "";
    this.#bufferCode = [];
    if (own.text === "") return;
    if (this.#prefix !== undefined && this.#pendingItem === undefined) {
      const prefix = this.#prefix;
      this.#prefix = undefined;
      const text = joinMarked([prefix, own], ": ");
      this.#push({ kind: "definition", ...marked(text), ...labelOf(context) });
      return;
    }
    const item = this.#pendingItem;
    if (item !== undefined) {
      this.#pendingItem = undefined;
      this.#push({ kind: "list-item", ...marked(own), depth: item.depth ?? 0, ...labelOf(item) });
      return;
    }
    const kind = context.kind === "list-item" ? "paragraph" : context.kind;
    this.#push({ kind, ...marked(own), ...labelOf(context) });
  }

  /** Term and item number that wait for text are written before anything else is. */
  #push(block: Block): void {
    this.#hasText = true;
    if (this.#prefix !== undefined) {
      const term = this.#prefix;
      this.#prefix = undefined;
      this.#sections.at(-1)?.blocks.push({ kind: "definition", ...marked(term) });
    }
    this.#sections.at(-1)?.blocks.push(block);
  }

  #code(element: Element, language: string | undefined, context: Context): void {
    const text = listingText(element);
    if (text.trim() === "") return;
    const label = this.#codeLabel ?? (context.kind === "paragraph" ? context.label : undefined);
    const named = language ?? languageOf(element);
    this.#push({
      kind: "code",
      text,
      ...(named === undefined ? {} : { language: named }),
      ...(label === undefined ? {} : { label }),
    });
  }

  #list(element: Element, ordered: boolean, start: number, context: Context): void {
    const outerItem = this.#pendingItem;
    const nesting = context.kind === "list-item" ? (context.depth ?? 0) + 1 : 0;
    let number = start;
    for (const child of element.children) {
      if (!isElement(child)) continue;
      const role = this.#role(child);
      if (role.kind === "item") {
        const around = context.kind === "list-item" ? undefined : context.label;
        const label = ordered ? String(Number(child.attribs["value"]) || number) : around;
        number += 1;
        this.#item(child, { kind: "list-item", depth: nesting, label }, context);
      } else {
        this.#walk(child, { ...context, kind: "list-item", depth: nesting });
        this.#flush(context);
      }
    }
    this.#pendingItem = outerItem;
  }

  #item(element: Element, item: Context, context: Context): void {
    const outer = this.#pendingItem;
    this.#pendingItem = item;
    const inner = { ...item, label: context.kind === "list-item" ? undefined : context.label };
    this.#within(() => {
      this.walkChildren(element, inner);
      this.#flush(inner);
    });
    this.#pendingItem = outer;
  }

  #table(element: Element, context: Context): void {
    const rows = findElements(element, (child) => child.name === "tr");
    const caption = childElements(element).find((child) => child.name === "caption");
    if (caption !== undefined) {
      const text = this.#markedOf(caption);
      if (text.text !== "") this.#push({ kind: "paragraph", ...marked(text) });
    }
    for (const [index, row] of rows.entries()) {
      const cells = childElements(row).filter(
        (child) => child.name === "td" || child.name === "th",
      );
      const texts = cells.map((cell) => this.#markedOf(cell));
      if (texts.every(({ text }) => text === "")) continue;
      const inHead = row.parent !== null && isElement(row.parent) && row.parent.name === "thead";
      const header = inHead || (index === 0 && cells.every((cell) => cell.name === "th"));
      const text = marked(trimmed(joinMarked(texts, " | ")));
      this.#push({
        kind: "table-row",
        ...text,
        ...(header ? { header } : {}),
        ...labelOf(context),
      });
    }
  }

  #definitions(element: Element, context: Context): void {
    let terms: MarkedText[] = [];
    const outerPrefix = this.#prefix;
    this.#prefix = undefined;
    if (outerPrefix !== undefined) this.#push({ kind: "definition", ...marked(outerPrefix) });
    const visit = (parent: Element) => {
      for (const child of parent.children) {
        if (!isElement(child)) continue;
        if (child.name === "dt") {
          const term = withoutColon(this.#markedOf(child));
          if (term.text !== "") terms.push(term);
        } else if (child.name === "dd") {
          this.#prefix = terms.length === 0 ? undefined : joinMarked(terms, ", ");
          terms = [];
          this.walkChildren(child, context);
          this.#flush(context);
          this.#endPrefix();
        } else if (child.name === "div") {
          visit(child);
        } else {
          this.#walk(child, context);
          this.#flush(context);
        }
      }
    };
    visit(element);
    for (const term of terms) this.#push({ kind: "definition", ...marked(term) });
  }

  #endPrefix(): void {
    if (this.#prefix === undefined) return;
    const term = this.#prefix;
    this.#prefix = undefined;
    this.#push({ kind: "definition", ...marked(term) });
  }

  #admonition(element: Element, label: string, title: Element | undefined, context: Context): void {
    const inner: Context = { kind: "admonition", depth: context.depth, label };
    const heading = title === undefined ? asText("") : this.#markedOf(title);
    // A title that only says the kind is in the label; any other is text of the page.
    if (heading.text !== "" && heading.text.toLowerCase() !== label) {
      this.#push({ kind: "admonition", ...marked(heading), label });
    }
    const outer = this.#pendingItem;
    this.#pendingItem = undefined;
    this.#walkWithout(element, title, inner);
    this.#flush(inner);
    this.#pendingItem = outer;
  }

  #titled(element: Element, role: Extract<Role, { kind: "titled" }>, context: Context): void {
    const text = role.title === undefined ? "" : this.#textOf(role.title);
    if (text !== "") {
      if (role.anchor !== "" && role.level !== undefined) {
        this.#openSection(role.level, text, role.anchor);
      } else {
        this.#push({ kind: "heading", text, ...labelOf(context) });
      }
    }
    this.#walkWithout(element, role.title, context);
  }

  /** The children of `element` but for `left`, which may stand anywhere below it. */
  #walkWithout(element: Element, left: Element | undefined, context: Context): void {
    if (left === undefined) {
      this.walkChildren(element, context);
      return;
    }
    const saved = left.children;
    left.children = [];
    this.walkChildren(element, context);
    left.children = saved;
  }

  #field(role: Extract<Role, { kind: "field" }>, context: Context): void {
    const remarks = role.remarks.filter((remark) => remark !== "");
    const name = asCode(role.name);
    this.#endPrefix();
    this.#prefix =
      remarks.length === 0 ? name : joinMarked([name, asText(`(${remarks.join(", ")})`)], " ");
    if (role.content !== undefined) {
      const outer = this.#pendingItem;
      this.#pendingItem = undefined;
      this.walkChildren(role.content, context);
      this.#flush(context);
      this.#pendingItem = outer;
    }
    this.#endPrefix();
  }
}

/** A heading's words without the link to itself. */
export function headingText(element: Element, roleOf: (element: Element) => Role): string {
  const text = (node: AnyNode): string => {
    if (isText(node)) return node.data;
    if (!isElement(node)) return "";
    if (node.name === "a" && (node.attribs["href"] ?? "").startsWith("#")) {
      const own = tidy(rawText(node));
      if (!/[\p{L}\p{N}]/u.test(own)) return "";
    }
    if (roleOf(node).kind === "drop") return "";
    return node.children.map(text).join("");
  };
  return tidy(element.children.map(text).join("")).replace(/\s*¶$/u, "");
}

function asText(text: string): MarkedText {
  return { text, code: [] };
}

/** A name that pages set as code although no element says so: of a parameter, a signature. */
function asCode(text: string): MarkedText {
  return { text, code: text === "" ? [] : [{ start: 0, end: text.length }] };
}

/** The part of a block that is its text; `code` only where there is some. */
function marked({ text, code }: MarkedText): Pick<Block, "text" | "code"> {
  return code.length === 0 ? { text } : { text, code };
}

function withoutColon({ text, code }: MarkedText): MarkedText {
  return sliced({ text, code }, 0, text.replace(/\s*:$/, "").length);
}

function trimmed({ text, code }: MarkedText): MarkedText {
  return sliced({ text, code }, text.length - text.trimStart().length, text.trimEnd().length);
}

function sliced({ text, code }: MarkedText, from: number, to: number): MarkedText {
  return {
    text: text.slice(from, to),
    code: code
      .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }))
      .filter(({ start, end }) => end > start)
      .map(({ start, end }) => ({ start: start - from, end: end - from })),
  };
}

function labelOf(context: Context): { readonly label?: string } {
  return context.label === undefined ? {} : { label: context.label };
}

const LINE_NUMBERS = /^(?:linenos?|lineno|gp|line-number|rouge-gutter)$/;

/** A listing verbatim: no line numbers, no blank lines before or after. */
export function listingText(element: Element): string {
  const text = (node: AnyNode): string => {
    if (isText(node)) return node.data;
    if (!isElement(node)) return "";
    if (node.name === "br") return "\n";
    if (node.name === "button" || node.name === "style" || node.name === "script") return "";
    if (node.name === "span" || node.name === "td" || node.name === "a") {
      const list = node.attribs["class"];
      if (
        list !== undefined &&
        list.split(/\s+/).some((name) => LINE_NUMBERS.test(name) && name !== "gp")
      ) {
        return "";
      }
    }
    let inner = "";
    for (const child of node.children) inner += text(child);
    return inner;
  };
  return visibleText(text(element))
    .replaceAll("\r\n", "\n")
    .replace(/^(?:[^\S\n]*\n)+/, "")
    .trimEnd();
}
