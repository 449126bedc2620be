// Facts of the kernel that a plain walk would miss: each made real between two namespaces, foretold, and pinged.

import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Disposition } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { collectState } from "../../src/system/collect.ts";
import { parseState } from "../../src/system/parse.ts";
import { asked } from "../attempts.ts";
import { sampled } from "../how-long.ts";
import { inNamespaceRun, ipBatch, whyNoNamespaces, withNamespaces } from "../system/scratch-namespace.ts";

interface Fact {
  readonly name: string;
  /** Lines for `ip` in the asker's and in the target's namespace. */
  readonly asker?: readonly string[];
  readonly target?: readonly string[];
  /** Run in the target's namespace. */
  readonly command?: readonly string[];
  /** `10.7.1.2` by default. */
  readonly to?: string;
  /** The cause; null where it is answered, "open" where nobody can tell. */
  readonly foretold: string | null;
}

const FACTS: readonly Fact[] = [
  { name: "0.0.0.0 is the host itself", to: "0.0.0.0", foretold: null },
  {
    name: "a rule for UDP meets ping's probe",
    asker: ["rule add to 10.7.1.2 ipproto udp prohibit"],
    foretold: "policy-rule-reject",
  },
  {
    name: "a rule for the probe's port, too",
    asker: ["rule add ipproto udp dport 1025 unreachable"],
    foretold: "policy-rule-reject",
  },
  { name: "a rule for another port does not", asker: ["rule add ipproto udp dport 1026 unreachable"], foretold: null },
  { name: "a rule for TCP does not", asker: ["rule add ipproto tcp prohibit"], foretold: null },
  {
    name: "a rule for ICMP meets the ping, not the probe",
    asker: ["rule add to 10.7.1.2 ipproto icmp blackhole"],
    foretold: "policy-rule-reject",
  },
  { name: "lo is down", asker: ["link set lo down"], to: "127.0.0.1", foretold: "lo-down" },
  {
    name: "the target's IPsec policy blocks",
    target: ["xfrm policy add src 10.7.1.1/32 dst 10.7.1.2/32 dir in action block"],
    foretold: "xfrm-policy-block",
  },
  {
    name: "an IPsec policy for another address does not",
    target: ["xfrm policy add src 10.7.1.9/32 dst 10.7.1.2/32 dir in action block"],
    foretold: null,
  },
  {
    name: "of two policies the lower number counts",
    target: [
      "xfrm policy add src 0.0.0.0/0 dst 10.7.1.2/32 dir in action block priority 20",
      "xfrm policy add src 10.7.1.1/32 dst 10.7.1.2/32 dir in action allow priority 10",
    ],
    foretold: null,
  },
  {
    name: "the asker's IPsec policy blocks",
    asker: ["xfrm policy add src 0.0.0.0/0 dst 10.7.1.2/32 dir out action block"],
    foretold: "xfrm-policy-block",
  },
  {
    name: "an inbound policy that asks for protection",
    target: [
      "xfrm policy add src 10.7.1.1/32 dst 10.7.1.2/32 dir in tmpl src 10.7.1.1 dst 10.7.1.2 proto esp mode transport",
    ],
    foretold: "xfrm-policy-block",
  },
  {
    name: "a queue without room",
    command: ["tc", "qdisc", "add", "dev", "e0", "root", "pfifo", "limit", "0"],
    foretold: "qdisc-drop",
  },
  {
    name: "a queue with room",
    command: ["tc", "qdisc", "add", "dev", "e0", "root", "pfifo", "limit", "10"],
    foretold: null,
  },
  {
    name: "a route of the target forbids its reply",
    target: ["route add prohibit 10.7.1.1/32"],
    foretold: "route-prohibit",
  },
  {
    name: "a route's hoplimit of 1 is enough on one link",
    asker: ["route replace 10.7.1.0/24 dev e0 hoplimit 1"],
    foretold: null,
  },
];

describe.skipIf(whyNoNamespaces() !== null)("what the kernel does", () => {
  test.each(sampled(FACTS, "facts", 4, ({ name }) => name))("$name", async (fact) => {
    await withNamespaces(2, async ([asker = "", target = ""]) => {
      execFileSync("ip", ["-n", asker, "link", "add", "e0", "type", "veth", "peer", "name", "e0", "netns", target]);
      const up = ["link set lo up", "link set e0 up"];
      const made = [
        ipBatch(asker, ["addr add 10.7.1.1/24 dev e0", ...up, ...(fact.asker ?? [])]),
        ipBatch(target, ["addr add 10.7.1.2/24 dev e0", ...up, ...(fact.target ?? [])]),
      ];
      expect(made.map(({ errors }) => errors)).toEqual(["", ""]);
      if (fact.command) inNamespaceRun(target, fact.command);
      const to = fact.to ?? "10.7.1.2";
      const foretold = await foretell(asker, target, to);
      expect(codeOf(foretold)).toBe(fact.foretold);
      // An answer ends the wait for it.
      const patience = fact.foretold === null ? "20" : "1";
      const command = ["netns", "exec", asker, "ping", "-c", "1", "-W", patience, to];
      expect(spawnSync("ip", command).status === 0).toBe(fact.foretold === null);
    });
  });
});

async function foretell(asker: string, target: string, to: string): Promise<Disposition> {
  const file = await collectState({ namespaces: [asker, target] });
  const { state } = parseState(JSON.parse(JSON.stringify(file)), "snapshot");
  return predict(state, asked(asker, to)).disposition;
}

function codeOf(disposition: Disposition): string | null {
  if (disposition.kind === "answered") return null;
  return disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
}
