/** Sphinx with any theme (Furo, Read the Docs, Alabaster, PyData and others): docutils writes the content. */
import { type Element, isText } from "domhandler";
import { childElements, findElement, hasClass, isElement, rawText, tidy } from "../markup.ts";
import { DROP, type Role } from "../role.ts";
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
  if (name === "span" && hasClass(element, "colon")) return DROP;
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
  const text = (className: string) =>
    childElements(term)
      .filter((child) => hasClass(child, className))
      .map((child) => rawText(child))
      .join("");
  const name = tidy(`${text("sig-prename")}${text("sig-name")}`);
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
        return child.name === "a" && roleOf(child) === DROP ? "" : text(child);
      })
      .join("");
  return tidy(text(term));
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
};
