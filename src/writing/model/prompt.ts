/** The answer prompt filled in: sources numbered and cut to the budget, the thread, the question. Pure. */
import type { Chunk } from "../../documents/chunk.ts";
import { isFixed, type Conversation } from "../../conversation/conversation.ts";
import type { ModelMessage } from "../../models/language-model.ts";
import {
  attribute,
  escapeTags,
  estimateTokens,
  renderPrompt,
  type PromptTemplate,
} from "../../models/prompt-template.ts";
import { isPlantedInstruction } from "../../passages/planted-instructions.ts";
import type { QuestionShape } from "../extractive/question-shape.ts";
import type { WritingTask } from "../writer.ts";

/** Tags that structure the prompt; material that contains them is made harmless. */
export const PROMPT_TAGS: readonly string[] = [
  "sources?",
  "thread",
  "question",
  "earlier",
  "others",
];

/** Inputs that `prompts/answer.md` must declare. */
export const ANSWER_INPUTS: readonly string[] = [
  "shape",
  "search",
  "sources",
  "thread",
  "question",
];

const FOLLOW_UP_TAGS: readonly string[] = ["thread", "message"];

/** The messages of `prompts/follow-up.md`: thread and message are material, and their tags are made harmless. */
export function renderFollowUpPrompt(
  template: PromptTemplate,
  inputs: { readonly thread: string; readonly message: string },
): readonly ModelMessage[] {
  return renderPrompt(template, {
    thread: escapeTags(inputs.thread, FOLLOW_UP_TAGS),
    message: escapeTags(inputs.message, FOLLOW_UP_TAGS),
  });
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

const CHECK_TAGS: readonly string[] = ["claim", "quotes?"];

/** What a claim stands on, as the second reader sees it: the page's words, and what they stand under. */
export type CheckedQuote = {
  readonly text: string;
  /** Title and headings, from the page's to the nearest. */
  readonly place: readonly string[];
};

/** The messages of `prompts/check.md`: claim and quotes are material, and their tags are made harmless. */
export function renderCheckPrompt(
  template: PromptTemplate,
  inputs: { readonly claim: string; readonly quotes: readonly CheckedQuote[] },
): readonly ModelMessage[] {
  const quotes = inputs.quotes.map(({ text, place }) => {
    const section = place.length === 0 ? "" : ` section="${attribute(place.join(" / "))}"`;
    return `<quote${section}>\n${escapeTags(text, CHECK_TAGS)}\n</quote>`;
  });
  return renderPrompt(template, {
    claim: escapeTags(inputs.claim, CHECK_TAGS),
    quotes: quotes.join("\n"),
  });
}

const SHAPES: Record<QuestionShape, string> = {
  failure:
    "The question is about something going wrong. Cover, as far as the sources say it: how it is noticed, which state is recorded, what happens by itself, what is lost, what to do, each with its conditions.",
  definition: "The question asks what something is. Define it first, in the documentation's words.",
  steps: "The question asks how to do something. Give the steps in order, each one claim.",
  setting: "The question asks about a setting. Name it, its default and its effect.",
  other: "Answer what is asked, the direct answer first.",
};

const MAY_SEARCH =
  "null, or, when the sources lack what the question needs and the documentation may have it elsewhere: the words to search for, as documentation would put them. Then return no claims.";
const NO_SEARCH = "null; this was the last search.";

/** With less room than this no further source is tried. */
const SMALLEST_SOURCE_TOKENS = 60;

const MAX_EARLIER_TURNS = 2;
const MAX_EARLIER_CHARACTERS = 700;
const MAX_OTHERS = 4;
const MAX_OTHER_CHARACTERS = 300;
const MAX_QUESTION_CHARACTERS = 4000;

const cut = (text: string, characters: number) =>
  text.length <= characters ? text : `${text.slice(0, characters - 1).trimEnd()}\u2026`;

const safe = (text: string) => escapeTags(text, PROMPT_TAGS);

function renderSource(chunk: Chunk, number: number, text: string): string {
  const place = [chunk.title, ...chunk.headingPath.filter((heading) => heading !== chunk.title)];
  const facts = chunk.facts.map(({ label }) => label).join("; ");
  const attributes = [
    `number="${number}"`,
    `section="${attribute(place.join(" / "))}"`,
    ...(chunk.version === "" ? [] : [`version="${attribute(chunk.version)}"`]),
    ...(facts === "" ? [] : [`applies="${attribute(facts)}"`]),
  ];
  return `<source ${attributes.join(" ")}>\n${safe(text)}\n</source>`;
}

/** A listing longer than this is left out of sources beyond the first few, unless the question asks for steps. */
const LONG_LISTING_LINES = 8;
const SOURCES_WITH_LISTINGS = 3;

/**
 * What of a chunk is shown: whole blocks in order, as many as cost at most `tokens`. Blocks that instruct machines are
 * never shown. Listings make half of what is retrieved and carry few answers, so `withListings` can leave long ones out.
 */
function shownText(chunk: Chunk, tokens: number, withListings: boolean): string {
  const blocks =
    chunk.blocks.length > 0
      ? chunk.blocks
      : [{ kind: "paragraph", start: 0, end: chunk.text.length } as const];
  let shown = "";
  let last: (typeof blocks)[number] | undefined;
  for (const block of blocks) {
    const text = chunk.text.slice(block.start, block.end);
    if (isPlantedInstruction(text)) continue;
    const long = block.kind === "code" && text.split("\n").length > LONG_LISTING_LINES;
    if (long && !withListings) continue;
    // The page's own white space between neighbours, a blank line where something was left out.
    const gap = last === undefined ? "" : chunk.text.slice(last.end, block.start);
    const joined = shown + (/^\s*$/u.test(gap) ? gap : "\n\n") + text;
    if (estimateTokens(joined) > tokens) break;
    shown = joined;
    last = block;
  }
  return shown;
}

function renderThread(conversation: Conversation): string {
  const earlier = conversation.turns
    .filter(({ answer }) => answer !== undefined)
    .slice(-MAX_EARLIER_TURNS)
    .map(({ question, answer }) => {
      const said =
        answer === undefined
          ? ""
          : isFixed(answer)
            ? answer.text
            : answer.claims.map(({ text }) => text).join(" ");
      return `<earlier>\nasked: ${safe(cut(question, MAX_OTHER_CHARACTERS))}\nanswered: ${safe(cut(said, MAX_EARLIER_CHARACTERS)) || "nothing"}\n</earlier>`;
    });
  const others = conversation.others
    .slice(-MAX_OTHERS)
    .map(({ text }) => `<others>\n${safe(cut(text, MAX_OTHER_CHARACTERS))}\n</others>`);
  return [...earlier, ...others].join("\n") || "(nothing before)";
}

export type AnswerPrompt = {
  readonly messages: readonly ModelMessage[];
  /** Chunks by number: `sources[0]` is source 1. */
  readonly sources: readonly Chunk[];
  readonly tokens: number;
};

/**
 * The messages for one answer, in at most `maxTokens` (estimated). Evidence is taken in rank order until the budget is
 * full; what does not fit whole is cut between blocks, never within one.
 */
export function renderAnswerPrompt(
  template: PromptTemplate,
  task: Pick<WritingTask, "question" | "shape" | "conversation" | "evidence" | "maySearchAgain">,
  maxTokens: number,
): AnswerPrompt {
  const values = {
    shape: SHAPES[task.shape],
    search: task.maySearchAgain ? MAY_SEARCH : NO_SEARCH,
    thread: renderThread(task.conversation),
    question: safe(cut(task.question, MAX_QUESTION_CHARACTERS)),
  };
  const count = (messages: readonly ModelMessage[]) =>
    messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
  let left = maxTokens - count(renderPrompt(template, { ...values, sources: "" }));
  const sources: Chunk[] = [];
  const rendered: string[] = [];
  for (const { chunk } of task.evidence) {
    if (sources.some(({ id }) => id === chunk.id)) continue;
    const number = sources.length + 1;
    const frame = estimateTokens(renderSource(chunk, number, "")) + 1;
    const withListings = number <= SOURCES_WITH_LISTINGS || task.shape === "steps";
    const text = shownText(chunk, left - frame, withListings);
    if (text === "") {
      if (left - frame < SMALLEST_SOURCE_TOKENS) break;
      continue;
    }
    const entry = renderSource(chunk, number, text);
    sources.push(chunk);
    rendered.push(entry);
    left -= estimateTokens(entry) + 1;
  }
  const messages = renderPrompt(template, {
    ...values,
    sources: rendered.join("\n") || "(no sources)",
  });
  return { messages, sources, tokens: count(messages) };
}
