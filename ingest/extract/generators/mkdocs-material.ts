/** MkDocs with the Material theme, and pages of MkDocs' own themes. */
import type { Element } from "domhandler";
import { childElements, findElement, hasClass, rawText, tidy } from "../markup.ts";
import { BLOCK, DROP, type Role } from "../role.ts";
import type { Generator } from "./generator.ts";

function roleOf(element: Element): Role | undefined {
  const { name } = element;
  if (name === "a") {
    const isFurniture =
      hasClass(element, "headerlink") ||
      hasClass(element, "md-content__button") ||
      hasClass(element, "footnote-backref") ||
      hasClass(element, "footnote-ref");
    return isFurniture ? DROP : undefined;
  }
  if (name === "div") {
    if (hasClass(element, "tabbed-labels")) {
      return { kind: "tab-names", tabs: childElements(element) };
    }
    if (hasClass(element, "tabbed-block")) return { kind: "panel" };
    if (hasClass(element, "tabbed-content")) {
      const isAlternate = childElements(element).some((child) => hasClass(child, "tabbed-block"));
      return isAlternate ? BLOCK : { kind: "panel" };
    }
    if (hasClass(element, "highlight")) return codeFrame(element);
    if (hasClass(element, "md-source-file")) return DROP;
  }
  // The older form of tabs: each label stands before its panel.
  if (name === "label" && element.attribs["for"]?.startsWith("__tabbed") === true) {
    return { kind: "tab-names", tabs: [element] };
  }
  if (name === "span" && hasClass(element, "filename")) return DROP;
  return undefined;
}

function codeFrame(element: Element): Role {
  const file = findElement(element, (child) => hasClass(child, "filename"));
  const label = file === undefined ? "" : tidy(rawText(file));
  return { kind: "code-frame", ...(label === "" ? {} : { label }) };
}

export const mkdocsMaterial: Generator = {
  name: "mkdocs-material",
  recognises: (head) => /\bmkdocs-material\b/i.test(head.generator),
  isContent: (element) => element.name === "article" && hasClass(element, "md-content__inner"),
  roleOf,
  leftOut: [
    "**/search",
    "**/search.html",
    "**/blog/archive/**",
    "**/blog/category/**",
    "**/blog/page/**",
  ],
};
