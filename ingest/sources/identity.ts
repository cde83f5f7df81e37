/**
 * What a site calls the product it documents, from the heads of its pages: the name it gives for itself, what stands in
 * every title, what its generator was told. The host name alone is the last resort: "docs.celeryq.dev" is about Celery.
 */
import type { ProductWords } from "../../src/documents/product-words.ts";
import type { SourceOrigin } from "../../src/store/chunk-index.ts";
import { findName, knownProduct } from "../../src/retrieval/product-names.ts";
import type { Source } from "./source.ts";

/** What the head of a page says of the site. */
export type SiteHead = {
  /** `title` element. */
  readonly title: string;
  /** `og:site_name`, `application-name` and their like; "" without. */
  readonly siteName: string;
  /** Name of the project at the host of its documentation (Read the Docs); "" without. */
  readonly project: string;
  /** Version that the generator was told; "" without. */
  readonly version: string;
};

/** What a source is about. */
export type Identity = {
  /** What kind of documents it has; a site's documentation when nothing is said. */
  readonly kind?: SourceOrigin;
  /** Name in the index: "argo-workflows". */
  readonly product: string;
  /** Name for people: "Argo Workflows". */
  readonly title: string;
  /** Other names, lower case. */
  readonly names: readonly string[];
  /** "" when the site does not say. */
  readonly version: string;
  /** The product's words, where the preset has them. */
  readonly words?: ProductWords;
  /** Who says so. */
  readonly by: "preset" | "site";
};

/** What stands in so large a share of the titles belongs to the site, not to a page. */
const COMMON_SHARE = 0.5;
/** A name has hardly more words; what has is a slogan. */
const MAX_NAME_WORDS = 4;
/** Heads looked at: a site says the same on every page. */
const MAX_HEADS = 500;

/**
 * What the pages say. A source that names its product keeps what it names, and what the site calls it is another name;
 * of any other the pages decide, and without any page the address.
 */
export function siteIdentity(heads: readonly SiteHead[], source: Source): Identity {
  const some = heads.slice(0, MAX_HEADS);
  const address = addressNames(source);
  const version = source.version.kind === "fixed" ? source.version.version : "";
  if (source.identity === "given") {
    return {
      ...(source.folder === undefined ? {} : { kind: "folder" }),
      ...(source.github === undefined ? {} : { kind: "github" }),
      product: source.product,
      title: source.title,
      names: otherNames(source.title, [
        ...source.names,
        source.product,
        nameOf(some, [source.product, source.title]) ?? "",
      ]),
      version,
      ...(source.words === undefined ? {} : { words: source.words }),
      by: "preset",
    };
  }
  const projects = mostCommon(some.map(({ project }) => project));
  const named = nameOf(some, [...address, ...projects.map(([name]) => name)]);
  const [project] = projects[0] ?? [];
  const title = named ?? spelled(project ?? address[0] ?? source.product);
  const known = knownProduct([title, ...(project === undefined ? [] : [project])]);
  return {
    product: known?.product ?? slugOf(title),
    title,
    names: otherNames(title, [
      ...source.names,
      slugOf(title),
      ...(project === undefined ? [] : [project]),
      ...address,
      ...(known?.names ?? []),
    ]),
    version: version === "" ? versionOf(some) : version,
    by: "site",
  };
}

/** A product's words are its own wherever its pages stand: a source without any has those of a preset for the same product. */
export function withWordsOf(
  identity: Identity,
  presets: readonly Pick<Source, "product" | "words">[],
): Identity {
  const words = presets.find(({ product }) => product === identity.product)?.words;
  return identity.words !== undefined || words === undefined ? identity : { ...identity, words };
}

/** The site's name, best witnessed first: by its own declaration, then by its titles. */
function nameOf(heads: readonly SiteHead[], hints: readonly string[]): string | undefined {
  const enough = Math.max(1, heads.length * COMMON_SHARE);
  const declared = mostCommon(heads.map(({ siteName }) => nameIn(siteName, hints)));
  const [own, times] = declared[0] ?? ["", 0];
  if (own !== "" && times >= enough) return own;
  const parts = heads.flatMap(({ title }) => [...new Set(partsOf(title).map(withoutDecoration))]);
  const common = mostCommon(parts).filter(([, count]) => count >= enough);
  // With one page nothing is common; a title ends with the site's name.
  const [only] = heads;
  const names =
    heads.length === 1 && only !== undefined
      ? partsOf(only.title).map(withoutDecoration).toReversed()
      : common.map(([name]) => name);
  return best(
    names.filter((name) => isName(name)),
    hints,
  );
}

/** The name in a declaration: "Argo Workflows - The workflow engine for Kubernetes" has a slogan behind it. */
function nameIn(declared: string, hints: readonly string[]): string {
  const parts = partsOf(declared).map(withoutDecoration).filter(isName);
  return best(parts, hints) ?? "";
}

/** The one that the address speaks of too, else the first. */
function best(names: readonly string[], hints: readonly string[]): string | undefined {
  return names.find((name) => hints.some((hint) => folded(hint) === folded(name))) ?? names[0];
}

const SEPARATOR = /\s+[|·•—–»›/:-]+\s+|\s*\|\s*|[:,]\s+/u;

function partsOf(title: string): readonly string[] {
  return title
    .slice(0, 300)
    .split(SEPARATOR)
    .map((part) => part.trim())
    .filter((part) => part !== "" && !MAKERS.has(part.toLowerCase()));
}

const VERSION = /\bv?\d+(?:\.(?:\d+|x))+[\w.+-]*/iu;
/** Around a name: what kind of site it is, which of its versions. */
const DECORATION = new Set(
  `the welcome to of for documentation documentations docs doc developer developers dev user users guide guides manual
   handbook reference api sdk official website site homepage home portal help center centre knowledge base wiki latest
   stable main master nightly next release releases version versions online open source project's online html index
   overview introduction getting started quickstart search page`.split(/\s+/u),
);

/** "Celery 5.6.2 documentation" is Celery, "Welcome to Luigi's documentation!" Luigi. */
function withoutDecoration(name: string): string {
  const words = name
    .replaceAll(/[!?()[\]™®©]/gu, " ")
    .replaceAll(/['’]s\b/gu, "")
    .split(/\s+/u)
    .filter((word) => word !== "");
  const isDecoration = (word: string | undefined) =>
    word !== undefined &&
    (DECORATION.has(word.toLowerCase()) || /^v?\d+(?:\.(?:\d+|x))*[\w.+-]*$/iu.test(word));
  while (isDecoration(words[0])) words.shift();
  while (isDecoration(words.at(-1))) words.pop();
  return words.join(" ");
}

/** Programs that make sites, and places where sites stand, sign with their own name. */
const MAKERS = new Set(
  "read the docs|readthedocs|gitbook|github|github pages|gitlab|docusaurus|mkdocs|sphinx|mintlify|readme|notion|confluence|vercel|netlify|untitled".split(
    "|",
  ),
);

function isName(name: string): boolean {
  const words = name.split(/\s+/u).length;
  return name.length >= 2 && name.length <= 60 && words <= MAX_NAME_WORDS && /\p{L}/u.test(name);
}

/** Distinct texts with how often each occurs, most often first; "" left out. */
function mostCommon(texts: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== "") counts.set(text, (counts.get(text) ?? 0) + 1);
  // Sorting keeps the order of those that are as often: the earlier one stands first in the titles.
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

function versionOf(heads: readonly SiteHead[]): string {
  const told = heads.map(({ title, version }) => {
    if (/^v?\d+(?:\.\d+)+/u.test(version)) return version.replace(/^v/u, "");
    const part = partsOf(title).findLast(
      (one) => VERSION.test(one) && /documentation|docs/iu.test(one),
    );
    return part === undefined ? "" : (VERSION.exec(part)?.[0] ?? "").replace(/^v/iu, "");
  });
  const [version, times] = mostCommon(told)[0] ?? ["", 0];
  return times >= Math.max(1, heads.length * COMMON_SHARE) ? version : "";
}

/** Parts of a host or path that name no product. */
const PLACES = new Set(
  `www docs doc documentation developer developers dev help support learn guide guides manual wiki api readthedocs github
   gitlab gitbook netlify vercel pages io com org net ai app cloud co en stable latest main master current next html
   index site static versions version released branches localhost apache`.split(/\s+/u),
);

/** Names that host and path of a source suggest, most particular first: of "airflow.apache.org/docs/apache-airflow/stable" apache-airflow and airflow. */
function addressNames({ origin, scope }: Source): readonly string[] {
  const { hostname } = new URL(origin);
  const isNumber = /^[\d.]+$|:/u.test(hostname);
  const path = scope.include.length === 1 ? (scope.include[0] ?? "").split("/") : [];
  const host = isNumber ? [] : hostname.split(".").slice(0, -1);
  return [...new Set([...path, ...host])]
    .map((part) => part.toLowerCase())
    .filter(
      (part) =>
        part.length >= 3 &&
        !PLACES.has(part) &&
        /^[a-z][a-z0-9_-]*$/u.test(part) &&
        !/^[a-z]{2}-[a-z]{2}$/u.test(part),
    );
}

/** Who makes a product is part of its full name and left out in speech. */
const MAKER_BEFORE =
  /^(?:apache|microsoft|google|amazon|aws|azure|ibm|oracle|red hat|the)\s+(?=\S)/iu;

function otherNames(title: string, names: readonly string[]): readonly string[] {
  const all = [...names, title.replace(MAKER_BEFORE, ""), title.replaceAll(/\s+/gu, "")];
  const distinct = new Map<string, string>();
  for (const name of all.map((one) => one.trim().toLowerCase())) {
    // A blank and a hyphen read the same (`findName`).
    const key = name.replaceAll(/[\s_-]+/gu, " ");
    if (key.length >= 3 && key !== title.toLowerCase() && !distinct.has(key))
      distinct.set(key, name);
  }
  return [...distinct.values()];
}

/** A name as it is written in the index: lower case, hyphens. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "");
  return slug === "" ? "product" : slug;
}

/** "argo-workflows" as a title: "Argo Workflows". */
export function spelled(slug: string): string {
  return slug
    .split(/[-_]+/u)
    .map((word) => word.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()))
    .join(" ");
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** For people: 'Celery (product "celery", version 5.6.2), also called celeryq'. */
export function identityText({ product, title, names, version }: Identity): string {
  const more = [`product "${product}"`, ...(version === "" ? [] : [`version ${version}`])];
  const other = names.filter((name) => findName(name, { names: [title, product] }) === undefined);
  return `${title} (${more.join(", ")})${other.length === 0 ? "" : `, also called ${other.join(", ")}`}`;
}
