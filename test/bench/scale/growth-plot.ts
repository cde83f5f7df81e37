/** Draws what `bench:scale --json` printed: each figure against size, both on logarithmic scales, so that twice is a step. [pure] */

export type PlotRow = Readonly<Record<string, number | string>>;
type Point = readonly [size: number, value: number];
type Line = { readonly name: string; readonly points: readonly Point[] };
type Panel = { readonly title: string; readonly size: string; readonly lines: readonly Line[] };

const WIDTH = 460;
const HEIGHT = 300;
const COLUMNS = 2;
const EDGE = { left: 56, right: 96, top: 40, bottom: 44 };
const COLOURS = ["#1f5fa8", "#b4531f", "#3b7a3b"];
const STORE = {
  appended: "a turn appended: asked, answered, posted",
  read: "a thread of 3 turns read",
  retention: "retention",
};

/** An SVG. Rows of the same size: the last one counts. */
export function growthPlot(rows: readonly PlotRow[]): string {
  const panels = panelsOf(rows).filter(({ lines }) =>
    lines.some(({ points }) => points.length > 1),
  );
  const height = Math.ceil(panels.length / COLUMNS) * HEIGHT;
  const drawn = panels.map((panel, at) => {
    const [x, y] = [(at % COLUMNS) * WIDTH, Math.floor(at / COLUMNS) * HEIGHT];
    return `<g transform="translate(${x} ${y})">\n${draw(panel)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

function panelsOf(rows: readonly PlotRow[]): readonly Panel[] {
  const index = (title: string, lines: Readonly<Record<string, string>>): Panel => ({
    title,
    size: "chunks",
    lines: Object.entries(lines).map(([name, column]) => ({
      name,
      points: pointsOf(rows, "chunks", column),
    })),
  });
  const store = (title: string, lines: readonly (readonly [string, string, string])[]): Panel => ({
    title,
    size: "turns",
    lines: lines.map(([name, kind, column]) => ({
      name,
      points: pointsOf(
        rows.filter((row) => row["store"] === kind),
        "turns",
        column,
      ),
    })),
  });
  return [
    index("Search: processor, ms", { "95 %": "processor 95 % ms", mean: "processor ms" }),
    index("Memory of the process, MB", { builds: "building MB", asks: "asking MB" }),
    index("Building: processor, s", { "": "building processor s" }),
    index("Index on disk, MB", { "": "disk MB" }),
    store("Store: processor, 95 %, ms", [
      ["append", STORE.appended, "processor 95 % ms"],
      ["read", STORE.read, "processor 95 % ms"],
    ]),
    store("Retention: longest hold, processor, ms", [["", STORE.retention, "processor most ms"]]),
  ];
}

function pointsOf(rows: readonly PlotRow[], size: string, column: string): readonly Point[] {
  const found = new Map<number, number>();
  for (const row of rows) {
    const [at, value] = [Number(row[size]), Number(row[column])];
    if (at > 0 && value > 0) found.set(at, value);
  }
  return [...found].toSorted(([a], [b]) => a - b);
}

function draw({ title, size, lines }: Panel): string {
  const all = lines.flatMap(({ points }) => points);
  const x = scaleOf(
    all.map(([at]) => at),
    EDGE.left,
    WIDTH - EDGE.right,
  );
  const y = scaleOf(
    all.map(([, value]) => value),
    HEIGHT - EDGE.bottom,
    EDGE.top,
  );
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<line x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}" stroke="#ddd"/><text x="${x.at(tick)}" y="${HEIGHT - EDGE.bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y.at(tick)}" y2="${y.at(tick)}" stroke="#ddd"/><text x="${EDGE.left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
    ),
  ];
  const drawn = lines.flatMap(({ name, points }, at) => {
    const colour = COLOURS[at % COLOURS.length] ?? "";
    const places = points.map(([one, value]) => [x.at(one), y.at(value)] as const);
    const last = places.at(-1);
    const value = points.at(-1)?.[1];
    if (last === undefined || value === undefined) return [];
    return [
      `<polyline points="${places.map((place) => place.join(",")).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
      `<text x="${last[0] + 8}" y="${last[1] + 4}" fill="${colour}">${`${name} ${short(value)}`.trim()}</text>`,
    ];
  });
  return [
    `<text x="${EDGE.left}" y="22" font-weight="bold">${title}</text>`,
    `<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${size}</text>`,
    ...grid,
    ...drawn,
  ].join("\n");
}

/** Places on a logarithmic scale from the power of ten below the least to a little above the most. */
function scaleOf(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.log10(Math.max(...values) * 1.15));
  const at = (value: number) =>
    Math.round((from + ((Math.log10(value) - low) / (high - low)) * (to - from)) * 10) / 10;
  const ticks = Array.from({ length: Math.floor(high) - low + 1 }, (_, step) => 10 ** (low + step));
  return { at, ticks };
}

function short(value: number): string {
  if (value >= 1e6) return `${trim(value / 1e6)} M`;
  if (value >= 10_000) return `${trim(value / 1000)} k`;
  return trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(3)));
}
