// No file imports itself, by whatever way round: a circle is two ideas that nobody can read or change one at a time.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { circlesIn, importsOf } from "./source-text.ts";

const src = join(import.meta.dirname, "../../src");

// Types count too: what two files know of each other belongs into a third, whether or not it is there at run time.
const imports = new Map(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(".ts"))
    .map((file) => [
      file,
      importsOf(readFileSync(join(src, file), "utf8"))
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) =>
          normalize(join(dirname(file), specifier))
            .split(sep)
            .join("/"),
        ),
    ]),
);

describe("no circle of imports", () => {
  it("in src", () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  it("would be missed: the shortest one through each file is named in full", () => {
    const graph = new Map([
      ["a.ts", ["b.ts", "e.ts"]],
      ["b.ts", ["c.ts"]],
      ["c.ts", ["a.ts", "b.ts"]],
      ["d.ts", ["a.ts"]],
      ["e.ts", []],
      ["f.ts", ["f.ts"]],
    ]);
    expect(circlesIn(graph)).toEqual(["a.ts → b.ts → c.ts → a.ts", "b.ts → c.ts → b.ts", "f.ts → f.ts"]);
  });
});
