/**
 * Secrets that people paste, masked before the model, the log and the store see them. A false alarm costs a word
 * of the question, a miss costs a key, so forms that only secrets have are masked wherever they stand, and values
 * of fields named "password", "token", "api key" unless they are visibly placeholders or code.
 */

export type SecretKind =
  | "api key"
  | "token"
  | "password"
  | "private key"
  | "authorization header"
  | "webhook address";

export type MaskedText = {
  readonly text: string;
  /** What was masked, in order of the rules; empty when nothing was. */
  readonly found: readonly SecretKind[];
};

type Rule = {
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** Named group that is the secret; the whole match when the pattern has none. */
  readonly group?: "secret";
  readonly accept?: (secret: string) => boolean;
};

const hasDigit = (text: string) => /\d/.test(text);

/** `<your-key>`, `${DB_PASSWORD}`, `$(pass ...)`, `os.environ["X"]`, `{{ token }}`, `********`, `None`: nothing to hide. */
function isPlaceholder(value: string): boolean {
  const bare = value.replace(/^["'`]+|["'`]+$/g, "");
  return (
    bare === "" ||
    /^[<{$%[(]/.test(bare) ||
    /^[*x.\-_#]+$/i.test(bare) ||
    /^(?:none|null|true|false|undefined|str|string|int|bytes|required|optional|redacted|secret|password|token|changeme|foo|bar)$/i.test(
      bare,
    ) ||
    /^(?:your|my|the|some|example)(?:[-_ ]|$)/i.test(bare) ||
    /^(?:[A-Za-z_][\w.]*)(?:\(|\[)/.test(bare) ||
    /^(?:os|env|self|settings|config|secrets|var)\./.test(bare)
  );
}

/** In prose ("password: it must be long") a value is a secret only when it looks like one. */
function looksChosen(value: string): boolean {
  return hasDigit(value) || /[^\p{L}\p{N}.,;:!?'"()-]/u.test(value) || /\p{Ll}\p{Lu}/u.test(value);
}

const FIELD =
  "(?:pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|account|secret|private|auth|signing|encryption)[_-]?key|client[_-]?secret|credential)";

const RULES: readonly Rule[] = [
  {
    kind: "private key",
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*$)/g,
  },
  {
    kind: "webhook address",
    pattern: /https:\/\/hooks\.slack\.com\/[^\s<>"'|]+/g,
  },
  {
    kind: "password",
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"'<>]{0,200}:(?<secret>[^\s@"'<>]{1,300})@/gi,
    group: "secret",
    accept: (secret) => !/^[<{$[]/.test(secret) && !/^\d{1,5}\//.test(secret),
  },
  {
    kind: "authorization header",
    pattern: /\b(?:bearer|basic)\s+(?<secret>[A-Za-z0-9._~+/=-]{12,})/gi,
    group: "secret",
    accept: (secret) => hasDigit(secret) || secret.length >= 32,
  },
  {
    kind: "token",
    pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?/g,
  },
  { kind: "token", pattern: /\b(?:xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{8,}/g },
  { kind: "token", pattern: /\b(?:gh[a-z]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})/g },
  { kind: "token", pattern: /\b(?:npm|hf)_[A-Za-z0-9]{24,}|\bpypi-[\w-]{32,}/g },
  { kind: "api key", pattern: /\bpn[a-z]_[A-Za-z0-9]{12,}/g },
  {
    kind: "api key",
    pattern: /\bsk-[A-Za-z0-9_-]{16,}/g,
    accept: (secret) => hasDigit(secret) || /[A-Z]/.test(secret),
  },
  { kind: "api key", pattern: /\b[a-z]{2}_(?:live|test)_[A-Za-z0-9]{10,}/g },
  { kind: "api key", pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g },
  { kind: "api key", pattern: /\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}/g },
  { kind: "api key", pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { kind: "token", pattern: /(?<=[?&]sig=)(?<secret>[A-Za-z0-9%+/=_-]{16,})/g, group: "secret" },
  {
    // password=..., "api_key": "...", DB_PASSWORD: ..., --token ..., token => ...
    kind: "password",
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}])(?:[\\p{L}\\p{N}]{1,40}[_.-]){0,6}${FIELD}["'\`]?\\s{0,4}(?:=>|:=|==|=|:)\\s{0,4}(?<secret>"[^"\\n]{1,400}"|'[^'\\n]{1,400}'|\`[^\`\\n]{1,400}\`|[^\\s"'\`&,;]{2,400})`,
      "giu",
    ),
    group: "secret",
    accept: (secret) => !isPlaceholder(secret),
  },
  {
    kind: "password",
    pattern: new RegExp(
      `(?:--${FIELD}|\\b(?:my|the|our|root|admin|db|database)\\s+(?:\\w+\\s+)?(?:password|passphrase|token|api key|secret)\\s+is)\\s+(?<secret>"[^"\\n]{1,400}"|'[^'\\n]{1,400}'|[^\\s"'\`&,;]{4,400})`,
      "giu",
    ),
    group: "secret",
    accept: (secret) => !isPlaceholder(secret) && looksChosen(secret.replace(/[.,;:!?]+$/u, "")),
  },
];

const PROSE_COLON = /:\s{1,4}$/;

/**
 * `text` with every secret replaced by `[masked: kind]`; all else is unchanged, and masking again changes nothing.
 * Identifiers, run ids (UUIDs), image digests and commit hashes are not secrets.
 */
export function maskSecrets(text: string): MaskedText {
  const found: SecretKind[] = [];
  let masked = text;
  for (const rule of RULES) {
    masked = masked.replaceAll(rule.pattern, (...parts: unknown[]) => {
      const match = parts[0] as string; // String.replace gives the match first.
      const groups = parts.at(-1);
      const secret =
        rule.group === undefined || typeof groups !== "object" || groups === null
          ? match
          : ((groups as Readonly<Record<string, string | undefined>>)[rule.group] ?? match);
      if (secret.includes("[masked:") || secret.startsWith("[masked")) return match;
      if (rule.accept?.(secret) === false) return match;
      const at = match.lastIndexOf(secret);
      if (PROSE_COLON.test(match.slice(0, at)) && !/^["'`]/.test(secret) && !looksChosen(secret)) {
        return match;
      }
      found.push(rule.kind);
      const quote = /^["'`]/.test(secret) ? secret.slice(0, 1) : "";
      return `${match.slice(0, at)}${quote}[masked: ${rule.kind}]${quote}${match.slice(at + secret.length)}`;
    });
  }
  return { text: masked, found };
}
