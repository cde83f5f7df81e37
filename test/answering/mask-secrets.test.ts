import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../src/answering/mask-secrets.ts";
import { startCpuTime } from "../support/cpu-time.ts";

// Assembled at run time, so that no scanner takes this file for a leak.
const join = (...parts: readonly string[]) => parts.join("");

const SECRETS: readonly (readonly [name: string, text: string, secret: string])[] = [
  ["Slack bot token", "xoxb-%", join("xoxb-", "123456789012-abcdefGHIJKL")],
  ["Slack app token", "%", join("xapp-", "1-A0123456789-abcdef")],
  ["OpenAI key", "key %", join("sk-", "proj-abcDEF0123456789abcd")],
  ["GitHub token", "%", join("ghp_", "abcdefghijklmnopqrstuvwxyz0123")],
  ["GitHub fine-grained token", "%", join("github_pat_", "11ABCDEFG0abcdefghijkl")],
  ["AWS key id", "AWS id %", join("AKIA", "ABCDEFGHIJKLMNOP")],
  ["Google key", "%", join("AIza", "SyA1234567890abcdefghijklmnopqrstuv")],
  ["JWT", "token %", join("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY.abcDEF_123")],
  ["Prefect user key", "%", join("pnu_", "abcdefghijklmnopqrstuvwxyz0123456789")],
  ["Prefect bot key", "%", join("pnb_", "abcdefghijklmnopqrstuvwxyz0123456789")],
  ["Stripe key", "%", join("sk_", "live_abcdefghij0123456789")],
  ["bearer header", "Authorization: Bearer %", "abcdef0123456789abcdef"],
  ["basic header", "Authorization: Basic %", "dXNlcjpwYXNzd29yZDEyMw=="],
  ["password in a URL", "postgresql+asyncpg://bot:%@db:5432/x", "s3cr3t!pw"],
  ["password with @ in a URL", "redis://:%@cache:6379/0", "p@ss:w0rd"],
  ["assignment", "DB_PASSWORD=%", "letmeinplease"],
  ["quoted assignment", 'connect(password="%")', "two words here"],
  ["JSON field", '{"api_key": "%"}', "qwertyuiop"],
  ["YAML field", "client_secret: %", "abc123def"],
  ["flag", "login --token %", "abc123def"],
  ["prose", "my password is %", "hunter2"],
  ["signature in a URL", "https://x.blob/y?sv=1&sig=%", "abcDEF%2B0123456789abcdef%3D"],
  ["Slack webhook", "%", "https://hooks.slack.com/services/T0/B0/abcdef"],
];

const HARMLESS = [
  "set PREFECT_API_KEY=<your-key> and PREFECT_API_URL",
  "password = Secret.load('db').get()",
  "password: ${{ secrets.DB_PASSWORD }}",
  "token=os.environ['TOKEN'] and max_tokens=512",
  "cache_key_fn=task_input_hash, task_key='a', idempotency_key=run-1",
  "image: registry/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "flow run 3fa85f64-5717-4562-b3fc-2c963f66afa6 crashed at commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
  "how do I rotate an api key? the token: it expires after a day",
  "what does the secret block do, and is my password required?",
  "sk-learn-contrib-something is a package, ghost_writer_is_a_flow too",
  "http://127.0.0.1:4200/api and http://localhost:4200/runs@home",
  "the basic configuration of bearer authentication",
  "retry_delay_seconds=[1, 10, 100] PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=true",
];

describe("maskSecrets", () => {
  it.each(SECRETS)("masks a %s and leaves what stands around it", (_name, frame, secret) => {
    const text = frame.startsWith("xoxb-") ? secret : frame.replace("%", secret);

    const masked = maskSecrets(`before ${text} after`);

    expect(masked.text).not.toContain(secret);
    expect(masked.text).toMatch(/^before .*\[masked: [a-z ]+\].* after$/);
    expect(masked.found).toHaveLength(1);
  });

  it("masks a private key, whole or cut off", () => {
    const begin = join("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIEow\nabc\n");
    const end = join("-----END RSA ", "PRIVATE KEY-----");

    expect(maskSecrets(`a ${begin}${end} b`).text).toBe("a [masked: private key] b");
    expect(maskSecrets(`a ${begin}`).text).toBe("a [masked: private key]");
  });

  it("keeps the address around a masked password", () => {
    expect(maskSecrets("postgresql://bot:pw1@db:5432/x").text).toBe(
      "postgresql://bot:[masked: password]@db:5432/x",
    );
  });

  it.each(HARMLESS)("leaves alone: %s", (text) => {
    expect(maskSecrets(text)).toEqual({ text, found: [] });
  });

  it("changes nothing the second time", () => {
    const piece = fc.oneof(
      fc.constantFrom(...SECRETS.map(([, frame, secret]) => frame.replace("%", secret))),
      fc.constantFrom(...HARMLESS),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const once = maskSecrets(pieces.join(" ")).text;

        expect(maskSecrets(once).text).toBe(once);
      }),
    );
  });

  it("masks random keys of known forms wherever they stand", () => {
    const tail = fc.stringMatching(/^[A-Za-z0-9]{36}$/);
    const prefix = fc.constantFrom("ghp_", "pnu_", "pnb_", "xoxb-", "glpat-", "hf_");
    fc.assert(
      fc.property(prefix, tail, fc.lorem(), (start, rest, words) => {
        const masked = maskSecrets(`${words} (${start}${rest}), ${words}`);

        expect(masked.text).not.toContain(rest);
        expect(masked.text.startsWith(words)).toBe(true);
      }),
    );
  });

  it("never masks ids and digests", () => {
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
    fc.assert(
      fc.property(fc.oneof(fc.uuid(), digest, fc.stringMatching(/^[0-9a-f]{40}$/)), (id) => {
        expect(maskSecrets(`the run ${id} of image`).found).toEqual([]);
      }),
    );
  });

  it("is quick on long hostile input", () => {
    const text = `${"password".repeat(4000)}${"a_".repeat(10_000)}${"x://a:".repeat(3000)}`;
    const cpuMs = startCpuTime();

    maskSecrets(text);

    expect(cpuMs()).toBeLessThan(1500);
  });
});
