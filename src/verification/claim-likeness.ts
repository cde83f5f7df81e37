/** When a word of a claim is a word of its quote: the same, inflected, or in an allowed wording. Pure. */
import type { Reading, Word } from "./claim-words.ts";
import { sameAs } from "./paraphrases.ts";
import { sameRoot, stem } from "./stem.ts";

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** An identifier as a whole, not as a part of a longer one. */
export function holdsIdentifier(text: string, raw: string): boolean {
  const bare = raw
    .toLowerCase()
    .replace(/\(\s*(?:\.\.\.)?\s*\)?$/, "")
    .replace(/^@/, "");
  if (bare === "") return true;
  const before = /^[\w]/.test(bare) ? "(?<![\\w-]|[\\w]\\.)" : "(?<![\\w-])";
  const whole = escape(bare).replaceAll("=", "\\s*=\\s*");
  return new RegExp(`${before}${whole}(?![\\w]|-[\\w]|\\.[\\w])`, "i").test(text);
}

export function identifierSupported(text: string, raw: string): boolean {
  if (holdsIdentifier(text, raw)) return true;
  const bare = raw.replace(/\(.*$/, "");
  // A method is documented under its class or alone: "flow.deploy" and "deploy".
  const dotted = bare.split(".");
  if (dotted.length === 2 && /^[a-z_]\w*$/i.test(dotted[1] ?? "") && raw.includes("(")) {
    return new RegExp(`(?<!\\w)${escape(dotted[1] ?? "")}\\s*\\(`, "i").test(text);
  }
  const assigned = /^([\w.-]+)=(.+)$/.exec(bare);
  if (assigned !== null) {
    const [, name = "", value = ""] = assigned;
    return (
      holdsIdentifier(text, name) &&
      holdsIdentifier(text, value.replaceAll(/["']/g, "")) &&
      !new RegExp(`${escape(name)}\\s*=`, "i").test(text)
    );
  }
  return new RegExp(`[\\w)\\]]\\.${escape(bare.toLowerCase())}(?![\\w.])`, "i").test(text);
}

/** "`retry`" may stand as a plain word in the quote, inflected, but "`deploy`" is not a deployment. */
function isInflected(name: string, word: string): boolean {
  return (
    word.startsWith(name.replace(/s$/, "")) &&
    /^(?:s|es|d|ed|ing|'s)?$/.test(word.slice(name.replace(/s$/, "").length))
  );
}

export function matches(claim: Word, quote: Word): boolean {
  if (claim.lower === quote.lower) return true;
  if (claim.kind === "state") return false;
  if (claim.quoted) return isInflected(claim.lower, quote.lower);
  if (claim.stem === quote.stem) return true;
  if (claim.kind !== "word" || (claim.capital && isName(claim))) return false;
  return sameAs(claim.stem).has(quote.stem) || sameRoot(claim.stem, quote.stem);
}

export function isName(word: Word): boolean {
  return word.capital && word.raw.length > 1 && !/^I['a-z]?/.test(word.raw);
}

export function isContent(word: Word): boolean {
  return word.tier !== "free";
}

/** The words inside names: PREFECT_LOGGING_LEVEL is about logging, `pause_flow_run` about pausing. */
export function identifierParts(reading: Reading): ReadonlySet<string> {
  return new Set(
    reading.words
      .filter(({ kind }) => kind === "identifier")
      .flatMap(({ raw }) => raw.split(/[_\W]+|(?<=[a-z])(?=[A-Z])/))
      .filter((part) => part.length > 2)
      .map(stem),
  );
}
