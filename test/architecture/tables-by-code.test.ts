// What is known of a cause stands in its file: no table keyed by code is written by hand anywhere else.

import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../src/model/code.ts";

const root = join(import.meta.dirname, "../..");

/** Generated from the cause files. */
const generated = new Set(["src/model/code.ts"]);

/** Assumed edits of causes, until their own edits take their place. */
const awaited = new Set(["src/predict/mend.ts"]);

const code = `"(?:${codes.join("|")})"`;
const few = 3;

/** Codes that label a value or a branch: keys of an object or a map, cases of a switch. */
const labelled = new RegExp(`^\\s*(?:case )?\\[?${code}\\]?\\s*[:,](?!\\s*$)|^\\s*case ${code}:`, "gm");

/** A constant of the whole file that lists codes: what it decides belongs to the causes. */
const listed = /^(?:export )?const \w+[^=]*= (?:new Set\()?\[[^\]]*\]/gm;

const files = ["src", "scripts", "bench"]
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => `${room}/${name}`),
  )
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts") && !/^src\/(?:causes|lab\/scenarios)\//.test(name));

function tablesIn(source: string): string[] {
  const keys = source.match(labelled) ?? [];
  const lists = (source.match(listed) ?? []).filter((list) => (list.match(new RegExp(code, "g")) ?? []).length >= few);
  return [...(keys.length >= few ? keys.map((key) => key.trim()) : []), ...lists];
}

describe("tables keyed by code", () => {
  it.each(files.filter((file) => !generated.has(file) && !awaited.has(file)))("none in %s", (file) => {
    expect(tablesIn(readFileSync(join(root, file), "utf8"))).toEqual([]);
  });
});

describe("the reader of this test", () => {
  it("finds a table of each form, and lets a decision return its code", () => {
    const table = (line: (code: string) => string) => codes.slice(0, few).map(line).join("\n");
    expect(tablesIn(table((one) => `  "${one}": 1,`))).toHaveLength(few);
    expect(tablesIn(table((one) => `  ["${one}", 1],`))).toHaveLength(few);
    expect(tablesIn(table((one) => `    case "${one}":`))).toHaveLength(few);
    expect(tablesIn(`const SOME: readonly Code[] = [${table((one) => `"${one}",`)}];`)).toHaveLength(1);
    expect(tablesIn(table((one) => `  if (x) return "${one}";`))).toEqual([]);
    expect(tablesIn(table((one) => `    stop(\n      "${one}",\n      text("x"),`))).toEqual([]);
  });
});
