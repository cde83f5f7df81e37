/** Mintlify (docs.prefect.io and others): components carry `data-component-part`, paragraphs are spans. */
import type { Element } from "domhandler";
import {
  childElements,
  findElement,
  findElements,
  hasClass,
  rawText,
  tidy,
  wordSet,
} from "../markup.ts";
import { BLOCK, DROP, languageOf, type Role } from "../role.ts";
import type { Generator } from "./generator.ts";

const part = (element: Element) => element.attribs["data-component-part"];
const hasPart = (name: string) => (element: Element) => part(element) === name;

/** Buttons, counters and drawings of the components. */
const DROPPED_PARTS = wordSet(`
  code-block-footer code-block-header step-number step-line callout-icon
  accordion-caret-right accordion-icon card-icon card-image icon-svg
`);

function roleOf(element: Element): Role | undefined {
  const { attribs, name } = element;
  if (attribs["data-as"] === "p") return BLOCK;
  const partName = part(element);
  if (partName !== undefined) {
    if (DROPPED_PARTS.has(partName)) return DROP;
    if (partName === "mermaid") return { kind: "diagram" };
    if (partName === "api-path") return { kind: "line" };
    if (partName === "code-group-tab-bar") {
      const tabs = findElements(element, (child) => child.attribs["role"] === "tab");
      return { kind: "tab-names", tabs };
    }
  }
  if (
    attribs["data-floating-buttons"] !== undefined ||
    attribs["data-fade-overlay"] !== undefined ||
    attribs["data-agent-docs-index"] !== undefined
  ) {
    return DROP;
  }
  if (name === "details") {
    const title = findElement(element, (child) => child.name === "summary");
    return title === undefined ? undefined : { kind: "titled", title, anchor: "" };
  }
  if (name !== "div") return undefined;
  if (hasClass(element, "code-block")) return codeFrame(element);
  if (hasClass(element, "callout")) {
    const title = findElement(element, hasPart("callout-title"));
    return {
      kind: "admonition",
      label: attribs["data-callout-type"] ?? "note",
      ...(title === undefined ? {} : { title }),
    };
  }
  if (hasClass(element, "step")) return stepRole(element);
  if (hasClass(element, "card")) {
    const title = findElement(element, hasPart("card-title"));
    return { kind: "titled", anchor: "", ...(title === undefined ? {} : { title }) };
  }
  if (hasClass(element, "field")) return fieldRole(element);
  if (hasClass(element, "update")) return updateRole(element);
  return undefined;
}

function codeFrame(element: Element): Role {
  const file = findElement(element, hasPart("code-block-header-filename"));
  const label = file === undefined ? "" : tidy(rawText(file));
  const language = languageOf(element);
  return {
    kind: "code-frame",
    ...(label === "" ? {} : { label }),
    ...(language === undefined ? {} : { language }),
  };
}

function stepRole(element: Element): Role {
  const title = findElement(element, hasPart("step-title"));
  const level = title === undefined ? null : /^h([1-6])$/.exec(title.name);
  return {
    kind: "titled",
    anchor: element.attribs["id"] ?? "",
    ...(title === undefined ? {} : { title }),
    ...(level === null ? {} : { level: Number(level[1]) }),
  };
}

function fieldRole(element: Element): Role | undefined {
  const name = findElement(element, hasPart("field-name"));
  if (name === undefined) return undefined;
  const meta = findElement(element, hasPart("field-meta"));
  const content = childElements(element).find(hasPart("field-content"));
  const remarks = meta === undefined ? [] : childElements(meta).map((pill) => tidy(rawText(pill)));
  return {
    kind: "field",
    name: tidy(rawText(name)),
    remarks,
    ...(content === undefined ? {} : { content }),
  };
}

function updateRole(element: Element): Role | undefined {
  const label = findElement(element, hasPart("update-label"));
  if (label === undefined) return undefined;
  const description = findElement(element, hasPart("update-description"));
  const content = findElement(element, hasPart("update-content"));
  return {
    kind: "named-part",
    anchor: element.attribs["id"] ?? "",
    name: tidy(rawText(label)),
    content: [description, content].filter((found) => found !== undefined),
  };
}

export const mintlify: Generator = {
  name: "mintlify",
  recognises: (head) => /^mintlify$/i.test(head.generator),
  isContent: (element) => element.attribs["id"] === "content",
  isHeader: (element) => element.name === "header" && element.attribs["id"] === "header",
  titleOf(header) {
    const title = findElement(header, (element) => element.attribs["id"] === "page-title");
    return title === undefined ? undefined : tidy(rawText(title));
  },
  descriptionOf(header) {
    const block = childElements(header).find((element) => hasClass(element, "prose"));
    return block === undefined ? undefined : tidy(rawText(block));
  },
  roleOf,
};
