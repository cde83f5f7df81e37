import { load } from "cheerio";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerMessages } from "../../src/slack/blocks/answer-blocks.ts";
import { drawBlocks, escapeHtml } from "../../src/web/draw-blocks.ts";
import { answerOf, citationOf } from "../support/scripted-application.ts";

function draw(text: string): string {
  const [message] = answerMessages(answerOf([text]), {
    now: Date.parse("2026-11-24T09:00:00.000Z"),
    question: "?",
    askPerson: true,
  });
  return drawBlocks(message?.blocks ?? []);
}

describe("drawBlocks", () => {
  it("draws code, nested lists, tables, listings, marks and buttons", () => {
    const page = load(
      draw(
        [
          "Use `a`:",
          "3. one",
          "   - inner",
          "4. two",
          "",
          "| n | v |",
          "| --- | --- |",
          "| `x` | 1 |",
          "```sh",
          "ls <dir>",
          "```",
        ].join("\n"),
      ),
    );

    expect(page(".rich-text > p > code").text()).toBe("a");
    expect(
      page("ol > li")
        .get()
        .map((item) => page(item).attr("value")),
    ).toEqual(["3", "4"]);
    expect(page("ol > li > ul > li").text()).toBe("inner");
    expect(page("thead th").text()).toBe("nv");
    expect(page("tbody td code").text()).toBe("x");
    expect(page("pre").text()).toBe("ls <dir>");
    expect(page("a.mark").text()).toBe("[1]");
    expect(
      page(".actions button")
        .get()
        .map((button) => page(button).text()),
    ).toEqual(["Helpful", "Not helpful", "Ask a person"]);
    expect(page(".context a.link").attr("href")).toBe(citationOf(1).url);
  });

  it("makes elements, attributes and addresses of nothing that a page wrote", () => {
    const hostile = `"><script>x</script><img src=x onerror=y> <https://evil.example|z> *b* javascript:`;
    const [message] = answerMessages(
      answerOf([hostile, `\`\`\`\n${hostile}\n\`\`\``], {
        citations: [
          citationOf(1, { title: hostile, section: hostile, url: "javascript:alert(1)" }),
        ],
      }),
      { now: 0, question: "?", askPerson: false },
    );
    const page = load(drawBlocks(message?.blocks ?? []));

    expect(page("script, img, a").length).toBe(0);
    expect(page("pre").text()).toBe(hostile);
  });

  it("gives HTML that closes what it opens", () => {
    const line = fc
      .tuple(fc.nat(12), fc.constantFrom("- ", "1. ", "7. ", ""), fc.string())
      .map(([indent, marker, words]) => `${" ".repeat(indent)}${marker}${words}`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        fc.pre(lines.join("").trim() !== "");
        const html = `<main>${draw(lines.join("\n"))}</main>`;

        expect(load(html)("body").children().length).toBe(1);
        for (const name of ["ul", "ol", "li", "p", "div"]) {
          const count = (tag: RegExp) => html.match(tag)?.length ?? 0;
          expect(count(new RegExp(`<${name}[ >]`, "g"))).toBe(count(new RegExp(`</${name}>`, "g")));
        }
      }),
    );
  });
});

describe("escapeHtml", () => {
  it("leaves no character that HTML reads", () => {
    expect(escapeHtml(`<a href="b">'&`)).toBe("&lt;a href=&quot;b&quot;&gt;&#39;&amp;");
  });
});
