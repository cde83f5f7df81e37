/** An answer as an agent reads it: structured, and the same as text. Pure. */
import { z } from "zod";
import {
  CLOSEST_HEADING,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../documents/answer-text.ts";
import type { Answer, Citation } from "../documents/answer.ts";
import { isPageSentence } from "../documents/markup.ts";
import { remarkText } from "../documents/remark-text.ts";

const Source = z.object({
  number: z.int().describe("the number that quotes refer to"),
  url: z.string(),
  title: z.string(),
  section: z.string(),
  product: z.string(),
  version: z.string(),
  read_at: z.string().describe("when the page was last read, ISO 8601"),
  source_kind: z
    .string()
    .optional()
    .describe("documentation, release-note, issue, discussion or folder"),
  status: z.string().optional().describe("of an issue or discussion: closed, fixed in 3.6.25"),
});

export const AnswerContent = z.object({
  answer_id: z.string().describe("for explain_answer"),
  conversation_id: z.string().describe("give it with the next question to ask a follow-up"),
  kind: z.string().describe("answered, partial, not-found, unavailable, declined, asked-back, …"),
  reason: z.string().optional(),
  statements: z.array(
    z.object({
      text: z.string().describe("Markdown"),
      conditions: z.array(z.string()).describe("what the statement holds for only"),
      quotes: z.array(
        z.object({
          text: z.string().describe("the page's own characters"),
          citation: z.int().describe("number of its source"),
        }),
      ),
    }),
  ),
  remarks: z.array(z.string()).describe("about the answer itself, without a quote"),
  missing: z.array(z.string()).describe("what was asked for and is not documented"),
  options: z
    .array(z.string())
    .optional()
    .describe("with asked-back: what may have been meant; ask again with one of them"),
  sources: z.array(Source),
  closest: z.array(Source).describe("sections near a question that was not answered"),
});
export type AnswerContent = z.infer<typeof AnswerContent>;

export function answerContent(
  answer: Answer,
  ids: { readonly answerId: string; readonly conversationId: string; readonly question: string },
): AnswerContent {
  const { options } = answer;
  const said = [openingSentence(answer, ids.question), fallbackSentence(answer)];
  return {
    answer_id: ids.answerId,
    conversation_id: ids.conversationId,
    kind: answer.kind,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    statements: answer.claims.map(({ text, conditions, quotes }) => ({
      text,
      conditions: [...conditions],
      quotes: quotes.map((quote) => ({ text: quote.text, citation: quote.citation })),
    })),
    remarks: [...said.filter((text) => text !== undefined), ...answer.remarks.map(remarkText)],
    missing: [...answer.missing],
    ...(options === undefined ? {} : { options: options.map(({ label }) => label) }),
    sources: answer.citations.map(source),
    closest: answer.closest.map(source),
  };
}

function source(citation: Citation): z.infer<typeof Source> {
  const { number, url, title, section, product, version, crawledAt, sourceKind, status } = citation;
  return {
    number,
    url,
    title,
    section,
    product,
    version,
    read_at: crawledAt,
    ...(sourceKind === undefined ? {} : { source_kind: sourceKind }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Markdown; each statement that is not the page's own sentence is followed by the quotes it stands on. */
export function answerText(answer: Answer, question: string): string {
  const opening = openingSentence(answer, question);
  const missing = missingSentence(answer);
  const fallback = fallbackSentence(answer);
  return [
    ...(opening === undefined ? [] : [opening]),
    ...answer.remarks.map(remarkText),
    ...answer.claims.map((claim) => {
      const numbers = [...new Set(claim.quotes.map((quote) => `[${quote.citation}]`))].join("");
      const conditions = claim.conditions.filter((condition) => !claim.text.includes(condition));
      const statement = [
        claim.text,
        ...(conditions.length === 0 ? [] : [`(${conditions.join("; ")})`]),
      ];
      // A listing or a table stands on lines of its own.
      const said = `${statement.join(" ")}${/\n/.test(claim.text) ? "\n" : " "}${numbers}`;
      const own = isPageSentence(claim) || /\n/.test(claim.text);
      return own
        ? said
        : [said, ...claim.quotes.map((quote) => quoted(quote.text, quote.citation))].join("\n");
    }),
    ...[fallback, missing].filter((text) => text !== undefined),
    ...sources("Sources:", answer.citations),
    ...sources(CLOSEST_HEADING, answer.closest),
  ].join("\n\n");
}

function quoted(text: string, number: number): string {
  return `> ${text.replaceAll("\n", "\n> ")} [${number}]`;
}

function sources(heading: string, citations: readonly Citation[]): readonly string[] {
  if (citations.length === 0) return [];
  const lines = citations.map(({ number, title, section, url, product, version, crawledAt }) => {
    const place = [...new Set([title, section])].filter((part) => part !== "").join(" › ");
    return `[${number}] ${place} (${`${product} ${version}`.trim()}, read ${crawledAt.slice(0, 10)}) ${url}`;
  });
  return [[heading, ...lines].join("\n")];
}
