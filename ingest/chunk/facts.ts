/** Recognises what a page says about where or since when something holds: versions, editions, deprecations. */
import type { Fact } from "../../src/documents/chunk.ts";

type FactRule = {
  readonly kind: Fact["kind"];
  readonly pattern: RegExp;
  readonly label: (match: RegExpExecArray) => string;
};

/** "3.6.22", "v3.0.0rc1", "3.x", "2.14+"; at least two parts, so that a plain number is none. */
const VERSION = String.raw`v?(\d+\.(?:\d+|x)(?:\.(?:\d+|x|\*))*(?:\.?(?:a|b|rc|dev|post)\d+)?)\+?`;
/** A product's name before a version: one or two words, capitalised or a package name ("lantern-lamp"). */
const NAME = String.raw`((?:[A-Z][\w-]*|[a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?: [A-Z][\w-]*)?)`;
/** What is said of its end is no fact about when something began. */
const NOT_AN_END = String.raw`(?<!\b(?:[Dd]eprecated|[Rr]emoved|[Oo]bsolete|[Dd]iscontinued|[Uu]nsupported|[Dd]ropped)(?: [a-z]+){0,3} )`;

const PLAN = "(?:Starter|Standard|Team|Pro|Enterprise|Business|Premium)";
/** Rules that hold for every product. */
const RULES: readonly FactRule[] = [
  {
    // "v3.2 and after", "3.2 and later" as the beginning of a line: the note above what it holds for
    kind: "since",
    pattern: new RegExp(
      String.raw`(?<=^|\n|[(>] ?)(?:[Ii]n |[Vv]ersions? |[Rr]eleases? )?${VERSION} (?:and|or) (?:after|later|newer|above|up|onwards?)\b`,
    ),
    label: (match) => `since ${match[1] ?? ""}`,
  },
  {
    // "since 3.6.22", "added in version 0.5.3", "as of Prefect 3.4.19"
    kind: "since",
    pattern: new RegExp(
      String.raw`${NOT_AN_END}\b(?:[Ss]ince|[Aa]s of|[Ss]tarting (?:in|with|from)|[Bb]eginning (?:in|with)|(?:[Aa]dded|[Ii]ntroduced|(?<!\b[Ww]hat(?:[’']s| is) )[Nn]ew|[Aa]vailable|[Ss]upported|[Cc]hanged|[Rr]eleased|[Aa]ppeared|[Ss]hipped) (?:in|since|as of|starting (?:in|with|from)))(?: (?:the )?(?:release|versions?))?(?: ${NAME})?(?: (?:version|release))?(?: |==)${VERSION}`,
    ),
    label: (match) => `since ${named(match[1], match[2])}`,
  },
  {
    // "Prefect 3.6.22 and later"
    kind: "since",
    pattern: new RegExp(
      String.raw`\b${NAME}(?: (?:version|release)s?)? ${VERSION} and (?:after|later|newer|above|up)\b`,
    ),
    label: (match) => `since ${named(match[1], match[2])}`,
  },
  {
    // "Versions 0.7.0 and later of prefect-dbt"
    kind: "since",
    pattern: new RegExp(
      String.raw`\b[Vv]ersions? ${VERSION} (?:and|or) (?:later|newer|above) of ${NAME}`,
    ),
    label: (match) => `since ${named(match[2], match[1])}`,
  },
  {
    // "requires Python 3.10", "you will need to be using Pulumi version >= 3.147.0"
    kind: "requires",
    pattern: new RegExp(
      String.raw`\b(?:[Rr]equires?|[Nn]eeds?|must (?:be|have|use|run))\b(?: [a-z][\w@.-]*){0,4} ${NAME}(?: (?:version|release))?(?: ?(?:>=|≥|at least))? ?${VERSION}`,
    ),
    label: (match) => `requires ${named(match[1], match[2])}`,
  },
  {
    // "PostgreSQL version 14.9 or higher"
    kind: "requires",
    pattern: new RegExp(
      String.raw`\b${NAME}(?: (?:[Vv]ersion|[Rr]elease))? ${VERSION} or (?:later|newer|higher|above|greater)\b`,
    ),
    label: (match) => `requires ${named(match[1], match[2])}`,
  },
  {
    // "Custom roles are available on Enterprise tier accounts", "on Team, Pro, and Enterprise plans"
    kind: "edition",
    pattern: new RegExp(
      String.raw`\b(${PLAN}(?:(?:, and |, or |, | and | or |/)${PLAN}){0,4})(?:[ -](?:tier|plan))?[ -](?:(?:tier|plan|account)s?|only)\b( (?:or|and) (?:above|higher|up)\b)?`,
    ),
    label: (match) => `${match[1] ?? ""} plan${match[2] === undefined ? "" : " or above"}`,
  },
  {
    kind: "deprecated",
    pattern:
      /\b(?:(?:is|are|was|were|has been|have been|now) deprecated\b|[Dd]eprecated (?:since|in|as of)\b|will be removed in\b)(?:[^.\n]|\.(?=\d)){0,60}/,
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

const editionRules = new Map<string, FactRule>();

/** "only available in Lantern Cloud", "(Lantern Cloud only)": what the vendor sells apart, by the names given. */
function editionRule(editions: readonly string[]): FactRule {
  const key = editions.join("\n");
  const known = editionRules.get(key);
  if (known !== undefined) return known;
  const any = `(?:${editions.map((name) => RegExp.escape(name)).join("|")})(?![\\p{L}\\p{N}])`;
  const rule: FactRule = {
    kind: "edition",
    pattern: new RegExp(
      String.raw`\b(?:[Oo]nly (?:available |supported |offered )?(?:in|on|for|with|to|through) (${any})|(${any})[ -]only|(?:available|supported|exclusive)(?: only)? (?:in|on|to) (${any}) (?:only|users only|exclusively)|(?:is|are) (?:an? )?(${any})(?:[ -]only)? features?)`,
      "u",
    ),
    label: (match) => `${match.slice(1).find((group) => group !== undefined) ?? ""} only`,
  };
  editionRules.set(key, rule);
  return rule;
}

/** What a vendor hosts usually goes by the product's name: "Lantern Cloud". */
export function editionsOf(product: string, named: readonly string[] = []): readonly string[] {
  const title = product
    .split("-")
    .map((word) => word.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()))
    .join(" ");
  return [...new Set([...named, ...(title === "" ? [] : [`${title} Cloud`])])];
}

/** A word at the start of a sentence that is no part of a name. */
const NOT_A_NAME =
  /^(?:requires?|needs?|versions?|releases?|the|an?|in|on|of|for|with|using|since|from|it|this)\b ?/i;

function named(name: string | undefined, version: string | undefined): string {
  const own = name?.replace(NOT_A_NAME, "") ?? "";
  return [own, version ?? ""].filter((part) => part !== "").join(" ");
}

const MAX_FACTS = 6;

/** Longer texts are listings or a broken page; what is beyond is not looked at. */
const MAX_LENGTH = 20_000;

/**
 * Facts of a text, in order, each label once; `text` of a fact is the page's own words around it. `editions` are what
 * the vendor sells apart.
 */
export function factsOf(whole: string, editions: readonly string[] = []): readonly Fact[] {
  const text = whole.slice(0, MAX_LENGTH);
  const facts = new Map<string, { readonly fact: Fact; readonly at: number }>();
  const rules = editions.length === 0 ? RULES : [...RULES, editionRule(editions)];
  for (const rule of rules) {
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
