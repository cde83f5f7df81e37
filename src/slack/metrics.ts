/** What the bot counts and times of its own work in Slack, for the health and metrics endpoints. */
import { createMetrics as createRegistry } from "../observability/metrics.ts";

/** Names without prefix and unit: "questions_received" is rendered as "marvin_slack_questions_received_total". */
export interface Metrics {
  count(name: string, by?: number): void;
  set(name: string, value: number): void;
  /** One duration of a kind, a histogram in seconds. */
  took(name: string, ms: number): void;
  value(name: string): number;
  /** Prometheus' text format. */
  render(): string;
}

/** Where the name does not say it all. */
const HELP: Readonly<Record<string, string>> = {
  admission: "Time until a delivery of Slack's was stored, in seconds.",
  answered: "Time from a question's arrival until its whole answer was in Slack, in seconds.",
  first_shown:
    "Time from a question's arrival until something of its answer was in Slack, in seconds.",
  caught_up_messages: "Messages that came while nobody was connected and were read later.",
  connected: "1 while Slack can reach the bot.",
  disk_free_bytes: "Room on the disk of the data folder.",
  ignored: "Deliveries that were no question to the bot.",
  kept_silent: "Questions of help channels that were left unanswered.",
  left_to_people: "Questions of help channels that people answered first.",
  malformed: "Deliveries that could not be read.",
  oldest_open_seconds: "Age of the oldest question that is not done with; 0 without one.",
  open_questions: "Questions that are not done with, in all processes.",
  other_workspaces: "Deliveries of workspaces other than the bot's.",
  postponed: "Questions that had to wait for a budget.",
  recovered: "Answers that an earlier process had begun.",
  refused: "Questions of people or channels that the settings leave out.",
  running: "Questions that this process is answering.",
};

export function createMetrics(): Metrics {
  const registry = createRegistry();
  const named = (kind: "counter" | "gauge" | "histogram", name: string): string => {
    const ending = { counter: "_total", gauge: "", histogram: "_seconds" }[kind];
    const whole = `marvin_slack_${name}${ending}`;
    registry.define(whole, { kind, help: HELP[name] ?? `${sentence(name)}.` });
    return whole;
  };
  return {
    count: (name, by = 1) => registry.count(named("counter", name), by),
    set: (name, value) => registry.set(named("gauge", name), value),
    took: (name, ms) => registry.observe(named("histogram", name), ms / 1000),
    value: (name) =>
      registry.value(`marvin_slack_${name}_total`) || registry.value(`marvin_slack_${name}`),
    render: () => registry.render(),
  };
}

function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
