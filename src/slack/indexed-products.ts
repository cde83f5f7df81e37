/** Whether what an operator typed is indexed: product and version as the index writes them, or what there is instead. Pure. */
import type { IndexedSource } from "../answering/remote/messages.ts";
import type { Scope } from "../store/chunk-index.ts";

export type CheckedScope =
  | { readonly kind: "fine"; readonly scope: Scope }
  | { readonly kind: "unknown"; readonly part: "product" | "version"; readonly message: string };

/** Most that a message names; Slack shows it below an input. */
const NAMED = 12;

export function checkScope(wanted: Scope, sources: readonly IndexedSource[]): CheckedScope {
  const name = folded(wanted.product ?? "");
  const ofProduct = sources.filter(({ product, title, names = [] }) =>
    [product, title ?? "", ...names].some((one) => folded(one) === name),
  );
  const [first] = ofProduct;
  if (first === undefined)
    return {
      kind: "unknown",
      part: "product",
      message: `Nothing is indexed for “${wanted.product}”. Indexed: ${list(sources.map(({ product }) => product))}.`,
    };
  const { product } = first;
  if (wanted.version === undefined) return { kind: "fine", scope: { product } };
  const versions = ofProduct.filter((one) => one.product === product).map(({ version }) => version);
  const version = versions.find((one) => folded(one) === folded(wanted.version ?? ""));
  return version === undefined
    ? {
        kind: "unknown",
        part: "version",
        message: `Version “${wanted.version}” of ${product} is not indexed. Indexed: ${list(versions)}.`,
      }
    : { kind: "fine", scope: { product, version } };
}

function folded(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "-");
}

function list(names: readonly string[]): string {
  const all = [...new Set(names)].filter((name) => name !== "").sort();
  if (all.length === 0) return "nothing yet";
  return [...all.slice(0, NAMED), ...(all.length > NAMED ? ["…"] : [])].join(", ");
}
