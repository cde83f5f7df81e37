/**
 * JSON objects out of a model's reply while it is still being written. Forgiving: code fences, prose around the
 * JSON, one object a line, trailing commas, raw line breaks in strings, wrong escapes, and replies that break off
 * are read as far as they go. Pure.
 */

export type FoundObject = {
  /** Nesting in objects and arrays at which it was found; 0 is a reply's outermost object. */
  readonly depth: number;
  readonly value: Readonly<Record<string, unknown>>;
};

export interface StructuredStream {
  /** Objects that this piece of text completed, innermost first. */
  push(text: string): readonly FoundObject[];
  /** What can still be made out of an unfinished reply. */
  end(): readonly FoundObject[];
}

/** Parses one JSON value, mending what models get wrong; undefined when it cannot be mended. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(mend(text));
    } catch {
      return undefined;
    }
  }
}

/** Outside strings: no comma before a closing bracket. Inside: control characters escaped, unknown escapes undone. */
function mend(text: string): string {
  let mended = "";
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (inString) {
      if (character === "\\") {
        const next = text[index + 1] ?? "";
        const known =
          /["\\/bfnrt]/.test(next) || /^u[0-9a-f]{4}/i.test(text.slice(index + 1, index + 6));
        mended += known ? character + next : next === "'" ? "'" : `\\\\${next}`;
        index += 1;
      } else if (character === "\n") mended += "\\n";
      else if (character === "\r") mended += "\\r";
      else if (character === "\t") mended += "\\t";
      else if (character < " ") mended += " ";
      else {
        mended += character;
        if (character === '"') inString = false;
      }
    } else if (character === ",") {
      const next = /^\s*([\]}])/.exec(text.slice(index + 1, index + 200));
      if (next === null) mended += character;
    } else {
      mended += character;
      if (character === '"') inString = true;
    }
  }
  return mended;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

/** A longer reply is not read further; the longest sensible one is a tenth of it. */
const MAX_CHARACTERS = 400_000;
/**
 * Objects that stand deeper than this are read only as part of those around them: each level is parsed once more, and
 * a reply that nests a thousand of them would cost the square of its length.
 */
const DEEPEST = 6;
/** Places at which a reply without structure is tried. */
const MOST_TRIES = 20;
const THINKING = /<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/gi;

export function createStructuredStream(): StructuredStream {
  let buffer = "";
  let scanned = 0;
  /** Where each open bracket stands. */
  let open: { readonly at: number; readonly object: boolean }[] = [];
  let inString = false;
  let escaped = false;
  let thinking = false;
  /** Whether an outermost object was read. */
  let complete = false;

  function scan(): FoundObject[] {
    const completed: FoundObject[] = [];
    for (; scanned < buffer.length; scanned += 1) {
      const character = buffer[scanned];
      if (inString) {
        if (escaped) escaped = false;
        else if (character === "\\") escaped = true;
        else if (character === '"') inString = false;
        continue;
      }
      // Reasoning that a server left in the text is not part of the reply.
      if (open.length === 0 && character === ">") {
        const tail = buffer.slice(Math.max(0, scanned - 11), scanned + 1).toLowerCase();
        if (/<think(?:ing)?>$/.test(tail)) thinking = true;
        else if (/<\/think(?:ing)?>$/.test(tail)) thinking = false;
      }
      if (thinking) {
        if (
          character === ">" &&
          /<\/think(?:ing)?>$/i.test(buffer.slice(Math.max(0, scanned - 11), scanned + 1))
        ) {
          thinking = false;
        }
        continue;
      }
      if (character === '"' && open.length > 0) inString = true;
      else if (character === "{" || character === "[") {
        open.push({ at: scanned, object: character === "{" });
      } else if (character === "}") {
        // An array that was never closed does not hide the object around it.
        while (open.length > 0 && open.at(-1)?.object === false) open.pop();
        const start = open.pop();
        if (start === undefined || open.length > DEEPEST) continue;
        const value = asObject(parseLoosely(buffer.slice(start.at, scanned + 1)));
        if (value === undefined) continue;
        completed.push({ depth: open.length, value });
        complete ||= open.length === 0;
      } else if (character === "]" && open.at(-1)?.object === false) open.pop();
    }
    return completed;
  }

  return {
    push(text) {
      if (buffer.length + text.length > MAX_CHARACTERS) return [];
      buffer += text;
      return scan();
    },
    end() {
      if (complete) return [];
      const outer = open.find(({ object }) => object);
      // Broken off: close what is open after the last complete member.
      if (outer !== undefined) {
        const value = asObject(closeUnfinished(buffer.slice(outer.at)));
        if (value !== undefined) return [{ depth: 0, value }];
      }
      // A stray bracket or quote before the reply hid its structure: begin at each place an object may begin.
      const plain = buffer.replaceAll(THINKING, "");
      for (const match of [...plain.matchAll(/\{\s*"/g)].slice(0, MOST_TRIES)) {
        const rest = plain.slice(match.index);
        const value = asObject(parseLoosely(rest.slice(0, rest.lastIndexOf("}") + 1)));
        if (value !== undefined) return [{ depth: 0, value }];
      }
      return [];
    },
  };
}

/** An unfinished object up to its last complete member, with its brackets closed; undefined when nothing was complete. */
function closeUnfinished(text: string): unknown {
  let inString = false;
  let escaped = false;
  const open: string[] = [];
  /** Places after which everything before is complete, with the brackets to close there. */
  const safe: { readonly at: number; readonly closing: string }[] = [];
  const closing = () => open.toReversed().join("");
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === "{") open.push("}");
    else if (character === "[") open.push("]");
    else if (character === "}" || character === "]") {
      open.pop();
      safe.push({ at: index + 1, closing: closing() });
    } else if (character === ",") safe.push({ at: index, closing: closing() });
  }
  for (const { at, closing: brackets } of safe.slice(-8).toReversed()) {
    const value = parseLoosely(text.slice(0, at) + brackets);
    if (value !== undefined) return value;
  }
  return undefined;
}
