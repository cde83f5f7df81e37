/** What an operator says on the command line about a source: it wins over preset and site. */
import { knownProduct } from "../../src/retrieval/product-names.ts";
import { slugOf, spelled } from "./identity.ts";
import type { Source } from "./source.ts";

export type Given = {
  /** Name in the index: "argo-workflows". */
  readonly product?: string;
  /** Name for people: "Argo Workflows". */
  readonly title?: string;
  readonly version?: string;
};

/** The source with what was given in the place of what it would find out; what is not given stays as it was. */
export function givenSource(source: Source, { product, title, version }: Given): Source {
  const versioned: Source =
    version === undefined ? source : { ...source, version: { kind: "fixed", version } };
  if (product === undefined && title === undefined) return versioned;
  const ofTitle =
    title === undefined ? undefined : (knownProduct([title])?.product ?? slugOf(title));
  const name = product === undefined ? (ofTitle ?? source.product) : slugOf(product);
  return {
    ...versioned,
    identity: "given",
    product: name,
    title: title ?? spelled(product ?? name),
  };
}
