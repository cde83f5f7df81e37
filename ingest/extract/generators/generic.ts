/** Any site: the main element by landmark, by name, or the whole body. */
import type { Element } from "domhandler";
import { classes } from "../markup.ts";
import { DROP, type Role } from "../role.ts";
import type { Generator } from "./generator.ts";

/** Class names and ids that mean "around the text" on many sites. */
const AROUND =
  /^(?:breadcrumbs?|sidebar|side-?bar|toc|table-of-contents|on-this-page|pagination|pager|prev-next|feedback|cookie(?:-banner|-notice|-consent)?|edit-page|edit-this-page|page-edit|skip-link|skip-to-content|share|newsletter|footer|site-footer|page-footer|navbar|topbar|menu|banner)$/i;

/** Links to themselves that headings carry. */
const HEADING_LINK = /^(?:headerlink|hash-link|anchor|anchorjs-link|heading-anchor|header-anchor)$/;

export function aroundTheText(element: Element): Role | undefined {
  const { name, attribs } = element;
  if (name === "nav" || name === "footer") return DROP;
  if (name === "a" && classes(element).some((word) => HEADING_LINK.test(word))) return DROP;
  if (name === "div" || name === "aside" || name === "section" || name === "ul" || name === "p") {
    if (classes(element).some((word) => AROUND.test(word)) || AROUND.test(attribs["id"] ?? "")) {
      return DROP;
    }
  }
  return undefined;
}

export const generic: Generator = {
  name: "generic",
  recognises: () => true,
  isContent: (element) => element.name === "body",
  roleOf: aroundTheText,
};

/** How sure an element is the page's main text, from 1; 0 when nothing speaks for it. */
export function mainRank(element: Element): number {
  const { name, attribs } = element;
  if (name === "main" || attribs["role"] === "main") return 3;
  if (name === "article") return 2;
  if (/^(?:content|main-content|main|article-body)$/.test(attribs["id"] ?? "")) return 1;
  return 0;
}
