/**
 * HTML text -> what the crawler and the extractor need of it: facts of the head, links, and the trees that hold
 * the page's own text. One pass; only those trees are built, because menus and scripts are most of a page.
 */
import { type AnyNode, type Document as Tree, Element } from "domhandler";
import { DomHandler, Parser } from "htmlparser2";
import type { Generator } from "./generators/generator.ts";
import { generic, mainRank } from "./generators/generic.ts";
import { AppError } from "../../src/platform/errors.ts";
import { findElement, isElement, tidy } from "./markup.ts";

export type PageHead = {
  /** `title` element, tidied. */
  readonly title: string;
  readonly generator: string;
  readonly description: string;
  /** `link[rel=canonical]` as written. */
  readonly canonical: string | undefined;
  /** All `meta[name=robots]` contents, lower case, joined by ", ". */
  readonly robots: string;
  /** `html[lang]`, lower case. */
  readonly language: string;
  /** `base[href]` as written. */
  readonly base: string | undefined;
  /** `html[class]`: some generators say there what made the page. */
  readonly classes: string;
  /** Address of a `meta[http-equiv=refresh]`. */
  readonly refresh: string | undefined;
  /** What the page says the site is called: `og:site_name`, `application-name`. */
  readonly siteName: string;
  /** Name of the project at a host of documentation (`readthedocs-project-slug`). */
  readonly project: string;
  /** Version that the generator was told. */
  readonly siteVersion: string;
  /** Addresses of scripts and style sheets the head loads, one a line. */
  readonly assets: string;
};

export type ReadPage = {
  readonly head: PageHead;
  readonly generator: Generator;
  /** Trees with the page's own text, in order. */
  readonly content: readonly Element[];
  readonly header: Element | undefined;
  /** `a[href]` as written, each once, in order; links marked nofollow are left out. */
  readonly links: readonly string[];
};

export type ReadOptions = {
  /** Tried in order; the first that recognises the head reads the page. */
  readonly generators: readonly Generator[];
  /** The source says which generator it is. */
  readonly generator?: Generator;
};

/**
 * Elements nested deeper than any real page are left out, their text stays: a tree is walked recursively, and a page
 * of a million open tags must not exhaust the stack.
 */
const MAX_TREE_DEPTH = 120;

/**
 * A page nested deeper is refused: the parser keeps a list of open tags, which costs its length at each tag, so that
 * half a megabyte of `<b>` would take minutes. Browsers stop nesting at the same depth.
 */
const MAX_NESTING = 512;

/** The page is nested deeper than any that somebody wrote. */
export class NestingError extends AppError {
  constructor(depth: number) {
    super("nesting", `nested deeper than ${depth} elements`);
  }
}

/** A site's name is shorter. */
const MAX_NAME_LENGTH = 200;

/** No real page has more; what is beyond is not followed. */
const MAX_LINKS = 20_000;

/** Broken markup is read as browsers do, as far as it goes. Throws `NestingError` for a page without a bottom. */
export function readPage(html: string, options: ReadOptions): ReadPage {
  const found = scan(html, options);
  if (found.content.length > 0 || found.generator.name === "generic") return found;
  // The generator's content element is missing: a page of another kind on the same site, read as any page.
  return { ...scan(html, { generators: [], generator: generic }), head: found.head };
}

function scan(html: string, options: ReadOptions): ReadPage {
  const head = {
    title: "",
    generator: "",
    description: "",
    canonical: undefined as string | undefined,
    robots: "",
    language: "",
    base: undefined as string | undefined,
    refresh: undefined as string | undefined,
    classes: "",
    siteName: "",
    project: "",
    siteVersion: "",
    assets: "",
  };
  const links = new Set<string>();
  const content: Element[] = [];
  let header: Element | undefined;
  let generator = options.generator;
  let inTitle = false;
  let bodySeen = false;

  /** The tree being built, how deep the parser is in it, and what it will be. */
  let builder: DomHandler | undefined;
  let depth = 0;
  let nesting = 0;
  let purpose: "content" | "header" = "content";

  const choose = (): Generator => {
    generator ??= options.generators.find((candidate) => candidate.recognises(head)) ?? generic;
    return generator;
  };

  const onMeta = (name: string, attribs: Readonly<Record<string, string>>) => {
    if (name === "html") {
      head.language = (attribs["lang"] ?? "").toLowerCase();
      head.classes = (attribs["class"] ?? "").slice(0, 1000);
    }
    if (name === "base") head.base ??= attribs["href"];
    else if (name === "link") {
      if (/(?:^|\s)canonical(?:\s|$)/i.test(attribs["rel"] ?? ""))
        head.canonical ??= attribs["href"];
      else if (attribs["rel"] === "stylesheet") head.assets += `${attribs["href"] ?? ""}\n`;
    } else if (name === "script") {
      if (attribs["src"] !== undefined) head.assets += `${attribs["src"]}\n`;
    } else if (name === "meta") {
      const value = attribs["content"] ?? "";
      const of = attribs["name"] ?? attribs["property"] ?? attribs["http-equiv"] ?? "";
      switch (of.toLowerCase()) {
        case "og:site_name":
          head.siteName = tidy(value).slice(0, MAX_NAME_LENGTH);
          break;
        case "application-name":
        case "apple-mobile-web-app-title":
          if (head.siteName === "") head.siteName = tidy(value).slice(0, MAX_NAME_LENGTH);
          break;
        case "readthedocs-project-slug":
          head.project = tidy(value).slice(0, MAX_NAME_LENGTH);
          break;
        case "docsearch:version":
        case "docusaurus_version":
          head.siteVersion = tidy(value).slice(0, MAX_NAME_LENGTH);
          break;
        case "robots":
          head.robots =
            head.robots === "" ? value.toLowerCase() : `${head.robots}, ${value.toLowerCase()}`;
          break;
        case "generator":
          head.generator = head.generator === "" ? value : `${head.generator}; ${value}`;
          break;
        case "description":
          head.description = tidy(value);
          break;
        case "refresh":
          head.refresh = /url\s*=\s*["']?([^"']+)/i.exec(value)?.[1]?.trim();
          break;
        default:
      }
    }
  };

  const parser = new Parser(
    {
      onopentag(name, attribs) {
        nesting += 1;
        if (nesting > MAX_NESTING) throw new NestingError(MAX_NESTING);
        if (builder !== undefined) {
          depth += 1;
          if (depth <= MAX_TREE_DEPTH) builder.onopentag(name, attribs);
        } else if (name === "body") {
          bodySeen = true;
          choose();
        } else if (name === "title" && !bodySeen) {
          inTitle = head.title === "";
        } else if (!bodySeen) onMeta(name, attribs);

        if (name === "a") {
          const href = attribs["href"];
          const isFollowed = href !== undefined && !/\bnofollow\b/i.test(attribs["rel"] ?? "");
          if (isFollowed && links.size < MAX_LINKS) links.add(href);
        }
        if (builder === undefined && generator !== undefined) {
          const probe = new Element(name, attribs);
          const isContent = content.length === 0 && generator.isContent(probe);
          const isHeader =
            !isContent && header === undefined && generator.isHeader?.(probe) === true;
          if (isContent || isHeader) {
            purpose = isContent ? "content" : "header";
            builder = new DomHandler(undefined, { withStartIndices: false, withEndIndices: false });
            builder.onparserinit(parser);
            builder.onopentag(name, attribs);
            depth = 1;
          }
        }
      },
      onclosetag() {
        nesting -= 1;
        if (builder === undefined) {
          inTitle = false;
          return;
        }
        if (depth <= MAX_TREE_DEPTH) builder.onclosetag();
        depth -= 1;
        if (depth === 0) close();
      },
      ontext(data) {
        if (builder !== undefined) builder.ontext(data);
        else if (inTitle) head.title += data;
      },
      onend() {
        if (builder !== undefined) close();
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );

  const close = () => {
    const root = builder === undefined ? undefined : firstElement(builder.root);
    builder = undefined;
    depth = 0;
    if (root === undefined) return;
    if (purpose === "header") header = root;
    else content.push(root);
  };

  parser.write(html);
  parser.end();
  head.title = tidy(head.title);
  const chosen = choose();
  if (!bodySeen && html !== "") {
    // The tag may be left out; then everything is body, and what belongs to a head is no text there.
    return { ...scan(`<body>${html}`, { generators: [], generator: chosen }), head };
  }
  const roots = chosen.name === "generic" ? content.map((body) => mainOf(body)) : content;
  return { head, generator: chosen, content: roots, header, links: [...links] };
}

function firstElement(tree: Tree): Element | undefined {
  return tree.children.find((node: AnyNode): node is Element => isElement(node));
}

/** The main element of a body; the body itself when no landmark tells. */
function mainOf(body: Element): Element {
  for (const rank of [3, 2, 1]) {
    const found = findElement(body, (element) => mainRank(element) === rank);
    if (found !== undefined) return found;
  }
  return body;
}
