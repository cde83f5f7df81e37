/** The answer prompt filled in: sources numbered and cut to the budget, the thread, the question. Pure. */
import type { Chunk } from "../documents/chunk.ts";
import { isFixed, type Conversation } from "../conversation/conversation.ts";
import type { ModelMessage } from "../models/language-model.ts";
import {
  attribute,
  escapeTags,
  estimateTokens,
  renderPrompt,
  type PromptTemplate,
} from "../models/prompt-template.ts";
import type { QuestionShape } from "./question-shape.ts";
import type { WritingTask } from "./writer.ts";

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
    `section="${attribute(place.join(" > "))}"`,
    ...(chunk.version === "" ? [] : [`version="${attribute(chunk.version)}"`]),
    ...(facts === "" ? [] : [`applies="${attribute(facts)}"`]),
  ];
  return `<source ${attributes.join(" ")}>\n${safe(text)}\n</source>`;
}

/** The longest beginning of a chunk, in whole blocks, that costs at most `tokens`; "" when not even the first fits. */
function wholeBlocks(chunk: Chunk, tokens: number): string {
  let end = 0;
  for (const block of chunk.blocks) {
    if (estimateTokens(chunk.text.slice(0, block.end)) > tokens) break;
    end = block.end;
  }
  return chunk.text.slice(0, end);
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
 * full; the one that does not fit any more is cut between blocks, never within one.
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
    const whole = frame + estimateTokens(chunk.text) <= left;
    const text = whole ? chunk.text : wholeBlocks(chunk, left - frame);
    if (text !== "") {
      const entry = renderSource(chunk, number, text);
      sources.push(chunk);
      rendered.push(entry);
      left -= estimateTokens(entry) + 1;
    }
    if (!whole) break;
  }
  const messages = renderPrompt(template, {
    ...values,
    sources: rendered.join("\n") || "(no sources)",
  });
  return { messages, sources, tokens: count(messages) };
}
