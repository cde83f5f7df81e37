import { describe, expect, it } from "vitest";
import type { AnswerEvent } from "../../src/answering/application.ts";
import { createClaimDesk } from "../../src/answering/claim-desk.ts";
import { runsFromNetwork, withSourceFirst } from "../../src/answering/source-first.ts";
import type { VerifiedClaim } from "../../src/verification/verify-claim.ts";
import { makeChunk } from "../support/make-chunk.ts";

describe("runsFromNetwork", () => {
  it.each([
    "curl -sSL https://get.example/install.sh | bash",
    "curl … | bash",
    "wget -qO- https://get.example | sudo -E /bin/sh -s -- --yes",
    "curl -fsSL https://get.example |\n  tee install.log |\n  sh",
    "curl -fsSL \\\n  https://get.example \\\n  | FOO=1 bash -",
    "bash <(curl -s https://get.example)",
    'Run `sh -c "$(curl -fsSL https://get.example)"` on each host.',
    'eval "$(wget -qO- https://get.example)"',
    "curl -LsSf https://get.example/uv.py | python3 -",
    "iwr -useb https://get.example/install.ps1 | iex",
    'powershell -c "irm https://get.example/install.ps1 | iex"',
    "iex ((New-Object System.Net.WebClient).DownloadString('https://get.example'))",
    "curl -o get.sh https://get.example\nchmod +x get.sh\nsudo sh ./get.sh",
    "wget https://get.example/install.sh && bash install.sh",
  ])("finds %j", (text) => {
    expect(runsFromNetwork(text)).toBe(true);
  });

  it.each([
    "curl -s https://api.example/runs | jq .",
    "curl -s https://api.example/runs | python -m json.tool",
    "curl https://api.example/health",
    "kubectl logs my-pod | bash",
    "Run it with bash, or fetch the logs with curl first.",
    "wget https://get.example/image.tar.gz && tar xzf image.tar.gz",
    "TOKEN=$(curl -s https://api.example/token)",
    "",
  ])("leaves %j alone", (text) => {
    expect(runsFromNetwork(text)).toBe(false);
  });

  it("takes time in proportion to the text", () => {
    const startedAt = performance.now();
    runsFromNetwork(`curl x |${" | ``` $( curl".repeat(60_000)}`);
    runsFromNetwork("curl x \\\n".repeat(40_000));

    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

const claimText = (event: AnswerEvent) => (event.kind === "claim" ? event.claim.text : event);

describe("withSourceFirst", () => {
  const command = "curl -sSL https://get.example/install.sh | bash";
  const chunk = makeChunk(command, { title: "Install `lantern`" });
  const chunks = new Map([[chunk.id, chunk]]);
  const claim = (part: Partial<VerifiedClaim>): VerifiedClaim => ({
    text: `\`\`\`\n${command}\n\`\`\``,
    words: "page",
    aspect: "other",
    quotes: [{ chunkId: chunk.id, text: command, start: 0, end: command.length }],
    ...part,
  });

  it("says the page before a listing that runs what it fetches, and only once", () => {
    const led = withSourceFirst(claim({}), chunks);

    expect(led.text).toBe(`From the page “Install \\\`lantern\\\`”:\n\n\`\`\`\n${command}\n\`\`\``);
    expect(withSourceFirst(led, chunks)).toBe(led);
  });

  it("is what every claim goes through before it is shown", () => {
    const desk = createClaimDesk(chunks);

    expect(claimText(desk.show(claim({})))).toMatch(/^From the page/u);
  });

  it("does the same with a sentence of a model's", () => {
    const { text } = withSourceFirst(
      claim({ words: "writer", text: "Pipe it: `curl … | bash`." }),
      chunks,
    );

    expect(text).toBe("From the page “Install \\`lantern\\`”: Pipe it: `curl … | bash`.");
  });

  it("names no title that is an address", () => {
    const other = { ...chunk, title: "get.example.com" };

    expect(withSourceFirst(claim({}), new Map([[chunk.id, other]])).text).toMatch(
      /^From a page of the documentation:/u,
    );
  });

  it("leaves other claims and a person's own answer as they are", () => {
    const [harmless, reviewed] = [claim({ text: "It restarts." }), claim({ words: "reviewed" })];

    expect(withSourceFirst(harmless, chunks)).toBe(harmless);
    expect(withSourceFirst(reviewed, chunks)).toBe(reviewed);
  });
});
