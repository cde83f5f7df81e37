/** What the extractor knows of one site generator: where the text is, and what its components mean. */
import type { Element } from "domhandler";
import type { PageType } from "../../../src/documents/document.ts";
import type { PageHead } from "../read-page.ts";
import type { RoleOf } from "../role.ts";

export type Generator = {
  readonly name: GeneratorName;
  /** Recognises the generator by the head of a page. */
  readonly recognises: (head: PageHead) => boolean;
  /** The element that holds the page's own text. */
  readonly isContent: (element: Element) => boolean;
  /** The element with title and description, when it stands outside the content. */
  readonly isHeader?: (element: Element) => boolean;
  readonly titleOf?: (header: Element) => string | undefined;
  /** A description that is shown on the page. */
  readonly descriptionOf?: (header: Element) => string | undefined;
  readonly roleOf: RoleOf;
  /** Paths of pages that it makes for itself: indexes, source listings, search. As in a source's scope. */
  readonly leftOut?: readonly string[];
  /** True for a page of that kind, by its head. */
  readonly isListing?: (head: PageHead) => boolean;
  /** What kind of page it is, where its own markup tells. */
  readonly pageTypeOf?: (content: readonly Element[], head: PageHead) => PageType | undefined;
};

export type GeneratorName = "mintlify" | "docusaurus" | "mkdocs-material" | "sphinx" | "generic";
