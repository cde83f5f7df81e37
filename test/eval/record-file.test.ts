import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { finishedCases, openRecordFile, parseRecords } from "../../eval/record-file.ts";
import { makeCase, makeRecord } from "./support/make.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "eval-records-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cases = [
  makeCase({ id: "a" }),
  makeCase({ id: "b", turns: [{ user: "one" }, { user: "two" }] }),
  makeCase({ id: "c" }),
];
const a = makeRecord({ id: "a" });
const b = [
  makeRecord({ id: "b", question: "one" }),
  makeRecord({ id: "b", turn: 1, question: "two" }),
];

function ids(file: string): string[] {
  return parseRecords(readFileSync(file, "utf8"), file).map(({ id, turn }) => `${id}${turn}`);
}

describe("openRecordFile", () => {
  const open = (fingerprint = "f", fresh = false) =>
    openRecordFile(path.join(folder, "out.jsonl"), { fingerprint, cases, fresh });

  it("keeps the finished cases of an interrupted run and drops a torn last line", () => {
    const file = path.join(folder, "out.jsonl");
    open().append([a]);
    open().append(b);
    appendFileSync(file, JSON.stringify(makeRecord({ id: "c" })).slice(0, 40));

    const again = open();

    expect([...again.kept.keys()]).toEqual(["a", "b"]);
    expect(ids(file)).toEqual(["a0", "b0", "b1"]);
  });

  it("asks a case again of which a turn is missing", () => {
    open().append([...b.slice(0, 1), a]);

    expect([...open().kept.keys()]).toEqual(["a"]);
  });

  it("starts empty for other cases, another index or writer, when told to, and after a finished run", () => {
    const file = path.join(folder, "out.jsonl");
    open("f").append([a]);
    expect(open("other").kept.size).toBe(0);

    open("f").append([a]);
    expect(open("f", true).kept.size).toBe(0);

    const last = open("f");
    last.append([a]);
    last.finish([...b, a]);
    expect(ids(file)).toEqual(["b0", "b1", "a0"]);
    expect(existsSync(`${file}.unfinished`)).toBe(false);
    expect(open("f").kept.size).toBe(0);
  });

  it("says when the file cannot be written", () => {
    const file = path.join(folder, "missing", "out.jsonl");

    expect(() => openRecordFile(file, { fingerprint: "f", cases, fresh: false })).toThrow(
      /out\.jsonl cannot be written/,
    );
  });
});

describe("finishedCases", () => {
  it("leaves out a case that asks something else now", () => {
    const text = `${JSON.stringify({ ...a, question: "another" })}\n`;

    expect(finishedCases(text, cases).size).toBe(0);
  });
});

describe("parseRecords", () => {
  it("names every line that is no record", () => {
    const file = path.join(folder, "records.jsonl");
    writeFileSync(file, `${JSON.stringify(a)}\n{}\nnot json\n`);

    expect(() => parseRecords(readFileSync(file, "utf8"), "records.jsonl")).toThrow(
      expect.objectContaining({ facts: { lines: "2, 3" } }),
    );
  });
});
