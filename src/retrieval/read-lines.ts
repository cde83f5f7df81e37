/**
 * What of a long message is worth searching for. People paste logs and stack traces; what they ask about is in
 * their own words and in the line that names the error, not in the frames above it.
 */

export type WeightedLine = { readonly text: string; readonly weight: number };

/** More than this of a message is not read: the first and the last part of it are. */
const MAX_CHARACTERS = 40_000;
/** Messages with fewer lines are read as they are, but for frames. */
const SHORT_MESSAGE_LINES = 12;
const PASTED_LINE_WEIGHT = 0.25;

const FRAME =
  /^\s*(?:File ".*", line \d+|at [\w.$<>]+.*[(:]|#\d+ 0x|\.{3} \d+ more|Traceback \(most recent call last\)|During handling of the above|The above exception was|\^+\s*$|~+\^*)/u;
/** "ValueError: ...", "prefect.exceptions.ObjectNotFound", "FATAL: ...", "panic: ...". */
const ERROR =
  /^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Failure|Interrupt|Exit|Warning|Timeout|NotFound)\b|\b(?:FATAL|CRITICAL|panic|Caused by)\b\s*:?|^[^\p{Ll}]*\bERROR\b/u;
const PASTED =
  /^\s*(?:\d{2,4}[-:/.]\d{2}|\[?\d{4}-\d{2}|\d{2}:\d{2}:\d{2}|[$>|]|INFO\b|DEBUG\b|WARN)|^(?: {4}|\t)|[{};]\s*$|^\s*[-=+*#_]{3,}/u;

/** Lines worth searching for; the weight is 1 for the asker's words and for errors, less for what is pasted around. */
export function readLines(message: string): readonly WeightedLine[] {
  const text = shorten(message)
    // Escape codes of terminals, then whatever else cannot be read.
    .replaceAll(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, " ")
    .replaceAll(/(?![\n\t])\p{Cc}|\p{Cs}/gu, " ");
  const lines = text.split("\n");
  const long = lines.length > SHORT_MESSAGE_LINES;
  const kept: WeightedLine[] = [];
  const seen = new Set<string>();
  let afterFrame = false;
  let errors = 0;
  for (const line of lines) {
    if (FRAME.test(line)) {
      afterFrame = /^\s*File "/u.test(line);
      continue;
    }
    // The line of code that Python shows below a frame.
    const isFrameCode = afterFrame && /^\s{4}/u.test(line);
    afterFrame = false;
    if (isFrameCode || line.trim() === "") continue;
    // The same line again, but for numbers, says nothing new.
    const key = line.replaceAll(/\d+/gu, "0").trim();
    if (seen.has(key)) continue;
    seen.add(key);
    const isError = ERROR.test(line);
    if (isError) errors += 1;
    const weight = !long || isError || !PASTED.test(line) ? 1 : PASTED_LINE_WEIGHT;
    kept.push({ text: line, weight });
  }
  // Without any error line, what is pasted is all there is.
  return kept.length === 0 ? [{ text, weight: 1 }] : long && errors === 0 ? evened(kept) : kept;
}

function evened(lines: readonly WeightedLine[]): readonly WeightedLine[] {
  return lines.every(({ weight }) => weight < 1)
    ? lines.map(({ text }) => ({ text, weight: 1 }))
    : lines;
}

function shorten(message: string): string {
  if (message.length <= MAX_CHARACTERS) return message;
  const half = MAX_CHARACTERS / 2;
  return `${message.slice(0, half)}\n${message.slice(-half)}`;
}
