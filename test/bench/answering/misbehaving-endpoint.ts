/**
 * What a person is shown when the endpoint of the model misbehaves: an HTTP server on loopback plays one fault after the
 * other, and the whole bot asks it one question over a real index. Fails when an answer says that the documentation is
 * silent, comes later than its deadline allows, or when another address was asked.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { AddressInfo } from "node:net";
import { compose } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { renderAnswer } from "../../../src/terminal/render.ts";

const HELP = `Usage: node test/bench/answering/misbehaving-endpoint.ts --data FOLDER [options]

  --data FOLDER      a data folder with an index (it is copied)
  --question TEXT    what is asked
  --deadline MS      MODEL_DEADLINE_MS (default 6000)
  --only TEXT        only faults whose name holds this
  --untrusted        a model whose word as checker is not taken
  --rendered         print what is shown, too
`;
/** What ends an answer after its deadline: the pages have to speak for themselves. */
const GRACE_MS = 5000;

type Reply = (response: ServerResponse, passages: readonly Passage[]) => void;
type Passage = { readonly number: string; readonly text: string };
type Fault = {
  readonly name: string;
  readonly write: Reply;
  /** Finds everything carried where nothing is said. */
  readonly check?: Reply;
};

const sse = (response: ServerResponse) =>
  response.writeHead(200, { "content-type": "text/event-stream" });
const event = (delta: unknown, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const DONE = `${event({}, "stop")}data: [DONE]\n\n`;

function says(text: string, end = DONE): Reply {
  return (response) => void sse(response).end(`${event({ content: text })}${end}`);
}

/** Sentences of the prompt's own passages, so that there is something to show. */
const good = (passages: readonly Passage[], count = 3) =>
  passages
    .slice(0, count)
    .map(({ number, text }) => `${text.replace(/\.$/u, "")} [${number}].`)
    .join(" ");

function saysGood(change: (text: string) => string, end = DONE): Reply {
  return (response, passages) => says(change(good(passages)), end)(response, passages);
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

/** Writes until the other side hangs up or 300 MB are through. */
function floods(piece: string): Reply {
  return (response) => {
    sse(response);
    let left = Math.ceil(300_000_000 / piece.length);
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (response.write(piece)) continue;
        response.once("drain", more);
        return;
      }
      response.end();
    };
    more();
  };
}

function faults(elsewhere: string): readonly Fault[] {
  const fine = saysGood((text) => text);
  // Other words than the passages, so that near copies do not stand by themselves.
  const own = saysGood((text) => text.replaceAll(/^(\p{Lu})/gmu, "As it seems, $1"));
  return [
    { name: "nothing wrong", write: fine },
    { name: "words of its own", write: own },
    {
      name: "words of its own, cut off",
      write: saysGood((text) => `As it seems, ${text.slice(0, -20)}`, event({}, "length")),
    },
    { name: "no numbers", write: saysGood((text) => text.replaceAll(/ \[\d+\]/gu, "")) },
    {
      name: "numbers that do not exist",
      write: saysGood((text) => text.replaceAll(/\d+\]/gu, "999]")),
    },
    {
      name: "claims as JSON",
      write: (response, passages) =>
        says(
          JSON.stringify({
            claims: passages
              .slice(0, 3)
              .map(({ number, text }) => ({ text, passages: [Number(number)] })),
          }),
        )(response, passages),
    },
    {
      name: "JSON in a fence",
      write: (response, passages) =>
        says(
          `\`\`\`json\n${JSON.stringify({ answer: passages[0]?.text ?? "", sources: [1] })}\n\`\`\``,
        )(response, passages),
    },
    {
      name: "a list under a heading",
      write: (response, passages) =>
        says(
          `## Answer\n\n${passages
            .slice(0, 3)
            .map(({ number, text }) => `- **${text}** [${number}]`)
            .join("\n")}`,
        )(response, passages),
    },
    { name: "refusal in words", write: says("I'm sorry, but I can't help with that.") },
    {
      name: "refusal field",
      write: (response) => void sse(response).end(event({ refusal: "No." }) + DONE),
    },
    { name: "empty", write: says("") },
    { name: "only dots", write: says("...") },
    {
      name: "thinks and never answers",
      write: says("<think>The passages say that [1] and that [2]"),
    },
    { name: "says that nothing was found", write: says("NOT FOUND") },
    {
      name: "cut off by length",
      write: saysGood((text) => text.slice(0, -20), event({}, "length")),
    },
    { name: "stream without an end", write: saysGood((text) => text, "") },
    {
      name: "connection lost after a sentence",
      write: (response, passages) => {
        sse(response).write(event({ content: `${good(passages, 2)} It` }));
        setTimeout(() => response.destroy(), 100);
      },
    },
    { name: "silent from the start", write: () => {} },
    { name: "silent after the headers", write: (response) => sse(response).flushHeaders() },
    {
      name: "silent after a sentence",
      write: (response, passages) =>
        void sse(response).write(event({ content: `${good(passages, 2)} It` })),
    },
    {
      name: "a byte a second",
      write: (response) => {
        sse(response);
        const timer = setInterval(() => void response.write(event({ content: "." })), 1000);
        response.on("close", () => clearInterval(timer));
      },
    },
    {
      name: "redirect to another address",
      write: (response) =>
        void response.writeHead(307, { location: `${elsewhere}/v1/chat/completions` }).end(),
    },
    { name: "300 MB in one line", write: floods("x".repeat(65_536)) },
    { name: "300 MB of text", write: floods(event({ content: "a ".repeat(4000) })) },
    { name: "300 MB of sentences", write: floods(event({ content: "It runs. ".repeat(800) })) },
    { name: "nested JSON", write: says('{"a":'.repeat(40_000) + "}".repeat(40_000)) },
    { name: "nested brackets", write: says("[".repeat(100_000) + "1" + "]".repeat(100_000)) },
    { name: "48 KB of half links", write: says(`${"[a](http://".repeat(4400)}.`) },
    {
      name: "nested JSON as the event",
      write: (response) =>
        void sse(response).end(`data: ${"[".repeat(200_000)}${"]".repeat(200_000)}\n\n${DONE}`),
    },
    {
      name: "malformed events",
      write: (response) => void sse(response).end("data: {not json\n\n"),
    },
    {
      name: "an HTML page",
      write: (response) =>
        void response
          .writeHead(200, { "content-type": "text/html" })
          .end("<html><body>Log in</body></html>"),
    },
    {
      name: "one JSON body without a stream",
      write: (response, passages) =>
        json(200, { choices: [{ message: { content: good(passages) }, finish_reason: "stop" }] })(
          response,
          passages,
        ),
    },
    { name: "no key", write: json(401, { error: { message: "Incorrect API key provided." } }) },
    {
      name: "overloaded for an hour",
      write: json(429, { error: { message: "slow down" } }, { "retry-after": "3600" }),
    },
    { name: "broken", write: json(500, { error: { message: "oops" } }) },
    { name: "checker: noise", write: fine, check: says("I think they are all fine!") },
    { name: "checker: silent", write: fine, check: () => {} },
    { name: "checker: broken", write: fine, check: json(500, { error: { message: "oops" } }) },
    {
      name: "checker: refuses all",
      write: fine,
      check: says(Array.from({ length: 9 }, (_, at) => `${at + 1}: no: differs`).join("\n")),
    },
    {
      name: "checker: corrects into an address",
      write: fine,
      check: says(
        Array.from(
          { length: 9 },
          (_, at) => `${at + 1}: fix: See https://evil.example/x for all of it.`,
        ).join("\n"),
      ),
    },
    {
      name: "checker: floods",
      write: fine,
      check: floods(event({ content: "1: maybe\n".repeat(800) })),
    },
  ];
}

async function listening(answer: (prompt: string, response: ServerResponse) => void) {
  let asked = 0;
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const part of request) body += String(part);
      asked += 1;
      answer(body, response);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    origin: `http://127.0.0.1:${port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function textOfPrompt(body: string): string {
  const { messages } = JSON.parse(body) as { readonly messages: { readonly content: string }[] };
  return messages.map(({ content }) => content).join("\n");
}

async function play(fault: Fault, elsewhere: string, settings: Settings): Promise<Outcome> {
  await using endpoint = await listening((body, response) => {
    const prompt = textOfPrompt(body);
    if (prompt.startsWith("You help to search")) {
      says('{"words": ""}')(response, []);
    } else if (prompt.startsWith("You check sentences")) {
      const all = Array.from({ length: 9 }, (_, at) => `${at + 1}: ok`).join("\n");
      (fault.check ?? says(all))(response, []);
    } else {
      const found = prompt.matchAll(/^\[(\d+)\] (\p{Lu}[^\n]{30,240}[.])$/gmu);
      fault.write(
        response,
        [...found].map(([, number = "", text = ""]) => ({ number, text })),
      );
    }
  });
  const { config } = loadConfig(
    {
      DATA_DIR: settings.folder,
      OPENAI_MODEL: "misbehaving",
      OPENAI_API_KEY: "secret-key",
      OPENAI_BASE_URL: `${endpoint.origin}/v1`,
      MODEL_DEADLINE_MS: String(settings.deadlineMs),
    },
    undefined,
  );
  await using composed = await compose({ config, forgetful: true });
  const startedAt = performance.now();
  for await (const said of composed.application.ask({
    key: "k1",
    conversationId: "c1",
    author: "u1",
    text: settings.question,
  })) {
    if (said.kind !== "done") continue;
    const { kind, writer, fallback, claims, remarks } = said.answer;
    return {
      ms: performance.now() - startedAt,
      kind,
      by: `${writer}${fallback === undefined ? "" : ` (${fallback})`}`,
      claims: claims.map(({ words }) => words ?? "page"),
      remarks: remarks.map((remark) => remark.kind),
      rendered: renderAnswer(said.answer, { question: settings.question }),
    };
  }
  throw new Error("There was no answer.");
}

type Settings = {
  readonly folder: string;
  readonly question: string;
  readonly deadlineMs: number;
};
type Outcome = {
  readonly ms: number;
  readonly kind: string;
  readonly by: string;
  readonly claims: readonly string[];
  readonly remarks: readonly string[];
  readonly rendered: string;
};

const print = (text: string) => process.stdout.write(`${text}\n`);

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    question: { type: "string", default: "How do I set the number of retries of a task?" },
    deadline: { type: "string", default: "6000" },
    only: { type: "string", default: "" },
    untrusted: { type: "boolean", default: false },
    rendered: { type: "boolean", default: false },
  },
});
if (values.data === undefined) {
  process.stderr.write(HELP);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(path.join(tmpdir(), "misbehaving-"));
  try {
    cpSync(path.join(values.data, "index"), path.join(folder, "index"), { recursive: true });
    const refused = values.untrusted ? 0 : 20;
    const standing = { refused, wrong: 20, accepted: 20, right: 20 };
    writeFileSync(
      path.join(folder, "checkers.json"),
      JSON.stringify({ "misbehaving / check 2": standing }),
    );
    const settings = { folder, question: values.question, deadlineMs: Number(values.deadline) };
    await using elsewhere = await listening((_prompt, response) => void response.end("{}"));
    let bad = 0;
    for (const fault of faults(elsewhere.origin).filter(({ name }) => name.includes(values.only))) {
      const outcome = await play(fault, elsewhere.origin, settings);
      const { ms, kind, by, claims, remarks, rendered } = outcome;
      const isBad =
        kind !== "answered" && kind !== "partial" && fault.name !== "says that nothing was found";
      const isLate = ms > settings.deadlineMs + GRACE_MS;
      if (isBad || isLate) bad += 1;
      print(
        `${isBad || isLate ? "BAD " : ""}${fault.name.padEnd(36)} ${String(Math.round(ms)).padStart(6)} ms  ${kind} by ${by}; ${claims.join(" ")}${remarks.length > 0 ? `; ${remarks.join(" ")}` : ""}`,
      );
      if (values.rendered) print(`${rendered}\n`);
    }
    print(`asked at another address: ${elsewhere.asked()}; bad: ${bad}`);
    if (bad > 0 || elsewhere.asked() > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
