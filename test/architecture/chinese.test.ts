// Chinese in the sources is set as Chinese: with full-width punctuation.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "../../src");

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

it.each(files)("%s", (file) => {
  const faults = readFileSync(join(src, file), "utf8")
    .split("\n")
    .flatMap((line, index) =>
      /\p{Script=Han}[,;:?!]|[,;?!]\p{Script=Han}/u.test(line) ? [`${index + 1}: ${line.trim()}`] : [],
    );
  expect(faults).toEqual([]);
});
