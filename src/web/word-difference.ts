/** Which words of two texts the other does not have in that place. [pure] */

export type Piece = { readonly text: string; readonly isOwn: boolean };

/** More words are not compared: the work grows with the product of both. */
const MOST_WORDS = 400;

/**
 * Both texts in pieces, joined they are the text again; `isOwn` says that the other text lacks the words, by a longest common
 * subsequence. Texts that are very long, or have hardly a word in common, are one piece each.
 */
export function wordDifference(
  one: string,
  other: string,
): readonly [readonly Piece[], readonly Piece[]] {
  const [words, others] = [wordsOf(one), wordsOf(other)];
  const whole = (text: string): readonly Piece[] => [{ text, isOwn: false }];
  if (words.length > MOST_WORDS || others.length > MOST_WORDS) return [whole(one), whole(other)];
  // common[i][j]: length of the longest common subsequence of words from i on and others from j on.
  const width = others.length + 1;
  const common = new Uint16Array((words.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  const isSame = (i: number, j: number) => words[i]?.trim() === others[j]?.trim();
  for (let i = words.length - 1; i >= 0; i -= 1)
    for (let j = others.length - 1; j >= 0; j -= 1)
      common[i * width + j] = isSame(i, j)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
  if (at(0, 0) * 3 < Math.max(words.length, others.length)) return [whole(one), whole(other)];
  const left: Piece[] = [];
  const right: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < words.length || j < others.length) {
    if (i < words.length && j < others.length && isSame(i, j)) {
      add(left, words[i], false);
      add(right, others[j], false);
      i += 1;
      j += 1;
    } else if (j >= others.length || (i < words.length && at(i + 1, j) >= at(i, j + 1))) {
      add(left, words[i], true);
      i += 1;
    } else {
      add(right, others[j], true);
      j += 1;
    }
  }
  return [left, right];
}

/** Words with the white space behind them. */
function wordsOf(text: string): readonly string[] {
  return text.match(/^\s+|\S+\s*/gu) ?? [];
}

/** Neighbours of one kind are one piece. */
function add(pieces: Piece[], text: string | undefined, isOwn: boolean): void {
  const last = pieces.at(-1);
  if (last?.isOwn === isOwn) pieces[pieces.length - 1] = { text: last.text + (text ?? ""), isOwn };
  else pieces.push({ text: text ?? "", isOwn });
}
