/** Bytes -> text, by the rules browsers follow: byte order mark, header, meta element, UTF-8. */
import { isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";

export type DecodedText = {
  readonly text: string;
  /** Name of the encoding that was used, as the Encoding standard spells it. */
  readonly charset: string;
  /** True when some bytes were not valid in it and became U+FFFD. */
  readonly damaged: boolean;
};

/** Never throws: an unknown charset falls back to UTF-8, broken bytes become U+FFFD. */
export function decodeText(body: Buffer, contentType: string | undefined): DecodedText {
  const label = markOf(body) ?? headerCharset(contentType) ?? metaCharset(body) ?? "utf-8";
  const decoder = decoderFor(label);
  if (decoder.encoding === "utf-8" && isUtf8(body)) {
    const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
    return { text: body.toString("utf8", hasMark ? 3 : 0), charset: "utf-8", damaged: false };
  }
  const text = decoder.decode(body);
  return { text, charset: decoder.encoding, damaged: text.includes("\uFFFD") };
}

function decoderFor(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder("utf-8");
  }
}

function markOf(body: Buffer): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  return undefined;
}

function headerCharset(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1];
}

/** The first 1024 bytes hold the declaration, says the HTML standard. */
function metaCharset(body: Buffer): string | undefined {
  const head = body.toString("latin1", 0, 1024);
  const label = /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1];
  // A page cannot be UTF-16 when its declaration could be read as ASCII.
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}
