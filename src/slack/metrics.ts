/** Counters and the last times of things, for the health and metrics endpoints. */
export interface Metrics {
  count(name: string, by?: number): void;
  set(name: string, value: number): void;
  /** One duration of a kind: rendered as count, sum and longest, in seconds. */
  took(name: string, ms: number): void;
  value(name: string): number;
  /** Prometheus text format, names prefixed "marvin_slack_". */
  render(): string;
}

export function createMetrics(): Metrics {
  const values = new Map<string, number>();
  const kinds = new Map<string, "counter" | "gauge">();
  const count = (name: string, by: number) => {
    kinds.set(name, "counter");
    values.set(name, (values.get(name) ?? 0) + by);
  };
  return {
    took(name, ms) {
      count(`${name}_seconds_count`, 1);
      count(`${name}_seconds_sum`, ms / 1000);
      kinds.set(`${name}_seconds_max`, "gauge");
      values.set(
        `${name}_seconds_max`,
        Math.max(values.get(`${name}_seconds_max`) ?? 0, ms / 1000),
      );
    },
    count(name, by = 1) {
      count(name, by);
    },
    set(name, value) {
      kinds.set(name, "gauge");
      values.set(name, value);
    },
    value: (name) => values.get(name) ?? 0,
    render() {
      return [...values]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([name, value]) =>
            `# TYPE marvin_slack_${name} ${kinds.get(name) ?? "gauge"}\nmarvin_slack_${name} ${value}\n`,
        )
        .join("");
    },
  };
}
