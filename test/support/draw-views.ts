/**
 * For looking at the home tab and the forms as Slack would show them: writes an HTML page of those that the doctor has Slack check.
 *
 *     node test/support/draw-views.ts FILE.html
 */
import { writeFileSync } from "node:fs";
import { GOLDEN_VIEWS } from "../../src/slack/golden-views.ts";
import { escapeHtml } from "../../src/web/draw-blocks.ts";

type Json = Readonly<Record<string, unknown>>;

const STYLE = `
body { margin: 0; padding: 16px; font: 15px/1.47 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d; background: #fff; }
.view { border: 1px solid #ddd; border-radius: 8px; padding: 8px 20px 16px; margin-bottom: 20px; }
.modal { max-width: 480px; }
h1 { font-size: 17px; border-bottom: 1px solid #ddd; padding-bottom: 8px; }
h2 { font-size: 17px; margin: 18px 0 4px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 16px 0; }
p { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.section { display: flex; justify-content: space-between; align-items: start; gap: 12px; }
blockquote { margin: 0; padding-left: 12px; border-left: 4px solid #ddd; }
button, .select { font: 700 13px Lato, Arial, sans-serif; padding: 5px 12px; margin: 4px 8px 4px 0; border: 1px solid #bbb; border-radius: 4px; background: #fff; color: inherit; }
button.danger { color: #e01e5a; border-color: #e01e5a; } button.primary { background: #007a5a; color: #fff; border-color: #007a5a; }
.select { display: inline-block; font-weight: 400; color: #616061; min-width: 200px; }
label { display: block; font-weight: 700; margin: 12px 0 4px; }
.input { border: 1px solid #bbb; border-radius: 4px; padding: 6px 10px; min-height: 22px; white-space: pre-wrap; } .tall { min-height: 70px; }
a, .mention { color: #1264a3; text-decoration: none; } .mention { background: #e8f5fa; border-radius: 3px; padding: 0 2px; }
`;

function drawView(name: string, view: Json): string {
  const isModal = view["type"] === "modal";
  const title = isModal ? `<h1>${textOf(view["title"])}</h1>` : "";
  const buttons = isModal
    ? `<p><button class="primary">${textOf(view["submit"])}</button><button>${textOf(view["close"])}</button></p>`
    : "";
  return `<div class="view${isModal ? " modal" : ""}" title="${escapeHtml(name)}">${title}${list(view["blocks"]).map(drawBlock).join("")}${buttons}</div>`;
}

function drawBlock(block: Json): string {
  switch (block["type"]) {
    case "header":
      return `<h2>${textOf(block["text"])}</h2>`;
    case "divider":
      return "<hr>";
    case "section":
      return `<div class="section"><p>${textOf(block["text"])}</p>${block["accessory"] === undefined ? "" : drawElement(json(block["accessory"]))}</div>`;
    case "actions":
      return list(block["elements"]).map(drawElement).join("");
    case "input":
      return `<label>${textOf(block["label"])}</label>${drawElement(json(block["element"]))}`;
    case "rich_text":
      return `<p>${leaves(block).map(drawLeaf).join("")}</p>`;
    default:
      return "";
  }
}

function drawElement(element: Json): string {
  const kind = String(element["type"]);
  if (kind === "button")
    return `<button class="${stringOf(element["style"])}">${textOf(element["text"])}</button>`;
  if (kind === "conversations_select")
    return `<span class="select">${textOf(element["placeholder"])} ⌄</span>`;
  if (kind === "checkboxes") {
    const on = new Set(list(element["initial_options"]).map(({ value }) => value));
    return list(element["options"])
      .map(({ value, text }) => `<p>${on.has(value) ? "☑" : "☐"} ${textOf(text)}</p>`)
      .join("");
  }
  const chosen = [element["initial_users"], element["initial_conversations"]].flatMap((ids) =>
    Array.isArray(ids)
      ? ids.map((id) => `<span class="mention">${escapeHtml(String(id))}</span>`)
      : [],
  );
  const typed = escapeHtml(stringOf(element["initial_value"]));
  return `<div class="input${element["multiline"] === true ? " tall" : ""}">${typed}${chosen.join(" ")}</div>`;
}

function drawLeaf(leaf: Json): string {
  const id = leaf["user_id"] ?? leaf["channel_id"];
  return id === undefined
    ? escapeHtml(stringOf(leaf["text"]))
    : `<span class="mention">${leaf["user_id"] === undefined ? "#" : "@"}${escapeHtml(stringOf(id))}</span>`;
}

function leaves(block: Json): readonly Json[] {
  const elements = list(block["elements"]);
  return elements.flatMap((one) => (one["elements"] === undefined ? [one] : leaves(one)));
}

/** A text object: plain, or Slack's own markup with links, mentions and a quotation at its beginning. */
function textOf(value: unknown): string {
  const { type, text } = json(value);
  const raw = typeof text === "string" ? text : "";
  if (type !== "mrkdwn") return escapeHtml(raw);
  const drawn = escapeHtml(
    raw.replaceAll("&lt;", "‹").replaceAll("&gt;", "›").replaceAll("&amp;", "&"),
  )
    .replaceAll(/&lt;(https?:[^|]+)\|(.*?)&gt;/g, '<a href="$1">$2</a>')
    .replaceAll(/&lt;([#@])(\w+)&gt;/g, '<span class="mention">$1$2</span>')
    .replaceAll("‹", "&lt;")
    .replaceAll("›", "&gt;");
  return drawn.startsWith("&gt;") ? `<blockquote>${drawn.slice(4)}</blockquote>` : drawn;
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function json(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(json) : [];
}

const [target] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write("usage: node test/support/draw-views.ts FILE.html\n");
  process.exitCode = 2;
} else {
  const views = Object.entries(GOLDEN_VIEWS).map(([name, view]) => drawView(name, view));
  writeFileSync(
    target,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Views</title><style>${STYLE}</style><body>${views.join("")}</body></html>`,
  );
}
