// No advice overwrites, opens or deletes files of whoever follows it: in any cause's words, whatever is known, in the pages, and
// in what people read first.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { causes } from "../../src/causes/registry.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import { factSets } from "./facts.ts";

const root = join(import.meta.dirname, "../..");
// `>` that empties a file (`>>` adds to it, `2>&1` and /dev/null harm none, `->` and `=>` are arrows), and what gives away,
// replaces or deletes files.
const OVERWRITES = /(?<![-=<>&\d])>(?![>&=])\s*(?!\/dev\/null)[\w$~./"'-]+|\btee\s+(?!-a\b|--append\b)\S|\bdd\s+\S*of=/;
const OPENS = /\bchmod\s+(?:-R\s+)?(?:[ugoa]*[oa][ugoa]*\+|\+|0?[0-7]{2}[1-7]\b)|\bchown\b|\bsetfacl\b|\bxattr\b/;
const DELETES = /\b(?:rm|unlink|shred|truncate)\s+-?\S|\b(?:mv|cp)\s+\S+\s+\S/;

/** What a command would do to somebody's files; null where nothing. */
function harmOf(command: string): string | null {
  if (OVERWRITES.test(command)) return `overwrites: ${command}`;
  if (OPENS.test(command)) return `opens: ${command}`;
  return DELETES.test(command) ? `deletes: ${command}` : null;
}

/** Commands of a Markdown page: what stands in its fenced blocks, and between single backticks. */
function commandsOf(page: string): string[] {
  const fenced = [...page.matchAll(/^```(?:sh|bash|console|shell)?\n([\s\S]*?)^```/gm)].flatMap(([, body = ""]) =>
    body.split("\n"),
  );
  const inline = page.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g);
  // An arrow is drawn in the kernel's own words alone, where `>` compares; a report's step has it behind the interface.
  const isDrawn = (words: string): boolean => words.includes("→") || /^ *\d+(?:-\d+)? {2}\S+ > /.test(words);
  return [...fenced, ...[...inline].map(([, body = ""]) => body)].filter((words) => !isDrawn(words));
}

it.each([
  "pktwhy snapshot > state.json",
  "sh -c 'echo a=1 > /etc/sysctl.d/90-a.conf'",
  "echo a | sudo tee /etc/hosts",
  "chmod a+r case/state.json",
  "sudo chmod 644 trace.json",
  "chown me case",
  "rm -r case",
])("knows what harms: %s", (command) => {
  expect(harmOf(command)).not.toBeNull();
});

it.each([
  "pktwhy snapshot -o state.json",
  "tcpdump -r a.pcap 2>/dev/null",
  "sh -c 'echo a=1 >> /etc/sysctl.d/90-a.conf'",
  "nft list ruleset | tee -a notes",
  "ip route show >/dev/null 2>&1",
  "chmod 600 state.json",
])("and what does not: %s", (command) => {
  expect(harmOf(command)).toBeNull();
});

describe("no cause", () => {
  it.each(causes.map((cause) => [cause.code, cause] as const))("%s", (_, cause) => {
    const harms = factSets.flatMap((set) =>
      [null, "", "net0", "pid-42"].flatMap((netns) => {
        const { meaning, evidence, tellApart } = cause.page();
        const words = [cause.summary(set), cause.why(set), meaning, evidence, tellApart].flatMap(({ en, zh }) => [
          en,
          zh,
        ]);
        const commands = [
          ...fixesOf(cause, set, netns).map(({ command }) => command),
          ...(cause.settle?.(set, netns) ?? []).map(({ command }) => command),
          ...words.flatMap(commandsOf),
        ];
        return commands.flatMap((command) => harmOf(command) ?? []);
      }),
    );
    expect([...new Set(harms)]).toEqual([]);
  });
});

// Whoever works on pktwhy itself has files of the project to write.
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
it.each(pages)("nor does %s", (page) => {
  const harms = commandsOf(readFileSync(join(root, page), "utf8")).flatMap((command) => harmOf(command) ?? []);
  expect(harms).toEqual([]);
});

// What is printed to be typed, wherever in the source it stands.
it("nor does any report that was recorded", () => {
  const folder = join(root, "fixtures");
  const harms = readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file === "report.json")
      .flatMap((file) => [
        ...readFileSync(join(folder, name, file), "utf8").matchAll(/"(?:command|undo|reload)": "([^\n]*)"/g),
      ])
      .flatMap(([, command = ""]) => harmOf(JSON.parse(`"${command}"`) as string) ?? []),
  );
  expect([...new Set(harms)]).toEqual([]);
});
