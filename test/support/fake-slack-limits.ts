/** What Slack refuses: the limits of messages, blocks and buttons, as the error that the Web API answers with. */

export const LIMITS = {
  blocks: 50,
  sectionText: 3000,
  contextElements: 10,
  actionElements: 25,
  contextActionElements: 5,
  headerText: 150,
  buttonText: 75,
  value: 2000,
  identifier: 255,
  markdownTotal: 12_000,
  /** Characters of all blocks of a message together; seen, and not documented. */
  blocksTotal: 12_000,
  updateText: 4000,
  postText: 40_000,
  tableRows: 100,
  tableCells: 20,
  listIndent: 8,
  statusMessages: 10,
  prompts: 4,
  taskTitle: 256,
  modalTitle: 24,
} as const;

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  return isRecord(value) && typeof value["text"] === "string" ? value["text"].length : 0;
}

/** Every problem of a list of blocks, "" when Slack would take them. */
export function blocksProblem(blocks: unknown, total: number = LIMITS.blocksTotal): string {
  if (blocks === undefined) return "";
  if (!Array.isArray(blocks)) return "invalid_blocks_format";
  if (blocks.length > LIMITS.blocks) return "msg_blocks_too_many";
  let markdown = 0;
  let tables = 0;
  for (const block of records(blocks)) {
    if (textLength(block["block_id"]) > LIMITS.identifier) return "invalid_blocks: block_id";
    switch (block["type"]) {
      case "section":
        if (textLength(block["text"]) > LIMITS.sectionText) return "invalid_blocks: section text";
        if (textLength(block["text"]) === 0 && block["fields"] === undefined)
          return "invalid_blocks: empty section";
        break;
      case "context": {
        const elements = records(block["elements"]);
        if (elements.length === 0 || elements.length > LIMITS.contextElements)
          return "invalid_blocks: context elements";
        if (elements.some((element) => textLength(element) > LIMITS.sectionText))
          return "invalid_blocks: context text";
        if (elements.some((element) => textLength(element) === 0))
          return "invalid_blocks: empty context text";
        break;
      }
      case "header":
        if (textLength(block["text"]) > LIMITS.headerText) return "invalid_blocks: header";
        break;
      case "actions":
        if (records(block["elements"]).length > LIMITS.actionElements)
          return "invalid_blocks: actions";
        if (!records(block["elements"]).every(isButtonFine)) return "invalid_blocks: button";
        if (hasTwins(records(block["elements"]).map((element) => element["action_id"])))
          return "invalid_blocks: action_id twice";
        break;
      case "context_actions":
        if (records(block["elements"]).length > LIMITS.contextActionElements)
          return "invalid_blocks: context_actions";
        if (
          !records(block["elements"])
            .flatMap((element) => [element["positive_button"], element["negative_button"], element])
            .filter(isRecord)
            .every(isButtonFine)
        )
          return "invalid_blocks: feedback button";
        break;
      case "markdown":
        markdown += textLength(block["text"]);
        break;
      case "table": {
        tables += 1;
        const rows = block["rows"];
        if (!Array.isArray(rows) || rows.length === 0 || rows.length > LIMITS.tableRows)
          return "invalid_blocks: table rows";
        const widths = new Set(rows.map((row) => (Array.isArray(row) ? row.length : -1)));
        if (widths.size !== 1 || [...widths].some((n) => n < 1 || n > LIMITS.tableCells))
          return "invalid_blocks: table cells";
        if (rows.flat().some((cell) => textLength(cell) === 0 && isRawText(cell)))
          return "invalid_blocks: empty table cell";
        for (const cell of records(rows.flat())) {
          if (isRawText(cell)) continue;
          if (cell["type"] !== "rich_text") return "invalid_blocks: table cell type";
          const problem = richTextProblem(cell);
          if (problem !== "") return problem;
        }
        break;
      }
      case "rich_text": {
        const problem = richTextProblem(block);
        if (problem !== "") return problem;
        break;
      }
      case "divider":
      case "image":
      case "input":
        break;
      default:
        return `invalid_blocks: unknown type ${JSON.stringify(block["type"])}`;
    }
  }
  if (records(blocks).length !== blocks.length) return "invalid_blocks";
  if (markdown > LIMITS.markdownTotal) return "msg_too_long";
  if (charactersOf(blocks) > total) return "msg_blocks_too_long";
  // Slack draws one table a message and refuses the second.
  return tables > 1 ? "only_one_table_allowed" : "";
}

function hasTwins(values: readonly unknown[]): boolean {
  return new Set(values).size < values.length;
}

/** Characters of the texts of blocks; addresses are not counted. */
export function charactersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + charactersOf(one), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (name === "text" && typeof inner === "string" ? inner.length : charactersOf(inner)),
    0,
  );
}

function isRawText(cell: unknown): boolean {
  return isRecord(cell) && cell["type"] === "raw_text";
}

function isButtonFine(button: Json): boolean {
  return (
    textLength(button["text"]) <= LIMITS.buttonText &&
    textLength(button["value"]) <= LIMITS.value &&
    textLength(button["action_id"]) <= LIMITS.identifier &&
    textLength(button["accessibility_label"]) <= LIMITS.buttonText
  );
}

function richTextProblem(block: Json): string {
  const elements = records(block["elements"]);
  if (elements.length === 0) return "invalid_blocks: empty rich_text";
  for (const element of elements) {
    const inner =
      element["type"] === "rich_text_list"
        ? records(element["elements"]).flatMap((item) => records(item["elements"]))
        : records(element["elements"]);
    if (
      ![
        "rich_text_section",
        "rich_text_list",
        "rich_text_preformatted",
        "rich_text_quote",
      ].includes(String(element["type"]))
    )
      return "invalid_blocks: rich_text element";
    if (element["type"] === "rich_text_list") {
      const { style, indent = 0 } = element;
      if (style !== "bullet" && style !== "ordered") return "invalid_blocks: list style";
      if (typeof indent !== "number" || indent < 0 || indent > LIMITS.listIndent)
        return "invalid_blocks: list indent";
      if (records(element["elements"]).length === 0) return "invalid_blocks: empty list";
    }
    for (const leaf of inner) {
      if (!["text", "link", "user", "usergroup", "channel"].includes(String(leaf["type"])))
        return "invalid_blocks: rich_text leaf";
      if (leaf["type"] === "text" && textLength(leaf) === 0)
        return "invalid_blocks: empty rich_text text";
      if (leaf["type"] === "link" && !/^https?:\/\//.test(String(leaf["url"])))
        return "invalid_blocks: link";
    }
  }
  return "";
}

/** Every problem of a list of stream chunks, "" when Slack would take them. */
export function chunksProblem(chunks: unknown): string {
  if (chunks === undefined) return "";
  if (!Array.isArray(chunks)) return "invalid_chunks";
  let markdown = 0;
  for (const chunk of records(chunks)) {
    if (chunk["type"] === "markdown_text") markdown += textLength(chunk);
    else if (chunk["type"] === "blocks") {
      const problem = blocksProblem(chunk["blocks"]);
      if (problem !== "") return problem;
    } else if (chunk["type"] === "task_update") {
      const length = typeof chunk["title"] === "string" ? chunk["title"].length : 0;
      if (textLength(chunk["id"]) === 0 || length === 0 || length > LIMITS.taskTitle)
        return "invalid_chunks: task";
      if (!["pending", "in_progress", "complete", "error"].includes(String(chunk["status"])))
        return "invalid_chunks: status of a task";
    } else if (chunk["type"] !== "plan_update") {
      return "invalid_chunks";
    }
  }
  return markdown > LIMITS.markdownTotal ? "msg_too_long" : "";
}

/** The problem of a modal, "" when Slack would open it. */
export function viewProblem(view: unknown): string {
  if (!isRecord(view)) return "invalid_arguments";
  if (view["type"] === "modal" && textLength(view["title"]) > LIMITS.modalTitle)
    return "invalid_arguments: title";
  return blocksProblem(view["blocks"]);
}

/** Posts that Slack takes at once in one channel; each second gives one back. */
export const POSTS_AT_ONCE = 5;

/** Calls a minute and method that Slack grants at least (tiers 2, 3 and 4). */
export const CALLS_A_MINUTE: Readonly<Record<string, number>> = {
  "chat.startStream": 20,
  "chat.stopStream": 20,
  "chat.appendStream": 100,
  "chat.update": 50,
  "conversations.replies": 50,
  "conversations.history": 50,
  "chat.postEphemeral": 100,
  "views.publish": 100,
  "reactions.add": 50,
};
