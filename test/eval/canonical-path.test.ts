import { describe, expect, it } from "vitest";
import { canonicalPath, readRedirects } from "../../eval/canonical-path.ts";

describe("canonicalPath", () => {
  it.each([
    ["https://docs.example.com/v3/concepts/flows", "/v3/concepts/flows"],
    ["https://docs.example.com/v3/concepts/flows?x=1#states", "/v3/concepts/flows"],
    ["/v3/concepts/flows/", "/v3/concepts/flows"],
    ["/v3/concepts/flows.md", "/v3/concepts/flows"],
    ["/v3/concepts/index", "/v3/concepts"],
    ["/v3/concepts/index.md#x", "/v3/concepts"],
    ["https://docs.example.com", "/"],
    ["https://docs.example.com/index", "/"],
    ["v3/a", "/v3/a"],
  ])("%s is %s", (address, path) => {
    expect(canonicalPath(address)).toBe(path);
  });

  it("follows redirects, also of everything below a path, and ends a circle", () => {
    const redirects = readRedirects({
      redirects: [
        { source: "/old", destination: "/older/index" },
        { source: "/older", destination: "/new" },
        { source: "/guides/:slug*", destination: "/v3/guides/:slug*" },
        { source: "/ring", destination: "/rong" },
        { source: "/rong", destination: "/ring" },
        { source: "/odd/:id/x", destination: "/y" },
      ],
    });

    expect(canonicalPath("/old.md", redirects)).toBe("/new");
    expect(canonicalPath("/guides/a/b", redirects)).toBe("/v3/guides/a/b");
    expect(["/ring", "/rong"]).toContain(canonicalPath("/ring", redirects));
    expect(canonicalPath("/odd/1/x", redirects)).toBe("/odd/1/x");
  });

  it("refuses redirects of another shape", () => {
    expect(() => readRedirects({ redirects: [{ from: "/a" }] })).toThrow(/source/);
  });
});
