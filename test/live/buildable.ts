// Which scenarios this machine's kernel can build: the others are recorded and run in guests (docs/kernels.md).

import { spawnSync } from "node:child_process";
import type { Scenario } from "../../src/lab/scenario.ts";

const known = new Map<string, boolean>();

// In a network namespace of its own, which ends with it; an error about missing options is one of a kind that is there.
function isKnown(words: readonly string[]): boolean {
  const key = words.join(" ");
  let answer = known.get(key);
  if (answer === undefined) {
    const { stderr, status } = spawnSync("unshare", ["-n", "ip", "link", "add", "pwprobe", ...words], {
      encoding: "utf8",
    });
    answer = status === 0 || !/Unknown device type|not supported/.test(stderr ?? "");
    known.set(key, answer);
  }
  return answer;
}

function hasFilters(): boolean {
  const filter = "tc qdisc add dev lo clsact && tc filter add dev lo ingress protocol ip u32 match u32 0 0 action drop";
  return spawnSync("unshare", ["-n", "sh", "-c", filter]).status === 0;
}

/** Whether its links are of kinds that this kernel has. */
export function canBeBuiltHere({ links, needs = [] }: Scenario): boolean {
  const kinds = links.every((link) => link.kind !== "device" || isKnown(["type", link.type]));
  if (needs.includes("tc-filters") && !hasFilters()) return false;
  return kinds && (!needs.includes("bridge-vlan") || isKnown(["type", "bridge", "vlan_filtering", "1"]));
}
