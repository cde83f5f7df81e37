/**
 * Issues, discussions and releases as documents. What people report is no documentation: the title says that it was
 * reported, what became of it and which release fixed it, so that no citation reads as documented behaviour.
 */
import type { Document, Section } from "../../src/documents/document.ts";
import { extractPage } from "../extract/extract.ts";
import { generic } from "../extract/generators/generic.ts";
import { MarkdownError, readMarkdown } from "../folder/markdown.ts";
import type { Comment, Discussion, Issue, Release } from "./items.ts";

/** Comments of one issue that are read: maintainers' first, then the earliest. */
const MAX_COMMENTS = 40;

export type Repository = {
  /** "https://github.com/acme/lantern". */
  readonly url: string;
  readonly product: string;
};

/** "closed, fixed in 3.6.25", "closed as not planned", "open". */
export function statusText(
  { isClosed, reason }: Pick<Issue, "isClosed" | "reason">,
  fixedIn: string | undefined,
): string {
  if (!isClosed) return "open";
  if (fixedIn !== undefined) return `closed, fixed in ${fixedIn}`;
  return reason === "not_planned" ? "closed as not planned" : "closed";
}

/** `fixedIn`: the release that has the change which closed it. */
export function issueDocument(
  repository: Repository,
  issue: Issue,
  comments: readonly Comment[],
  fixedIn: string | undefined,
): Document {
  const status = statusText(issue, fixedIn);
  return {
    url: `${repository.url}/issues/${issue.number}`,
    title: `Reported in #${issue.number} (${status}): ${issue.title}`,
    description: "",
    product: repository.product,
    version: "",
    pageType: "issue",
    sourceKind: "issue",
    status,
    sections: [
      ...sectionOf("", [], issue.body),
      ...chosen(comments).flatMap((comment) =>
        sectionOf(`issuecomment-${comment.id}`, [commentHeading(comment)], comment.body),
      ),
    ],
  };
}

export function discussionDocument(repository: Repository, discussion: Discussion): Document {
  const { answer } = discussion;
  const status = answer === undefined ? "not answered" : "answered";
  const others = discussion.comments.filter(({ id }) => id !== answer?.id).slice(0, MAX_COMMENTS);
  return {
    url: `${repository.url}/discussions/${discussion.number}`,
    title: `Discussed in #${discussion.number} (${status}): ${discussion.title}`,
    description: "",
    product: repository.product,
    version: "",
    pageType: "issue",
    sourceKind: "discussion",
    status,
    sections: [
      ...sectionOf("", [], discussion.body),
      ...(answer === undefined
        ? []
        : sectionOf(
            `discussioncomment-${answer.id}`,
            [answer.byMaintainer ? "Answer of a maintainer" : "Accepted answer"],
            answer.body,
          )),
      ...others.flatMap((comment) =>
        sectionOf(`discussioncomment-${comment.id}`, [commentHeading(comment)], comment.body),
      ),
    ],
  };
}

export function releaseDocument(repository: Repository, release: Release): Document {
  return {
    url: `${repository.url}/releases/tag/${encodeURIComponent(release.tag)}`,
    title: `Release ${release.name}`,
    description: "",
    product: repository.product,
    version: "",
    pageType: "release-notes",
    sourceKind: "release-note",
    sections: sectionOf("", [], release.body),
  };
}

function commentHeading({
  byMaintainer,
  createdAt,
}: {
  readonly byMaintainer: boolean;
  readonly createdAt: string;
}): string {
  const who = byMaintainer ? "Comment of a maintainer" : "Comment of a user";
  const day = /^\d{4}-\d\d-\d\d/.exec(createdAt)?.[0];
  return day === undefined ? who : `${who}, ${day}`;
}

/** Without bots and without what says nothing, in the order they were written. */
function chosen(comments: readonly Comment[]): readonly Comment[] {
  const worth = comments
    .filter(({ isBot, body }) => !isBot && body.trim().length > 20)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  if (worth.length <= MAX_COMMENTS) return worth;
  const kept = new Set(
    [
      ...worth.filter(({ byMaintainer }) => byMaintainer),
      ...worth.filter(({ byMaintainer }) => !byMaintainer),
    ].slice(0, MAX_COMMENTS),
  );
  return worth.filter((comment) => kept.has(comment));
}

/** A text as one section: its own headings have no place on GitHub that a link could lead to. */
function sectionOf(
  anchor: string,
  headingPath: readonly string[],
  text: string,
): readonly Section[] {
  const blocks = blocksOf(text);
  return blocks.length === 0 ? [] : [{ anchor, headingPath, blocks }];
}

function blocksOf(text: string): Section["blocks"] {
  let html: string;
  try {
    ({ html } = readMarkdown(text, { hasFrontMatter: false, hasAnchors: false }));
  } catch (error) {
    if (error instanceof MarkdownError) return [];
    throw error;
  }
  const page = `<html><body><main>${html}</main></body></html>`;
  const identity = {
    url: "https://github.com/",
    product: "",
    version: "",
    pageType: "issue",
  } as const;
  try {
    const { document } = extractPage(page, identity, { generator: generic });
    return document.sections.flatMap(({ blocks }) => blocks);
  } catch {
    // Markup without a bottom: this text is left out, the rest is read.
    return [];
  }
}

const CLOSES =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+\/[\w.-]+)?#(\d{1,9})\b/giu;

/**
 * Which release has the change that closed each issue: a merged pull request says which issues it closes, and release
 * notes name pull requests and issues. A prerelease counts only where nothing later does.
 */
export function fixedInReleases(
  items: readonly Issue[],
  releases: readonly Release[],
): ReadonlyMap<number, string> {
  /** The earliest release that names a number. */
  const releaseOf = new Map<number, Release>();
  const byTime = releases
    .filter(({ isDraft }) => !isDraft)
    .toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1));
  for (const release of byTime) {
    for (const match of release.body.matchAll(/(?:#|\/(?:pull|issues)\/)(\d{1,9})\b/g)) {
      const number = Number(match[1]);
      const known = releaseOf.get(number);
      if (known === undefined || (known.isPrerelease && !release.isPrerelease))
        releaseOf.set(number, release);
    }
  }
  const fixed = new Map<number, string>();
  const closedBy = new Map<number, number[]>();
  for (const pull of items) {
    if (!pull.isPull || pull.mergedAt === undefined) continue;
    for (const match of `${pull.title}\n${pull.body}`.matchAll(CLOSES)) {
      const number = Number(match[1]);
      closedBy.set(number, [...(closedBy.get(number) ?? []), pull.number]);
    }
  }
  for (const issue of items) {
    if (issue.isPull || !issue.isClosed || issue.reason === "not_planned") continue;
    const release = [...(closedBy.get(issue.number) ?? []), issue.number]
      .flatMap((number) => releaseOf.get(number) ?? [])
      .at(0);
    if (release !== undefined) fixed.set(issue.number, release.tag.replace(/^v(?=\d)/, ""));
  }
  return fixed;
}
