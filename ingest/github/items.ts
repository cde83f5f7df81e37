/** What is read of GitHub's answers: only the fields we use, in our own form. */
import { z } from "zod";

/** GitHub's own bound of a text; what is beyond was not written there. */
const MAX_BODY = 70_000;
const body = z
  .string()
  .nullish()
  .transform((text) => (text ?? "").slice(0, MAX_BODY));
const author = z
  .object({ login: z.string(), type: z.string().optional() })
  .nullish()
  .transform((user) => ({
    login: user?.login ?? "ghost",
    isBot: user?.type === "Bot" || user?.login.endsWith("[bot]") === true,
  }));

export const ApiIssue = z
  .object({
    number: z.int(),
    title: z.string(),
    body,
    state: z.string(),
    state_reason: z.string().nullish(),
    user: author,
    created_at: z.string(),
    updated_at: z.string(),
    pull_request: z.object({ merged_at: z.string().nullish() }).optional(),
  })
  .transform((issue) => ({
    number: issue.number,
    title: issue.title.slice(0, 300),
    body: issue.body,
    isClosed: issue.state === "closed",
    reason: issue.state_reason ?? "",
    author: issue.user.login,
    updatedAt: issue.updated_at,
    isPull: issue.pull_request !== undefined,
    mergedAt: issue.pull_request?.merged_at ?? undefined,
  }));
export type Issue = Readonly<z.output<typeof ApiIssue>>;

/** Whose word counts as the project's. */
const MAINTAINERS = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

export const ApiComment = z
  .object({
    id: z.int(),
    issue_url: z.string(),
    body,
    user: author,
    author_association: z.string().default("NONE"),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .transform((comment) => ({
    id: comment.id,
    issue: Number(/\/(\d+)$/.exec(comment.issue_url)?.[1] ?? 0),
    body: comment.body,
    author: comment.user.login,
    isBot: comment.user.isBot,
    byMaintainer: MAINTAINERS.has(comment.author_association),
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
  }));
export type Comment = Readonly<z.output<typeof ApiComment>>;

export const ApiRelease = z
  .object({
    id: z.int(),
    tag_name: z.string(),
    name: z.string().nullish(),
    body,
    html_url: z.string(),
    draft: z.boolean().default(false),
    prerelease: z.boolean().default(false),
    published_at: z.string().nullish(),
  })
  .transform((release) => ({
    id: release.id,
    tag: release.tag_name,
    name: (release.name ?? "").trim() === "" ? release.tag_name : (release.name ?? ""),
    body: release.body,
    isDraft: release.draft,
    isPrerelease: release.prerelease,
    publishedAt: release.published_at ?? "",
  }));
export type Release = Readonly<z.output<typeof ApiRelease>>;

const answer = z
  .object({
    databaseId: z.int().nullish(),
    body,
    author: z.object({ login: z.string() }).nullish(),
    authorAssociation: z.string().default("NONE"),
    createdAt: z.string().default(""),
  })
  .transform((one) => ({
    id: one.databaseId ?? 0,
    body: one.body,
    author: one.author?.login ?? "ghost",
    byMaintainer: MAINTAINERS.has(one.authorAssociation),
    createdAt: one.createdAt,
  }));

export const ApiDiscussions = z.object({
  repository: z.object({
    discussions: z.object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
      nodes: z.array(
        z
          .object({
            number: z.int(),
            title: z.string(),
            body,
            updatedAt: z.string(),
            closed: z.boolean().default(false),
            author: z.object({ login: z.string() }).nullish(),
            answer: answer.nullish(),
            comments: z.object({ nodes: z.array(answer) }).default({ nodes: [] }),
          })
          .transform((one) => ({
            number: one.number,
            title: one.title.slice(0, 300),
            body: one.body,
            updatedAt: one.updatedAt,
            isClosed: one.closed,
            author: one.author?.login ?? "ghost",
            answer: one.answer ?? undefined,
            comments: one.comments.nodes,
          })),
      ),
    }),
  }),
});
export type Discussion = Readonly<
  z.output<typeof ApiDiscussions>["repository"]["discussions"]["nodes"][number]
>;
