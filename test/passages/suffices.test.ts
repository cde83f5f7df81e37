import { describe, expect, it } from "vitest";
import { chooseAnswer } from "../../src/writing/extractive/extractive-writer.ts";
import type { QueryTerm } from "../../src/documents/evidence.ts";
import { tokenize } from "../../src/documents/tokenize.ts";
import { makeEvidence } from "../support/make-chunk.ts";
import { makePage } from "../support/make-page.ts";

const PLAIN = new Set(
  "what do does the a an is are how i of in to when it if and my we for our did which on with".split(
    " ",
  ),
);

const pages = [
  makePage(
    `A worker polls its work pool for flow runs and starts them.
To run a worker in Docker, pass the image to the worker and name the work pool.
A worker that stops sending heartbeats is marked as offline after 90 seconds.
Set the notification block of an automation to send a message to Slack.`,
    { url: "https://docs.example/workers", title: "Workers", headingPath: ["Run a worker"] },
  ),
  makePage("A flow run that crashes can be retried from the command line.", {
    url: "https://docs.example/runs",
    title: "Flow runs",
    headingPath: ["Retry"],
  }),
];

function assess(question: string) {
  const terms: QueryTerm[] = [...new Set(tokenize(question))]
    .filter((token) => !PLAIN.has(token))
    .map((token) => {
      const known = pages.filter(({ text, title }) => tokenize(`${title} ${text}`).includes(token));
      return {
        token,
        weight: 1,
        idf: Math.log(1 + 1000 / (10 * known.length + 1)),
        documentFrequency: 10 * known.length,
      };
    });
  return chooseAnswer({ question, evidence: makeEvidence(pages), terms }).sufficiency;
}

describe("suffices", () => {
  it.each([
    "How do I run a worker in Docker?",
    "when is a worker marked as offline",
    "our worker died last night and is offline, annoying. what do we do",
    "how do I retry a flow run that crashed",
    "how do i send a message to slack from an automation",
    "wokrer is offline, help",
    "our Podmania cluster keeps losing the worker, how do I run a worker in Docker?",
  ])("lets %j be answered", (question) => {
    expect(assess(question)).toMatchObject({ sufficient: true });
  });

  it.each([
    ["a name that no page has", "How do I run a worker in Podmania?"],
    ["a kind of thing that no page has", "how do i start a zeppelin worker"],
    [
      "a name in the condition of a question",
      "If we use Podmania for all of it, how do I run a worker?",
    ],
    ["the dates of releases", "when is the next version out"],
    ["the limits of a plan", "how many workers may we have on the Silver plan"],
    ["a setting that no page has", "What is WORKER_GRAVITY_FACTOR for?"],
    ["a price", "how much does a worker cost per month for 20 users"],
    ["today's state of the service", "is prefect cloud down right now?"],
    ["the asker's own runs", "which of our flow runs crashed"],
    ["the future", "when will the next version be released"],
  ])("declines a question about %s", (_name, question) => {
    const { sufficient, why } = assess(question);

    expect(sufficient).toBe(false);
    expect(why).not.toBe("");
  });

  it("names the words that are missing, as they were written", () => {
    expect(assess("How do I run a worker in Podmania?").missing).toEqual(["Podmania"]);
  });

  it("does not hold a pasted log against a question", () => {
    const question =
      "worker is offline, what do we do\n```\nZorbError: gyro flange at Podmania\n```";

    expect(assess(question)).toMatchObject({ sufficient: true });
  });

  it("finds nothing sufficient without evidence", () => {
    const { sufficiency } = chooseAnswer({ question: "what is a worker", evidence: [], terms: [] });

    expect(sufficiency).toMatchObject({ sufficient: false, missing: [] });
  });
});
