/**
 * Judges what stands in a workspace: every message of the bot has to belong to a question, every question has to be answered
 * once and whole, and every line has to stand on a page, or be one of the product's fixed sentences. It reads the
 * pages as files, so that it does not believe the index that the bot believes.
 */
import { plainMarkup } from "../../../src/documents/markup.ts";
import type { Answer } from "../../../src/documents/answer.ts";
import {
  CLOSEST_HEADING,
  aspectHeading,
  fallbackSentence,
  missingSentence,
  openingSentence,
} from "../../../src/documents/answer-text.ts";
import { ASPECTS } from "../../../src/documents/answer.ts";
import { remarkText } from "../../../src/documents/remark-text.ts";
import { NOTICES } from "../../../src/slack/notices.ts";
import {
  type FakeMessage,
  type FakeSlack,
  isFinished,
  plainText,
} from "../../support/fake-slack.ts";

export type AskedQuestion = {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string;
  readonly text: string;
  /** Its message was deleted: one answer or none is right. */
  deleted?: boolean;
};

export type AskedCommand = {
  /** The last part of the address that Slack takes the answer at. */
  readonly trigger: string;
  readonly text: string;
  /** The process, its disk or Slack went away meanwhile: it is answered at most once, and may get an apology. */
  excused?: boolean;
};

/** What the judge knows beside the workspace. */
export type Evidence = {
  /** Texts of the documentation's pages. */
  readonly pages: readonly string[];
  /** Beginning of every address that may be cited. */
  readonly address: string;
  /** Answers that the core stored for a question: one for each text it had. */
  readonly answers: (key: string) => Promise<readonly Answer[]>;
};

export const FAILURES = [
  "lost",
  "unfinished",
  "repeated",
  "apologised and answered",
  "unaccounted",
  "unverified",
] as const;

export type Verdict = {
  readonly counts: Readonly<Record<(typeof FAILURES)[number], number>>;
  /** Questions that got an apology in place of an answer. */
  readonly apologised: number;
  readonly asked: number;
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
};

/** Apologies beyond this share of the questions are a failure, too. */
export const MOST_APOLOGIES = 0.01;

/** True when nothing failed and apologies are rare; one question of a short run may get one. */
export function passes({ counts, apologised, asked }: Verdict): boolean {
  return (
    FAILURES.every((failure) => counts[failure] === 0) &&
    apologised <= Math.max(asked < 100 ? 0 : 1, asked * MOST_APOLOGIES)
  );
}

const APOLOGIES = new Set([NOTICES.failed, NOTICES.tooOld, NOTICES.commandFailed].map(bare));

export function createJudge(slack: FakeSlack, { pages, address, answers }: Evidence) {
  const folded = pages.map(bare);
  const fixed = new Set(
    [
      ...Object.values(NOTICES),
      ...ASPECTS.flatMap((aspect) => aspectHeading(aspect) ?? []),
      "Besides",
      "(see above)",
    ].map(bare),
  );
  const onPages = new Map<string, boolean>();
  const standsOnPage = (line: string): boolean => {
    const known = onPages.get(line);
    if (known !== undefined) return known;
    const found = folded.some((page) => page.includes(line));
    onPages.set(line, found);
    return found;
  };

  /** A row with its header, "Late: Look first at: ...; Run it again with: ...": every cell stands on the same page. */
  function isTableRow(line: string): boolean {
    const cells = line
      .split(/\s–\s|[:;|]\s/)
      .map(bare)
      .filter((cell) => cell !== "");
    return cells.length > 2 && folded.some((page) => cells.every((cell) => page.includes(cell)));
  }

  /** Lines that neither a page nor the product's fixed sentences have. */
  function unverifiedLines(text: string, stored: readonly Answer[], asked: string): string[] {
    const own = new Set(stored.flatMap((answer) => ownSentences(answer, asked)).map(bare));
    const conditions = new Set(
      stored.flatMap(({ claims }) =>
        claims.flatMap(({ conditions: all }) => (all.length === 0 ? [] : [bare(all.join("; "))])),
      ),
    );
    const isFine = (line: string): boolean =>
      line === "" ||
      fixed.has(line) ||
      own.has(line) ||
      standsOnPage(line) ||
      [...conditions].some(
        (condition) => line.endsWith(condition) && isFine(line.slice(0, -condition.length)),
      );
    return text.split("\n").filter((raw) => {
      const line = raw.trim();
      if (isSourceHeading(line) || /^and \d+ more$/.test(line)) return false;
      const source = /^\[\d+\] (?:<([^|>]+)\|[^>]*>|.*)/.exec(line);
      if (source?.[1] !== undefined) return !source[1].startsWith(address);
      return !isFine(bare(line)) && !isTableRow(line);
    });
  }

  function isApology(message: FakeMessage): boolean {
    return plainText(message)
      .split("\n")
      .some((line) => APOLOGIES.has(bare(line)));
  }

  /** All of a stored answer stands in the text. */
  function isWhole(answer: Answer, text: string, asked: string): boolean {
    const folding = bare(text);
    const parts =
      answer.claims.length > 0
        ? answer.claims.map((claim) => claim.text)
        : ownSentences(answer, asked);
    // Drawn lists have no markers in their text, and cells stand each for itself.
    return parts
      .flatMap((part) => plainMarkup(part).split("\n"))
      .flatMap((line) => line.replace(/^(?:-|\d+\.) /, "").split(" | "))
      .every((words) => folding.includes(bare(words)));
  }

  async function judge(
    asked: readonly AskedQuestion[],
    commands: readonly AskedCommand[] = [],
  ): Promise<Verdict> {
    const counts = Object.fromEntries(FAILURES.map((failure) => [failure, 0])) as Record<
      (typeof FAILURES)[number],
      number
    >;
    const problems: string[] = [];
    const fail = (failure: (typeof FAILURES)[number], what: string) => {
      counts[failure] += 1;
      problems.push(`${failure}: ${what}`);
    };
    let apologised = 0;

    const byQuestion = new Map<string, FakeMessage[]>();
    for (const message of slack.ownMessages()) {
      const key = questionOf(message);
      if (key === undefined) {
        if (isFinished(message)) fail("unaccounted", where(message));
        continue;
      }
      byQuestion.set(key, [...(byQuestion.get(key) ?? []), message]);
    }

    for (const question of asked) {
      const key = `${slack.teamId}:${question.channel}:${question.ts}`;
      const messages = byQuestion.get(key) ?? [];
      byQuestion.delete(key);
      const what = `${question.channel} ${question.ts} ${JSON.stringify(question.text)}`;
      const live = slack
        .replies(question.channel, question.threadTs)
        .some((message) => !isFinished(message));
      if (messages.length === 0) {
        if (question.deleted !== true) fail(live ? "unfinished" : "lost", what);
        continue;
      }
      if (messages.some(({ threadTs }) => threadTs !== question.threadTs))
        fail("unaccounted", `outside of its thread: ${what}`);
      const apologies = messages.filter(isApology);
      const answering = messages.filter((message) => !isApology(message));
      if (apologies.length > 1) fail("repeated", `an apology: ${what}`);
      if (apologies.length > 0 && answering.length > 0) fail("apologised and answered", what);
      if (apologies.length > 0 && answering.length === 0) apologised += 1;

      const stored = await answers(key);
      for (const message of apologies)
        for (const line of unverifiedLines(plainText(message), stored, question.text))
          fail("unverified", `${where(message)}: ${line}`);
      if (answering.length === 0) continue;
      const text = answering.map(withoutButtons).join("\n");
      for (const line of unverifiedLines(text, stored, question.text))
        fail("unverified", `${what}: ${line}`);
      if (!stored.some((answer) => isWhole(answer, text, question.text))) fail("unfinished", what);
      if (repeats(text, stored)) fail("repeated", what);
    }
    for (const messages of byQuestion.values())
      for (const message of messages) fail("unaccounted", where(message));

    for (const command of commands) {
      const key = `command:${slack.teamId}:${command.trigger}`;
      const texts = slack.responses
        .filter(({ url }) => url.endsWith(`/${command.trigger}`))
        .map(({ body }) =>
          withoutButtons({
            text: typeof body["text"] === "string" ? body["text"] : "",
            blocks: Array.isArray(body["blocks"]) ? body["blocks"] : [],
          }),
        );
      const what = `/ask ${JSON.stringify(command.text)}`;
      if (texts.length === 0) {
        if (command.excused !== true) fail("lost", what);
        continue;
      }
      const text = texts.join("\n");
      if (command.excused !== true && text.split("\n").some((line) => APOLOGIES.has(bare(line))))
        apologised += 1;
      const stored = await answers(key);
      for (const line of unverifiedLines(text, stored, command.text))
        fail("unverified", `${what}: ${line}`);
      if (repeats(text, stored)) fail("repeated", what);
    }
    for (const { text, blocks } of slack.ephemerals)
      for (const line of unverifiedLines(withoutButtons({ text, blocks }), [], ""))
        fail("unverified", `for one person: ${line}`);
    return { counts, apologised, asked: asked.length + commands.length, problems };
  }

  return { judge };
}

/** Two lists of sources, or a sentence more often than the stored answer has it. */
function repeats(text: string, stored: readonly Answer[]): boolean {
  const lines = text.split("\n");
  if (lines.filter((line) => line.startsWith("*Sources*")).length > 1) return true;
  const count = (all: readonly string[], line: string) => all.filter((one) => one === line).length;
  const shown = lines.map(bare).filter((line) => line.length > 40);
  return shown.some((line) => {
    const times = count(shown, line);
    if (times < 2) return false;
    return !stored.some(
      ({ claims }) =>
        count(
          claims.flatMap((claim) => claim.text.split("\n").map(bare)),
          line,
        ) >= times,
    );
  });
}

/** What the product says beside claims, with the values of this answer filled in. */
function ownSentences(answer: Answer, asked: string): readonly string[] {
  return [
    openingSentence(answer, asked),
    missingSentence(answer),
    fallbackSentence(answer),
    ...answer.remarks.map(remarkText),
  ].filter((sentence) => sentence !== undefined);
}

function isSourceHeading(line: string): boolean {
  return line.startsWith("*Sources*") || line.startsWith(`*${CLOSEST_HEADING.replace(/:$/, "")}*`);
}

/** Key of the question that a message says it answers. */
function questionOf({ metadata }: FakeMessage): string | undefined {
  if (metadata?.["event_type"] !== "answer") return undefined;
  const payload = metadata["event_payload"];
  const question =
    typeof payload === "object" && payload !== null && "question" in payload
      ? payload.question
      : undefined;
  return typeof question === "string" ? question : undefined;
}

function where(message: FakeMessage): string {
  return `${message.channel} ${message.threadTs ?? message.ts}: ${plainText(message).slice(0, 200)}`;
}

/** Letters and digits alone, without citation marks: what any way of showing a sentence keeps. */
export function bare(text: string): string {
  return text
    .replaceAll(/&(amp|lt|gt);/g, " ")
    .replaceAll(/\[\d+\]/g, " ")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** The value below which `share` of the numbers lie; NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The text of a message above its row of buttons. */
function withoutButtons({ text, blocks }: Pick<FakeMessage, "text" | "blocks">): string {
  return plainText({ text, blocks: blocks.filter((block) => !isButtons(block)) });
}

function isButtons(block: unknown): boolean {
  return typeof block === "object" && block !== null && "type" in block && block.type === "actions";
}
