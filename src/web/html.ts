/** HTML that cannot be forgotten to be escaped: what is filled into a template is text, unless it is `Html` itself. */
import { escapeHtml } from "./draw-blocks.ts";

export class Html {
  readonly #text: string;

  /** `text` is markup of our own, or was escaped before. */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

/** `markup\`<p>${anything}</p>\``: texts are escaped, lists joined, `undefined` and `false` left out. */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    strings.map((string, at) => string + (at < values.length ? drawn(values[at]) : "")).join(""),
  );
}

function drawn(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  return typeof value === "object" ? value.map(drawn).join("") : escapeHtml(`${value}`);
}
