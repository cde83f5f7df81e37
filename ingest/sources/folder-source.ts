/** A folder of Markdown as a source: from its path, or from a preset that is shorter than one of a site. */
import { statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { UsageError } from "../../src/platform/errors.ts";
import { slugOf, spelled } from "./identity.ts";
import { Source } from "./source.ts";

/** What a preset of a folder has to say; all else follows. */
export const FolderPreset = Source.omit({ origin: true, seeds: true, generator: true })
  .extend({
    folder: Source.shape.folder.unwrap(),
    scope: z.strictObject({ exclude: z.array(z.string()).readonly() }).default({ exclude: [] }),
    version: Source.shape.version.default({ kind: "fixed", version: "" }),
    pageTypes: Source.shape.pageTypes.default([{ pattern: "/**", type: "guide" }]),
    refreshHours: Source.shape.refreshHours.default(24),
    maxPages: Source.shape.maxPages.default(10_000),
  })
  .transform(({ scope, folder, ...rest }) =>
    Source.parse({
      ...rest,
      folder,
      scope: { include: ["/"], exclude: scope.exclude },
      origin: new URL(folder.shownAt.replaceAll(/[{}]/g, "")).origin,
      seeds: { sitemaps: [], lists: [], pages: ["/"] },
      generator: "generic",
    }),
  );

/** True for what is meant as a folder on the command line: "./runbooks", "/srv/runbooks", "docs/runbooks". */
export function looksLikeFolder(name: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/i.test(name) && /^[.~]|[/\\]/.test(name);
}

/**
 * A source for the folder at `folder`, named after it; its pages are shown at `shownAt`. Throws `UsageError` when there
 * is no such folder, or no usable address.
 */
export function sourceOfFolder(folder: string, shownAt: string | undefined): Source {
  const whole = path.resolve(folder);
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`There is no folder ${whole}.`);
  }
  const name = slugOf(path.basename(whole));
  if (shownAt === undefined) {
    throw new UsageError(
      `Where are the pages of ${whole} shown to people?`,
      "Say it once, so that answers can link to them: --shown-at https://wiki.example.com/runbooks ({path} and {page} in it stand for a file's path, with and without its ending).",
    );
  }
  const source = FolderPreset.safeParse({
    name,
    title: spelled(name),
    product: name,
    folder: { path: whole, shownAt },
  });
  if (!source.success || URL.parse(shownAt.replaceAll(/[{}]/g, "")) === null) {
    throw new UsageError(`--shown-at takes a web address, not "${shownAt}".`);
  }
  return source.data;
}
