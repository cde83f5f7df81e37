/** The prompts of an answer filled in: passages, thread, facts, question. Material is made harmless. Pure. */
import type { Conversation } from "../../conversation/conversation.ts";
import { aboutItself, statementsOf } from "../../conversation/statements.ts";
import type { Evidence } from "../../documents/evidence.ts";
import type { ModelMessage } from "../../models/language-model.ts";
import {
  escapeTags,
  estimateTokens,
  renderPrompt,
  type PromptTemplate,
} from "../../models/prompt-template.ts";
import type { Passage } from "../../passages/passage.ts";
import type { QuestionShape } from "../extractive/question-shape.ts";
import { numberPassages } from "./numbered-passages.ts";

/** Tags that structure the prompts; material that contains them is made harmless. */
export const PROMPT_TAGS: readonly string[] = [
  "passages?",
  "thread",
  "facts?",
  "question",
  "sentences?",
  "message",
];

const A_TAG = new RegExp(`^</?(?:${PROMPT_TAGS.join("|")})>$`, "u");

/** A line of a reply that is a tag of the prompt: the model repeats what it was given. */
export function isPromptTag(text: string): boolean {
  return A_TAG.test(text.trim());
}

const MAX_STATEMENTS = 24;
const MAX_STATEMENT_CHARACTERS = 500;
const MAX_OTHERS = 4;
const MAX_OTHER_CHARACTERS = 300;
const MAX_QUESTION_CHARACTERS = 4000;
/** A further passage is of no use in less room than this. */
const LEAST_PASSAGE_TOKENS = 200;

const cut = (text: string, characters: number) =>
  text.length <= characters ? text : `${text.slice(0, characters - 1).trimEnd()}\u2026`;

/** Text for a place between tags of a prompt. */
export const safe = (text: string) => escapeTags(text, PROMPT_TAGS);

const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");

const line = (text: string, characters: number) =>
  safe(cut(text.replaceAll(/\s+/gu, " ").trim(), characters));

/** What a shape asks for; only of shapes that are told from the question with certainty. */
const SHAPES: Partial<Record<QuestionShape, string>> = {
  steps: "The person wants to do something: give the steps in their order.",
};

export type AnswerInputs = {
  /** The person's own message. */
  readonly message: string;
  /** The same so that it can be understood alone. */
  readonly question: string;
  readonly shape: QuestionShape;
  readonly conversation: Conversation;
  /** What code found out about the conversation; F1 is the first. */
  readonly facts: readonly string[];
  readonly evidence: readonly Evidence[];
};

export type AnswerPrompt = {
  readonly messages: readonly ModelMessage[];
  /** `passages[0]` is passage 1. */
  readonly passages: readonly Passage[];
  readonly tokens: number;
};

/**
 * The messages for one answer, in at most `maxTokens` (estimated). Evidence is taken in its order until the budget is
 * full; a passage is never cut silently.
 */
export function renderAnswerPrompt(
  template: PromptTemplate,
  inputs: AnswerInputs,
  maxTokens: number,
): AnswerPrompt {
  const question = cut(inputs.question, MAX_QUESTION_CHARACTERS).trim();
  const message = cut(inputs.message, MAX_QUESTION_CHARACTERS).trim();
  const isSame = question === "" || lettersOf(question) === lettersOf(message);
  const shape = SHAPES[inputs.shape];
  const values = {
    thread: renderThread(inputs.conversation),
    facts: renderFacts(inputs.facts),
    question: safe(message === "" ? question : message),
    asked: isSame ? "" : `\nIn the thread this means: ${safe(question)}\n`,
    shape: shape === undefined ? "" : `\n${shape}`,
  };
  const frame = tokensOf(renderPrompt(template, { ...values, passages: "" }));
  const room = Math.max(LEAST_PASSAGE_TOKENS, maxTokens - frame);
  const numbered = numberPassages(inputs.evidence, room, safe);
  const messages = renderPrompt(template, {
    ...values,
    passages: numbered.text.trim() || "(none)",
  });
  return { messages, passages: numbered.passages, tokens: tokensOf(messages) };
}

export function tokensOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}

export function renderFacts(facts: readonly string[]): string {
  return facts.map((fact, index) => `F${index + 1}: ${line(fact, 600)}`).join("\n") || "(none)";
}

/** The thread, the newest last: who asked what, and what we answered, statement by statement. */
function renderThread(conversation: Conversation): string {
  const lines: string[] = [];
  let statements = 0;
  for (const turn of conversation.turns.toReversed()) {
    const { question, answer } = turn;
    if (answer === undefined || statements >= MAX_STATEMENTS) continue;
    const said = [...aboutItself(turn), ...statementsOf(turn).map(({ text }) => text)];
    const shown = said.slice(0, MAX_STATEMENTS - statements);
    statements += shown.length;
    lines.unshift(
      `person: ${line(question, MAX_OTHER_CHARACTERS)}`,
      ...(shown.length === 0
        ? ["you: (no answer)"]
        : shown.map((text) => `you: ${line(text, MAX_STATEMENT_CHARACTERS)}`)),
    );
  }
  const others = conversation.others
    .slice(-MAX_OTHERS)
    .map(({ text }) => `somebody else: ${line(text, MAX_OTHER_CHARACTERS)}`);
  let number = 0;
  const numbered = lines.map((each) =>
    each.startsWith("you: ") ? `you (S${(number += 1)}): ${each.slice(5)}` : each,
  );
  return [...numbered, ...others].join("\n") || "(nothing before)";
}

/** The messages of `prompts/follow-up.md`: thread and message are material, and their tags are made harmless. */
export function renderFollowUpPrompt(
  template: PromptTemplate,
  inputs: { readonly thread: string; readonly message: string },
): readonly ModelMessage[] {
  return renderPrompt(template, { thread: safe(inputs.thread), message: safe(inputs.message) });
}

/** The messages of `prompts/search.md`. */
export function renderSearchPrompt(
  template: PromptTemplate,
  inputs: { readonly product: string; readonly question: string },
): readonly ModelMessage[] {
  return renderPrompt(template, {
    product: inputs.product,
    question: safe(cut(inputs.question, MAX_QUESTION_CHARACTERS)),
  });
}
