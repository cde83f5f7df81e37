/**
 * Slack's blocks as HTML, so that a browser shows what a thread in Slack would. Pure; every text is escaped, and an
 * address that is neither http nor https is not made a link.
 */
import type { Block } from "../slack/blocks/answer-blocks.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";
import { Html, markup, type HtmlValue } from "./html.ts";

type RichElement = Extract<Block, { type: "rich_text" }>["elements"][number];
type Leaf = RichElement["elements"][number];

export function drawBlocks(blocks: readonly Block[]): string {
  return blocks.map((block) => drawBlock(block).toString()).join("\n");
}

function drawBlock(block: Block): Html {
  switch (block.type) {
    case "rich_text":
      return markup`<div class="rich-text">${block.elements.map(drawElement)}</div>`;
    case "table":
      return markup`<div class="table" tabindex="0" role="region" aria-label="Table">
        <table>
          ${block.rows.map(
            (row, at) =>
              markup`<tr>
                ${row.map(({ text }) => (at === 0 ? markup`<th scope="col">${text}</th>` : markup`<td>${text}</td>`))}
              </tr>`,
          )}
        </table>
      </div>`;
    case "context":
      return markup`<div class="context">
        ${block.elements.map(({ text }) => markup`<p>${drawMrkdwn(text)}</p>`)}
      </div>`;
    case "context_actions":
      return markup`<div class="actions">
        ${block.elements.map(({ action_id: action, positive_button: yes, negative_button: no }) =>
          [yes, no].map(
            (button) =>
              markup`<button
                type="button"
                data-action="${action}"
                data-value="${button.value}"
                aria-label="${button.accessibility_label}"
                aria-pressed="false"
              >
                ${button.text.text}
              </button>`,
          ),
        )}
      </div>`;
    case "actions":
      return markup`<div class="actions">
        ${block.elements.map(
          (button) =>
            markup`<button
              type="button"
              data-action="${button.action_id}"
              data-value="${button.value}"
            >
              ${button.text.text}
            </button>`,
        )}
      </div>`;
  }
}

function drawElement(element: RichElement): Html {
  return element.type === "rich_text_preformatted"
    ? markup`<pre tabindex="0"><code>${element.elements.map(drawLeaf)}</code></pre>`
    : markup`<p>${element.elements.map(drawLeaf)}</p>`;
}

function drawLeaf(leaf: Leaf): HtmlValue {
  if (leaf.type === "link") return drawLink(leaf.url, leaf.text);
  let result: Html = markup`${leaf.text}`;
  if (leaf.style?.code) result = markup`<code>${result}</code>`;
  if (leaf.style?.italic) result = markup`<em>${result}</em>`;
  if (leaf.style?.bold) result = markup`<strong>${result}</strong>`;
  return result;
}

function drawLink(url: string, label: string): HtmlValue {
  const safe = safeUrl(url);
  if (safe === undefined) return label;
  const mark = /^\[\d+\]$/.test(label) ? "mark" : "link";
  return markup`<a class="${mark}" href="${safe}" target="_blank" rel="noopener noreferrer"
    >${label}</a
  >`;
}

/** Slack's own markup, as far as the bot writes it: `*bold*`, `<address|label>`, line breaks, three entities. */
function drawMrkdwn(text: string): Html {
  const result: HtmlValue[] = [];
  for (const piece of text.matchAll(/<([^>|]+)\|([^>]*)>|\*([^*\n]+)\*|\n|[^<*\n]+|[<*]/g)) {
    const [whole, url, label, bold] = piece;
    if (url !== undefined)
      result.push(drawLink(unescapeEntities(url), unescapeEntities(label ?? "")));
    else if (bold !== undefined) result.push(markup`<strong>${unescapeEntities(bold)}</strong>`);
    else if (whole === "\n") result.push(new Html("<br>"));
    else result.push(unescapeEntities(whole));
  }
  return markup`${result}`;
}

function unescapeEntities(text: string): string {
  return text
    .replaceAll("\u2060", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
