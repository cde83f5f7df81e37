import { describe, expect, it } from "vitest";
import { completeFragment } from "../../src/conversation/complete.ts";

const complete = (fragment: string, question: string) =>
  completeFragment(fragment, question).question;

describe("completeFragment", () => {
  it.each([
    ["and for tasks?", "how do I retry a flow?", "how do I retry tasks?"],
    [
      "the ECS one?",
      "how does the k8s worker find dead pods?",
      "how does the ECS worker find dead pods?",
    ],
    [
      "And interval schedules?",
      "How do cron schedules treat time zones?",
      "How do interval schedules treat time zones?",
    ],
    [
      "what about a worker",
      "which port does the self-hosted server use?",
      "which port does the self-hosted worker use?",
    ],
    ["for tasks too?", "can I limit concurrent flows?", "can I limit concurrent tasks?"],
    [
      "and from kafka?",
      "does it support triggers from MQTT brokers?",
      "does it support triggers from kafka brokers?",
    ],
    [
      "only for one deployment",
      "how do I give a flow more memory?",
      "how do I give a flow more memory, only for one deployment?",
    ],
    [
      "without a webhook?",
      "how do I run a flow when a file lands, got an example?",
      "how do I run a flow when a file lands, without a webhook?",
    ],
    ["with longer waits", "how do I retry a task?", "how do I retry a task, with longer waits?"],
    [
      "for flows?",
      "can I turn it off (retries of tasks on ECS)?",
      "can I turn it off, for flows (retries of tasks on ECS)?",
    ],
  ])("%s after: %s", (fragment, question, expected) => {
    expect(complete(fragment, question)).toBe(expected);
  });
});
