/** A repository on GitHub as a source: "github:OWNER/NAME", or a preset that names it. */
import { z } from "zod";
import { knownProduct } from "../../src/retrieval/product-names.ts";
import { UsageError } from "../../src/platform/errors.ts";
import { slugOf, spelled } from "./identity.ts";
import { Source } from "./source.ts";

/** What a preset of a repository has to say; all else follows. */
export const GithubPreset = Source.omit({
  origin: true,
  seeds: true,
  scope: true,
  generator: true,
  pageTypes: true,
})
  .extend({
    github: Source.shape.github.unwrap(),
    version: Source.shape.version.default({ kind: "fixed", version: "" }),
    refreshHours: Source.shape.refreshHours.default(6),
    maxPages: Source.shape.maxPages.default(20_000),
  })
  .transform((preset) =>
    Source.parse({
      ...preset,
      origin: "https://github.com",
      seeds: { sitemaps: [], lists: [], pages: ["/"] },
      scope: { include: ["/"], exclude: [] },
      generator: "generic",
      pageTypes: [],
    }),
  );

export const GITHUB_PREFIX = "github:";

/** Throws `UsageError` when it names no repository. */
export function sourceOfRepository(name: string): Source {
  const repository = name.slice(GITHUB_PREFIX.length);
  const [owner = "", repo = ""] = repository.split("/");
  const known = knownProduct([repo.replaceAll("-", " ")]);
  const source = z.safeParse(GithubPreset, {
    name: `github.${slugOf(owner)}.${slugOf(repo)}`.slice(0, 63),
    title: known?.title ?? spelled(repo === "" ? "repository" : repo),
    product: known?.product ?? slugOf(repo),
    github: repository,
  });
  if (!source.success) {
    throw new UsageError(
      `"${name}" names no repository.`,
      "It is written github:OWNER/NAME, such as github:acme/lantern.",
    );
  }
  return source.data;
}
