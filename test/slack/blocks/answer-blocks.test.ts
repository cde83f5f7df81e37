import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASPECTS, type Answer } from "../../../src/documents/answer.ts";
import type { Block, Leaf } from "../../../src/slack/blocks/block.ts";
import { sizeOf } from "../../../src/slack/blocks/block.ts";
import {
  type RenderOptions,
  age,
  answerMessages,
  claimsBlocks,
  notice,
} from "../../../src/slack/blocks/answer-blocks.ts";
import { SLACK_LIMITS } from "../../../src/slack/blocks/limits.ts";
import { LIMITS, blocksProblem } from "../../support/fake-slack-limits.ts";
import { plainText } from "../../support/fake-slack.ts";
import { answerOf, citationOf } from "../../support/scripted-application.ts";

const options: RenderOptions = {
  now: Date.parse("2026-11-24T09:00:00.000Z"),
  question: "what?",
  askPerson: false,
};

function only(answer: Answer, overrides: Partial<RenderOptions> = {}) {
  const messages = answerMessages(answer, { ...options, ...overrides });
  expect(messages).toHaveLength(1);
  return messages[0] ?? notice("");
}

/** Every leaf of the blocks' rich text, cells of tables included. */
function leaves(blocks: readonly Block[]): readonly Leaf[] {
  return blocks.flatMap((block) => {
    if (block.type === "table")
      return leaves(block.rows.flat().filter((cell) => cell.type === "rich_text"));
    if (block.type !== "rich_text") return [];
    return block.elements.flatMap((element) =>
      element.type === "rich_text_list"
        ? element.elements.flatMap((item) => [...item.elements])
        : [...element.elements],
    );
  });
}

/** The elements of the blocks' rich text, lists as their items' words. */
function shape(blocks: readonly Block[]) {
  const words = (elements: readonly Leaf[]) =>
    elements.map(({ text }) => text.replaceAll("\u00A0", " ")).join("");
  return blocks.flatMap((block) => {
    if (block.type === "table") return ["table"];
    if (block.type !== "rich_text") return [];
    return block.elements.map((element) =>
      element.type === "rich_text_list"
        ? `${element.style} ${element.indent}+${element.offset ?? 0}: ${element.elements.map((item) => words(item.elements)).join(" / ")}`
        : `${element.type.slice(10)}: ${words(element.elements)}`,
    );
  });
}

function listings(blocks: readonly Block[]): string {
  return blocks
    .flatMap((block) => (block.type === "rich_text" ? block.elements : []))
    .filter((element) => element.type === "rich_text_preformatted")
    .map((element) => element.elements.map((leaf) => leaf.text).join(""))
    .join("");
}

describe("an answer", () => {
  it("shows claims under their headings, linked marks, conditions, sources with age, and buttons", () => {
    const answer = answerOf(
      [
        { text: "The run is marked `Crashed`.", quote: "is marked as Crashed", aspect: "state" },
        {
          text: "It is not retried.",
          aspect: "automatic",
          conditions: ["since 3.6.22"],
          citation: 2,
        },
        { text: "Neither are its tasks.", aspect: "automatic", citation: 2 },
      ],
      { missing: ["ECS"], kind: "partial" },
    );

    expect(only(answer, { askPerson: true }).blocks).toMatchInlineSnapshot(`
      [
        {
          "elements": [
            {
              "elements": [
                {
                  "style": {
                    "bold": true,
                  },
                  "text": "What is recorded",
                  "type": "text",
                },
              ],
              "type": "rich_text_section",
            },
            {
              "elements": [
                {
                  "text": "The run is marked ",
                  "type": "text",
                },
                {
                  "style": {
                    "code": true,
                  },
                  "text": "Crashed",
                  "type": "text",
                },
                {
                  "text": ".",
                  "type": "text",
                },
                {
                  "text": " ",
                  "type": "text",
                },
                {
                  "text": "[1]",
                  "type": "link",
                  "url": "https://docs.example.com/v3/page-1#section-1:~:text=is%20marked%20as%20Crashed",
                },
              ],
              "type": "rich_text_section",
            },
          ],
          "type": "rich_text",
        },
        {
          "elements": [
            {
              "elements": [
                {
                  "style": {
                    "bold": true,
                  },
                  "text": "What happens by itself",
                  "type": "text",
                },
              ],
              "type": "rich_text_section",
            },
            {
              "elements": [
                {
                  "text": "It is not retried.",
                  "type": "text",
                },
                {
                  "text": " ",
                  "type": "text",
                },
                {
                  "style": {
                    "italic": true,
                  },
                  "text": "(since 3.6.22) ",
                  "type": "text",
                },
                {
                  "text": "[2]",
                  "type": "link",
                  "url": "https://docs.example.com/v3/page-2#section-2:~:text=The%20page%3A%20It%20is%20not%20retried.",
                },
              ],
              "type": "rich_text_section",
            },
          ],
          "type": "rich_text",
        },
        {
          "elements": [
            {
              "elements": [
                {
                  "text": "Neither are its tasks.",
                  "type": "text",
                },
                {
                  "text": " ",
                  "type": "text",
                },
                {
                  "text": "[2]",
                  "type": "link",
                  "url": "https://docs.example.com/v3/page-2#section-2:~:text=The%20page%3A%20Neither%20are%20its%20tasks.",
                },
              ],
              "type": "rich_text_section",
            },
          ],
          "type": "rich_text",
        },
        {
          "elements": [
            {
              "elements": [
                {
                  "style": {
                    "italic": true,
                  },
                  "text": "I found nothing in the documentation on: ECS.",
                  "type": "text",
                },
              ],
              "type": "rich_text_section",
            },
          ],
          "type": "rich_text",
        },
        {
          "elements": [
            {
              "text": "*Sources* · Prefect 3 · read 4 days ago
      [1] <https://docs.example.com/v3/page-1#section-1|Page 1 › Section 1>
      [2] <https://docs.example.com/v3/page-2#section-2|Page 2 › Section 2>",
              "type": "mrkdwn",
              "verbatim": true,
            },
          ],
          "type": "context",
        },
        {
          "elements": [
            {
              "accessibility_label": "This answer was helpful",
              "action_id": "answer_vote_helpful",
              "text": {
                "text": "Helpful",
                "type": "plain_text",
              },
              "type": "button",
              "value": "{"answer":"a1","vote":"helpful"}",
            },
            {
              "accessibility_label": "This answer was not helpful",
              "action_id": "answer_vote_not-helpful",
              "text": {
                "text": "Not helpful",
                "type": "plain_text",
              },
              "type": "button",
              "value": "{"answer":"a1","vote":"not-helpful"}",
            },
            {
              "action_id": "ask_person",
              "text": {
                "text": "Ask a person",
                "type": "plain_text",
              },
              "type": "button",
              "value": "a1",
            },
          ],
          "type": "actions",
        },
      ]
    `);
  });

  it("puts the page's own sentence between quotation marks, and repeats no condition", () => {
    const { blocks } = only(
      answerOf([
        {
          text: "Since 3.6 it is so.",
          quote: "Since 3.6 it is so.",
          conditions: ["Since 3.6", "Cloud only"],
        },
      ]),
    );

    expect(plainText({ text: "", blocks }).split("\n")[0]).toBe(
      "“Since 3.6 it is so.” (Cloud only) [1]",
    );
  });

  it("links a mark to the quoted words and a source to its section", () => {
    const { blocks } = only(answerOf([{ text: "So it is.", quote: "so it really is" }]));

    expect(leaves(blocks).filter((leaf) => leaf.type === "link")).toEqual([
      {
        type: "link",
        url: "https://docs.example.com/v3/page-1#section-1:~:text=so%20it%20really%20is",
        text: "[1]",
      },
    ]);
    expect(JSON.stringify(blocks)).toContain(
      "<https://docs.example.com/v3/page-1#section-1|Page 1 › Section 1>",
    );
  });

  it.each([
    ["not-found, silent", { kind: "not-found", reason: "silent" }, /would rather not guess/],
    [
      "not-found, product not indexed",
      { kind: "not-found", reason: "product-not-indexed", missing: ["Airflow"] },
      /no documentation of Airflow/,
    ],
    ["unavailable, no index", { kind: "unavailable", reason: "no-index" }, /npm run ingest/],
    ["unavailable, index down", { kind: "unavailable", reason: "index-down" }, /cannot reach/],
    ["unavailable, search failed", { kind: "unavailable", reason: "search-failed" }, /a fault/],
    ["declined", { kind: "declined" }, /not something I do/],
    ["help", { kind: "help" }, /Ask me what happens/],
    ["small talk", { kind: "small-talk" }, /./],
  ] as const)("that is %s says so in its own words", (_what, overrides, expected) => {
    const { blocks, text } = only(answerOf([], overrides));

    expect(plainText({ text: "", blocks })).toMatch(expected);
    expect(text).toMatch(expected);
  });

  it("names the closest sections when nothing was found", () => {
    const { blocks } = only(
      answerOf([], {
        kind: "not-found",
        reason: "silent",
        closest: [citationOf(1), citationOf(2)],
      }),
    );

    expect(plainText({ text: "", blocks })).toContain(
      "Closest sections, none of which answers it* · Prefect 3",
    );
    expect(plainText({ text: "", blocks })).toContain("[2] <https://docs.example.com/v3/page-2");
  });

  it("has all of it as text for where blocks are refused", () => {
    const answer = answerOf(
      [
        { text: "It is *so* <!here>.", conditions: ["Cloud only"] },
        { text: "And so.", citation: 2 },
      ],
      { remarks: [{ kind: "never-said", values: { words: "checkpoint" } }] },
    );

    expect(only(answer).plain).toMatchInlineSnapshot(`
      "I did not say “checkpoint” in this thread.

      It is *⁠so*⁠ &lt;!here&gt;. (Cloud only) [1]

      And so. [2]

      *Sources* · Prefect 3 · read 4 days ago
      [1] <https://docs.example.com/v3/page-1#section-1|Page 1 › Section 1>
      [2] <https://docs.example.com/v3/page-2#section-2|Page 2 › Section 2>"
    `);
  });

  it("keeps its sources in that text, however long it is", () => {
    const answer = answerOf(
      Array.from({ length: 12 }, (_, index) => ({
        text: "word ".repeat(100),
        citation: index + 1,
      })),
    );
    const { plain } = only(answer);

    expect(plain.length).toBeLessThanOrEqual(4000);
    expect(plain).toContain("\n\n…\n\n*Sources*");
    expect(plain).toContain("[12] <https://docs.example.com/v3/page-12");
  });

  it("has no fences in the text for notifications", () => {
    const { text } = only(answerOf(["Do this:\n```python\nx = 1\n```"]));

    expect(text).toBe("Do this:\nx = 1");
  });

  it("says that the model was down", () => {
    const { blocks } = only(answerOf(["So."], { fallback: "error" }));

    expect(plainText({ text: "", blocks })).toContain("The language model did not answer");
  });

  it("has no buttons for small talk and help", () => {
    expect(only(answerOf([], { kind: "help" }), { askPerson: true }).blocks).toHaveLength(1);
  });

  it("keeps the answer and the vote in the buttons' values", () => {
    const { blocks } = only(answerOf(["So."], { id: "a-77" }));
    const row = blocks.find((block) => block.type === "actions");

    expect(row?.elements.map(({ value }) => JSON.parse(value) as unknown)).toEqual([
      { answer: "a-77", vote: "helpful" },
      { answer: "a-77", vote: "not-helpful" },
    ]);
  });

  it("has its buttons in one row, each with an id of its own, and no votes on a refusal", () => {
    const rowOf = (answer: Answer) =>
      only(answer, { askPerson: true }).blocks.flatMap((block) =>
        block.type === "actions" ? [block.elements.map((button) => button.action_id)] : [],
      );

    expect(rowOf(answerOf(["So."]))).toEqual([
      ["answer_vote_helpful", "answer_vote_not-helpful", "ask_person"],
    ]);
    expect(rowOf(answerOf([], { kind: "declined" }))).toEqual([["ask_person"]]);
    expect(rowOf(answerOf([], { kind: "not-found", reason: "silent" }))).toEqual([["ask_person"]]);
  });
});

describe("code and tables", () => {
  const code =
    "@flow(retries=3)\ndef main():\n    x = a < b && c > d  # <!channel> *not bold*\n    return `x`";

  it("keeps a listing exactly as it was written", () => {
    const { blocks } = only(answerOf([{ text: `Do this:\n\`\`\`python\n${code}\n\`\`\`` }]));

    expect(listings(blocks)).toBe(code);
  });

  it("keeps a long listing whole, in pieces that break at lines", () => {
    const long = Array.from(
      { length: 200 },
      (_, line) => `value_${line} = "${"x".repeat(30)}"`,
    ).join("\n");
    const { blocks } = only(answerOf([{ text: `\`\`\`\n${long}\n\`\`\`` }]));

    expect(listings(blocks)).toBe(long);
    expect(blocksProblem(blocks)).toBe("");
  });

  it("shows words between backticks as code and nothing else", () => {
    const { blocks } = only(answerOf(["Set `PREFECT_API_URL` to *this* _url_ ~now~."]));

    expect(leaves(blocks).slice(0, 3)).toEqual([
      { type: "text", text: "Set " },
      { type: "text", text: "PREFECT_API_URL", style: { code: true } },
      { type: "text", text: " to *this* _url_ ~now~." },
    ]);
  });

  it("draws a table, and a second one as a list of its rows", () => {
    const table =
      "| Name | Meaning | Since |\n| --- | --- | --- |\n| `Crashed` | infrastructure |  |\n| Failed | code | 2 |";
    const { blocks } = only(answerOf([`The states:\n\n${table}`, table]));
    const tables = blocks.filter((block) => block.type === "table");

    expect(tables).toHaveLength(1);
    expect(tables[0]?.rows.map((row) => row.map((cell) => cell.type))).toEqual([
      ["rich_text", "rich_text", "rich_text"],
      ["rich_text", "raw_text", "raw_text"],
      ["raw_text", "raw_text", "raw_text"],
    ]);
    expect(tables[0]?.rows[1]?.[2]).toEqual({ type: "raw_text", text: "–" });
    expect(shape(blocks).slice(0, 3)).toEqual([
      "section: The states: [1]",
      "table",
      "bullet 0+0: Crashed – Meaning: infrastructure / Failed – Meaning: code; Since: 2 [1]",
    ]);
    expect(blocksProblem(blocks)).toBe("");
  });

  it("draws lists with their numbers and nesting", () => {
    const { blocks } = only(
      answerOf(["In order:\n\n3. Stop `it`.\n   - now\n   - later\n4. Start.\n5. Look."]),
    );

    expect(shape(blocks).slice(0, 4)).toEqual([
      "section: In order:",
      "ordered 0+2: Stop it.",
      "bullet 1+0: now / later",
      "ordered 0+3: Start. / Look. [1]",
    ]);
    expect(leaves(blocks)).toContainEqual({ type: "text", text: "it", style: { code: true } });
  });

  it("sets the values of an entry below each other", () => {
    const { blocks } = only(answerOf(["#### size\n\nHow many.\n\nType: `int`\n\nDefault: `5`"]));

    expect(shape(blocks).slice(0, 2)).toEqual([
      "section: size",
      "section: How many.\n\nType: int\nDefault: 5 [1]",
    ]);
  });

  it("never leaves a mark alone on a line", () => {
    const { blocks } = only(
      answerOf(["Do this:\n```\nx\n```", "```\ny\n```", "## Name\n\nOne.\n\nTwo."]),
    );

    expect(shape(blocks).slice(0, 6)).toEqual([
      "section: Do this: [1]",
      "preformatted: x",
      "preformatted: y",
      "section: Section 1 [1]",
      "section: Name",
      "section: One.\n\nTwo. [1]",
    ]);
  });

  it("puts no more of one claim into a message than Slack takes, and says that there is more", () => {
    for (const text of [
      `\`\`\`\n${"line of a listing\n".repeat(2000)}\`\`\``,
      "- item of a list\n".repeat(2000),
      `| a | b |\n| --- | --- |\n${"| cell of a table | `x` |\n".repeat(2000)}`,
      "word ".repeat(5000),
    ]) {
      const { blocks } = only(answerOf([text]));

      expect(sizeOf(blocks)).toBeLessThan(12_000);
      expect(JSON.stringify(blocks)).toContain("…");
      expect(blocksProblem(blocks)).toBe("");
    }
  });
});

describe("text that would do harm", () => {
  const hostile =
    "<!channel> <!here> <@U0VICTIM> <#C0X> <https://evil.example|click> @everyone &lt;!all&gt;";

  it("stays text in claims, conditions, remarks, missing parts, titles and sections", () => {
    const answer = answerOf([{ text: hostile, conditions: [hostile] }], {
      kind: "partial",
      missing: [hostile],
      citations: [citationOf(1, { title: hostile, section: `${hostile} again` })],
      remarks: [{ kind: "never-said", values: { word: hostile, text: hostile } }],
    });
    const { blocks, text } = only(answer);
    const links = leaves(blocks).flatMap((leaf) => (leaf.type === "link" ? [leaf.url] : []));
    const marked = blocks.flatMap((block) =>
      block.type === "context" ? block.elements.map((element) => element.text) : [],
    );

    expect(links.every((url) => url.startsWith("https://docs.example.com/"))).toBe(true);
    expect(marked.join("\n").match(/<[^>]*>/g)).toEqual([
      expect.stringMatching(/^<https:\/\/docs\.example\.com\/v3\/page-1#section-1\|/),
    ]);
    expect(marked.join("\n").match(/</g)).toHaveLength(1);
    expect(text).not.toMatch(/<[!@#h]/);
  });

  it("makes no link of an address that is not http", () => {
    const answer = answerOf(["So."], {
      citations: [citationOf(1, { url: "javascript:alert(1)" })],
    });
    const { blocks } = only(answer);

    expect(JSON.stringify(blocks)).not.toContain("javascript:");
    expect(leaves(blocks)).toContainEqual({ type: "text", text: "[1]" });
  });

  it("has no notice with a mention in it", () => {
    expect(notice("<!channel>").text).toBe("&lt;!channel&gt;");
  });
});

describe("limits", () => {
  const claimText = fc.oneof(
    fc.string({ minLength: 1, maxLength: 3000, unit: "grapheme" }),
    fc
      .array(fc.string({ maxLength: 80 }), { minLength: 1, maxLength: 150 })
      .map((lines) => `\`\`\`\n${lines.join("\n")}\n\`\`\``),
    fc
      .array(fc.tuple(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 })), {
        minLength: 2,
        maxLength: 130,
      })
      .map((rows) =>
        ["| a | b |", "| --- | --- |", ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join(
          "\n",
        ),
      ),
    fc
      .array(fc.tuple(fc.nat(9), fc.boolean(), fc.string({ maxLength: 40 })), { maxLength: 200 })
      .map((items) =>
        items
          .map(([depth, ordered, words]) => `${" ".repeat(depth)}${ordered ? "1." : "-"} ${words}`)
          .join("\n"),
      ),
  );
  const anAnswer = fc
    .array(
      fc.record({
        text: claimText.filter((text) => text.trim() !== ""),
        aspect: fc.constantFrom(...ASPECTS),
        citation: fc.integer({ min: 1, max: 40 }),
        conditions: fc.array(fc.string({ minLength: 1, maxLength: 200 }), { maxLength: 3 }),
      }),
      { maxLength: 60 },
    )
    .map((claims) => answerOf(claims, { missing: ["a", "b"] }));

  it("are kept by every message of every answer, and every claim is in exactly one of them", () => {
    fc.assert(
      fc.property(anAnswer, (answer) => {
        const messages = answerMessages(answer, { ...options, askPerson: true });
        for (const { blocks, text } of messages) {
          expect(blocksProblem(blocks)).toBe("");
          expect(text.length).toBeLessThanOrEqual(LIMITS.updateText);
          expect(sizeOf(blocks)).toBeLessThanOrEqual(SLACK_LIMITS.messageCharacters);
          expect(JSON.stringify(blocks)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
        }
        const marks = messages.flatMap(({ blocks }) =>
          leaves(blocks).filter((leaf) => leaf.type === "link" && /^\[\d+\]$/.test(leaf.text)),
        );
        expect(marks).toHaveLength(answer.claims.length);
      }),
      { numRuns: 60 },
    );
  });

  it("continue a long answer in a further message, between two claims, with sources below the last", () => {
    const long = answerOf(
      Array.from({ length: 30 }, (_, index) => ({ text: `${index}: ${"word ".repeat(160)}` })),
    );
    const messages = answerMessages(long, options);

    expect(messages.length).toBeGreaterThan(1);
    expect(
      messages.map(({ blocks }) => plainText({ text: "", blocks }).includes("*Sources*")),
    ).toEqual(messages.map((_message, index) => index === messages.length - 1));
    expect(
      messages.flatMap(({ blocks }) => plainText({ text: "", blocks }).match(/^\d+: /gm) ?? []),
    ).toEqual(Array.from({ length: 30 }, (_, index) => `${index}: `));
  });

  it("are the same whether claims come one by one or all at once", () => {
    fc.assert(
      fc.property(anAnswer, (answer) => {
        const some = answer.claims.slice(0, 10);
        for (let count = 1; count <= some.length; count += 1) {
          const before = claimsBlocks(some.slice(0, count - 1), answer.citations);
          const after = claimsBlocks(some.slice(0, count), answer.citations);
          expect(after.slice(0, before.length)).toEqual(before);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("age", () => {
  it.each([
    ["2026-11-24T08:00:00.000Z", "read today"],
    ["2026-11-23T01:00:00.000Z", "read yesterday"],
    ["2026-11-12T09:00:00.000Z", "read 12 days ago"],
    ["2026-05-24T09:00:00.000Z", "read 6 months ago"],
    ["not a time", undefined],
  ])("of a page from %s is %s", (crawledAt, expected) => {
    expect(age(crawledAt, options.now)).toBe(expected);
  });
});
