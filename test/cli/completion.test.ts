// The completion scripts, asked by the shells themselves, and the examples that help shows.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMPLETION_FILES, commandFiles } from "../../scripts/command-files.ts";
import { programIn } from "../../src/cli/program.ts";
import { type CommandShape, shapeOf } from "../../src/cli/shape.ts";
import { sampled } from "../how-long.ts";
import { pktwhy, root } from "./run-cli.ts";

const ASKED: readonly (readonly [typed: string, among: readonly string[], not: readonly string[]])[] = [
  ["pktwhy expl", ["explain"], ["run"]],
  ["pktwhy lab ru", ["run"], ["explain"]],
  ["pktwhy explain --js", ["--json"], ["--expect"]],
  ["pktwhy explain -f js", ["json", "jsonl"], ["text"]],
  ["pktwhy watch -f ", ["text", "jsonl"], ["mermaid"]],
  ["pktwhy --lang zh causes reply-via", ["reply-via-lo"], ["rp-filter-strict"]],
  ["pktwhy lab run rp-filter-s", ["rp-filter-strict"], ["rp-filter-arp"]],
  ["pktwhy explain --state pack", ["package.json"], ["bin"]],
];

function has(tool: string): boolean {
  return spawnSync(tool, ["--version"]).status === 0;
}

describe.each(["bash", "zsh", "fish"] as const)("%s", (shell) => {
  const script = join(root, COMPLETION_FILES[shell]);

  it.for(sampled(ASKED, shell, 4, ([typed]) => typed))("%s", ([typed, among, not], { skip }) => {
    if (!has(shell) && process.env.PKTWHY_REQUIRE_ALL !== "1") skip(`${shell} is not installed`);
    const offered = offers(shell, script, typed);
    for (const word of among) expect(offered).toContain(word);
    for (const word of not) expect(offered).not.toContain(word);
  });
});

function offers(shell: "bash" | "zsh" | "fish", script: string, typed: string): string[] {
  const said = execFileSync(shell, [...BARE[shell], "-c", ASK[shell], shell, script, typed], {
    cwd: root,
    encoding: "utf8",
    input: "",
  });
  return said.split("\n").map((line) => (line.split("\t")[0] ?? "").trim());
}

const BARE = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] } as const;

// zsh completes only where somebody edits a line: what it would add is printed in the place of being added.
const ASK = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that fills it in
  bash: 'source "$1"; COMP_WORDS=($2); [[ $2 == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pktwhy; printf "%s\\n" "${COMPREPLY[@]}"',
  zsh: `zmodload zsh/zpty
zpty line zsh -f -i
ask() { zpty -w line "$1"; }
ask 'PS1= PROMPT2= ; unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; autoload -U compinit; compinit -D -u; source '"\${(q)1}"
ask 'compadd() { local -a shown; builtin compadd -O shown "$@"; local one; for one in $shown; do print -r -- "OFFER $one"; done }'
ask 'finish() { zle -I; _main_complete; print -r -- DONE; exit }; zle -C finish complete-word finish; bindkey "^I" finish; zle-line-init() { print -r -- READY""MARK }; zle -N zle-line-init'
zpty -r line said '*READYMARK*'
zpty -w -n line "$2"$'\\t'
zpty -r line said '*DONE*'
print -r -- "$said" | tr -d '\\r' | sed -n 's/^.*OFFER //p'`,
  fish: 'source $argv[2]; complete -C "$argv[3]"',
} as const;

describe("what is generated from the commands", () => {
  it.each(commandFiles())("%s is what the commands say now", (name, content) => {
    expect(readFileSync(join(root, name), "utf8")).toBe(content);
  });

  it.for(["man/pktwhy.1", "man/zh_CN/pktwhy.1"])("mandoc has nothing to say about %s", (page, { skip }) => {
    if (spawnSync("mandoc", ["-V"]).error !== undefined && process.env.PKTWHY_REQUIRE_ALL !== "1")
      skip("mandoc is not installed");
    const lint = spawnSync("mandoc", ["-T", "lint", "-W", "warning", page], { cwd: root, encoding: "utf8" });
    expect(lint.stdout + lint.stderr).toBe("");
    expect(lint.status).toBe(0);
  });
});

describe("examples", () => {
  const flat = (shape: CommandShape): CommandShape[] => [shape, ...shape.commands.flatMap(flat)];
  const all = flat(shapeOf(programIn("en")));

  it.each(all)("pktwhy $path has some, of words that it knows", (command) => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { typed } of command.examples) {
      const words = (/\bpktwhy (.*?)(?:\)|>|$| -- )/.exec(typed)?.[1] ?? "").trim().split(" ");
      const owner = all
        .filter(({ path }) => path !== "" && `${words.join(" ")} `.startsWith(`${path} `))
        .sort((a, b) => b.path.length - a.path.length)[0];
      expect(owner, typed).toBeDefined();
      const known = new Set([...(owner?.options ?? []), ...(all[0]?.options ?? [])].flatMap(({ names }) => names));
      for (const word of words.filter((one) => one.startsWith("-"))) expect([...known], typed).toContain(word);
    }
  });
});

describe("pktwhy help", () => {
  it("prints what --help prints", () => {
    expect(pktwhy(["help", "lab", "run"]).stdout).toBe(pktwhy(["lab", "run", "--help"]).stdout);
    expect(pktwhy(["help"]).stdout).toBe(pktwhy(["--help"]).stdout);
  });
});

describe("pktwhy causes --json", () => {
  it("holds every page", () => {
    const all = JSON.parse(pktwhy(["causes", "--json"]).stdout) as { code: string }[];
    expect(all.length).toBeGreaterThan(180);
    const one = JSON.parse(pktwhy(["causes", "reply-via-lo", "--json", "--lang", "zh"]).stdout) as { title: string };
    expect(one).toMatchObject({ code: "reply-via-lo", title: expect.stringMatching(/lo/) });
  });
});
