/**
 * Names that people give their own things: files, images, deployments. One that no page has is the asker's: neither it nor
 * its parts say anything about the question.
 */
import { tokenize } from "../documents/tokenize.ts";
import type { Frequencies } from "./query.ts";

/** A word between spaces, marks around it left out; longer ones are no names. */
const WORD = /[^\s"'`()<>,;]+/gu;
const MOST_OF_NAME = 200;
/** "registry.acme.dev/ml/train:7". */
const IMAGE = /^[\w.@~/-]+\/[\w.-]+(?::[\w.-]+|@sha256:\w+)$/u;
/** "/srv/app/serve_all.py", "sync_all.py". */
const FILE =
  /^(?:.*[/\\])?(?<name>[\w-]+\.(?:py|ipynb|ya?ml|json|toml|sh|ts|js|go|java|sql|txt|csv|parquet|tf|cfg|ini|log|conf))[.:?!]*$/iu;
/** "our orders-sync deployment". */
const OURS =
  /\b(?:my|our|the)\s+["'`]?(?<name>\p{L}[\p{L}\p{N}]{0,40}(?:[_-][\p{L}\p{N}]{1,40}){1,6})["'`]?(?=\s+(?:deployment|flow|subflow|task|job|pod|run|pipeline|workflow|dag|image|container|script|service|database|bucket|schedule)s?\b)/giu;
const MOST = 16;

type Found = { readonly start: number; readonly end: number; readonly token: string };

/** The question without the names of the asker's that no page has; itself when nothing else would be left. */
export async function withoutOwnNames(question: string, frequencies: Frequencies): Promise<string> {
  const found: Found[] = [];
  for (const { 0: word, index } of question.matchAll(WORD)) {
    if (word.length > MOST_OF_NAME) continue;
    // A path is told by its last part, an image by its last two.
    const name =
      FILE.exec(word)?.groups?.["name"] ??
      (IMAGE.test(word) ? word.split("/").slice(-2).join("/") : undefined);
    const [token] = tokenize(name ?? "");
    if (token !== undefined) found.push({ start: index, end: index + word.length, token });
  }
  for (const match of question.matchAll(OURS)) {
    const name = match.groups?.["name"] ?? "";
    const start = match.index + match[0].lastIndexOf(name);
    found.push({ start, end: start + name.length, token: tokenize(name)[0] ?? "" });
  }
  const asked = found.filter(({ token }) => token !== "").slice(0, MOST);
  if (asked.length === 0) return question;
  const counts = await frequencies(asked.map(({ token }) => token));
  let rest = "";
  let at = 0;
  for (const [place, { start, end }] of asked
    .map((one, index) => [counts[index] ?? 0, one] as const)
    .toSorted(([, left], [, right]) => left.start - right.start)) {
    if (place > 0 || start < at) continue;
    rest += `${question.slice(at, start)} `;
    at = end;
  }
  rest += question.slice(at);
  return /[\p{L}\p{N}]/u.test(rest) ? rest : question;
}
