import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../src/platform/secrets/mask-secrets.ts";
import { MASK } from "../../../src/platform/secrets/spans.ts";
import { startCpuTime } from "../../support/cpu-time.ts";
import { HARMLESS_SAMPLES, SECRET_SAMPLES } from "./secret-samples.ts";

const whole = (sample: string) => sample.replaceAll("¦", "");
const bare = (sample: string) => whole(sample).replaceAll(/[«»]/g, "");
const MARKED = /«[^»]*»/g;

describe("maskSecrets", () => {
  it("is held to more than a handful of forms", () => {
    expect(SECRET_SAMPLES.length).toBeGreaterThanOrEqual(90);
    expect(HARMLESS_SAMPLES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(SECRET_SAMPLES.map(whole))("masks what is secret in: %s, and nothing else", (sample) => {
    const { text, found } = maskSecrets(bare(sample));

    expect(text.replaceAll(MASK, "«»")).toBe(sample.replaceAll(MARKED, "«»"));
    expect(found).toHaveLength(sample.match(MARKED)?.length ?? 0);
  });

  it.each(SECRET_SAMPLES.map(bare))("masks it between other lines too: %s", (sample) => {
    const alone = maskSecrets(sample).text;

    expect(maskSecrets(`Hello,\n\n${sample}\n\nThanks`).text).toBe(`Hello,\n\n${alone}\n\nThanks`);
  });

  it("masks a private key, whole or cut off", () => {
    const begin = bare("-----BEGIN RSA PRIV¦ATE KEY-----\nMIIEow\nabc\n");
    const end = bare("-----END RSA PRIV¦ATE KEY-----");

    expect(maskSecrets(`a ${begin}${end} b`).text).toBe("a [masked: private key] b");
    expect(maskSecrets(`a ${begin}`).text).toBe("a [masked: private key]");
  });

  it("keeps the address around a masked password", () => {
    expect(maskSecrets("postgresql://bot:pw1@db:5432/x").text).toBe(
      "postgresql://bot:[masked: password]@db:5432/x",
    );
  });

  it.each(HARMLESS_SAMPLES)("leaves alone: %s", (text) => {
    expect(maskSecrets(text)).toEqual({ text, found: [] });
  });

  it("sees what a quotation mark within another secret had hidden", () => {
    const text =
      "DB_PASSWORD=it's9me docker login -u me -p hunter2 ghcr.io {'auth': ('me', 'hunter2')}";

    expect(maskSecrets(text).text).not.toContain("hunter2");
  });

  it("changes nothing the second time", () => {
    const piece = fc.oneof(
      fc.constantFrom(...SECRET_SAMPLES.map(bare)),
      fc.constantFrom(...HARMLESS_SAMPLES),
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
