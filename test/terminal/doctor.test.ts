import { describe, expect, it } from "vitest";
import { renderChecks } from "../../src/terminal/doctor.ts";
import { plainStyle } from "../../src/terminal/style.ts";

describe("renderChecks", () => {
  it("keeps what belongs to a check in its column, however narrow the terminal", () => {
    const text = renderChecks(
      [
        { name: "node", status: "ok", detail: "24.21.0" },
        {
          name: "model",
          status: "failed",
          detail: "The endpoint cannot be reached.\n  endpoint: models.example",
          mend: "Check OPENAI_BASE_URL and that the server runs.",
        },
      ],
      plainStyle,
      40,
    );

    expect(text).toBe(
      [
        "✓ node   24.21.0",
        "✗ model  The endpoint cannot be reached.",
        "         endpoint: models.example",
        "         → Check OPENAI_BASE_URL and",
        "           that the server runs.",
      ].join("\n"),
    );
  });
});
