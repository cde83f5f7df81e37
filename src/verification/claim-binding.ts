/** What is said of which: numbers, states, kinds of parts and editions that sentences set against each other. Pure. */
import { isContent, matches } from "./claim-likeness.ts";
import type { Reading, Word } from "./claim-words.ts";
import { CONTRASTS } from "./paraphrases.ts";
import { fail, type Support } from "./support.ts";

type Item = {
  readonly key: string;
  readonly group: string;
  readonly clause: number;
  readonly segment: number;
  /** How many words stand before it. */
  readonly at: number;
};

/** Values a setting may have, as opposed to names of settings. */
const VALUE =
  /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL|True|False|None|Always|Never|[A-Z][a-z]+(?:[A-Z][a-z]+)+)$/;

/** What sentences set against each other: numbers with the same unit, states, kinds of parts, editions. */
function items(reading: Reading): Item[] {
  const found: Item[] = reading.quantities.map(({ unit, amount, clause, segment, at }) => ({
    at,
    key: String(amount),
    group: `quantity ${unit}`,
    clause,
    segment,
  }));
  for (const [at, word] of reading.words.entries()) {
    if (word.kind === "state") {
      found.push({
        at,
        key: word.lower,
        group: "state",
        clause: word.clause,
        segment: word.segment,
      });
    }
    if (VALUE.test(word.raw)) {
      found.push({
        at,
        key: word.lower,
        group: "value",
        clause: word.clause,
        segment: word.segment,
      });
    }
    for (const [index, group] of CONTRASTS.entries()) {
      const singular = group.has(word.lower) ? word.lower : word.lower.replace(/s$/, "");
      if (group.has(singular)) {
        found.push({
          at,
          key: singular,
          group: `contrast ${index}`,
          clause: word.clause,
          segment: word.segment,
        });
      }
    }
  }
  return found;
}

/** What the quotes say of one thing and the claim says of another: the free plan's days given to the paid plan. */
export function checkBinding(claim: Reading, quotes: Reading): Support {
  const claimed = items(claim);
  const quoted = items(quotes);
  for (const item of claimed) {
    const place = item.group === "contrast 0" ? "clause" : "segment";
    // "a task or flow" sets neither against the other.
    const both = claimed.some(
      (other) =>
        other.group === item.group && other.key !== item.key && other.segment === item.segment,
    );
    if (both && item.group.startsWith("contrast")) continue;
    const mine = new Set(
      quoted
        .filter(({ group, key }) => group === item.group && key === item.key)
        .map((each) => each[place]),
    );
    if (mine.size === 0) continue;
    const others = new Set(
      quoted
        .filter(({ group, key }) => group === item.group && key !== item.key)
        .map((each) => each[place])
        .filter((each) => !mine.has(each)),
    );
    // Bare numbers count different things: 200 items and a status of 422 are no rivals.
    if (others.size === 0 || item.group === "quantity none") continue;
    const own = quotes.words.filter((word) => mine.has(word[place]) && word.tier === "strict");
    const inClaim = (word: Word) => claim.words.some((each) => matches(each, word));
    const covered = own.length === 0 ? 0 : own.filter(inClaim).length / own.length;
    for (const word of claim.words) {
      if (item.group === "value" && word.kind === "identifier") continue;
      if (word.tier !== "strict" || word[place] !== item[place] || word.lower.startsWith(item.key))
        continue;
      const places = quotes.words
        .filter((other) => matches(word, other))
        .map((other) => other[place]);
      if (places.length === 0 || !places.every((each) => others.has(each))) continue;
      // "moves from A to B" names both, as the page may.
      const rival = claimed.some(({ group, key }) => group === item.group && key === word.lower);
      if (rival || word.stem === "run" || isShared(word, quotes, item, place, mine)) continue;
      // "... itself; self-hosted servers need an automation for it": the second part speaks of the first.
      const refersBack = quotes.words.some(
        (other) =>
          mine.has(other[place]) && /^(?:it|them|they|this|these|ones?)$/.test(other.lower),
      );
      if (refersBack && covered >= 0.7) continue;
      return fail("subject", `${word.raw} is not said of ${item.key}`);
    }
  }
  return { ok: true };
}

/** "keeps 7 days in the free plan and 30 days in the paid plan": what stands before the first number is said of both. */
function isShared(
  word: Word,
  quotes: Reading,
  item: Item,
  place: "clause" | "segment",
  mine: ReadonlySet<number>,
): boolean {
  if (place === "clause") return false;
  const elliptic = [...mine].some(
    (segment) => quotes.words.find((each) => each.segment === segment)?.lower === "and",
  );
  if (!elliptic) return false;
  return quotes.words.some(
    (other) =>
      matches(word, other) &&
      items(quotes).some(
        (rival) =>
          rival.group === item.group &&
          rival.segment === other.segment &&
          rival.at > quotes.words.indexOf(other),
      ),
  );
}

const OBJECT_OF = ["into", "over"];

/** "turns events into requests" is not "turns requests into events". */
export function checkDirection(claim: Reading, quotes: Reading): Support {
  const objects = (reading: Reading, preposition: string) => {
    const at = reading.words.findIndex(({ lower }) => lower === preposition);
    if (at === -1) return undefined;
    const after = reading.words.slice(at + 1).filter(isContent);
    const before = reading.words.slice(0, at).filter(isContent);
    return { after: after.slice(0, 3), before };
  };
  for (const preposition of OBJECT_OF) {
    const mine = objects(claim, preposition);
    const theirs = objects(quotes, preposition);
    if (mine === undefined || theirs === undefined || mine.after.length === 0) continue;
    const meets = mine.after.some((word) => theirs.after.some((other) => matches(word, other)));
    const swapped = mine.after.some((word) => theirs.before.some((other) => matches(word, other)));
    if (!meets && swapped) return fail("subject", `${preposition} ${mine.after[0]?.raw ?? ""}`);
  }
  return { ok: true };
}

/** Behind "of", "on", "for": neither does it nor has it done to it. */
function isGoverned(reading: Reading, { at }: Item): boolean {
  return reading.words
    .slice(Math.max(0, at - 2), at)
    .some(({ lower }) => /^(?:of|on|for|in|at|with|from|as)$/.test(lower));
}

/** "first A, then B" is not "first B, then A", and what A does to B is not what B does to A. */
export function checkOrder(
  claim: Reading,
  quotes: Reading,
  claimText: string,
  quoteText: string,
): Support {
  const SEQUENCE = /\b(?:then|before|first)\b/i;
  const sequence = SEQUENCE.test(claimText) && SEQUENCE.test(quoteText);
  const passive = (reading: Reading, clause: number) =>
    reading.words.some(({ lower, clause: at }) => lower === "by" && at === clause);
  const claimed = items(claim);
  const quoted = items(quotes);
  for (const first of claimed) {
    for (const second of claimed) {
      if (first.group !== second.group || first.key === second.key || first.at >= second.at)
        continue;
      const places = (key: string) =>
        quoted.filter(({ group, key: other }) => group === first.group && other === key);
      const firsts = places(first.key);
      const seconds = places(second.key);
      if (firsts.length === 0 || seconds.length === 0) continue;
      if (sequence && !first.group.startsWith("contrast")) {
        const inOrder = firsts.some((one) => seconds.some((other) => one.at <= other.at));
        if (!inOrder) return fail("subject", `${first.key} before ${second.key}`);
      }
      if (first.clause !== second.clause || passive(claim, first.clause)) continue;
      if (!first.group.startsWith("contrast")) continue;
      if (isGoverned(claim, first) || isGoverned(claim, second)) continue;
      // "a task or flow": named side by side, not set against each other.
      const listed = claim.words
        .slice(first.at + 1, second.at)
        .every(({ lower }) => /^(?:or|and|run|runs|an?|the)$/.test(lower));
      if (listed) continue;
      const together = firsts.flatMap((one) =>
        seconds.filter((other) => other.clause === one.clause).map((other) => ({ one, other })),
      );
      if (together.length === 0 || together.some(({ one }) => passive(quotes, one.clause)))
        continue;
      if (together.every(({ one, other }) => one.at > other.at)) {
        return fail("subject", `${first.key} and ${second.key} change places`);
      }
    }
  }
  return { ok: true };
}
