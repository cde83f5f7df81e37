/** Whether a value that stands where a secret may stand is one. */
import { readSecretName, SECRET_FORMS, type ValueRule, wordsOfName } from "./secret-forms.ts";

const PLACEHOLDERS = new Set(SECRET_FORMS.placeholders);
/** Longest value whose words are read; no placeholder is longer. */
const LONGEST_PLACEHOLDER = 120;
const RANDOM_LENGTH = 16;
/** Letters of a word in a name like `BlobStorageCredentials`; what changes its case more often is no name. */
const LONGEST_PART = 4;
const DIGITS_OF_A_KEY = 8;

export type ValueContext = {
  readonly rule: ValueRule;
  /** The quotation mark around it, or "". */
  readonly quote: string;
  /** It follows its name at once, as in `NAME=value`, or is all that its line says of the name. */
  readonly exact: boolean;
  /** The name says password, not key or token: people choose those, and not at random. */
  readonly password: boolean;
};

/** True when `value` is to be hidden. */
export function isSecretValue(value: string, context: ValueContext): boolean {
  if (value === "" || saysNothing(value, context.quote) || isElsewhere(value)) return false;
  if (context.rule === "random") return looksRandom(value);
  if (/^\d+$/.test(value))
    return (context.password && context.exact) || value.length >= DIGITS_OF_A_KEY;
  if (context.quote !== "") {
    const prose = /^\p{L}+(?: \p{L}+)+[.!?]?$/u.test(value);
    return context.rule === "any" ? !prose || context.password : looksChosen(value);
  }
  if (isCode(value)) return false;
  if (context.exact && context.password && context.rule === "any") return true;
  return looksChosen(value) || (context.exact && /^\p{L}{20,}$/u.test(value));
}

/** Digits, inner capitals or signs that no word and no name of a variable or a class has. */
export function looksChosen(value: string): boolean {
  if (/\d|[^\p{L}\p{N}\s_.,;:/!?'"()<>[\]{}-]|[^\s\p{L}\p{N}'._-](?=\p{L})/u.test(value))
    return true;
  const capitals = value.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0;
  return capitals > 0 && value.length < LONGEST_PART * (capitals + 1);
}

/** Long, with letters and digits, and neither a digest nor the id of a run. */
export function looksRandom(value: string): boolean {
  if (value.length < RANDOM_LENGTH || !/\d/.test(value) || !/\p{L}/u.test(value)) return false;
  return /^[^\s()<>{}]+$/.test(value) && !isIdentifier(value);
}

/** A run's id (UUID), a digest or a commit. */
export function isIdentifier(value: string): boolean {
  return /^(?:sha\d+:)?(?:[0-9a-f]{7,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(
    value,
  );
}

/** `<your-key>`, `${DB_PASSWORD}`, `$TOKEN`, `{{ token }}`, `********`, `None`, `my-secret-token`. */
export function saysNothing(value: string, quote = ""): boolean {
  if (value.length > LONGEST_PLACEHOLDER) return false;
  if (/^[x*.\-_#•…?]+$/i.test(value) || /^\W*$/u.test(value.replaceAll(/[\p{L}\p{N}]/gu, "a")))
    return true;
  if (quote === "" && /^(?:\$\(|\$\{|\{\{)/.test(value)) return true;
  if (/(?:\.{3}|…)$/.test(value) && value.length < 16) return true;
  const variable = /^\$(?:env:)?(\w+)$/.exec(value)?.[1];
  if (variable !== undefined) {
    const named = readSecretName(wordsOfName(variable))?.value === "any";
    return (
      named ||
      /^[A-Z_][A-Z0-9_]*$|^\d$/.test(variable) ||
      (quote !== "'" && /^[a-z_]+$/.test(variable))
    );
  }
  const rest = value.replaceAll(
    /\$\{[^}]*\}|\{\{[^}]*\}\}|\$\([^)]*\)|<[^<>]*>|%\([^)]*\)s|%[A-Z_]+%|%s|\{[\w.!:[\]'" ]*\}|\$[A-Z_]{3,}\b/g,
    " ",
  );
  const words = wordsOfName(rest);
  if (words.length === 0) return rest !== value || !/[^\s"'`[\](){},;:.\\-]/.test(value);
  return words[0] === "your" || words.every((word) => PLACEHOLDERS.has(word));
}

/** It says where the secret is kept: a path, an address, the name of a store. */
function isElsewhere(value: string): boolean {
  const lower = value.slice(0, 40).toLowerCase();
  return (
    SECRET_FORMS.references.some((start) => lower.startsWith(start)) ||
    /^[a-z][a-z0-9+.-]{1,30}:\/\//.test(lower) ||
    /^(?:~|\.{1,2})?(?:\/[\w.-]{1,40}){2,}\/?$/.test(value)
  );
}

/** `os.environ[`, `Secret.load(`, `settings.password`, `DB_PASSWORD`: an expression, not a value; or a comment. */
function isCode(value: string): boolean {
  return (
    /^[A-Za-z_.]+[([][\w.=,|*[\]()]*$/.test(value) ||
    /^[A-Za-z_][\w.]*[([].*[)\]][,;:.)]*$/.test(value) ||
    /^[A-Za-z_]+(?:\.[A-Za-z_]+)+[,;:)]*$/.test(value) ||
    /^#[A-Za-z]*$/.test(value) ||
    (/^[A-Za-z]+(?:_[A-Za-z]+)+$/.test(value) &&
      readSecretName(wordsOfName(value))?.value === "any")
  );
}
