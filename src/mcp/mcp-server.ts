/**
 * The tools that an editor or an agent gets. Each reads only; what `ask` gives back was checked as for Slack: each
 * statement carries quotes that stand on the cited page, or it is not there.
 */
import {
  type CallToolResult,
  McpServer,
  type McpServerFactory,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import type { AnswerEvent, Application, Step } from "../answering/application.ts";
import { AskedTooMuchError, type CallBudget } from "./call-budget.ts";
import type { ConversationStore } from "../conversation/conversation-store.ts";
import type { Logger } from "../observability/logger.ts";
import { describeError, findCause } from "../platform/errors.ts";
import { NoIndexError, type Retriever } from "../retrieval/retriever.ts";
import { type ChunkIndex, IndexUnavailableError, type Scope } from "../store/chunk-index.ts";
import { AnswerContent, answerContent, answerText } from "./answer-content.ts";
import { FoundSections, ReadSection, readSection, searchSections } from "./sections.ts";
import { type ChangeReader, WhatChanged } from "./what-changed.ts";

export type McpParts = {
  readonly application: Application;
  readonly retriever: Retriever;
  readonly store: Pick<ConversationStore, "receipt">;
  readonly index: ChunkIndex;
  readonly changes: ChangeReader;
  readonly budget: CallBudget;
  readonly logger: Logger;
  readonly newId: () => string;
  readonly name: string;
  readonly version: string;
  /** What the operator says about when to use it. */
  readonly instructions: string | undefined;
};

const READ_ONLY = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Conversations that began here; an agent cannot write into a thread of Slack. */
const CONVERSATION = z.string().regex(/^mcp-[0-9a-zA-Z-]{1,64}$/);

const scope = {
  product: z.string().max(80).optional().describe("only this product's documentation"),
  version: z.string().max(40).optional().describe("only this version of it"),
};

/** One server for each connection (or request): the SDK wants a fresh one. */
export function createMcpFactory(parts: McpParts): McpServerFactory {
  return async () => {
    const server = new McpServer(
      { name: parts.name, version: parts.version },
      { capabilities: { tools: {} }, instructions: await instructionsOf(parts) },
    );

    server.registerTool(
      "ask",
      {
        title: "Ask the documentation",
        description:
          "Answers a question in a few statements, each with verified quotes, citations and conditions. Says when the documentation does not. Give conversation_id back to ask a follow-up.",
        inputSchema: z.object({
          question: z.string().trim().min(1).max(20_000),
          conversation_id: CONVERSATION.optional().describe("of an earlier answer"),
          ...scope,
        }),
        outputSchema: AnswerContent,
        annotations: READ_ONLY,
      },
      (asked, { mcpReq }) =>
        told(parts, async () => {
          using _call = parts.budget.enter();
          const conversationId = asked.conversation_id ?? `mcp-${parts.newId()}`;
          const key = `${conversationId}/${parts.newId()}`;
          const progressToken = mcpReq._meta?.progressToken;
          let progress = 0;
          for await (const event of parts.application.ask({
            key,
            conversationId,
            author: "mcp",
            text: asked.question,
            scope: scopeOf(asked),
            signal: mcpReq.signal,
          })) {
            if (event.kind === "done") {
              await parts.application.posted(key, { surface: "mcp" });
              return answered(event, { answerId: key, conversationId, question: asked.question });
            }
            if (event.kind === "step" && progressToken !== undefined) {
              progress += 1;
              await mcpReq.notify({
                method: "notifications/progress",
                params: { progressToken, progress, message: STEPS[event.step] },
              });
            }
          }
          throw new Error("The answer ended without its last event.");
        }),
    );

    server.registerTool(
      "search_docs",
      {
        title: "Search the documentation",
        description: "Finds sections and quotes what they say of the words searched for.",
        inputSchema: z.object({
          query: z.string().trim().min(1).max(2000),
          limit: z.int().min(1).max(20).default(8),
          ...scope,
        }),
        outputSchema: FoundSections,
        annotations: READ_ONLY,
      },
      (asked, { mcpReq }) =>
        told(parts, async () => {
          const found = await searchSections(parts.retriever, {
            query: asked.query,
            scope: scopeOf(asked),
            limit: asked.limit,
            signal: mcpReq.signal,
          });
          return content(found, searchText(found));
        }),
    );

    server.registerTool(
      "read_section",
      {
        title: "Read a section",
        description:
          "Gives a section of an indexed page as Markdown, or the page when the address has no anchor.",
        inputSchema: z.object({
          url: z.string().max(3000),
          from_position: z.int().min(0).default(0).describe("next_position of the reading before"),
        }),
        outputSchema: ReadSection,
        annotations: READ_ONLY,
      },
      ({ url, from_position: fromPosition }) =>
        told(parts, async () => {
          const section = await readSection(parts.index, { url, fromPosition });
          if (section === undefined) return failed("No such section is in the index.");
          const more =
            section.next_position === undefined
              ? ""
              : `\n\n(It goes on: from_position ${section.next_position}.)`;
          return content(section, `${section.text}${more}`);
        }),
    );

    server.registerTool(
      "what_changed",
      {
        title: "What changed in the documentation",
        description:
          "Sections that are new, changed or gone since a date, as far back as versions of the index are kept.",
        inputSchema: z.object({ since: z.iso.date().or(z.iso.datetime()).describe("ISO 8601") }),
        outputSchema: WhatChanged,
        annotations: READ_ONLY,
      },
      ({ since }) =>
        told(parts, async () => {
          const changes = await parts.changes.read(since);
          if (changes === undefined) return failed(NO_INDEX);
          const list = (name: string, sections: WhatChanged["added"]) =>
            sections.map(({ url, title }) => `${name}: ${title} ${url}`);
          return content(
            changes,
            [
              changes.note,
              ...list("new", changes.added),
              ...list("changed", changes.changed),
              ...list("gone", changes.removed),
            ].join("\n"),
          );
        }),
    );

    server.registerTool(
      "explain_answer",
      {
        title: "How an answer came about",
        description:
          "The receipt of an answer of `ask`: what was understood, searched, chosen, and refused by the checks.",
        inputSchema: z.object({ answer_id: z.string().max(200) }),
        annotations: READ_ONLY,
      },
      ({ answer_id: id }) =>
        told(parts, async () => {
          const own = CONVERSATION.safeParse(id.split("/")[0]).success;
          const receipt = own ? await parts.store.receipt(id) : undefined;
          if (typeof receipt !== "object" || receipt === null)
            return failed("There is no receipt of such an answer.");
          return content(receipt as Record<string, unknown>, JSON.stringify(receipt, undefined, 2));
        }),
    );
    return server;
  };
}

const NO_INDEX = "No documentation is indexed yet: whoever operates this runs `npm run ingest`.";

const STEPS = {
  resolving: "Reading the question",
  searching: "Searching the documentation",
  writing: "Writing from what was found",
  checking: "Checking every quote",
  "searching-again": "Searching once more",
} as const satisfies Record<Step, string>;

function scopeOf(asked: {
  readonly product?: string | undefined;
  readonly version?: string | undefined;
}): Scope {
  return {
    ...(asked.product === undefined ? {} : { product: asked.product }),
    ...(asked.version === undefined ? {} : { version: asked.version }),
  };
}

/** What the operator says, or for which documentation it is; and always what is indexed. */
async function instructionsOf({ index, instructions }: McpParts): Promise<string> {
  const versions = await index.versions().catch(() => []);
  const sources = versions.find(({ live }) => live)?.sources ?? [];
  const products = [
    ...new Set(sources.map(({ product, version }) => `${product} ${version}`.trim())),
  ].join(", ");
  const said =
    instructions ??
    "Use this for questions about the products named here: it answers from their documentation, with verified quotes, and says when they do not say.";
  return `${said} ${products === "" ? NO_INDEX : `Indexed: ${products}.`}`;
}

function answered(
  { answer }: Extract<AnswerEvent, { kind: "done" }>,
  ids: Parameters<typeof answerContent>[1],
): CallToolResult {
  const text = `${answerText(answer, ids.question)}\n\nconversation_id: ${ids.conversationId}\nanswer_id: ${ids.answerId}`;
  // An outage is a failure of the tool; documentation that is silent is an answer.
  return { ...content(answerContent(answer, ids), text), isError: answer.kind === "unavailable" };
}

function content(structuredContent: Record<string, unknown>, text: string): CallToolResult {
  return { content: [{ type: "text", text }], structuredContent };
}

function failed(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** Failures that an agent can do something about, as the tool's own; the rest is told without details, and logged. */
async function told(parts: McpParts, work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    if (findCause(error, AskedTooMuchError) !== undefined) return failed(describeError(error));
    if (findCause(error, NoIndexError) !== undefined) return failed(NO_INDEX);
    if (findCause(error, IndexUnavailableError) !== undefined)
      return failed("The index does not answer right now. Ask again in a few minutes.");
    if (error instanceof Error && error.name === "AbortError") throw error;
    parts.logger.error("mcp-call-failed", { reason: describeError(error) });
    return failed("Something went wrong here. The server's log says what.");
  }
}

function searchText({ sections, not_documented: missing }: FoundSections): string {
  if (sections.length === 0) return "Nothing was found.";
  return [
    ...sections.map(({ title, headings, url, quotes }) =>
      [
        `${[...new Set([title, ...headings])].join(" › ")} ${url}`,
        ...quotes.map((quote) => `> ${quote.replaceAll("\n", "\n> ")}`),
      ].join("\n"),
    ),
    ...(missing.length === 0 ? [] : [`No section has: ${missing.join(", ")}`]),
  ].join("\n\n");
}
