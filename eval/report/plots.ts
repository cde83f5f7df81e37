/** [pure] Plots as inline SVG; colours come from the page's style (`--ink`, `--line`, `--one`, `--two`). */

const WIDTH = 560;
const HEIGHT = 230;
const LEFT = 40;
const BOTTOM = 30;
const TOP = 14;
const RIGHT = 104;
const plotWidth = WIDTH - LEFT - RIGHT;
const plotHeight = HEIGHT - TOP - BOTTOM;
const bottom = HEIGHT - BOTTOM;

/** Names of two curves or marks stand at least this far apart. */
const LINE = 16;

/** About as wide as a character is where the page is narrow and its text large. */
const CHARACTER = 9;

export type Curve = {
  readonly label: string;
  /** A custom property of the page, like "--one". */
  readonly colour: string;
  /** Values from 0 to 1 at ranks 1, 2, ... */
  readonly values: readonly number[];
};

/** Curves over ranks 1 to n with a share from 0 to 1 on the vertical axis; each named where it ends. */
export function rankPlot(title: string, curves: readonly Curve[]): string {
  const ranks = Math.max(1, ...curves.map((curve) => curve.values.length));
  const x = (rank: number) => LEFT + ((rank - 1) / Math.max(1, ranks - 1)) * plotWidth;
  const y = (value: number) => TOP + (1 - value) * plotHeight;
  const ends = apart(curves.map((curve) => y(curve.values.at(-1) ?? 0)));
  const lines = curves.map((curve, index) => {
    const points = curve.values.map((value, rank) => `${fixed(x(rank + 1))},${fixed(y(value))}`);
    const dots = curve.values.map(
      (value, rank) =>
        `<circle cx="${fixed(x(rank + 1))}" cy="${fixed(y(value))}" r="3.5" fill="var(${curve.colour})"><title>${curve.label}@${rank + 1}: ${value.toFixed(3)}</title></circle>`,
    );
    const name = `<text class="name" x="${WIDTH - RIGHT + 10}" y="${fixed((ends[index] ?? 0) + 4)}" style="fill:var(${curve.colour})">${curve.label} ${(curve.values.at(-1) ?? 0).toFixed(2)}</text>`;
    return `<polyline points="${points.join(" ")}" fill="none" stroke="var(${curve.colour})" stroke-width="2" stroke-linejoin="round"/>${dots.join("")}${name}`;
  });
  const ticks = Array.from(
    { length: ranks },
    (_, index) =>
      `<text x="${fixed(x(index + 1))}" y="${HEIGHT - 10}" text-anchor="middle">${index + 1}</text>`,
  );
  return frame(title, [
    ...grid([0, 0.25, 0.5, 0.75, 1], y, (value) => value.toFixed(2)),
    ...ticks,
    ...lines,
  ]);
}

/** How many turns took how long: bars over equal steps of the logarithm, with the median and 95th percentile. */
export function latencyPlot(
  title: string,
  ms: readonly number[],
  marks: readonly { readonly label: string; readonly ms: number }[],
): string {
  const shown = ms.map((value) => Math.max(value, 0.1));
  const low = Math.log10(Math.min(...shown, 1));
  const high = Math.log10(Math.max(...shown, 10)) + 0.01;
  const bins = 24;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of shown) {
    const bin = Math.min(bins - 1, Math.floor(((Math.log10(value) - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  const x = (value: number) => LEFT + ((Math.log10(value) - low) / (high - low)) * plotWidth;
  const y = (count: number) => TOP + (1 - count / most) * plotHeight;
  const bars = counts.map((count, bin) => {
    const left = LEFT + (bin / bins) * plotWidth;
    return `<rect x="${fixed(left + 1)}" y="${fixed(y(count))}" width="${fixed(plotWidth / bins - 2)}" height="${fixed(bottom - y(count))}" rx="2" fill="var(--one-soft)"><title>${count} turns</title></rect>`;
  });
  const ticks: string[] = [];
  for (let power = Math.ceil(low); power <= high; power += 1) {
    ticks.push(
      `<text x="${fixed(x(10 ** power))}" y="${HEIGHT - 10}" text-anchor="middle">${10 ** power} ms</text>`,
    );
  }
  const lines = marks.map(({ label, ms: value }, index) => {
    const text = `${label} ${Math.round(value)} ms`;
    // The first is named on its left, so that no name crosses the next line; one at the edge a line lower.
    const atEdge = x(value) + 6 + text.length * CHARACTER > WIDTH;
    const onLeft = index === 0 || atEdge;
    const height = TOP + 11 + (index > 0 && atEdge ? LINE : 0);
    return `<line x1="${fixed(x(value))}" x2="${fixed(x(value))}" y1="${TOP}" y2="${bottom}" stroke="var(--two)" stroke-width="1.5" stroke-dasharray="4 3"/><text class="name" x="${fixed(x(value) + (onLeft ? -6 : 6))}" y="${height}" text-anchor="${onLeft ? "end" : "start"}" style="fill:var(--two)">${text}</text>`;
  });
  const steps = [0, most].filter((value, index, all) => all.indexOf(value) === index);
  return frame(title, [...grid(steps, y, String), ...ticks, ...bars, ...lines]);
}

/** Heights moved apart where names would stand on each other, their order kept. */
function apart(heights: readonly number[]): readonly number[] {
  const moved = [...heights];
  const order = heights
    .map((_, index) => index)
    .toSorted((a, b) => at(heights, a) - at(heights, b));
  for (const [place, index] of order.entries()) {
    const before = order[place - 1];
    if (before !== undefined) moved[index] = Math.max(at(moved, index), at(moved, before) + LINE);
  }
  return moved;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

function grid(
  values: readonly number[],
  y: (value: number) => number,
  show: (value: number) => string,
): string[] {
  return values.map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${fixed(y(value))}" y2="${fixed(y(value))}" stroke="var(--line)"/><text x="${LEFT - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${show(value)}</text>`,
  );
}

function frame(title: string, parts: readonly string[]): string {
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts.join("")}</svg></figure>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
