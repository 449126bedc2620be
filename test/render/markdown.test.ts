// The Markdown report: made for an issue, and nothing that a file holds becomes active in it.

import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import type { Language } from "../../src/model/text.ts";
import { text, verbatim } from "../../src/model/text.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { empty, sample } from "./sample-report.ts";

const titles: Record<string, string> = { "rp-filter-arp": "rp_filter dropped the ARP request" };

function markdown(report: Report, language: Language = "en", verbose = false): string {
  const titleOf = (code: string) => (titles[code] === undefined ? undefined : verbatim(titles[code]));
  return renderMarkdown(report, { language, verbose, version: "1.2.3", titleOf });
}

// The sample with hostile words wherever a file's words can stand.
function hostile(words: string): Report {
  const [main, ...others] = sample.flows;
  const [finding] = main?.findings ?? [];
  if (!main || !finding) throw new Error("the sample has a flow with a finding");
  const said = verbatim(`before ${words} after`);
  return {
    ...sample,
    notes: [verbatim(words)],
    command: { argv: ["ping", words], exitCode: 1, output: null },
    flows: [
      {
        ...main,
        findings: [
          {
            ...finding,
            headline: said,
            summary: verbatim(words),
            why: said,
            evidence: [
              { basis: "state", text: said, state: { netns: words, key: "link", line: words } },
              { basis: "seen", text: said },
            ],
            fixes: [{ command: words, effect: said }],
            search: [words],
          },
        ],
        steps: main.steps.map((step) => ({ ...step, interface: words, text: said })),
        drawing: main.drawing && { ...main.drawing, places: main.drawing.places.map((p) => ({ ...p, name: words })) },
      },
      ...others,
    ],
  };
}

// What is left where code spans and code blocks are taken out: only there may words be active.
function outsideCode(made: string): string {
  return made.replace(/^(`{3,})[\s\S]*?\n\1$/gm, "").replace(/(?<![\\`])(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}

describe("the Markdown report", () => {
  const made = markdown(sample);

  it("begins with the answer, and has the drawing, the steps and the commands", () => {
    const lines = made.split("\n");
    expect(lines[0]).toBe("### ping 192.168.2.11 -> 192.168.2.1 failed: 4 sent, none answered, 3 errors");
    expect(lines[2]).toBe("**ARP dropped: no local owner of 192.168.2.1** (`arp-no-local-owner`, certain)");
    expect(made).toContain("```text\n  veth0");
    expect(made).toContain("| # | time | where | what happened | how we know |\n| --: | --- | --- | --- | --- |");
    expect(made).toMatch(/^\| 2 \| \+0 µs \| `veth0 >` \| ARP who-has .* `veth0#1…#3` \| seen \|$/m);
    expect(made).toMatch(/^```sh\nsudo ip netns exec net1 ip addr add .*\n```$/m);
    expect(made).toContain("- `rp-filter-arp`: rp_filter dropped the ARP request");
    expect(made).toContain("**Search words**: no ARP reply · incomplete");
    expect(made).toContain("**Warning**: veth0.pcap is cut off at byte 1234.");
    expect(made.trimEnd().endsWith("pktwhy 1.2.3")).toBe(true);
  });

  it("quotes lines of state and frames as code, and control characters as text", () => {
    expect(made).toContain(
      "- state: no address of net1 is 192.168.2.1 `inet 10.0.0.1/24 scope global veth1\\x1b[31m` (net1)",
    );
    expect(made).not.toContain("\u001b");
  });

  it("speaks Chinese, with emphasis that ends before Han characters", () => {
    const chinese = markdown(sample, "zh");
    expect(chinese).toContain("**原因**：内核只为");
    expect(chinese).toContain("**注意**：这些抓包是先后抓取的。");
    // Right after punctuation emphasis would not end.
    expect(chinese).not.toMatch(/^\*\*[^*]*\p{P}\*\*\p{Script=Han}/mu);
  });

  it("says so where there is nothing to explain", () => {
    expect(markdown(empty)).toMatch(/^### Nothing to explain/);
  });

  it("has every row of a table with as many cells as its head", () => {
    const rows = markdown(hostile("a|b `c|d` \\|"))
      .split("\n")
      .filter((line) => line.startsWith("| "));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row.replace(/\\./g, "").split("|").length, row).toBe(7);
  });

  it.each([
    ["an image", "![x](http://example.org/x.png)"],
    ["a link", "[x](javascript:alert(1))"],
    ["HTML", "<img src=x onerror=alert(1)><script>alert(1)</script>"],
    ["a comment", "<!-- x --> <details>"],
    ["a mention", "@everyone"],
    ["an issue", "owner/name#12 and #13"],
    ["an address", "https://example.org/x www.example.org"],
    ["an entity", "&lt;script&gt; &#60;"],
    ["mathematics", "$x$ $$x$$"],
    ["an emoji name", "net0:veth0:tada:"],
    ["emphasis", "*x* _x_ ~~x~~"],
    ["backticks", "`` ` ``` x"],
  ])("makes nothing of %s", (_, words) => {
    const rest = outsideCode(markdown(hostile(words), "en", true));
    expect(rest).not.toMatch(/(?<!\\)[<[$]/);
    expect(rest).not.toMatch(/@|#\d|:\/\/|www\.|:tada:/);
    expect(rest).not.toMatch(/(?<!\\)&(?:#\d+|\w+);/);
    expect(rest).not.toMatch(/(?<![\\*])\*(?!\*)x|(?<!\\)_x_|(?<!\\)~~/);
  });

  it.each(["# x", "- x", "+ x", "> x", "1. x", "23) x", "=== x", "    x", "```x"])("makes no block of %j", (words) => {
    const paragraphs = outsideCode(markdown(hostile(words)))
      .split("\n")
      .filter((line) => line.trimEnd().endsWith("x") && !line.startsWith("|"));
    for (const line of paragraphs) expect(line).not.toMatch(/^(?: {4}|#|\+ |> |\d+[.)] |=|```)/);
    expect(paragraphs.filter((line) => line === words)).toEqual([]);
  });

  it("keeps a command with backticks whole in its fence", () => {
    const made = markdown(hostile("echo ```; x"));
    expect(made).toContain("````sh\necho ```; x\n````");
  });

  it("calls state that was typed what it is", () => {
    const [main, ...others] = sample.flows;
    const [finding] = main?.findings ?? [];
    if (!main || !finding) throw new Error("the sample has a flow with a finding");
    const line = "inet 192.168.2.1/24 scope global veth1 # ip addr add 192.168.2.1/24 dev veth1";
    const typed = {
      basis: "state" as const,
      text: text("the address", "地址"),
      state: { netns: "", key: "addr", line },
    };
    const report = {
      ...sample,
      flows: [{ ...main, findings: [{ ...finding, evidence: [typed] as const }] }, ...others],
    };
    expect(markdown(report)).toContain(`- state (from your command): the address \`${line}\``);
    expect(markdown(report, "zh")).toContain("- 状态（来自你输入的命令）：地址");
  });
});
