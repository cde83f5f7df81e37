/** Passwords behind the flags of commands: `curl -u user:...`, `mysql -p...`, `docker login -p ...`. */
import { SECRET_FORMS } from "./secret-forms.ts";
import { saysNothing } from "./secret-value.ts";
import type { Span } from "./spans.ts";

type Form = (typeof SECRET_FORMS.commands)[number];

const BY_COMMAND: ReadonlyMap<string, Form> = new Map(
  SECRET_FORMS.commands.flatMap((form) => form.commands.map((command) => [command, form] as const)),
);
/** One word as a shell reads it. */
const WORD = /(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|["'])+/g;
/** A line, with those that a backslash at its end continues. */
const LINE = /(?:[^\n\\]|\\[\s\S]|\\$)+/g;
const LITERAL = /--from-literal[= ]["']?[\w.-]+=/y;

type Word = { readonly start: number; readonly text: string };

export function findCommandPasswords(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const line of text.matchAll(LINE)) {
    const words: Word[] = [...line[0].matchAll(WORD)].map((match) => ({
      start: line.index + match.index,
      text: match[0],
    }));
    let form: Form | undefined;
    const said = new Set<string>();
    for (const [at, word] of words.entries()) {
      said.add(word.text);
      const named = BY_COMMAND.get(word.text.replace(/^.*[/`$(]/, ""));
      if (named !== undefined && !word.text.startsWith("-")) form = named;
      const literal = literalOf(text, word);
      if (literal !== undefined) spans.push(literal);
      if (form === undefined || (form.with !== undefined && !said.has(form.with))) continue;
      const span = passwordAt(form, word, words[at + 1]);
      if (span !== undefined) spans.push(span);
    }
  }
  return spans;
}

function passwordAt(form: Form, word: Word, next: Word | undefined): Span | undefined {
  if (form.flags.includes(word.text)) {
    if (form.value === "attached" || next === undefined || next.text.startsWith("-"))
      return undefined;
    return secretIn(next, form.value === "pair" ? pairStart(next.text) : 0);
  }
  const flag = form.flags.find((name) => word.text.startsWith(name));
  if (flag === undefined || form.value === "next") return undefined;
  const equals = word.text[flag.length] === "=" ? 1 : 0;
  if (flag.startsWith("--") && equals === 0) return undefined;
  const from = flag.length + equals;
  if (form.value !== "pair") return secretIn(word, from);
  const pair = pairStart(word.text.slice(from));
  return pair === undefined ? undefined : secretIn(word, from + pair);
}

/** Where the secret begins in `user:secret` or `user%secret`; undefined when there is none. */
function pairStart(text: string): number | undefined {
  const at = text.search(/[:%]/);
  return at === -1 ? undefined : at + 1;
}

function secretIn(word: Word, from: number | undefined): Span | undefined {
  if (from === undefined) return undefined;
  const lead = /^["']?(?:pass:)?/.exec(word.text.slice(from))?.[0].length ?? 0;
  const start = word.start + from + lead;
  const secret = word.text.slice(from + lead).replace(/["'`)]+$/, "");
  if (secret === "" || saysNothing(secret) || /^(?:env|file|fd|stdin):?/.test(secret))
    return undefined;
  return { start, end: start + secret.length, kind: "password" };
}

/** `kubectl create secret generic NAME --from-literal=KEY=value`: every value is a secret, whatever its key. */
function literalOf(text: string, word: Word): Span | undefined {
  LITERAL.lastIndex = word.start;
  if (!LITERAL.test(text)) return undefined;
  const from = LITERAL.lastIndex;
  const rest = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s"']+)/.exec(text.slice(from, from + 4096))?.[0] ?? "";
  return secretIn({ start: from, text: rest }, 0);
}
