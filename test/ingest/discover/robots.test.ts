import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAllowed, parseRobots } from "../../../ingest/discover/robots.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const allowed = (text: string, path: string) => isAllowed(parseRobots(text, "ask-marvin"), path);

describe("parseRobots", () => {
  it("takes the groups that name us, together, and not those for everybody", () => {
    const robots = parseRobots(
      "User-agent: *\nDisallow: /\n\nUser-agent: Ask-Marvin\nDisallow: /a\n\nUser-agent: other\nUser-agent: ask-marvin/1.0\nDisallow: /b\n",
      "ask-marvin",
    );

    expect(robots.rules.map(({ pattern }) => pattern)).toEqual(["/a", "/b"]);
  });

  it("falls back to the groups for everybody", () => {
    expect(allowed("User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /", "/a")).toBe(false);
    expect(allowed("User-agent: x\nDisallow: /", "/a")).toBe(true);
  });

  it("reads sitemaps and the crawl delay wherever they stand, in any line ending", () => {
    const robots = parseRobots(
      "\uFEFFSitemap: https://a.example/1.xml\rUser-agent: *\r\nCrawl-delay: 2.5\nDisallow: /x # why\nsitemap: https://a.example/2.xml",
      "ask-marvin",
    );

    expect(robots).toEqual({
      rules: [{ allow: false, pattern: "/x" }],
      crawlDelaySeconds: 2.5,
      sitemaps: ["https://a.example/1.xml", "https://a.example/2.xml"],
    });
  });

  it("ignores rules before any group, empty values and lines that are none", () => {
    const robots = parseRobots(
      "Disallow: /early\nhello\n: x\nUser-agent: *\nDisallow:\nAllow\nCrawl-delay: soon\n",
      "ask-marvin",
    );

    expect(robots).toEqual({ rules: [], crawlDelaySeconds: undefined, sitemaps: [] });
  });
});

describe("isAllowed", () => {
  const group = (rules: string) => `User-agent: *\n${rules}`;

  // The examples of RFC 9309, section 5.2, and of the common practice for `*` and `$`.
  it.each([
    [
      "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
      "/example/page/disallowed.gif",
      false,
    ],
    ["Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/other", true],
    ["Disallow: /", "/", false],
    ["Allow: /p\nDisallow: /", "/page", true],
    ["Allow: /folder\nDisallow: /folder", "/folder/page", true],
    ["Allow: /page\nDisallow: /*.htm", "/page.htm", false],
    ["Allow: /page\nDisallow: /*.ph", "/page.php5", true],
    ["Allow: /$\nDisallow: /", "/", true],
    ["Allow: /$\nDisallow: /", "/page.htm", false],
    ["Disallow: /fish*", "/fish/salmon", false],
    ["Disallow: /fish*", "/Fish", true],
    ["Disallow: /*.php$", "/a/b.php", false],
    ["Disallow: /*.php$", "/a/b.php?x=1", true],
    ["Disallow: /a*b*c$", "/abbc", false],
    ["Disallow: /a*c$", "/ac/c/d", true],
    ["Disallow: /caf\u00E9", "/caf%C3%A9/menu", false],
    ["Disallow: /a%2Fb", "/a%2fb", false],
    ["Disallow: /%7Euser", "/~user/x", false],
    ["Disallow: /robots.txt", "/robots.txt", true],
  ])("%j: %s is %s", (rules, path, expected) => {
    expect(allowed(group(rules), path)).toBe(expected);
  });

  it("lets the longest rule decide, whatever the order", () => {
    const rules = ["Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c"];

    fc.assert(
      fc.property(fc.shuffledSubarray(rules, { minLength: 3 }), (shuffled) => {
        const text = group(shuffled.join("\n"));
        expect(["/a/x", "/a/b/x", "/a/b/c/x"].map((path) => allowed(text, path))).toEqual([
          false,
          true,
          false,
        ]);
      }),
    );
  });

  it("matches wildcards as a regular expression would", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "$"), maxLength: 8 });
    const path = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 10 });
    fc.assert(
      fc.property(letters, path, (pattern, rest) => {
        const anchored = pattern.endsWith("$");
        const body = (anchored ? pattern.slice(0, -1) : pattern)
          .split("*")
          .map((part) => part.replaceAll("$", "\\$"))
          .join(".*");
        const expected = new RegExp(`^/${body}${anchored ? "$" : ""}`).test(`/${rest}`);

        expect(allowed(group(`Disallow: /${pattern}`), `/${rest}`)).toBe(!expected);
      }),
      { numRuns: 500 },
    );
  });

  it("stays fast on patterns made to be slow", () => {
    const cpuMs = startCpuTime();

    allowed(group(`Disallow: /${"a*".repeat(2000)}b$`), `/${"a".repeat(5000)}`);
    allowed(`User-agent:${" ".repeat(400_000)}x${" ".repeat(50_000)}\n`, "/");

    expect(cpuMs()).toBeLessThan(500);
  });
});
