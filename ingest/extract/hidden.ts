/**
 * What nobody sees on the page, by what its element itself says: assistive copies, decoration, and text that was hidden
 * so that a program reads it and a person does not. Panels of tabs and folded parts are text: a click shows them.
 */
import type { Element } from "domhandler";
import { classes, isElement, wordSet } from "./markup.ts";

/** Names that hide in the common style sheets. */
const HIDING_CLASSES = wordSet(`
  sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only hidden d-none invisible opacity-0
  is-hidden u-hidden hide text-transparent
`);

/** "md:block", "d-lg-flex": hidden on a small screen only. */
const SHOWN_SOMEWHERE =
  /^(?:\S+:(?:block|inline|inline-block|flex|inline-flex|grid|inline-grid|table|contents|visible|not-sr-only|opacity-\d+)|d-(?:sm|md|lg|xl|xxl|print)-(?:block|inline|inline-block|flex|inline-flex|grid|table))$/;

/** True for what nobody sees. */
export function isHidden(element: Element): boolean {
  const { attribs } = element;
  if (attribs["role"] === "tabpanel") return false;
  if (attribs["aria-hidden"] === "true") return true;
  if (attribs["hidden"] !== undefined && attribs["hidden"] !== "until-found") return true;
  if (attribs["style"] !== undefined && hidesByStyle(element, attribs["style"])) return true;
  if (attribs["class"] === undefined) return false;
  const names = classes(element);
  return (
    names.some((name) => HIDING_CLASSES.has(name)) &&
    !names.some((name) => SHOWN_SOMEWHERE.test(name))
  );
}

/** A style longer than this was made by a program and holds nothing that we ask for. */
const MAX_STYLE_LENGTH = 4000;

function declarationsOf(style: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const declaration of style.slice(0, MAX_STYLE_LENGTH).split(";")) {
    const colon = declaration.indexOf(":");
    if (colon === -1) continue;
    const value = declaration.slice(colon + 1).toLowerCase();
    found.set(
      declaration.slice(0, colon).trim().toLowerCase(),
      value.replace("!important", "").replaceAll(/\s+/g, " ").trim(),
    );
  }
  return found;
}

/** The number a length begins with: "-9999px" is -9999; undefined for words. */
function lengthOf(value: string | undefined): number | undefined {
  const number = Number.parseFloat(value ?? "");
  return Number.isNaN(number) ? undefined : number;
}

/** So far out of the page, in whatever unit, stands nothing that is to be read. */
const OFF_SCREEN = -500;
/** A letter of so many pixels is a speck. */
const SMALLEST_FONT = 2;

function hidesByStyle(element: Element, style: string): boolean {
  const own = declarationsOf(style);
  const value = (name: string) => own.get(name) ?? "";
  if (value("display") === "none" || /^(?:hidden|collapse)$/.test(value("visibility"))) return true;
  if (value("content-visibility") === "hidden") return true;
  const opacity = lengthOf(own.get("opacity"));
  if (opacity !== undefined && opacity < 0.05) return true;
  if (isTiny(value("font-size"))) return true;
  if (
    ["left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top"].some(
      (name) => (lengthOf(own.get(name)) ?? 0) <= OFF_SCREEN,
    )
  ) {
    return true;
  }
  if (
    /^rect\( ?(?:0|1)(?:px)?[ ,]/.test(value("clip")) ||
    /inset\( ?(?:50|100)%/.test(value("clip-path"))
  ) {
    return true;
  }
  const transform = value("transform");
  if (/scale(?:3d|x|y)?\( ?0 ?[),]/.test(transform) || /translate[^)]*-\d{3,}/.test(transform))
    return true;
  const clipped = value("overflow") === "hidden" || value("overflow") === "clip";
  if (
    clipped &&
    ["height", "max-height", "width", "max-width"].some((name) => {
      const length = lengthOf(own.get(name));
      return length !== undefined && length >= 0 && length <= 1 && !own.get(name)?.endsWith("em");
    })
  ) {
    return true;
  }
  return own.has("color") && isUnseenColour(value("color"), element);
}

function isTiny(size: string): boolean {
  const number = lengthOf(size);
  if (number === undefined) return false;
  if (number <= 0) return true;
  return size.endsWith("px") || size.endsWith("pt")
    ? number < SMALLEST_FONT
    : size.endsWith("%")
      ? number < 10
      : number < 0.1;
}

/** Red, green, blue and opacity of a colour; undefined for names other than the few below. */
function colourOf(text: string): readonly [number, number, number, number] | undefined {
  const named = NAMED_COLOURS[text];
  if (named !== undefined) return named;
  const hex = /^#([0-9a-f]{3,8})$/.exec(text)?.[1];
  if (hex !== undefined) {
    const short = hex.length < 6;
    const part = (at: number) => {
      const digits = short ? hex.slice(at, at + 1).repeat(2) : hex.slice(at * 2, at * 2 + 2);
      return digits === "" ? 255 : Number.parseInt(digits, 16);
    };
    return [part(0), part(1), part(2), part(3) / 255];
  }
  const numbers = /^rgba?\(([^)]*)\)/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .filter((part) => part !== "");
  if (numbers === undefined || numbers.length < 3) return undefined;
  const [red = 0, green = 0, blue = 0, alpha = 1] = numbers.map((part) =>
    part.endsWith("%") ? Number.parseFloat(part) / 100 : Number.parseFloat(part),
  );
  return [red, green, blue, alpha];
}

const NAMED_COLOURS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  white: [255, 255, 255, 1],
  black: [0, 0, 0, 1],
  transparent: [0, 0, 0, 0],
  snow: [255, 250, 250, 1],
  ivory: [255, 255, 240, 1],
  whitesmoke: [245, 245, 245, 1],
};

/** Colours nearer than this in every part cannot be told apart. */
const SAME_COLOUR = 12;

/** True for a text without colour, or with that of the ground it stands on: white where nobody says otherwise. */
function isUnseenColour(text: string, element: Element): boolean {
  const colour = colourOf(text);
  if (colour === undefined) return false;
  if (colour[3] < 0.05) return true;
  const ground = backgroundOf(element) ?? [255, 255, 255, 1];
  return [0, 1, 2].every(
    (part) => Math.abs((colour[part] ?? 0) - (ground[part] ?? 0)) < SAME_COLOUR,
  );
}

/** How far up a background is looked for. */
const MAX_LEVELS = 20;

/** The nearest ground that a style names; undefined when none does. A ground we cannot read counts as grey. */
function backgroundOf(element: Element): readonly number[] | undefined {
  let current: Element | undefined = element;
  for (let level = 0; level < MAX_LEVELS && current !== undefined; level += 1) {
    const style = current.attribs["style"];
    const own = style === undefined ? undefined : declarationsOf(style);
    const value =
      own?.get("background-color") ?? own?.get("background") ?? own?.get("background-image");
    if (value !== undefined && value !== "none" && value !== "inherit") {
      const colour = colourOf(value);
      if (colour === undefined) return [128, 128, 128];
      if (colour[3] >= 0.05) return colour;
    }
    const { parent }: Element = current;
    current = parent !== null && isElement(parent) ? parent : undefined;
  }
  return undefined;
}
