// A line that a program printed is nobody's question: neither alone nor together with those around it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanLines, type PastedLine } from "../../src/paste/clean.ts";
import { questionsIn } from "../../src/paste/question.ts";
import { cutTranscript } from "../../src/paste/transcript.ts";

const here = import.meta.dirname;
const filesIn = (folder: string): string[] =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith(".txt"))
    .map((name) => join(here, folder, name));

// Below a prompt; what somebody wrote between their listings stands behind a blank line and ends what was printed.
function printedIn(content: string): PastedLine[][] {
  return cutTranscript(content)
    .filter(({ command }) => command !== null)
    .map(({ lines }) => {
      const end = lines.findIndex(({ text }, at) => text === "" && isProse(lines[at + 1]?.text ?? ""));
      return end < 0 ? [...lines] : lines.slice(0, end);
    });
}

// One of the forms ends in a question, which is one.
const ASKED = ["app cannot reach 8.8.8.8"];

function isProse(text: string): boolean {
  return /^[A-Z\u4e00-\u9fff][^|{}=]*(?:[.?!:。？！：]|\b(?:the|and|is|I)\b)/.test(text);
}

test("no listing, and no line of one, is taken for a question", () => {
  const wrong: string[] = [];
  let lines = 0;
  const ask = (block: readonly PastedLine[], file: string): void => {
    // That a connection failed is what a program prints, and a question all the same.
    for (const one of questionsIn(block, new Map()))
      if (
        !ASKED.includes(one.words) &&
        !/fail(?:ed)? (?:to )?connect|connection refused|no route to host/i.test(one.words)
      )
        wrong.push(`${file}: ${one.words.slice(0, 160)}`);
  };
  for (const file of [...filesIn("tools"), ...filesIn("threads"), ...filesIn("forms")]) {
    const content = readFileSync(file, "utf8");
    const blocks = file.includes("/tools/") ? [cleanLines(content)] : printedIn(content);
    for (const block of blocks) {
      lines += block.length;
      ask(block, file.split("/").at(-1) as string);
      for (const line of block) ask([line], file.split("/").at(-1) as string);
    }
  }
  expect(lines).toBeGreaterThan(800);
  expect(wrong).toEqual([]);
});
