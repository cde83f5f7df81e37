/**
 * What secrets look like, as data (`secret-forms.json`): how keys of known providers begin, which names of settings
 * say that their value is secret, which words stand for a value that is left out, and which flags of which commands
 * take a password.
 */
import { z } from "zod";
import data from "./secret-forms.json" with { type: "json" };

export const SecretKind = z.enum([
  "api key",
  "token",
  "password",
  "private key",
  "authorization header",
  "webhook address",
]);
export type SecretKind = z.infer<typeof SecretKind>;

/** `any`: whatever is no placeholder; `chosen`: looks made up by somebody; `random`: long, letters and digits. */
export type ValueRule = "any" | "chosen" | "random";

const Forms = z.object({
  prefixes: z.array(
    z.object({
      kind: SecretKind,
      /** Fewest characters that follow. */
      least: z.number(),
      /** Letters and digits only follow. */
      plain: z.boolean().default(false),
      starts: z.array(z.string().min(2)),
    }),
  ),
  /** Addresses that whoever knows them may post to. */
  addresses: z.array(z.string()),
  /** Last words of a name, lower case. */
  names: z.array(
    z.object({
      kind: SecretKind,
      value: z.enum(["any", "chosen", "random"]),
      names: z.array(z.string()),
    }),
  ),
  /** A name written as one word is secret when it ends so: `PGPASSWORD`. */
  endings: z.array(z.string()),
  /** Words after the name that change nothing: `TOKEN_PROD`. */
  qualifiers: z.array(z.string()),
  /** First words of functions that look a secret up by its name. */
  lookups: z.array(z.string()),
  /** A value made only of these words says nothing. */
  placeholders: z.array(z.string()),
  /** A value that begins so says where the secret is kept. */
  references: z.array(z.string()),
  commands: z.array(
    z.object({
      commands: z.array(z.string()),
      /** Only in a command that has this word too. */
      with: z.string().optional(),
      flags: z.array(z.string()),
      /** Where the secret stands: `pair` is `user:secret` in the next word. */
      value: z.enum(["pair", "attached", "next", "either"]),
    }),
  ),
});

export const SECRET_FORMS: z.output<typeof Forms> = Forms.parse(data);

export type SecretName = { readonly kind: SecretKind; readonly value: ValueRule };

const NAMES: ReadonlyMap<string, SecretName> = new Map(
  SECRET_FORMS.names.flatMap(({ names, kind, value }) =>
    names.map((name) => [name, { kind, value }] as const),
  ),
);
const QUALIFIERS = new Set(SECRET_FORMS.qualifiers);
const LOOKUPS = new Set(SECRET_FORMS.lookups);
const LONGEST_NAME = 3;
/** Only the end of a name is looked at. */
const NAME_END = 80;

/** `DB_PASSWORD`, `apiKey`, `spring.datasource.password`: the words of a name, lower case. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .slice(-NAME_END)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/**
 * What the name of a setting, a field or a parameter says of its value; undefined when nothing secret. `before` are the
 * words in front of it, for names that are written with spaces.
 */
export function readSecretName(
  words: readonly string[],
  before: readonly string[] = [],
): SecretName | undefined {
  let end = words.length;
  const whole = namedBy(words, end, before);
  if (whole !== undefined) return whole;
  while (end > 1 && (QUALIFIERS.has(words[end - 1] ?? "") || /^\d+$/.test(words[end - 1] ?? "")))
    end -= 1;
  const qualified = end === words.length ? undefined : namedBy(words, end, []);
  // `SECRET_DATABASE`: a setting whose name only begins so.
  const begun = words.length > 1 && words[0] === "secret";
  return qualified ?? (begun ? { kind: "token", value: "random" } : undefined);
}

function namedBy(
  words: readonly string[],
  end: number,
  before: readonly string[],
): SecretName | undefined {
  const line = [...before.slice(1 - LONGEST_NAME), ...words.slice(0, end)];
  for (let count = Math.min(LONGEST_NAME, line.length); count > 0; count -= 1) {
    const found = NAMES.get(line.slice(-count).join(" "));
    if (found !== undefined) return found;
  }
  const last = (words[end - 1] ?? "").replace(/\d+$/, "");
  const ending = SECRET_FORMS.endings.find((part) => last.endsWith(part));
  return ending === undefined
    ? undefined
    : (NAMES.get(ending) ?? { kind: "api key", value: "any" });
}

/** True for the name of a function that is given the name of a secret, not the secret. */
export function looksUp(words: readonly string[]): boolean {
  return words.some((word) => LOOKUPS.has(word));
}
