/**
 * Secrets that people paste, masked before the store, the model and the log see them: at the edge, where text comes
 * in. A false alarm costs a word of the question, a miss costs a key, so forms that only secrets have are masked
 * wherever they stand, and values whose name says "password", "token" or "api key" unless they are visibly
 * placeholders or code. Linear in the text.
 */
import { findCommandPasswords } from "./command-passwords.ts";
import { findKnownForms, findLoginPairs, findUrlPasswords } from "./known-forms.ts";
import { findKubernetesSecrets } from "./kubernetes-secrets.ts";
import { findNamedValues } from "./named-values.ts";
import type { SecretKind } from "./secret-forms.ts";
import { replaceSpans } from "./spans.ts";

export type { SecretKind } from "./secret-forms.ts";

export type MaskedText = {
  readonly text: string;
  /** What was masked, in order of the text; what another secret had hidden comes last. Empty when nothing was. */
  readonly found: readonly SecretKind[];
};

/** Each round needs a secret that hid another one. */
const MOST_ROUNDS = 5;

const FINDERS = [
  findKnownForms,
  findUrlPasswords,
  findLoginPairs,
  findNamedValues,
  findCommandPasswords,
  findKubernetesSecrets,
];

/**
 * `text` with every secret replaced by `[masked: kind]`; all else is unchanged, and masking again changes nothing.
 * Identifiers, run ids (UUIDs), image digests and commit hashes are not secrets.
 */
export function maskSecrets(text: string): MaskedText {
  let masked: MaskedText = { text, found: [] };
  // A quotation mark within a secret hides what comes after it: once it is masked, the rest is seen.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = masked;
    const next = replaceSpans(
      before.text,
      FINDERS.flatMap((find) => find(before.text)),
    );
    if (next.found.length === 0) break;
    masked = { text: next.text, found: [...before.found, ...next.found] };
  }
  return masked;
}
