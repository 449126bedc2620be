// BPF programs on netfilter's hooks and of control groups: no tool shows what they do, so that both is walked: the packet ends
// there, or goes on, and what is seen of it behind the program tells which.

import type { Namespace, Program } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";

type Hook = "prerouting" | "input" | "forward" | "output" | "postrouting";

/** A datagram passes a hook of the IP stack; null where no program is there, or where this walk goes on behind it. */
export function passPrograms(at: At<unknown, string | null>, hook: Hook): Halt | null {
  const program = (at.ns.programs ?? []).find((one) => isMet(at, one, hook));
  if (program === undefined) return null;
  const line = { netns: at.ns.key, key: "bpf", line: program.line };
  const question = text(
    `what does the BPF program “${program.line}” do with this packet? No rule shows it.`,
    `BPF 程序“${program.line}”如何处理这个包？没有规则能看出来。`,
  );
  const key = `program ${at.ns.key} ${program.line} ${hook} ${at.leg}`;
  if (at.walk.choose(key, 2, { text: question, missing: ["bpf"], state: [line] }) === 1) return null;
  at.tell("open", question, { lines: [line] });
  return at.open(["bpf"], question, [hook === "output" ? "nft-output-drop" : `nft-${hook}-drop`]);
}

// A control group sees what the sockets of its processes send and get: ping's own, in its namespace.
function isMet(
  { walk, ns, leg }: { readonly walk: At<unknown>["walk"]; readonly ns: Namespace; readonly leg: string },
  { kind, hook: on }: Program,
  hook: Hook,
): boolean {
  if (kind === "netfilter") return on === hook;
  if (kind !== "cgroup" || ns.key !== walk.attempt.netns) return false;
  return leg === "request" ? hook === "output" : leg === "reply" && hook === "input";
}
