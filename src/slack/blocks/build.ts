/** Pieces of the messages, views and forms beside answers, as Slack takes them. [pure] */
import type { Button } from "./block.ts";

export type Element = Readonly<Record<string, unknown>>;
export type Message = { readonly text: string; readonly blocks: readonly Element[] };

export function plain(text: string) {
  return { type: "plain_text", text } as const;
}

/** `action` is unlike any other of its row, or Slack refuses the block. */
export function button(action: string, text: string, value: string, style?: "primary"): Button {
  return {
    type: "button",
    action_id: action,
    text: plain(text),
    value,
    ...(style === undefined ? {} : { style }),
  };
}

export function actions<AnyElement>(...elements: readonly AnyElement[]) {
  return { type: "actions", elements } as const;
}

export function richText(...elements: readonly Element[]) {
  return { type: "rich_text", elements };
}

/** A line of rich text; strings are its plain parts. */
export function line(...parts: readonly (string | Element)[]) {
  return {
    type: "rich_text_section",
    elements: parts.map((part) => (typeof part === "string" ? leaf(part) : part)),
  };
}

export function leaf(text: string, style?: "italic" | "strike"): Element {
  return {
    type: "text",
    // Slack refuses an empty one.
    text: text === "" ? " " : text,
    ...(style === undefined ? {} : { style: { [style]: true } }),
  };
}

/** A person or a group by id, who is told; a workflow has no user. */
export function mention(id: string): Element {
  if (id.startsWith("S")) return { type: "usergroup", usergroup_id: id };
  return /^[UW]/.test(id) ? { type: "user", user_id: id } : leaf("A workflow");
}

/** A form; what is submitted says again what it is `about`. */
export function form(parts: {
  readonly id: string;
  readonly about: string;
  readonly title: string;
  readonly submit: string;
  readonly close: string;
  readonly blocks: readonly Element[];
}): Element {
  const { id, about, title, submit, close, blocks } = parts;
  return {
    type: "modal",
    callback_id: id,
    private_metadata: about,
    title: plain(title),
    submit: plain(submit),
    close: plain(close),
    blocks,
  };
}

/** An input of a form; `name` is its block's and its action's id. A text in one line where nothing else is said. */
export function input(name: string, label: string, element: Element = {}, optional = false) {
  return {
    type: "input",
    block_id: name,
    optional,
    label: plain(label),
    element: { type: "plain_text_input", action_id: name, ...element },
  };
}
