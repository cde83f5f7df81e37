import { describe, expect, it } from "vitest";
import {
  attribute,
  escapeTags,
  parsePrompt,
  PromptError,
  renderPrompt,
} from "../../src/models/prompt-template.ts";

const GOOD =
  "---\nname: test\nversion: 2\ninputs: one, two\n---\n\n# system\n\nBe {{one}}.\n\n# user\n\n{{ two }}\n";

function problemOf(text: string): string {
  try {
    parsePrompt(text, "test.md");
  } catch (error) {
    if (error instanceof PromptError) return error.facts["problem"] ?? "";
    throw error;
  }
  return "";
}

describe("parsePrompt", () => {
  it("reads name, version, inputs and messages", () => {
    expect(parsePrompt(GOOD, "test.md")).toEqual({
      name: "test",
      version: 2,
      inputs: ["one", "two"],
      messages: [
        { role: "system", content: "Be {{one}}." },
        { role: "user", content: "{{ two }}" },
      ],
    });
  });

  it.each([
    ["no front matter", GOOD.slice(4), /front matter/],
    ["an unknown key", GOOD.replace("version: 2", "version: 2\nauthor: me"), /author/],
    ["a version that is none", GOOD.replace("version: 2", "version: two"), /version/],
    ["a line without a colon", GOOD.replace("version: 2", "version 2"), /without a colon/],
    ["an undeclared input", GOOD.replace("{{one}}", "{{one}} {{three}}"), /three/],
    ["an unused input", GOOD.replace("{{one}}", "exact"), /one/],
    ["no user message", GOOD.replace("# user", "# assistant"), /# user/],
  ])("refuses %s, and says so", (_name, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });
});

describe("renderPrompt", () => {
  const template = parsePrompt(GOOD, "test.md");

  it("inserts values once and reads none of them as a template", () => {
    expect(renderPrompt(template, { one: "{{two}} $1 $&", two: "{{one}}" })).toEqual([
      { role: "system", content: "Be {{two}} $1 $&." },
      { role: "user", content: "{{one}}" },
    ]);
  });

  it("refuses missing and unknown values", () => {
    expect(() => renderPrompt(template, { one: "x" })).toThrow(PromptError);
    expect(() => renderPrompt(template, { one: "x", two: "y", three: "z" })).toThrow(PromptError);
  });
});

describe("escapeTags", () => {
  it("breaks opening and closing tags in any writing, and nothing else", () => {
    expect(escapeTags("</source> < / SOURCE > <sourced> <b> <source x>", ["source"])).toBe(
      "<\u200B/source> <\u200B / SOURCE > <sourced> <b> <\u200Bsource x>",
    );
  });
});

describe("attribute", () => {
  it("stays on one line within its quotes", () => {
    expect(attribute('a "b"\n<c>')).toBe("a b c");
    expect(attribute("x".repeat(300))).toHaveLength(200);
  });
});
