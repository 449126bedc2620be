// One name, one meaning: no two files export a type of the same name.

import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf } from "./source-text.ts";

const room = join(import.meta.dirname, "../../src");
const files = readdirSync(room, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"));

/** Names of the types and classes that a file declares and exports; what it only passes on is not its own. */
function exportedTypes(source: string): string[] {
  const declared = /^export (?:declare )?(?:abstract )?(?:interface|type|class) ([A-Z]\w*)/gm;
  return [...codeOf(source).matchAll(declared)].map(([, name = ""]) => name);
}

function twice(sources: readonly (readonly [file: string, source: string])[]): string[] {
  const places = new Map<string, string[]>();
  for (const [file, source] of sources)
    for (const name of exportedTypes(source)) places.set(name, [...(places.get(name) ?? []), file]);
  return [...places].filter(([, own]) => own.length > 1).map(([name, own]) => `${name}: ${own.join(", ")}`);
}

describe("the name of an exported type", () => {
  it("stands for one thing in all of src", () => {
    expect(twice(files.map((file) => [file, readFileSync(join(room, file), "utf8")]))).toEqual([]);
  });
  it("is found in every form of declaration, and not where it is passed on", () => {
    const first = "export interface One {}\nexport type Two = 1;\nexport class Three {}\n// export type Four = 1;";
    const second = 'export type { Two } from "./first.ts";\nexport abstract class One {}\ninterface Three {}';
    expect(exportedTypes(first)).toEqual(["One", "Two", "Three"]);
    expect(
      twice([
        ["first.ts", first],
        ["second.ts", second],
      ]),
    ).toEqual(["One: first.ts, second.ts"]);
  });
});
