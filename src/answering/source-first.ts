/**
 * A command that runs what it fetches from the network ("curl … | bash") is the page's advice, not ours: whoever is shown one
 * reads first where it comes from. Pure; linear in the length of the text.
 */
import { z } from "zod";
import { findLink } from "../documents/links.ts";
import type { Chunk, ChunkId } from "../documents/chunk.ts";
import { literalMarkup, plainMarkup } from "../documents/markup.ts";
import type { VerifiedClaim } from "../verification/verify-claim.ts";
import data from "./network-scripts.json" with { type: "json" };

const Words = z.strictObject({
  /** Programs that read an address. */
  fetchers: z.array(z.string()),
  /** Programs that run what they are given. */
  shells: z.array(z.string()),
  /** Words of a shell that run a text or a file. */
  readers: z.array(z.string()),
  /** What may stand before a program. */
  before: z.array(z.string()),
  /** The same in PowerShell, where upper and lower case are one. */
  fetchCmdlets: z.array(z.string()),
  runCmdlets: z.array(z.string()),
});

const known = Words.parse(data);
const SHELLS = new Set(known.shells);
const RUNNERS = new Set([...known.shells, ...known.readers]);
const BEFORE = new Set(known.before);

const anyOf = (words: readonly string[]) => words.map((word) => RegExp.escape(word)).join("|");
const FETCHES = new RegExp(String.raw`(?<![\w./-])(?:${anyOf(known.fetchers)})(?=\s+\S)`, "u");
const CMDLET_FETCHES = new RegExp(String.raw`(?<![\w-])(?:${anyOf(known.fetchCmdlets)})\b`, "iu");
const CMDLET_RUNS = new RegExp(String.raw`(?<![\w-])(?:${anyOf(known.runCmdlets)})\b`, "iu");
/** What puts the output of a command into another one. */
const OPENINGS = ["$(", "<(", "`"];
/** The program stands behind it: what comes through the pipe is no program. */
const OWN_PROGRAM = /^-[a-z]*[cem]$/u;

/** A command is read so far. */
const MOST_CHARACTERS = 2000;
/** Quotes and brackets around a program's name. */
const AROUND = /^["'`([{]+|["'`)\]}.,;:]+$/gu;

/** Whether a text (a sentence, a listing) has a command that runs what it fetches from the network. */
export function runsFromNetwork(text: string): boolean {
  const fetched = new Set<string>();
  for (const command of commandLines(text)) {
    if (CMDLET_RUNS.test(command) && CMDLET_FETCHES.test(command)) return true;
    for (const part of command.split(/&&|\|\||;/u)) {
      if (isPiped(part) || isSubstituted(part) || runsFile(part, fetched)) return true;
      for (const name of filesFetched(part)) fetched.add(name);
    }
  }
  return false;
}

/** Lines, with those that go on on the next one as one. */
function commandLines(text: string): readonly string[] {
  const commands: string[] = [];
  let goesOn = false;
  for (const line of text.split("\n")) {
    const said = line.trim();
    const last = commands.length - 1;
    if (last >= 0 && (goesOn || /^\|(?!\|)/u.test(said))) {
      commands[last] = `${(commands[last] ?? "").replace(/[\\`]$/u, "")} ${said}`.slice(
        0,
        MOST_CHARACTERS,
      );
    } else commands.push(said.slice(0, MOST_CHARACTERS));
    goesOn = /[\\`|]$/u.test(said);
  }
  return commands;
}

/** `curl … | tee install.log | sudo -E bash -`; what `python -m json.tool` is given is data. */
function isPiped(command: string): boolean {
  const [first = "", ...others] = command.split("|");
  let fetches = FETCHES.test(first);
  for (const stage of others) {
    const { name, rest } = programOf(stage);
    if (fetches && SHELLS.has(name) && !OWN_PROGRAM.test(rest[0] ?? "")) return true;
    fetches ||= FETCHES.test(stage);
  }
  return false;
}

/** `bash <(curl …)`, `sh -c "$(curl …)"`. */
function isSubstituted(command: string): boolean {
  const fetch = FETCHES.exec(command);
  if (fetch === null) return false;
  const before = command.slice(0, fetch.index);
  const opened = Math.max(...OPENINGS.map((opening) => before.lastIndexOf(opening)));
  return (
    opened !== -1 &&
    before
      .slice(0, opened)
      .split(/\s+/u)
      .some((word) => RUNNERS.has(bare(word)))
  );
}

/** `sh get.sh` after `curl -o get.sh …`. */
function runsFile(command: string, fetched: ReadonlySet<string>): boolean {
  if (fetched.size === 0) return false;
  const { name, rest } = programOf(command);
  return RUNNERS.has(name) && rest.some((word) => fetched.has(fileOf(word)));
}

function filesFetched(command: string): readonly string[] {
  if (!FETCHES.test(command)) return [];
  return command
    .split(/\s+/u)
    .map(fileOf)
    .filter((name) => /\.(?:sh|bash|py|pl|rb|ps1)$/iu.test(name));
}

/** The program of a command, without what may stand before it, and the words behind it. */
function programOf(command: string): { readonly name: string; readonly rest: readonly string[] } {
  const words = command.trim().split(/\s+/u).slice(0, 20);
  const at = words.findIndex(
    (word) => !BEFORE.has(bare(word)) && !/^-|^\w+=|^\$$/u.test(word) && word !== "",
  );
  return at === -1
    ? { name: "", rest: [] }
    : { name: bare(words[at] ?? ""), rest: words.slice(at + 1) };
}

/** "/usr/bin/bash" and "`bash`" are bash. */
function bare(word: string): string {
  const name = word.replaceAll(AROUND, "");
  return name === "" ? word : name.slice(name.lastIndexOf("/") + 1);
}

function fileOf(word: string): string {
  const path = word.replaceAll(AROUND, "").replace(/[?#].*$/u, "");
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The claim, led in by the page that such a command stands on; any other claim as it is. */
export function withSourceFirst(
  claim: VerifiedClaim,
  chunks: ReadonlyMap<ChunkId, Chunk>,
): VerifiedClaim {
  const { text, words, quotes } = claim;
  // Who answers in person answers for it.
  if (words === "reviewed" || !runsFromNetwork(plainMarkup(text))) return claim;
  const source = quotes.find((quote) => runsFromNetwork(quote.text)) ?? quotes[0];
  const chunk = source === undefined ? undefined : chunks.get(source.chunkId);
  const lead = leadIn(chunk);
  if (text.startsWith(lead)) return claim;
  return { ...claim, text: `${lead}${words === "page" ? "\n\n" : " "}${text}` };
}

const MOST_TITLE = 120;

/** "From the page “Install”:". */
function leadIn(chunk: Chunk | undefined): string {
  const title = (chunk?.title ?? "").replaceAll(/\s+/gu, " ").trim().slice(0, MOST_TITLE);
  return title === "" || findLink(title) !== undefined
    ? "From a page of the documentation:"
    : `From the page “${literalMarkup(title)}”:`;
}
