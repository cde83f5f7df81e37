/** Recognises what a page says about where or since when something holds: versions, editions, deprecations. */
import type { Fact } from "../../src/documents/chunk.ts";

type FactRule = {
  readonly kind: Fact["kind"];
  readonly pattern: RegExp;
  readonly label: (match: RegExpExecArray) => string;
};

/** "3.6.22", "v3.0.0rc1", "3.x", "2.14+"; at least two parts, so that a plain number is none. */
const VERSION = String.raw`v?(\d+\.(?:\d+|x)(?:\.(?:\d+|x|\*))*(?:\.?(?:a|b|rc|dev|post)\d+)?)\+?`;
/** A product's name before a version: one or two words, capitalised or a package name. */
const NAME = String.raw`((?:[A-Z][\w-]*|prefect[\w-]*)(?: [A-Z][\w-]*)?)`;

const RULES: readonly FactRule[] = [
  {
    kind: "since",
    pattern: new RegExp(
      String.raw`\b(?:since|(?:added|introduced|new|available|supported|changed|released) (?:in|since|from|as of|starting (?:in|with|from))|as of|starting (?:in|with|from)|beginning (?:in|with)|from)(?: (?:the )?(?:release|version|versions))?(?: ${NAME})?(?: (?:version|release))? ${VERSION}`,
      "i",
    ),
    label: (match) => `since ${named(match[1], match[2])}`,
  },
  {
    kind: "requires",
    pattern: new RegExp(
      String.raw`\b(?:requires?|needs?|required|must (?:be|have|use|run))\b(?: [\w@.-]+){0,4}? ?${NAME}(?: (?:version|release))?(?: ?(?:>=|≥|at least|or (?:later|newer|higher)))? ?(?:version )?${VERSION}`,
    ),
    label: (match) => `requires ${named(match[1], match[2])}`,
  },
  {
    kind: "requires",
    pattern: new RegExp(
      String.raw`${NAME}(?: (?:version|release))? (?:>=|≥|=>)? ?${VERSION} (?:or (?:later|newer|higher|above|greater)|and (?:later|newer|above)) (?:is|are) required`,
    ),
    label: (match) => `requires ${named(match[1], match[2])}`,
  },
  {
    kind: "edition",
    pattern:
      /\b(?:only (?:available |supported )?(?:in|on|for|with|to) ((?:Prefect|Dagster|Temporal|Astronomer|Argo) Cloud|[A-Z]\w+ (?:Cloud|Enterprise|Pro|Plus))|((?:Prefect|Dagster|Temporal) Cloud|Dagster\+|[A-Z]\w+ Enterprise)(?:-| )only|(?:available|supported|feature|exclusive)s? (?:only )?(?:in|on|of|to) ((?:Prefect|Dagster|Temporal) Cloud)(?: only| users only| accounts only| exclusively)|(?:is|are) (?:an? )?((?:Prefect|Dagster|Temporal) Cloud) (?:only )?features?)\b/,
    label: (match) => `${match.slice(1).find((group) => group !== undefined) ?? ""} only`,
  },
  {
    kind: "edition",
    pattern:
      /\b(?:available|supported|offered|included)\b[^.\n]{0,40}\bon (?:the |our )?((?:(?:Starter|Team|Pro|Enterprise|Custom|Business)(?:,? (?:and|or) |, ))*(?:Starter|Team|Pro|Enterprise|Custom|Business)) (?:plan|tier)s?\b/,
    label: (match) => `${match[1] ?? ""} plan`,
  },
  {
    kind: "deprecated",
    pattern:
      /\b(?:(?:is|are|was|were|has been|have been|now) deprecated\b|[Dd]eprecated (?:since|in|as of)\b|will be removed in\b)[^.\n]{0,60}/,
    label: (match) => {
      const version = new RegExp(VERSION).exec(match[0])?.[1];
      return version === undefined ? "deprecated" : `deprecated, ${version}`;
    },
  },
  {
    kind: "platform",
    pattern:
      /\b(?:only (?:works|available|supported|runs) (?:on|in|with)|not (?:supported|available) (?:on|in)) (Windows|macOS|Linux|Kubernetes|Docker|Unix|AWS|ECS|Azure|GCP)\b/,
    label: (match) => match[0].trim(),
  },
];

function named(name: string | undefined, version: string | undefined): string {
  const isWord =
    name !== undefined && /^(?:the|a|an|it|this|that|in|on|of|version|release)$/i.test(name);
  return [isWord ? undefined : name, version].filter((part) => part !== undefined).join(" ");
}

const MAX_FACTS = 6;

/** Facts of a text, in order, each label once; `text` of a fact is the page's own words around it. */
export function factsOf(text: string): readonly Fact[] {
  const facts = new Map<string, { readonly fact: Fact; readonly at: number }>();
  for (const rule of RULES) {
    const every = new RegExp(rule.pattern.source, `${rule.pattern.flags.replace("g", "")}g`);
    for (const match of text.matchAll(every)) {
      const label = rule.label(match);
      const key = `${rule.kind} ${label}`;
      if (facts.has(key)) continue;
      facts.set(key, {
        at: match.index,
        fact: { kind: rule.kind, label, text: sentenceAround(text, match.index, match[0].length) },
      });
    }
  }
  return [...facts.values()]
    .toSorted((a, b) => a.at - b.at)
    .slice(0, MAX_FACTS)
    .map(({ fact }) => fact);
}

/** The sentence a match stands in, cut at line breaks. */
function sentenceAround(text: string, at: number, length: number): string {
  const before = text.slice(0, at);
  const start = Math.max(before.lastIndexOf("\n"), lastSentenceEnd(before)) + 1;
  const rest = text.slice(at + length);
  const end = /\n|[.!?](?=\s|$)/.exec(rest);
  const until = end === null ? text.length : at + length + end.index + (end[0] === "\n" ? 0 : 1);
  return text.slice(start, until).trim();
}

function lastSentenceEnd(text: string): number {
  let last = -1;
  for (const match of text.matchAll(/[.!?](?=\s)/g)) last = match.index;
  return last;
}
