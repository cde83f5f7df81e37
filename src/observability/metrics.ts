/**
 * Counters, gauges and histograms in Prometheus' text format. One registry a process; whoever measures is given it. A
 * metric is defined once, before it is used, so that all of them have a help text.
 */

export type MetricDefinition = {
  readonly kind: "counter" | "gauge" | "histogram";
  /** One line; the unit where it is not in the name. */
  readonly help: string;
  /** Upper bounds of a histogram's buckets, ascending; `SECONDS` by default. */
  readonly buckets?: readonly number[];
};

export type Labels = Readonly<Record<string, string>>;

/** From an event that is only stored to the longest wait for a local model. */
export const SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
];

export interface Metrics {
  /** Nothing when it was defined before. */
  define(name: string, definition: MetricDefinition): void;
  count(name: string, by?: number, labels?: Labels): void;
  set(name: string, value: number, labels?: Labels): void;
  /** One observation of a histogram. */
  observe(name: string, value: number, labels?: Labels): void;
  /** Of a counter or a gauge; 0 before the first. */
  value(name: string, labels?: Labels): number;
  /** Text format 0.0.4. */
  render(): string;
  /** All values as plain data, to be given to `createMetrics` by a later process. */
  save(): SavedMetrics;
}

export type SavedMetrics = readonly {
  readonly name: string;
  readonly labels: Labels;
  /** The value, or a histogram's sum. */
  readonly value: number;
  /** Observations in each bucket, the last one without a bound; empty for the other kinds. */
  readonly counts: readonly number[];
}[];

type Series = { readonly labels: Labels; value: number; readonly counts: number[] };
type Family = {
  readonly definition: MetricDefinition;
  readonly bounds: readonly number[];
  readonly series: Map<string, Series>;
};

/** Different label values of one metric; what comes after them is not told apart. */
const MOST_SERIES = 200;
const REST: Labels = { rest: "all" };

export function createMetrics(
  definitions: Readonly<Record<string, MetricDefinition>> = {},
  saved: SavedMetrics = [],
): Metrics {
  const families = new Map<string, Family>();

  const define = (name: string, definition: MetricDefinition) => {
    if (families.has(name)) return;
    const bounds = definition.kind === "histogram" ? (definition.buckets ?? SECONDS) : [];
    families.set(name, { definition, bounds, series: new Map() });
  };
  const seriesOf = (name: string, kind: MetricDefinition["kind"], labels: Labels): Series => {
    const family = families.get(name);
    if (family === undefined) throw new Error(`The metric ${name} is not defined.`);
    if (family.definition.kind !== kind)
      throw new Error(`The metric ${name} is a ${family.definition.kind}, no ${kind}.`);
    const key = labelText(labels);
    const known = family.series.get(key);
    if (known !== undefined) return known;
    if (family.series.size >= MOST_SERIES && labels !== REST) return seriesOf(name, kind, REST);
    const counts = kind === "histogram" ? Array<number>(family.bounds.length + 1).fill(0) : [];
    const made: Series = { labels, value: 0, counts };
    family.series.set(key, made);
    return made;
  };

  for (const [name, definition] of Object.entries(definitions)) define(name, definition);
  for (const { name, labels, value, counts } of saved) {
    const family = families.get(name);
    if (family === undefined) continue;
    const series = seriesOf(name, family.definition.kind, labels);
    // With other buckets than now they cannot be gone on with.
    if (series.counts.length !== counts.length) continue;
    series.value = value;
    for (const [at, amount] of counts.entries()) series.counts[at] = amount;
  }

  return {
    define,
    count(name, by = 1, labels = {}) {
      seriesOf(name, "counter", labels).value += by;
    },
    set(name, value, labels = {}) {
      seriesOf(name, "gauge", labels).value = value;
    },
    observe(name, value, labels = {}) {
      const series = seriesOf(name, "histogram", labels);
      const bounds = families.get(name)?.bounds ?? [];
      const at = bounds.findIndex((bound) => value <= bound);
      const bucket = at === -1 ? bounds.length : at;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.value += value;
    },
    value: (name, labels = {}) => families.get(name)?.series.get(labelText(labels))?.value ?? 0,
    render: () => [...families].map(([name, family]) => renderFamily(name, family)).join(""),
    save: () =>
      [...families].flatMap(([name, { series }]) =>
        [...series.values()].map(({ labels, value, counts }) => ({ name, labels, value, counts })),
      ),
  };
}

/** "" for a metric without any value yet: an absent one is not zero. */
function renderFamily(name: string, { definition, bounds, series }: Family): string {
  if (series.size === 0) return "";
  const lines = [`# HELP ${name} ${escape(definition.help)}`, `# TYPE ${name} ${definition.kind}`];
  for (const { labels, value, counts } of series.values()) {
    if (definition.kind !== "histogram") {
      lines.push(`${name}${labelText(labels)} ${value}`);
      continue;
    }
    let sum = 0;
    for (const [at, amount] of counts.entries()) {
      sum += amount;
      const le = bounds[at] === undefined ? "+Inf" : String(bounds[at]);
      lines.push(`${name}_bucket${labelText({ ...labels, le })} ${sum}`);
    }
    lines.push(`${name}_sum${labelText(labels)} ${value}`);
    lines.push(`${name}_count${labelText(labels)} ${sum}`);
  }
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return "";
  return `{${names.map((name) => `${name}="${escape(labels[name] ?? "").replaceAll('"', '\\"')}"`).join(",")}}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
