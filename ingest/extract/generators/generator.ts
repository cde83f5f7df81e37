/** What the extractor knows of one site generator: where the text is, and what its components mean. */
import type { Element } from "domhandler";
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
};

export type GeneratorName = "mintlify" | "docusaurus" | "mkdocs-material" | "sphinx" | "generic";
