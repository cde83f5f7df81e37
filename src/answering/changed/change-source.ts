/** Which sources a page belongs to: documentation and the repository of one product are told apart by their addresses. [pure] */
import type { SourceSummary } from "../../store/chunk-index.ts";

/** Names of the sources that a page may have come from; several where two have the same product. */
export function sourcesOfPage(
  page: { readonly url: string; readonly product: string },
  sources: readonly Pick<SourceSummary, "name" | "kind" | "product">[],
): readonly string[] {
  const own = sources.filter(({ product }) => product === page.product);
  const repositories = own.filter(
    ({ kind, name }) =>
      kind === "github" && page.url.includes(`/${name.replace(/^github:/u, "")}/`),
  );
  const found =
    repositories.length > 0 ? repositories : own.filter(({ kind }) => kind !== "github");
  return found.map(({ name }) => name);
}
