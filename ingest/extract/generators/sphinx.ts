/** Sphinx with any theme (Furo, Read the Docs, Alabaster, PyData and others): docutils writes the content. */
import { type Element, isText } from "domhandler";
import type { PageType } from "../../../src/documents/document.ts";
import {
  childElements,
  findElement,
  findElements,
  hasClass,
  isElement,
  rawText,
  tidy,
} from "../markup.ts";
import { DROP, type Role } from "../role.ts";
import type { PageHead } from "../read-page.ts";
import type { Generator } from "./generator.ts";

function roleOf(element: Element): Role | undefined {
  const { name } = element;
  if (name === "a") {
    const isFurniture =
      hasClass(element, "headerlink") ||
      hasClass(element, "viewcode-link") ||
      hasClass(element, "viewcode-back") ||
      hasClass(element, "footnote-reference") ||
      hasClass(element, "fn-backref");
    return isFurniture ? DROP : undefined;
  }
  if (name === "dl") return apiObject(element);
  if (name === "div") {
    if (hasClass(element, "section")) return sectionRole(element);
    if (hasClass(element, "literal-block-wrapper")) return codeFrame(element);
    if (hasClass(element, "code-block-caption")) return DROP;
    if (hasClass(element, "toctree-wrapper")) return DROP;
    if (hasClass(element, "sd-tab-content")) return { kind: "panel" };
  }
  if (name === "label" && hasClass(element, "sd-tab-label")) {
    return { kind: "tab-names", tabs: [element] };
  }
  if (name === "span" && (hasClass(element, "colon") || hasClass(element, "viewcode-link")))
    return DROP;
  return undefined;
}

function sectionRole(element: Element): Role | undefined {
  const anchor = element.attribs["id"] ?? "";
  return anchor === "" ? undefined : { kind: "section", anchor };
}

function codeFrame(element: Element): Role {
  const caption = findElement(element, (child) => hasClass(child, "caption-text"));
  const label = caption === undefined ? "" : tidy(rawText(caption));
  return { kind: "code-frame", ...(label === "" ? {} : { label }) };
}

/** A documented function, class or option: a part with its own id, named by its signature. */
function apiObject(element: Element): Role | undefined {
  const children = childElements(element);
  const term = children.find((child) => child.name === "dt");
  if (term === undefined || !hasClass(term, "sig") || (term.attribs["id"] ?? "") === "") {
    return undefined;
  }
  const signatures = children.filter((child) => child.name === "dt").map(signatureText);
  // In their order: a module and a class, an option and its value, several options with commas between.
  const name = tidy(
    childElements(term)
      .filter((child) => hasClass(child, "sig-prename") || hasClass(child, "sig-name"))
      .map((child) => rawText(child))
      .join(""),
  );
  const [first = ""] = signatures;
  return {
    kind: "named-part",
    anchor: term.attribs["id"] ?? "",
    name: name === "" ? first : name,
    signature: signatures.join("; "),
    content: children.filter((child) => child.name === "dd"),
  };
}

/** A signature as written, without the links beside it. */
function signatureText(term: Element): string {
  const text = (element: Element): string =>
    element.children
      .map((child) => {
        if (isText(child)) return child.data;
        if (!isElement(child)) return "";
        return roleOf(child) === DROP ? "" : text(child);
      })
      .join("");
  return tidy(text(term));
}

/** Domains of Sphinx for code: what their directives document was made from the code. */
const CODE_DOMAINS = ["py", "c", "cpp", "js", "rst", "rb", "php", "rust", "go", "java"] as const;

/** "celery.worker.strategy", "lantern.api.release module": how a page made from code is titled. */
const MODULE_TITLE = /^[A-Za-z_]\w*(?:\.\w+)+(?: (?:module|package))?(?:$|\s+[—–|-])/u;

/**
 * A page titled by a module, made mostly of signatures and docstrings, or mostly of options of commands, is reference
 * whatever its address.
 */
function pageTypeOf(content: readonly Element[], head: PageHead): PageType | undefined {
  if (MODULE_TITLE.test(head.title)) return "api-reference";
  const length = (elements: readonly Element[]) =>
    elements.reduce((sum, element) => sum + rawText(element).length, 0);
  const share = (test: (list: Element) => boolean) => {
    const lists = content.flatMap((root) =>
      findElements(root, (child) => child.name === "dl" && test(child)),
    );
    return length(lists) / Math.max(1, length(content));
  };
  if (share((list) => CODE_DOMAINS.some((domain) => hasClass(list, domain))) > 0.5) {
    return "api-reference";
  }
  const isOption = (list: Element) =>
    hasClass(list, "std") && (hasClass(list, "option") || hasClass(list, "cmdoption"));
  return share(isOption) > 0.5 ? "cli-reference" : undefined;
}

export const sphinx: Generator = {
  name: "sphinx",
  recognises: (head) =>
    /\bdocutils\b|\bsphinx\b/i.test(head.generator) ||
    /_static\/(?:documentation_options\.js|basic\.css|pygments\.css|doctools\.js)/.test(
      head.assets,
    ),
  isContent: (element) =>
    element.attribs["role"] === "main" ||
    (element.name === "div" && hasClass(element, "body")) ||
    (element.name === "article" && hasClass(element, "bd-article")),
  roleOf,
  leftOut: [
    "**/_modules",
    "**/_modules/**",
    "**/_sources/**",
    "**/genindex*",
    "**/*modindex*",
    "**/search",
    "**/search.html",
  ],
  pageTypeOf,
};
