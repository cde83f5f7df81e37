/** Amounts with a unit, in one unit for each kind, so that "5 min" and "300 seconds" are the same. */

const UNITS: readonly (readonly [pattern: RegExp, unit: string, factor: number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/, "s", 0.001],
  [/^(?:s|secs?|seconds?)$/, "s", 1],
  [/^(?:m|mins?|minutes?)$/, "s", 60],
  [/^(?:h|hrs?|hours?)$/, "s", 3600],
  [/^(?:d|days?)$/, "s", 86_400],
  [/^(?:w|weeks?)$/, "s", 604_800],
  [/^(?:b|bytes?)$/, "B", 1],
  [/^(?:kb|kib|kilobytes?)$/, "B", 1024],
  [/^(?:mb|mib|megabytes?)$/, "B", 1024 ** 2],
  [/^(?:gb|gib|gigabytes?)$/, "B", 1024 ** 3],
  [/^(?:%|percent)$/, "%", 1],
];

const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  thirty: 30,
  sixty: 60,
};

const AMOUNT =
  /(?<![\w.])(?<number>\d+(?:[.,]\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|thirty|sixty)[\s-]?(?<unit>[a-z]+|%)(?![\w])/gi;

/** "300 s" for "300 seconds", "5 min" and "five-minute" alike; in order, each once. */
export function quantitiesIn(text: string): string[] {
  const found: string[] = [];
  for (const { groups } of text.matchAll(AMOUNT)) {
    const said = (groups?.["number"] ?? "").toLowerCase();
    const number = NUMBERS[said] ?? Number(said.replaceAll(/,(?=\d{3})/g, ""));
    const unit = UNITS.find(([pattern]) => pattern.test((groups?.["unit"] ?? "").toLowerCase()));
    if (unit === undefined || !Number.isFinite(number)) continue;
    found.push(`${Number((number * unit[2]).toPrecision(12))} ${unit[1]}`);
  }
  return [...new Set(found)];
}
