/** Counters and the last times of things, for the health and metrics endpoints. */
export interface Metrics {
  count(name: string, by?: number): void;
  set(name: string, value: number): void;
  value(name: string): number;
  /** Prometheus text format, names prefixed "marvin_slack_". */
  render(): string;
}

export function createMetrics(): Metrics {
  const values = new Map<string, number>();
  const kinds = new Map<string, "counter" | "gauge">();
  return {
    count(name, by = 1) {
      kinds.set(name, "counter");
      values.set(name, (values.get(name) ?? 0) + by);
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
