/**
 * Slack's blocks as HTML, so that a browser shows what a thread in Slack would. Pure: blocks in, HTML out. Every text
 * is escaped, and an address that is neither http nor https is no link.
 */
import type {
  Block,
  Cell,
  Leaf,
  RichElement,
  RichList,
  TableBlock,
} from "../slack/blocks/block.ts";
import { safeUrl } from "../slack/blocks/mrkdwn.ts";

/** HTML of the blocks of one message, in order. */
export function drawBlocks(blocks: readonly Block[]): string {
  return blocks.map(drawBlock).join("\n");
}

/** Any text as HTML text, and as the value of an attribute between double quotation marks. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function drawBlock(block: Block): string {
  switch (block.type) {
    case "rich_text":
      return `<div class="rich-text">${drawElements(block.elements)}</div>`;
    case "table":
      return drawTable(block);
    case "context": {
      const lines = block.elements.map(({ text }) => `<p>${drawMrkdwn(text)}</p>`);
      return `<div class="context">${lines.join("")}</div>`;
    }
    case "actions": {
      const buttons = block.elements.map((button) => {
        const label =
          button.accessibility_label === undefined
            ? ""
            : ` aria-label="${escapeHtml(button.accessibility_label)}" aria-pressed="false"`;
        return `<button type="button" data-action="${escapeHtml(button.action_id)}" data-value="${escapeHtml(button.value)}"${label}>${escapeHtml(button.text.text)}</button>`;
      });
      return `<div class="actions">${buttons.join("")}</div>`;
    }
  }
}

/** Lists that are deeper than the one before them stand inside its last item. */
function drawElements(elements: readonly RichElement[]): string {
  let html = "";
  const open: string[] = [];
  const closeTo = (depth: number) => {
    while (open.length > depth) html += `</li></${open.pop() ?? ""}>`;
  };
  for (const element of elements) {
    if (element.type !== "rich_text_list") {
      closeTo(0);
      html +=
        element.type === "rich_text_preformatted"
          ? `<pre tabindex="0"><code>${drawLeaves(element.elements)}</code></pre>`
          : `<p>${drawLeaves(element.elements)}</p>`;
      continue;
    }
    const name = element.style === "ordered" ? "ol" : "ul";
    closeTo(element.indent + 1);
    if (open.length === element.indent + 1 && open.at(-1) !== name) closeTo(element.indent);
    if (open.length === element.indent + 1) html += "</li>";
    else html += openList(element, name, open);
    html += element.elements
      .map(({ elements: leaves }, index) => {
        const number = index === 0 && name === "ol" ? ` value="${(element.offset ?? 0) + 1}"` : "";
        return `<li${number}>${drawLeaves(leaves)}`;
      })
      .join("</li>");
  }
  closeTo(0);
  return html;
}

/** Opens as many lists as the element is deep; those between have no item of their own. */
function openList({ indent }: RichList, name: string, open: string[]): string {
  let html = "";
  while (open.length < indent) {
    html += '<ul><li class="bare">';
    open.push("ul");
  }
  open.push(name);
  return `${html}<${name}>`;
}

function drawTable({ rows }: TableBlock): string {
  const [first = [], ...others] = rows;
  const isHeader = first.some((cell) => cell.type === "rich_text" && isBold(cell));
  const body = isHeader ? others : rows;
  const line = (cells: readonly Cell[], name: string) =>
    `<tr>${cells.map((cell) => `<${name}>${drawCell(cell)}</${name}>`).join("")}</tr>`;
  const head = isHeader ? `<thead>${line(first, "th")}</thead>` : "";
  return `<div class="table" tabindex="0" role="region" aria-label="Table"><table>${head}<tbody>${body.map((row) => line(row, "td")).join("")}</tbody></table></div>`;
}

function isBold(cell: Extract<Cell, { type: "rich_text" }>): boolean {
  return leavesIn(cell).every((leaf) => leaf.type === "text" && leaf.style?.bold === true);
}

function leavesIn(cell: Extract<Cell, { type: "rich_text" }>): readonly Leaf[] {
  return cell.elements.flatMap((element) =>
    element.type === "rich_text_list"
      ? element.elements.flatMap(({ elements }) => elements)
      : element.elements,
  );
}

function drawCell(cell: Cell): string {
  return cell.type === "raw_text" ? escapeHtml(cell.text) : drawLeaves(leavesIn(cell));
}

function drawLeaves(leaves: readonly Leaf[]): string {
  return leaves
    .map((leaf) => {
      if (leaf.type === "link") return drawLink(leaf.url, leaf.text);
      let html = escapeHtml(leaf.text);
      if (leaf.style?.code === true) html = `<code>${html}</code>`;
      if (leaf.style?.italic === true) html = `<em>${html}</em>`;
      if (leaf.style?.bold === true) html = `<strong>${html}</strong>`;
      return html;
    })
    .join("");
}

/** A numbered mark ("[1]") has a class of its own. */
function drawLink(url: string, label: string): string {
  const safe = safeUrl(url);
  if (safe === undefined) return escapeHtml(label);
  const name = /^\[\d+\]$/.test(label) ? "mark" : "link";
  return `<a class="${name}" href="${escapeHtml(safe)}" target="_blank" rel="noopener noreferrer">${escapeHtml(label)}</a>`;
}

/** Slack's own markup as far as the bot writes it: `*bold*`, `<address|label>`, line breaks, three entities. */
function drawMrkdwn(text: string): string {
  let html = "";
  for (const [whole, url, label, bold] of text.matchAll(
    /<([^<>|]*)\|([^<>]*)>|\*([^*\n<]+)\*|\n|[^<*\n]+|[<*]/g,
  )) {
    if (url !== undefined) html += drawLink(withoutEntities(url), withoutEntities(label ?? ""));
    else if (bold !== undefined) html += `<strong>${escapeHtml(withoutEntities(bold))}</strong>`;
    else html += whole === "\n" ? "<br>" : escapeHtml(withoutEntities(whole));
  }
  return html;
}

function withoutEntities(text: string): string {
  return text
    .replaceAll("\u2060", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
