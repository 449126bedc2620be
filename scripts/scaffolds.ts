// The three files of a new cause: they load at once, and nothing in them passes for written.

/** Its words, its marks and its page. */
export function causeScaffold(code: string): string {
  return `// FILL-IN: one sentence in network terms: what went wrong.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** FILL-IN: what went wrong. */
export const cause = defineCause({
  code: "${code}",
  severity: "problem",
  marks: {
    // FILL-IN: [{ reason, at, settles }] as the kernel reports it, "silent", or "no-end"; see src/model/marks.ts.
    drop: "unknown",
    counters: [],
    decides: [],
  },
  title: text("FILL-IN title", "FILL-IN 标题"),
  headline: ({ target }) =>
    target === undefined
      ? text("FILL-IN title", "FILL-IN 标题")
      : text(\`FILL-IN title: \${target}\`, \`FILL-IN 标题：\${target}\`),
  summary: ({ target }) =>
    text(
      \`FILL-IN: what happened to \${target ?? "the address"}, in two or three sentences.\`,
      \`FILL-IN：用两三句话说明 \${target ?? "该地址"} 发生了什么。\`,
    ),
  why: () => text("FILL-IN why the kernel does this.", "FILL-IN 内核为什么这样做。"),
  fixes: (facts, netns) => [
    {
      edits: [{ kind: "link", netns, device: facts.outInterface ?? "IF", up: true }],
      effect: text("FILL-IN what it changes", "FILL-IN 改变什么"),
    },
  ],
  lookalikes: [],
  search: ["FILL-IN", "FILL-IN 检索词"],
  page: () => ({
    meaning: text("FILL-IN", "FILL-IN 含义"),
    evidence: text("FILL-IN", "FILL-IN 证据"),
    tellApart: text("FILL-IN", "FILL-IN 区别"),
    kernel: "FILL-IN kernel function",
  }),
  scenario: "${code}",
  negativeTwin: "FILL-IN",
});
`;
}

/** A small network in which it happens: two namespaces on a veth pair, to begin with. */
export function scenarioScaffold(code: string): string {
  return `// FILL-IN: what is broken here, in a sentence.

import { text } from "../../model/text.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  name: "${code}",
  setup: text(
    "Two namespaces joined by a veth pair: net0 has veth0 192.168.2.11/24, net1 has veth1 192.168.2.1/24.",
    "两个命名空间由一对 veth 相连：net0 的 veth0 是 192.168.2.11/24，net1 的 veth1 是 192.168.2.1/24。",
  ),
  fault: text("FILL-IN the fault.", "FILL-IN 故障。"),
  namespaces: {
    net0: { addresses: { veth0: ["192.168.2.11/24"] } },
    net1: { addresses: { veth1: ["192.168.2.1/24"] }, sysctl: { "FILL-IN": "1" } },
  },
  links: [{ kind: "veth", ends: ["net0:veth0", "net1:veth1"] }],
  commands: [{ netns: "net0", argv: ["ping", "-c", "3", "-W", "1", "192.168.2.1"] }],
  expected: ["${code}"],
  twin: "FILL-IN",
  stamps: "nano",
};
`;
}

/** The kernel's decision, which somebody has yet to write and to ask for where the kernel does. */
export function decisionScaffold(code: string): string {
  const name = code.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `// FILL-IN: the kernel's function, and what it decides.

import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import type { Datagram } from "../message.ts";

/** FILL-IN: when it stops a packet; null where it lets it pass. To be asked where the kernel does. */
export function ${name}(at: At<Datagram>): Halt | null {
  if (FILL_IN(at)) return null;
  return at.stop({
    code: "${code}",
    // A sentence of the folder's *-words.ts.
    says: FILL_IN,
    // The lines of state that it rests on.
    lines: FILL_IN,
    facts: FILL_IN,
  });
}
`;
}
