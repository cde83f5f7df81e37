/** Small questions about parsed elements, shared by the reader, the walker and the generators. */
import { type AnyNode, type Element, isTag, isText } from "domhandler";
import type { Span } from "../../src/documents/text.ts";

/** True for elements, scripts and style sheets included. */
export const isElement: (node: AnyNode) => node is Element = isTag;

export function attribute(element: Element, name: string): string | undefined {
  return element.attribs[name];
}

/** True when the class list of `element` has `name` as a whole word. */
export function hasClass(element: Element, name: string): boolean {
  const list = element.attribs["class"];
  if (list === undefined) return false;
  const at = list.indexOf(name);
  if (at === -1) return false;
  return ` ${list.replaceAll(/\s+/g, " ")} `.includes(` ${name} `);
}

export function classes(element: Element): readonly string[] {
  return (element.attribs["class"] ?? "").split(/\s+/).filter((name) => name !== "");
}

export function parentElement(element: Element): Element | undefined {
  const { parent } = element;
  return parent !== null && isElement(parent) ? parent : undefined;
}

export function childElements(element: Element): readonly Element[] {
  return element.children.filter(isElement);
}

/** The first element below `root` in document order for which `test` holds, at most `levels` below it. */
export function findElement(
  root: Element,
  test: (element: Element) => boolean,
  levels = Number.POSITIVE_INFINITY,
): Element | undefined {
  for (const child of root.children) {
    if (!isElement(child)) continue;
    if (test(child)) return child;
    const found = levels > 1 ? findElement(child, test, levels - 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every element below `root` for which `test` holds, in document order; what is below a found one is not looked at. */
export function findElements(
  root: Element,
  test: (element: Element) => boolean,
): readonly Element[] {
  const found: Element[] = [];
  const visit = (element: Element) => {
    for (const child of element.children) {
      if (!isElement(child)) continue;
      if (test(child)) found.push(child);
      else visit(child);
    }
  };
  visit(root);
  return found;
}

/** Text nodes below `node`, verbatim; `br` is a line break. */
export function rawText(node: AnyNode): string {
  if (isText(node)) return node.data;
  if (!isElement(node)) return "";
  if (node.name === "br") return "\n";
  let text = "";
  for (const child of node.children) text += rawText(child);
  return text;
}

/**
 * Characters that nobody sees and that can carry a text of their own: zero widths, soft hyphens, marks that turn the
 * direction, invisible operators, tag characters and the variation selectors beside them (U+E0000 to U+E0FFF), several
 * variation selectors in a row. Joiners stay: writing systems and emoji need them.
 */
const INVISIBLE =
  /[\u00AD\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]|\uDB40[\uDC00-\uDFFF]|[\uDB41-\uDB43][\uDC00-\uDFFF]|[\uFE00-\uFE0F](?=[\uFE00-\uFE0F])/g;

/** The text without what cannot be seen. */
export function visibleText(text: string): string {
  return text.replaceAll(INVISIBLE, "");
}

/** Runs of white space as one blank, none at the ends, nothing invisible. */
export function tidy(text: string): string {
  return visibleText(text).replaceAll(/\s+/g, " ").trim();
}

/** Text and what of it the page sets as code, in order. */
export type MarkedText = { readonly text: string; readonly code: readonly Span[] };

/** Adds a span behind the others; one that begins where the last ends is part of it. */
export function addSpan(spans: Span[], { start, end }: Span): void {
  const last = spans.at(-1);
  if (start >= end) return;
  if (last?.end === start) spans[spans.length - 1] = { start: last.start, end };
  else spans.push({ start, end });
}

/** `tidy`, with the code spans of `text` moved to where their characters stand afterwards. */
export function tidyMarked(text: string, code: readonly Span[]): MarkedText {
  if (code.length === 0) return { text: tidy(text), code };
  const parts: string[] = [];
  const moved: Span[] = [];
  let length = 0;
  let endsBlank = true;
  const add = (from: number, to: number): void => {
    const part = text.slice(from, to).replaceAll(INVISIBLE, "").replaceAll(/\s+/g, " ");
    const kept = endsBlank && part.startsWith(" ") ? part.slice(1) : part;
    if (kept === "") return;
    endsBlank = kept.endsWith(" ");
    length += kept.length;
    parts.push(kept);
  };
  let at = 0;
  for (const { start, end } of code) {
    add(at, start);
    const before = length;
    add(start, end);
    at = end;
    const own = length === before ? "" : (parts.at(-1) ?? "");
    const from = before + (own.startsWith(" ") ? 1 : 0);
    const to = length - (own.endsWith(" ") ? 1 : 0);
    addSpan(moved, { start: from, end: to });
  }
  add(at, text.length);
  return { text: parts.join("").trimEnd(), code: moved };
}

/** Several marked texts as one. */
export function joinMarked(parts: readonly MarkedText[], separator: string): MarkedText {
  const code: Span[] = [];
  let length = 0;
  for (const part of parts) {
    for (const { start, end } of part.code) code.push({ start: start + length, end: end + length });
    length += part.text.length + separator.length;
  }
  return { text: parts.map(({ text }) => text).join(separator), code };
}

const CODE_ELEMENTS = new Set(["code", "kbd", "samp", "tt"]);

/** True for elements whose text is set as code inside a sentence. */
export function isInlineCode(element: Element): boolean {
  return CODE_ELEMENTS.has(element.name);
}

/** The words of a text as a set: a readable way to write down a list of names. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
