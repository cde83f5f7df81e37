/** What an operator keeps from the web page: answers of people's own, and cases. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { askOn, openWeb, postJson, request, type WebServer } from "../support/web-server.ts";

const GIVEN = { wordings: ["who restarts it?"], text: "We do.", author: "Ada" };
const errorOf = ({ text }: { readonly text: string }) =>
  (JSON.parse(text) as { error: string }).error;

describe("/api/reviewed", () => {
  it("keeps, shows, changes, renews and removes an answer", async () => {
    await using web = await openWeb();

    const kept = await postJson(web, "/api/reviewed", { ...GIVEN, text: "<b>We</b> `do`." });
    const { id } = JSON.parse(kept.text) as { id: string };
    const list = await request(web, "/reviewed");
    const form = await request(web, `/reviewed/new?id=${id}`);
    await postJson(web, "/api/reviewed", { ...GIVEN, id, text: "They do." });
    await web.composed.reviewed.lapse(id, { at: "2026-11-24", because: "a page has changed" });
    const lapsed = await request(web, "/reviewed");
    await postJson(web, "/api/reviewed/renew", { id });
    const renewed = await web.composed.reviewed.list();
    await postJson(web, "/api/reviewed/remove", { id });

    expect(list.text).toContain("&lt;b&gt;We&lt;/b&gt; <code>do</code>");
    expect(form.text).toContain("&lt;b&gt;We&lt;/b&gt; `do`.</textarea>");
    expect(lapsed.text).toContain("a page has changed");
    expect(lapsed.text).toContain("They do.");
    expect(renewed.map((each) => [each.id, each.lapsed])).toEqual([[id, undefined]]);
    expect(await web.composed.reviewed.list()).toEqual([]);
  });

  it("refuses in words for its author, and what is no answer at all", async () => {
    await using web = await openWeb();

    const quoted = await postJson(web, "/api/reviewed", { ...GIVEN, quotes: ["nothing"] });
    const empty = await postJson(web, "/api/reviewed", { ...GIVEN, text: "" });
    const long = await postJson(web, "/api/reviewed", { ...GIVEN, text: "a".repeat(5000) });
    const gone = await postJson(web, "/api/reviewed/remove", { id: "none" });
    const renewed = await postJson(web, "/api/reviewed/renew", { id: "none" });

    expect([quoted, empty, long].map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(errorOf(quoted)).toContain("A quote is an address and words");
    expect(errorOf(empty)).toBe("The answer is empty.");
    expect([gone, renewed].map(({ status }) => status)).toEqual([404, 404]);
    expect(await web.composed.reviewed.list()).toEqual([]);
  });

  it("is for whoever has the token", async () => {
    await using web = await openWeb({ token: "a-token-of-some-length" });

    for (const api of ["/api/reviewed", "/api/reviewed/remove", "/api/case"])
      expect((await postJson(web, api, GIVEN)).status).toBe(401);
    expect((await request(web, "/reviewed")).status).toBe(401);
  });
});

describe("/api/case", () => {
  const file = (web: WebServer) => path.join(web.composed.dataFolder, "cases/threads.jsonl");

  it("keeps a thread once, beside what somebody has filled in and what cannot be read", async () => {
    await using web = await openWeb();
    const events = await askOn(web, "what is a work pool?");
    const key = /data-key="([^"]+)"/.exec(JSON.stringify(events).replaceAll('\\"', '"'))?.[1] ?? "";
    const thread = key.split("/")[0] ?? "";

    const first = await postJson(web, "/api/case", { thread });
    const lines = `not JSON\n${readFileSync(file(web), "utf8").replace('"answerable":true', '"answerable":false')}`;
    writeFileSync(file(web), lines);
    const again = await postJson(web, "/api/case", { thread });

    expect(first.text).toContain("Kept as thread-");
    expect(again.text).toContain("already, as thread-");
    expect(readFileSync(file(web), "utf8")).toBe(lines);
    expect(lines).toContain('"user":"what is a work pool?"');
  });

  it("says when a thread is not stored", async () => {
    await using web = await openWeb();

    expect((await postJson(web, "/api/case", { thread: "none" })).status).toBe(404);
  });
});
