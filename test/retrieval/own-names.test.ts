import { describe, expect, it } from "vitest";
import { withoutOwnNames } from "../../src/retrieval/own-names.ts";

const KNOWN = new Set(["prefect.yaml", "prefecthq", "long-running", "docker.io"]);
const frequencies = async (tokens: readonly string[]) =>
  tokens.map((token) => (KNOWN.has(token) ? 3 : 0));

describe("withoutOwnNames", () => {
  it.each([
    ["why does /srv/app/serve_all.py exit", "why does   exit"],
    ["pull registry.acme.dev/ml/train:7 fails", "pull   fails"],
    ["our orders-sync deployment never starts", "our   deployment never starts"],
    ["is sync_all.py beside prefect.yaml read", "is   beside prefect.yaml read"],
  ])("%s", async (question, rest) => {
    expect(await withoutOwnNames(question, frequencies)).toBe(rest);
  });

  it.each([
    "docker.io/prefecthq/prefect:3-latest does not start",
    "our long-running flow is killed",
    "GET /api/health answers 404",
    "does persist_everything exist",
    "sync_all.py",
  ])("leaves alone what a page has, and what may be asked about: %s", async (question) => {
    expect(await withoutOwnNames(question, frequencies)).toBe(question);
  });
});
