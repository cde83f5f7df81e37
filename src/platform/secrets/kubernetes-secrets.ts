/** Values under `data:` and `stringData:` of a Kubernetes Secret, in YAML and in JSON, whatever their keys. */
import { indentedLines } from "./named-values.ts";
import { saysNothing } from "./secret-value.ts";
import type { Span } from "./spans.ts";

const DOCUMENT_END = /^---[ \t]*$/gm;
const IS_SECRET = /["']?\bkind["']?[ \t]*:[ \t]*["']?Secret\b(?!\w)/;
const SECTION = /^(?<indent>[ \t]*)(?:data|stringData):[ \t]*(?:#.*)?$/gm;
const ENTRY = /^(?<lead>[ \t]*["']?[\w.-]+["']?[ \t]*:[ \t]*)(?<value>\S.*?)[ \t]*\r?$/;
const JSON_SECTION = /"(?:data|stringData)"\s{0,20}:\s{0,20}\{(?<body>[^{}]*)\}/g;
const JSON_ENTRY = /"[^"\n]{1,253}"\s{0,20}:\s{0,20}"(?<value>(?:\\.|[^"\\])*)"/g;

export function findKubernetesSecrets(text: string): readonly Span[] {
  const ends = [...text.matchAll(DOCUMENT_END)].map(({ index }) => index);
  const spans: Span[] = [];
  let from = 0;
  for (const end of [...ends, text.length]) {
    const document = text.slice(from, end);
    if (IS_SECRET.test(document)) spans.push(...valuesOf(document, from));
    from = end;
  }
  return spans;
}

function valuesOf(document: string, offset: number): Span[] {
  const spans: Span[] = [];
  const add = (start: number, value: string) => {
    const quote = /^["']/.test(value) && value.endsWith(value[0] ?? "") && value.length > 1 ? 1 : 0;
    const bare = value.slice(quote, value.length - quote);
    if (bare !== "" && !saysNothing(bare))
      spans.push({
        start: offset + start + quote,
        end: offset + start + quote + bare.length,
        kind: "token",
      });
  };
  for (const section of document.matchAll(SECTION)) {
    const indent = section.groups?.["indent"]?.length ?? 0;
    const body = indentedLines(document, section.index + section[0].length + 1, indent);
    let at = document.lastIndexOf("\n", body.start) + 1;
    while (at < body.end) {
      const close = document.indexOf("\n", at);
      const stop = close === -1 ? document.length : close;
      const entry = ENTRY.exec(document.slice(at, stop));
      const { lead = "", value = "" } = entry?.groups ?? {};
      let next = stop + 1;
      if (/^[|>][+-]?\d?$/.test(value)) {
        const block = indentedLines(document, next, /^[ \t]*/.exec(lead)?.[0].length ?? 0);
        if (block.end > block.start)
          spans.push({ start: offset + block.start, end: offset + block.end, kind: "token" });
        next = Math.max(next, block.end + 1);
      } else if (entry !== null) add(at + lead.length, value);
      at = next;
    }
  }
  for (const section of document.matchAll(JSON_SECTION)) {
    const { body = "" } = section.groups ?? {};
    const start = section.index + section[0].length - 1 - body.length;
    for (const entry of body.matchAll(JSON_ENTRY)) {
      const { value = "" } = entry.groups ?? {};
      add(start + entry.index + entry[0].length - 1 - value.length, value);
    }
  }
  return spans;
}
