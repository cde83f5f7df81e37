import { describe, expect, it } from "vitest";
import { adviceForEmbedded, MOST_EMBEDDED_CHUNKS } from "../../src/store/embedded-limit.ts";

describe("adviceForEmbedded", () => {
  it("names the setting to change once the index has reached what was measured", () => {
    expect(adviceForEmbedded(MOST_EMBEDDED_CHUNKS - 1)).toBeUndefined();
    expect(adviceForEmbedded(MOST_EMBEDDED_CHUNKS)).toContain("QDRANT_URL");
  });
});
