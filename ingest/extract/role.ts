/**
 * What an element is to a reader. A generator (`generators/*.ts`) names the roles of its own components; what it
 * leaves open gets the role that plain HTML and the common conventions give it (`genericRole`).
 */
import type { Element } from "domhandler";
import {
  attribute,
  classes,
  findElement,
  hasClass,
  isElement,
  rawText,
  tidy,
  wordSet,
} from "./markup.ts";
import { isHidden } from "./hidden.ts";

export type Role =
  /** Not part of the page's own text. */
  | { readonly kind: "drop" }
  /** Runs on in the text around it. */
  | { readonly kind: "inline" }
  /** A block of its own: text before, in and after it is separate. */
  | { readonly kind: "block" }
  /** Each child is one word, whatever blocks it is made of: a method and the parts of a path. */
  | { readonly kind: "line" }
  | { readonly kind: "heading"; readonly level: number; readonly anchor: string }
  /** Its `id` belongs to the first heading inside: Sphinx wraps sections like that. */
  | { readonly kind: "section"; readonly anchor: string }
  /** A listing; `code` holds its text. */
  | { readonly kind: "code"; readonly code: Element; readonly language?: string }
  /** A diagram that a script draws, empty in the HTML. */
  | { readonly kind: "diagram" }
  /** Holds a listing and its file name. */
  | { readonly kind: "code-frame"; readonly label?: string; readonly language?: string }
  | { readonly kind: "list"; readonly ordered: boolean; readonly start: number }
  | { readonly kind: "item" }
  | { readonly kind: "table" }
  | { readonly kind: "definitions" }
  | { readonly kind: "admonition"; readonly label: string; readonly title?: Element }
  /** Names of the panels that follow. */
  | { readonly kind: "tab-names"; readonly tabs: readonly Element[] }
  | { readonly kind: "panel" }
  /** A folded or numbered part with a title of its own (accordion, step, card). */
  | {
      readonly kind: "titled";
      readonly title?: Element;
      readonly anchor: string;
      readonly level?: number;
    }
  /** An API parameter: name and remarks, then its description. */
  | {
      readonly kind: "field";
      readonly name: string;
      readonly remarks: readonly string[];
      readonly content?: Element;
    }
  /** Opens a part with a name that is no heading element: an entry of a change log, an API object. */
  | {
      readonly kind: "named-part";
      readonly anchor: string;
      readonly name: string;
      readonly signature?: string;
      readonly content: readonly Element[];
    };

/** A generator's own roles; undefined leaves the element to the common rules. */
export type RoleOf = (element: Element) => Role | undefined;

export const DROP: Role = { kind: "drop" };
export const INLINE: Role = { kind: "inline" };
export const BLOCK: Role = { kind: "block" };

const DROPPED = wordSet(`
  script style noscript template svg canvas iframe object embed audio video picture img map
  button input select textarea nav dialog link meta annotation
  title head
`);

const BLOCKS = wordSet(`
  p div section article main aside header footer blockquote hr figure figcaption address
  details summary fieldset form body center hgroup search legend dt dd tr td th caption
  tbody thead
`);

const ADMONITION_WORDS = wordSet(`
  note tip info warning caution danger important error hint attention seealso example
  success check question bug abstract summary failure quote todo deprecated versionadded
  versionchanged
`);

/** The programming language an element or its class list names, lower case. */
export function languageOf(element: Element): string | undefined {
  const named =
    attribute(element, "language") ??
    attribute(element, "data-language") ??
    attribute(element, "data-lang");
  if (named !== undefined && named !== "") return named.toLowerCase();
  for (const name of classes(element)) {
    const match = /^(?:language|lang|highlight|highlight-source)-([\w+#.-]+)$/.exec(name);
    if (match?.[1] !== undefined && match[1] !== "default" && match[1] !== "none") {
      return match[1].toLowerCase();
    }
  }
  return undefined;
}

/** Role by HTML itself and by conventions that many sites share. */
export function genericRole(element: Element): Role {
  const { name, attribs } = element;
  const heading = /^h([1-6])$/.exec(name);
  if (isHidden(element)) return DROP;
  if (heading !== null) {
    return { kind: "heading", level: Number(heading[1]), anchor: anchorOf(element) };
  }
  switch (name) {
    case "pre":
      return codeRole(element);
    case "ul":
    case "ol":
    case "menu":
      if (attribs["role"] === "tablist") return tabNames(element);
      return { kind: "list", ordered: name === "ol", start: Number(attribs["start"] ?? "1") || 1 };
    case "li":
      return { kind: "item" };
    case "table":
      // Line numbers in one cell, the listing in the other.
      return /\b(?:highlight|code)-?table\b/.test(attribs["class"] ?? "")
        ? BLOCK
        : { kind: "table" };
    case "td":
      return hasClass(element, "linenos") ? DROP : BLOCK;
    case "section":
      return (attribs["id"] ?? "") === ""
        ? BLOCK
        : { kind: "section", anchor: attribs["id"] ?? "" };
    case "dl":
      return { kind: "definitions" };
    case "details": {
      const summary = element.children.find(
        (child): child is Element => isElement(child) && child.name === "summary",
      );
      if (summary === undefined) return BLOCK;
      const word = classes(element).find((one) => ADMONITION_WORDS.has(one));
      return word === undefined
        ? { kind: "titled", title: summary, anchor: attribs["id"] ?? "" }
        : { kind: "admonition", label: word, title: summary };
    }
    default:
  }
  if (attribs["role"] === "tablist") return tabNames(element);
  if (attribs["role"] === "tabpanel") return { kind: "panel" };
  if (attribs["role"] === "navigation" || attribs["role"] === "search") return DROP;
  const admonition = admonitionRole(element);
  if (admonition !== undefined) return admonition;
  if (DROPPED.has(name)) return DROP;
  if (BLOCKS.has(name) || attribs["data-as"] === "p") return BLOCK;
  return INLINE;
}

function tabNames(element: Element): Role {
  const tabs: Element[] = [];
  const visit = (parent: Element) => {
    for (const child of parent.children) {
      if (!isElement(child)) continue;
      if (child.attribs["role"] === "tab") tabs.push(child);
      else visit(child);
    }
  };
  visit(element);
  return { kind: "tab-names", tabs };
}

function codeRole(element: Element): Role {
  const code = findElement(element, (child) => child.name === "code") ?? element;
  let language = languageOf(code) ?? languageOf(element);
  let { parent } = element;
  for (let level = 0; language === undefined && level < 3 && parent !== null; level += 1) {
    if (!isElement(parent)) break;
    language = languageOf(parent);
    parent = parent.parent;
  }
  // Text beside the code element inside the `pre` is part of the listing, so take it whole.
  const own = code === element || tidy(rawText(code)) === tidy(rawText(element)) ? code : element;
  return { kind: "code", code: own, ...(language === undefined ? {} : { language }) };
}

/** "note", "warning", ...: the kind a class list names, or undefined. */
export function admonitionWord(element: Element): string | undefined {
  for (const name of classes(element)) {
    const word = name.toLowerCase().replace(/^(?:admonition|theme-admonition|alert|callout)-+/, "");
    if (ADMONITION_WORDS.has(word)) return word;
  }
  return undefined;
}

/** A title stands near the top of its box; a box without one must not be searched to the bottom. */
const TITLE_LEVELS = 4;

function admonitionRole(element: Element): Role | undefined {
  const isAdmonition =
    hasClass(element, "admonition") ||
    hasClass(element, "theme-admonition") ||
    hasClass(element, "callout") ||
    element.attribs["role"] === "note" ||
    (hasClass(element, "alert") && element.name === "div");
  if (!isAdmonition) return undefined;
  const title = findElement(
    element,
    (child) =>
      hasClass(child, "admonition-title") ||
      hasClass(child, "alert-heading") ||
      hasClass(child, "callout-title") ||
      classes(child).some((one) => one.startsWith("admonitionHeading_")) ||
      child.name === "summary",
    TITLE_LEVELS,
  );
  return {
    kind: "admonition",
    label: admonitionWord(element) ?? "note",
    ...(title === undefined ? {} : { title }),
  };
}

/** The id a link to this heading uses: its own, or that of an empty anchor inside or just before it. */
export function anchorOf(heading: Element): string {
  const own = heading.attribs["id"];
  if (own !== undefined && own !== "") return own;
  const inside = findElement(
    heading,
    (child) => child.name === "a" && (child.attribs["id"] ?? child.attribs["name"] ?? "") !== "",
  );
  if (inside !== undefined) return inside.attribs["id"] ?? inside.attribs["name"] ?? "";
  return "";
}
