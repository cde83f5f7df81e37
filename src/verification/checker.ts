/**
 * The checker: a model that is asked, for a few sentences at a time, whether their passages carry them. One small call in
 * plain lines; whatever the reply holds beside a verdict for each sentence is not heard.
 */
import type { LanguageModel, ModelMessage, TokenUsage } from "../models/language-model.ts";
import {
  escapeTags,
  estimateTokens,
  renderPrompt,
  type PromptTemplate,
} from "../models/prompt-template.ts";
import { passagesOf, textOf, type Passage } from "../passages/passage.ts";

/** A sentence to be checked, and what it stands on. */
export type CheckItem = {
  readonly text: string;
  readonly passages: readonly Passage[];
  readonly facts: readonly string[];
  readonly flags: readonly string[];
};

export type CheckRequest = {
  /** The question as it was resolved. */
  readonly question: string;
  /** Sentences shown before these, for what "it" stands for. */
  readonly before: readonly string[];
  readonly items: readonly CheckItem[];
};

export type CheckVerdict =
  | { readonly kind: "ok" }
  /** The whole sentence as it is carried. */
  | { readonly kind: "fix"; readonly text: string }
  | { readonly kind: "no"; readonly why: string }
  /** The checker gave none for this sentence. */
  | { readonly kind: "unread"; readonly why: string };

export type CheckReply = {
  /** One for each item, in order. */
  readonly verdicts: readonly CheckVerdict[];
  readonly usage: TokenUsage | undefined;
};

export interface Checker {
  /** The model's name. */
  readonly name: string;
  /** Version of its prompt. */
  readonly version: number;
  /** Tokens that this check costs at most, estimated. */
  mostTokens(request: CheckRequest): number;
  /** Throws `ModelError` when the endpoint fails and the reason of the signal when that is aborted. */
  check(request: CheckRequest, signal?: AbortSignal): Promise<CheckReply>;
}

export type CheckerOptions = {
  readonly model: LanguageModel;
  /** `prompts/check.md`, parsed. */
  readonly prompt: PromptTemplate;
};

const TAGS = ["passages?", "question", "sentences?"] as const;
const MAX_REPLY_CHARACTERS = 20_000;
/** For a model that thinks first. */
const THINKING_TOKENS = 1500;
const TOKENS_A_SENTENCE = 120;
const CHARACTERS_A_SENTENCE = 600;
const MAX_PASSAGE_CHARACTERS = 3000;
const MAX_ANNOUNCED_CHARACTERS = 600;
const MAX_WHY_CHARACTERS = 120;
const MOST_BEFORE = 4;

export function createChecker({ model, prompt }: CheckerOptions): Checker {
  const render = (request: CheckRequest) => renderCheckPrompt(prompt, request);
  const outputOf = ({ items }: CheckRequest) => THINKING_TOKENS + items.length * TOKENS_A_SENTENCE;
  return {
    name: model.name,
    version: prompt.version,
    mostTokens(request) {
      // What is written is a line a sentence; the room for thinking is seldom used.
      return tokensOf(render(request)) + request.items.length * TOKENS_A_SENTENCE;
    },
    async check(request, signal) {
      let text = "";
      let usage: TokenUsage | undefined;
      for await (const event of model.stream({
        messages: render(request),
        maxOutputTokens: outputOf(request),
        ...(signal === undefined ? {} : { signal }),
      })) {
        if (event.kind === "end") usage = event.usage;
        else text += event.text;
        if (event.kind === "text" && isEnough(text, event.text, request.items.length)) break;
      }
      const verdicts = readVerdicts(text.slice(0, MAX_REPLY_CHARACTERS), request.items.length);
      return { verdicts, usage };
    },
  };
}

/** The messages of `prompts/check.md`: sentences and passages are material, and their tags are made harmless. */
export function renderCheckPrompt(
  prompt: PromptTemplate,
  request: CheckRequest,
): readonly ModelMessage[] {
  return renderPrompt(prompt, inputsOf(request));
}

function tokensOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}

function inputsOf({ question, before, items }: CheckRequest) {
  const numbers = new Map<Passage, number>();
  for (const passage of items.flatMap(({ passages }) => passages)) {
    if (!numbers.has(passage)) numbers.set(passage, numbers.size + 1);
  }
  const facts = [...new Set(items.flatMap((item) => item.facts))];
  const listed = [...numbers].map(([passage, number]) => `P${number} ${describe(passage)}`);
  const named = items.map(({ text, passages, facts: own, flags }, index) => {
    const names = [
      ...passages.map((passage) => `P${numbers.get(passage) ?? 0}`),
      ...own.map((fact) => `F${facts.indexOf(fact) + 1}`),
    ];
    const look = flags.length === 0 ? "" : `; look: ${flags.join("; ")}`;
    return `${index + 1}: (${names.join(", ")}${look}) ${oneLine(text)}`;
  });
  return {
    question: safe(oneLine(question).slice(0, 2000)),
    passages: safe(
      [...listed, ...facts.map((fact, index) => `F${index + 1} ${oneLine(fact)}`)].join("\n"),
    ),
    sentences: safe(
      [
        ...before.slice(-MOST_BEFORE).map((text) => `(said before) ${oneLine(text)}`),
        ...named,
      ].join("\n"),
    ),
  };
}

/** Where a passage stands, what announces it or is announced by it, and its words. */
function describe(passage: Passage): string {
  const { chunk, headings, announcedBy, header } = passage;
  const place = [...new Set([chunk.title, ...headings])].join(" / ");
  const applies = [...new Set(chunk.facts.map(({ label }) => label))].join("; ");
  const all = passagesOf(chunk);
  const lead = announcedBy === undefined ? undefined : all[announcedBy];
  const announced: string[] = [];
  for (let at = passage.place + 1, length = 0; length < MAX_ANNOUNCED_CHARACTERS; at += 1) {
    const next = all[at];
    if (next?.announcedBy !== passage.place) break;
    announced.push(textOf(next));
    length += next.end - next.start;
  }
  const details = [
    `section: ${place}`,
    ...(chunk.version === "" ? [] : [`version: ${chunk.version}`]),
    ...(applies === "" ? [] : [`applies: ${applies}`]),
    ...(header === undefined ? [] : [`columns: ${chunk.text.slice(header.start, header.end)}`]),
    ...(lead === undefined ? [] : [`after: ${textOf(lead)}`]),
    ...(announced.length === 0
      ? []
      : [`before: ${announced.join(" / ").slice(0, MAX_ANNOUNCED_CHARACTERS)}`]),
  ];
  const text = textOf(passage).slice(0, MAX_PASSAGE_CHARACTERS);
  return `(${oneLine(details.join("; "))}) ${passage.kind === "listing" ? `\n${text}` : oneLine(text)}`;
}

const oneLine = (text: string) => text.replaceAll(/\s+/gu, " ").trim();
const safe = (text: string) => escapeTags(text, TAGS);

/** All verdicts are there, or a model that does not think aloud has written more than any verdicts need. */
function isEnough(text: string, piece: string, count: number): boolean {
  if (text.length > MAX_REPLY_CHARACTERS) return true;
  if (/<\/?think/iu.test(text.slice(0, 200)) && !text.includes("</think")) return false;
  if (!text.includes("<think") && text.length > count * CHARACTERS_A_SENTENCE) return true;
  if (!piece.includes("\n")) return false;
  const complete = text.slice(0, text.lastIndexOf("\n"));
  return readVerdicts(complete, count).every(({ kind }) => kind !== "unread");
}

const LINE =
  /^[^\p{L}\p{N}]{0,6}(?:sentence\s)?\(?(\d{1,3})[\])]?[^\p{L}\p{N}]{1,8}(ok|okay|yes|carried|fix|no|not carried|refused)\b[\s:.,;*_–—-]{0,6}(.*)$/iu;

/** The verdicts of a reply, one for each sentence; a sentence it does not speak of is unread. */
export function readVerdicts(reply: string, count: number): CheckVerdict[] {
  const thought = reply.lastIndexOf("</think");
  const said = thought === -1 ? reply : reply.slice(reply.indexOf(">", thought) + 1);
  const verdicts = new Map<number, CheckVerdict>();
  for (const line of said.split("\n").slice(0, 400)) {
    const [, digits = "", word = "", rest = ""] = LINE.exec(line.slice(0, 2000).trim()) ?? [];
    const number = Number(digits);
    if (digits === "" || verdicts.has(number)) continue;
    verdicts.set(number, verdictOf(word.toLowerCase(), rest.trim()));
  }
  return Array.from({ length: count }, (_, index) => {
    const verdict = verdicts.get(index + 1);
    return verdict ?? { kind: "unread", why: "no verdict" };
  });
}

function verdictOf(word: string, rest: string): CheckVerdict {
  switch (word) {
    case "ok":
    case "okay":
    case "yes":
    case "carried":
      return { kind: "ok" };
    case "fix": {
      const text = rest.replace(/^["“](.*)["”]$/u, "$1").trim();
      return text === "" ? { kind: "no", why: "" } : { kind: "fix", text };
    }
    default:
      return {
        kind: "no",
        why: oneLine(rest.replaceAll(/\p{C}/gu, " ")).slice(0, MAX_WHY_CHARACTERS),
      };
  }
}
