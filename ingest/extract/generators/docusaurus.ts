/** Docusaurus 2 and 3: theme classes are stable, the hashed ones are matched by how they begin. */
import type { Element } from "domhandler";
import { classes, findElement, hasClass, rawText, tidy } from "../markup.ts";
import { BLOCK, DROP, languageOf, type Role } from "../role.ts";
import type { Generator } from "./generator.ts";

const hashed = (prefix: string) => (element: Element) =>
  classes(element).some((name) => name.startsWith(`${prefix}_`));

const isCodeTitle = hashed("codeBlockTitle");
const isLineNumber = hashed("codeLineNumber");
const isButtons = hashed("buttonGroup");
const isTokenLine = (element: Element) => hasClass(element, "token-line");

function roleOf(element: Element): Role | undefined {
  const { name } = element;
  if (name === "a" && hasClass(element, "hash-link")) return DROP;
  if (name === "div") {
    if (hasClass(element, "theme-code-block")) return codeFrame(element);
    if (isCodeTitle(element) || isButtons(element)) return DROP;
    if (hasClass(element, "theme-doc-toc-mobile") || hasClass(element, "theme-doc-footer")) {
      return DROP;
    }
    if (hasClass(element, "tabs-container")) return BLOCK;
  }
  if (name === "span" && isLineNumber(element) && !isTokenLine(element)) return DROP;
  return undefined;
}

function codeFrame(element: Element): Role {
  const title = findElement(element, isCodeTitle);
  const label = title === undefined ? "" : tidy(rawText(title));
  const language = languageOf(element);
  return {
    kind: "code-frame",
    ...(label === "" ? {} : { label }),
    ...(language === undefined ? {} : { language }),
  };
}

export const docusaurus: Generator = {
  name: "docusaurus",
  recognises: (head) => /^docusaurus\b/i.test(head.generator),
  isContent: (element) => hasClass(element, "theme-doc-markdown"),
  roleOf,
  leftOut: ["/blog/tags/**", "/blog/authors/**", "/blog/archive", "/blog/page/**"],
  // Each page says on its html element what made it.
  isListing: ({ classes }) =>
    /\b(?:blog-list-page|blog-tags-list-page|blog-tags-post-list-page|blog-authors-list-page|blog-authors-posts-page|blog-archive-page|docs-tags-list-page|docs-tag-doc-list-page|search-page)\b/.test(
      classes,
    ),
  pageTypeOf: (_content, { classes }) => (/\bblog-post-page\b/.test(classes) ? "other" : undefined),
};
