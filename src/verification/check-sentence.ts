/**
 * What code can tell of a sentence of a model without understanding it: addresses, mentions and planted instructions are
 * taken out or refuse it, numbers and names must stand where it says. What is left is flagged for a checker. Pure.
 */
import { passagesOf, sectionOf, textOf, type Passage } from "../passages/passage.ts";
import { isPlantedInstruction } from "../passages/planted-instructions.ts";
import { flagsOf } from "./flags.ts";
import { findLink } from "../documents/links.ts";
import { materialOf, missingLiteral } from "./literal-checks.ts";
import { isNearCopy } from "./near-copy.ts";

export type SentenceRefusal =
  | "no-text"
  | "link"
  | "planted-instruction"
  | "number"
  | "unit"
  | "name";

export type CodeVerdict =
  | {
      readonly kind: "open";
      /** Without links and mentions. */
      readonly text: string;
      /** Where a checker looks first. */
      readonly flags: readonly string[];
      /** So near to its passages that it stands without a checker. */
      readonly isNearCopy: boolean;
    }
  | { readonly kind: "refused"; readonly reason: SentenceRefusal; readonly detail: string };

export type CheckContext = {
  /** The message and the resolved question: they license numbers and names of the asker's. */
  readonly asked: readonly string[];
  /** What the sentences before this one stand on: it may speak of the same names. */
  readonly before?: readonly Passage[];
};

const MAX_CHARACTERS = 1500;

export function checkSentence(
  sentence: string,
  passages: readonly Passage[],
  facts: readonly string[],
  { asked, before = [] }: CheckContext,
): CodeVerdict {
  const text = withoutMentions(sentence).slice(0, MAX_CHARACTERS);
  if (!/[\p{L}\p{N}]/u.test(text)) return { kind: "refused", reason: "no-text", detail: sentence };
  const link = findLink(withoutPageNames(text, passages));
  if (link !== undefined) return { kind: "refused", reason: "link", detail: link };
  if (isPlantedInstruction(text)) {
    return { kind: "refused", reason: "planted-instruction", detail: text };
  }
  const quoted = passages.map(textOf);
  const places = passages.flatMap(({ chunk, headings }) => [
    chunk.title,
    chunk.product,
    chunk.version,
    ...headings,
    ...chunk.facts.map(({ label }) => label),
  ]);
  const missing = missingLiteral(
    text,
    materialOf(
      [...new Set([...places, ...sectionsOf(passages), ...asked, ...facts])],
      before.map(textOf),
    ),
  );
  if (missing !== undefined) {
    return { kind: "refused", reason: missing.kind, detail: missing.text };
  }
  const applies = passages.flatMap(({ chunk }) => chunk.facts.map(({ label }) => label)).join(" ");
  return {
    kind: "open",
    text,
    flags: flagsOf(text, quoted.join("\n"), applies),
    isNearCopy: facts.length === 0 && isNearCopy(text, quoted),
  };
}

/**
 * A sentence without the code in it that its passages have as code, letter by letter: `prefix.example/name` is the key of a
 * label there. Whatever has a scheme stays, and is an address.
 */
function withoutPageNames(sentence: string, passages: readonly Passage[]): string {
  if (!sentence.includes("`")) return sentence;
  const names = new Set(
    passages.flatMap(({ chunk, start, end }) =>
      (chunk.code ?? [])
        .filter((span) => span.start >= start && span.end <= end)
        .map((span) => chunk.text.slice(span.start, span.end)),
    ),
  );
  return sentence.replaceAll(/`([^`]{1,400})`/gu, (code, name: string) =>
    names.has(name) && !name.includes(":") ? " " : code,
  );
}

/** The whole text of the sections that the passages stand in. */
function sectionsOf(passages: readonly Passage[]): readonly string[] {
  return passages.flatMap((passage) => {
    const section = sectionOf(passage);
    return passagesOf(passage.chunk)
      .filter((other) => sectionOf(other) === section)
      .map((other) => `${textOf(other)} ${headerOf(other)}`);
  });
}

function headerOf({ chunk, header }: Passage): string {
  return header === undefined ? "" : chunk.text.slice(header.start, header.end);
}

/** A sentence without mentions and with the words of links in the place of the links. */
function withoutMentions(sentence: string): string {
  return sentence
    .replaceAll(/!?\[([^\][]{1,300})\]\([^()\s]{1,500}\)/gu, "$1")
    .replaceAll(/<(?:[@#!][^<>]{1,80}|https?:[^<>|]{1,500})(?:\|([^<>]{0,200}))?>/gu, "$1")
    .replaceAll(/(?<![\p{L}\p{N}`])@(?:here|channel|everyone)\b/gu, "")
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .replaceAll(/ {2,}/gu, " ")
    .trim();
}
