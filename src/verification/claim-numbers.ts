/** Numbers of a claim: with their units, what they count, and what they are said with. Pure. */
import { identifierParts, matches } from "./claim-likeness.ts";
import type { Quantity, Reading, Word } from "./claim-words.ts";
import { stem } from "./stem.ts";
import { fail, type Support } from "./support.ts";

export function sameQuantity(claim: Quantity, quote: Quantity): boolean {
  if (claim.unit === "none" || quote.unit === "none") {
    return claim.value === quote.value && (claim.unit === "none" || claim.unit === "percent");
  }
  return claim.unit === quote.unit && Math.abs(claim.amount - quote.amount) < 1e-9;
}

/** "30 seconds" of a claim may stand as HEARTBEAT_SECONDS and "default: 30", or as "the number of seconds". */
export function namesUnit(quantity: Quantity, quotes: Reading): boolean {
  const unit = /[a-z]+$/i.exec(quantity.raw)?.[0]?.toLowerCase().replace(/s$/, "");
  if (quantity.unit === "none" || unit === undefined || unit.length < 3) return false;
  const parts = identifierParts(quotes);
  return parts.has(stem(unit)) || quotes.words.some((word) => word.stem === stem(unit));
}

/** What a number counts: the content word right after it. */
function nextWord(reading: Reading, { at, segment }: Quantity): Word | undefined {
  const word = reading.words[at];
  return word?.segment === segment && word.tier !== "free" && word.kind === "word"
    ? word
    : undefined;
}

export function checkNumbers(
  claim: Reading,
  quotes: Reading,
  question: Reading | undefined,
): Support {
  for (const quantity of claim.quantities) {
    const named = namesUnit(quantity, quotes);
    const found = quotes.quantities.some(
      (other) =>
        sameQuantity(quantity, other) ||
        (named && other.unit === "none" && other.value === quantity.value),
    );
    if (!found) {
      return fail("number", quantity.raw);
    }
  }
  for (const quantity of claim.quantities) {
    const counted = nextWord(claim, quantity);
    if (quantity.unit !== "none" || counted === undefined) continue;
    // "the first 10,000 characters of a message" are not "the first 10,000 messages".
    const places = quotes.quantities.filter((other) => sameQuantity(quantity, other));
    // "30 heartbeats" over "every 30 seconds".
    if (places.every(({ unit }) => unit !== "none") && !namesUnit(quantity, quotes)) {
      return fail("number", `${quantity.raw} ${counted.raw}`);
    }
    const counts = places.map((other) => nextWord(quotes, other));
    const other = counts.find((word) => word !== undefined);
    // "three failed renewals" are renewals that fail three times.
    if (counted.lower !== "times" && counts.some((word) => word?.lower === "times")) continue;
    const agrees = places.some((place) =>
      quotes.words.slice(place.at, place.at + 3).some((word) => matches(counted, word)),
    );
    const elsewhere = quotes.words.some((word) => matches(counted, word));
    const named = claim.words.some((word) => other !== undefined && matches(word, other));
    if (counts.every((word) => word !== undefined) && !agrees && elsewhere && !named) {
      return fail("number", `${quantity.raw} ${counted.raw}`);
    }
  }
  for (const version of claim.versions) {
    const known = [...quotes.versions, ...(question?.versions ?? [])];
    if (!known.includes(version)) return fail("number", version);
  }
  return { ok: true };
}

/** "200 on the timeline, 1,000 in one request": a bare number said with words that stand with another. */
export function checkAmounts(claim: Reading, quotes: Reading): Support {
  const amounts = quotes.quantities.filter(
    ({ unit, value }) => unit === "none" && Number.isInteger(value),
  );
  for (const quantity of claim.quantities) {
    // "3.10" is a version.
    if (quantity.unit !== "none" || !Number.isInteger(quantity.value)) continue;
    const mine = new Set(
      amounts.filter(({ value }) => value === quantity.value).map(({ segment }) => segment),
    );
    const others = new Set(
      amounts.map(({ segment }) => segment).filter((segment) => !mine.has(segment)),
    );
    if (mine.size === 0 || others.size === 0) continue;
    const beside = claim.words.filter(
      ({ segment, tier }) => segment === quantity.segment && tier === "strict",
    );
    const placesOf = (word: Word) =>
      quotes.words.filter((other) => other.stem === word.stem).map(({ segment }) => segment);
    const away = beside.filter((word) => {
      const places = placesOf(word);
      return places.length > 0 && places.every((segment) => others.has(segment));
    });
    const near = beside.filter((word) => placesOf(word).some((segment) => mine.has(segment)));
    if (away.length >= 2 && away.length > near.length) return fail("number", quantity.raw);
  }
  return { ok: true };
}

/** Both name the same length of time, one "for" it, the other "after" it: "kept for 30 days", "removed 30 days after". */
export function isConverse(claim: Reading, quotes: Reading): boolean {
  const says = ({ words }: Reading, word: RegExp) => words.some(({ lower }) => word.test(lower));
  const UNTIL = /^(?:for|until|within)$/;
  const THEN = /^(?:after|once|when)$/;
  const turned =
    (says(claim, UNTIL) && says(quotes, THEN)) || (says(claim, THEN) && says(quotes, UNTIL));
  return (
    turned &&
    claim.quantities.some(
      (quantity) =>
        quantity.unit === "ms" && quotes.quantities.some((other) => sameQuantity(quantity, other)),
    )
  );
}

const COMPARED = /([<>]=?|[≤≥≠]|!=|==)\s*(-?[\d.,]*\d)/gu;

/** Comparisons as written with a sign: "< 9" is carried by "< 9", not by "> 9". */
export function checkSigns(claim: string, quotes: string): Support {
  const signed = (text: string) =>
    [...text.matchAll(COMPARED)].map(([, sign = "", number = ""]) => `${sign} ${number}`);
  const given = new Set(signed(quotes));
  const foreign = signed(claim).find((comparison) => !given.has(comparison));
  // Written out in the quote ("above 9"), the words are compared; against another sign there is nothing to compare.
  return foreign === undefined || given.size === 0 ? { ok: true } : fail("number", foreign);
}
