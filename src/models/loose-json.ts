/**
 * JSON as models write it. Forgiving: prose and fences around it, one object a line, trailing commas, raw line breaks in
 * strings, wrong escapes, and replies that break off are read as far as they go. Pure; linear in the text.
 */

export type LooseObject = Readonly<Record<string, unknown>>;

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

/** The objects of a reply: the one it is, those of the list it is, one a line, or the first up to where it breaks off. */
export function looseObjects(text: string): readonly LooseObject[] {
  const body = text.slice(Math.max(0, text.search(/[{[]/)));
  const end = Math.max(body.lastIndexOf("}"), body.lastIndexOf("]")) + 1;
  const whole = parseLoosely(body.slice(0, end));
  if (whole !== undefined) return objectsOf(whole);
  const lines = body
    .split("\n")
    .filter((line) => line.includes("{"))
    .map(parseLoosely);
  // The last one may have broken off.
  if (lines.length > 1 && lines.slice(0, -1).every((value) => value !== undefined)) {
    return lines.flatMap(objectsOf);
  }
  return objectsOf(closeUnfinished(body));
}

function objectsOf(value: unknown): readonly LooseObject[] {
  if (Array.isArray(value))
    return value.flatMap((each) => (Array.isArray(each) ? [] : objectsOf(each)));
  return typeof value === "object" && value !== null ? [value as LooseObject] : [];
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

/** Places at which what is unfinished may be closed, from the end. */
const MOST_TRIES = 8;

/** An unfinished value up to its last complete member, with its brackets closed; undefined when nothing was complete. */
function closeUnfinished(text: string): unknown {
  const ends = [...structureOf(text)].filter(({ sign }) => !/[{[]/.test(sign)).slice(-MOST_TRIES);
  for (const { at, sign } of ends.toReversed()) {
    const complete = text.slice(0, sign === "," ? at : at + 1);
    const open: string[] = [];
    for (const { sign: each } of structureOf(complete)) {
      if (each === "{") open.push("}");
      else if (each === "[") open.push("]");
      else if (each !== ",") open.pop();
    }
    const value = parseLoosely(complete + open.toReversed().join(""));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Brackets and commas outside of strings. */
function* structureOf(text: string): Generator<{ readonly at: number; readonly sign: string }> {
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (sign === '"') inString = !inString;
    else if (inString) at += sign === "\\" ? 1 : 0;
    else if (/[{}[\],]/.test(sign)) yield { at, sign };
  }
}
