/** A receipt in words: short for people who help, whole for operators. */

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Two or three lines: what was understood, what was found, why it was not enough. */
export function receiptSummary(receipt: unknown): string {
  if (!isJson(receipt)) return "No receipt is kept for this answer.";
  const resolution = isJson(receipt["resolution"]) ? receipt["resolution"] : {};
  const sufficiency = isJson(receipt["sufficiency"]) ? receipt["sufficiency"] : undefined;
  const kept = list(receipt["candidates"]).filter((item) => isJson(item) && item["kept"] === true);
  const pages = new Set(kept.map((item) => (isJson(item) ? word(item["url"]) : "")));
  return [
    `I understood: ${word(resolution["question"])}`,
    `I read ${kept.length} passages of ${pages.size} pages.`,
    ...(sufficiency === undefined
      ? []
      : [
          `Enough to answer: ${sufficiency["sufficient"] === true ? "yes" : "no"} (${word(sufficiency["why"])})`,
        ]),
  ].join("\n");
}

/** The whole receipt: the summary, then all of it as indented text, long lists short, at most `limit` characters. */
export function receiptText(receipt: unknown, limit: number): string {
  if (!isJson(receipt)) return "";
  const { candidates, terms, ...rest } = receipt;
  // What explains an answer comes before the long lists, which may be cut.
  const shown = {
    ...rest,
    candidates: list(candidates)
      .slice(0, 20)
      .map((item) =>
        isJson(item)
          ? `${item["kept"] === true ? "+" : "-"} ${word(item["url"])}#${word(item["anchor"])} ${word(item["why"])}`
          : "",
      ),
    terms: list(terms)
      .map((term) => (isJson(term) ? word(term["token"]) : ""))
      .join(" "),
  };
  const text = `${receiptSummary(receipt)}\n\n${JSON.stringify(shown, undefined, 2)}`;
  return text.length <= limit ? text : `${text.slice(0, limit - 2)}\n…`;
}
