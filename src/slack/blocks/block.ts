/** The few kinds of Slack block that the bot uses. https://docs.slack.dev/reference/block-kit/blocks */

export type TextStyle = { readonly bold?: true; readonly italic?: true; readonly code?: true };
export type TextLeaf = {
  readonly type: "text";
  readonly text: string;
  readonly style?: TextStyle;
};
export type LinkLeaf = { readonly type: "link"; readonly url: string; readonly text: string };
export type Leaf = TextLeaf | LinkLeaf;

export type RichSection = {
  readonly type: "rich_text_section";
  readonly elements: readonly Leaf[];
};
export type RichList = {
  readonly type: "rich_text_list";
  readonly style: "bullet" | "ordered";
  /** 0 to 8. */
  readonly indent: number;
  /** What is added to the first number: 2 makes the list begin with 3. */
  readonly offset?: number;
  readonly elements: readonly RichSection[];
};
export type RichPreformatted = {
  readonly type: "rich_text_preformatted";
  readonly elements: readonly Leaf[];
  readonly border: 0;
};
export type RichElement = RichSection | RichList | RichPreformatted;

export type RichTextBlock = {
  readonly type: "rich_text";
  readonly elements: readonly RichElement[];
};

export type Cell = { readonly type: "raw_text"; readonly text: string } | RichTextBlock;

export type TableBlock = {
  readonly type: "table";
  readonly rows: readonly (readonly Cell[])[];
  readonly column_settings: readonly { readonly is_wrapped: true }[];
};

export type Button = {
  readonly type: "button";
  readonly action_id: string;
  readonly text: { readonly type: "plain_text"; readonly text: string };
  readonly value: string;
  readonly style?: "primary";
  readonly accessibility_label?: string;
};

export type Block =
  | RichTextBlock
  | TableBlock
  | {
      readonly type: "context";
      readonly elements: readonly {
        readonly type: "mrkdwn";
        readonly text: string;
        readonly verbatim: true;
      }[];
    }
  | { readonly type: "actions"; readonly elements: readonly Button[] };

/** Keys whose strings say how a block is drawn, and are no content. */
const NO_CONTENT = new Set(["type", "action_id", "block_id", "style", "language"]);

/**
 * Characters of all texts and addresses in blocks: Slack takes about 12,000 in one message and does not say how it
 * counts, so everything is counted that could be.
 */
export function sizeOf(blocks: unknown): number {
  if (typeof blocks === "string") return blocks.length;
  if (typeof blocks !== "object" || blocks === null) return 0;
  return Object.entries(blocks).reduce(
    (sum, [name, value]) => (NO_CONTENT.has(name) ? sum : sum + sizeOf(value)),
    0,
  );
}
