// The source is read more often than written: a function fits a screen, and takes no more than a reader can hold.

import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { functionsIn } from "./source-text.ts";

const src = join(import.meta.dirname, "../../src");
/** From the line of its name to its closing brace. */
const MOST_LINES = 60;
const MOST_PARAMETERS = 5;

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"))
  .sort();

describe("functions of src", () => {
  it.each(files)("%s", (file) => {
    const large = functionsIn(readFileSync(join(src, file), "utf8"))
      .filter(({ lines, parameters }) => lines > MOST_LINES || parameters > MOST_PARAMETERS)
      .map(({ name, line, lines, parameters }) => `${name} (line ${line}): ${lines} lines, ${parameters} parameters`);
    expect(large).toEqual([]);
  });

  it("are all seen", () => {
    const sizes = files.flatMap((file) => functionsIn(readFileSync(join(src, file), "utf8")));
    expect(sizes.length).toBeGreaterThan(3000);
  });
});

describe("the reader of this test", () => {
  it("measures functions and methods", () => {
    const source = [
      "export function one(a: number, { b, c }: Two, d: (e: number, f: string) => void): Map<string, number> {",
      "  return new Map();",
      "}",
      "function none() {",
      "}",
      "class Three {",
      "  get four(): number {",
      "    return 4;",
      "  }",
      "  five<T>(",
      "    a: Map<T, T>,",
      "    b = [1, 2],",
      "  ): void {",
      "    if (a) {",
      "      this.four;",
      "    }",
      "  }",
      "}",
      "const six = {",
      "  seven(a: number) {",
      "    return a;",
      "  },",
      "};",
      "function eight() {",
      "  none(six)",
      "  called(one, 2).then(() => {});",
      "}",
    ].join("\n");
    expect(functionsIn(source)).toEqual([
      { name: "one", line: 1, lines: 3, parameters: 3 },
      { name: "none", line: 4, lines: 2, parameters: 0 },
      { name: "four", line: 7, lines: 3, parameters: 0 },
      { name: "five", line: 10, lines: 8, parameters: 2 },
      { name: "seven", line: 20, lines: 3, parameters: 1 },
      { name: "eight", line: 24, lines: 4, parameters: 0 },
    ]);
  });
});

describe("a stop", () => {
  const walk = files.filter((file) => file.startsWith("predict/") && file !== "predict/at.ts");

  it.each(walk)("is said once, by its place, in %s", (file) => {
    // Not a step here, a cause there and an end somewhere else, each with the same five words.
    const source = readFileSync(join(src, file), "utf8");
    expect(source).not.toMatch(/\b(?:step|tell)\(\s*"stop"|\bmakeStep\(\{\s*kind: "stop"|\bstopped\(\s*makeHit\(/);
  });
});
