/** HTML -> Document: title, description and sections of one page. */
import type { Document, PageType } from "../../src/documents/document.ts";
import type { Generator } from "./generators/generator.ts";
import { docusaurus } from "./generators/docusaurus.ts";
import { generic } from "./generators/generic.ts";
import { mintlify } from "./generators/mintlify.ts";
import { mkdocsMaterial } from "./generators/mkdocs-material.ts";
import { sphinx } from "./generators/sphinx.ts";
import { findElement } from "./markup.ts";
import { readPage, type PageHead, type ReadPage } from "./read-page.ts";
import { genericRole } from "./role.ts";
import { headingText, walkContent } from "./walk.ts";

/** Most particular first: the last one reads any page. */
export const GENERATORS: readonly Generator[] = [
  mintlify,
  docusaurus,
  mkdocsMaterial,
  sphinx,
  generic,
];

/** Name of this way of reading pages; a document made by another one is read again. */
export const EXTRACTION = "extract-7";

/** The generator a source names; undefined for "auto". */
export function generatorNamed(name: string): Generator | undefined {
  return GENERATORS.find((generator) => generator.name === name);
}

export type PageIdentity = {
  /** Canonical address the document will have. */
  readonly url: string;
  readonly product: string;
  readonly version: string;
  readonly pageType: PageType;
};

export type Extraction = {
  readonly document: Document;
  readonly head: PageHead;
  readonly links: readonly string[];
  /** Name of the generator whose rules read the page. */
  readonly generator: string;
  /** The generator that made the site, also where its rules did not fit the page. */
  readonly madeBy: Generator;
  /** What kind of page its markup says it is. */
  readonly pageType: PageType | undefined;
};

/**
 * The document of one HTML page. Diagrams without text are in it as placeholders (`diagrams.ts`). A page without text gives a document without sections; the caller decides what
 * that means. `generator` overrides what the page's head says.
 */
export function extractPage(
  html: string,
  identity: PageIdentity,
  options: { readonly generator?: Generator } = {},
): Extraction {
  const page = readPage(html, {
    generators: GENERATORS,
    ...(options.generator === undefined ? {} : { generator: options.generator }),
  });
  const madeBy =
    options.generator ?? GENERATORS.find((one) => one.recognises(page.head)) ?? page.generator;
  return {
    document: documentOf(page, identity),
    head: page.head,
    links: page.links,
    generator: page.generator.name,
    madeBy,
    pageType: madeBy.pageTypeOf?.(page.content, page.head),
  };
}

function documentOf(page: ReadPage, identity: PageIdentity): Document {
  const title = titleOf(page);
  const shown = page.header === undefined ? undefined : page.generator.descriptionOf?.(page.header);
  const walked = walkContent(page.content, { roleOf: page.generator.roleOf, title });
  const sections =
    shown === undefined || shown === ""
      ? walked
      : [
          { anchor: "", headingPath: [], blocks: [{ kind: "paragraph" as const, text: shown }] },
          ...walked,
        ];
  return {
    url: identity.url,
    title,
    description: shown ?? page.head.description,
    product: identity.product,
    version: identity.version,
    pageType: identity.pageType,
    sections,
  };
}

/** The header's title, else the first `h1`, else the head's title without the site's name. */
function titleOf(page: ReadPage): string {
  const own = page.header === undefined ? undefined : page.generator.titleOf?.(page.header);
  if (own !== undefined && own !== "") return own;
  for (const root of page.content) {
    const heading = findElement(root, (element) => element.name === "h1");
    const text =
      heading === undefined
        ? ""
        : headingText(heading, (child) => page.generator.roleOf(child) ?? genericRole(child));
    if (text !== "") return text;
  }
  return page.head.title.split(/\s+[|·—–-]\s+/)[0]?.trim() ?? "";
}
