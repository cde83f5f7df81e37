/** Answers of every shape that the bot posts, for a check that Slack draws them: invented pages, nothing of an index. */
import type { Answer, Citation, Claim } from "../documents/answer.ts";

function citation(number: number): Citation {
  return {
    number,
    url: `https://docs.example.com/page-${number}#section`,
    anchor: "section",
    title: `Page ${number} & more`,
    section: "A <section>",
    product: "prefect",
    version: "3",
    crawledAt: "2026-11-20T08:00:00.000Z",
  };
}

function claim(number: number, text: string, parts: Partial<Claim> = {}): Claim {
  return {
    id: `c${number}`,
    text,
    aspect: "other",
    quotes: [{ citation: number, chunkId: "golden", text, start: 0, end: text.length }],
    conditions: [],
    ...parts,
  };
}

function answer(id: string, claims: readonly Claim[], parts: Partial<Answer> = {}): Answer {
  return {
    id,
    kind: "answered",
    claims,
    remarks: [],
    citations: claims.map((_claim, index) => citation(index + 1)),
    closest: [],
    missing: [],
    terms: [],
    writer: "extractive",
    ...parts,
  };
}

/** By what is special about them. */
export const GOLDEN_ANSWERS: Readonly<Record<string, Answer>> = {
  "text with code and hostile characters": answer("golden-text", [
    claim(
      1,
      "Set `PREFECT_API_URL` & <!channel> stays as it is written: *not bold*, _not italic_.",
    ),
    claim(2, "It waits 30 seconds.", { conditions: ["since 3.4"] }),
  ]),
  "headings of a failure": answer("golden-failure", [
    claim(1, "The run is marked `Crashed`.", { aspect: "state" }),
    claim(2, "Nothing starts it again.", { aspect: "automatic" }),
    claim(3, "Rerun it.", { aspect: "action" }),
  ]),
  "a listing, a list and a table": answer("golden-blocks", [
    claim(1, "```python\n@flow(retries=3)\ndef etl():\n    pass\n```"),
    claim(2, "Three ways:\n- by hand\n- by an automation\n- by a retry"),
    claim(3, "State | Meaning\nCrashed | the process died\nFailed | the code raised"),
  ]),
  "a long answer": answer(
    "golden-long",
    Array.from({ length: 12 }, (_, index) => claim(index + 1, "A sentence of a page. ".repeat(90))),
  ),
  "what was not found": answer("golden-not-found", [], {
    kind: "not-found",
    reason: "silent",
    closest: [citation(1), citation(2)],
    missing: ["quantum retries"],
  }),
  "a word that is not documented": answer("golden-word", [claim(1, "Results are persisted.")], {
    kind: "partial",
    remarks: [{ kind: "word-not-documented", values: { word: "checkpoint" } }],
    missing: ["checkpoint"],
  }),
};
