// BPF programs on the way of packets, from the state file's `bpf`.

import type { Link, Program } from "../../model/system-state.ts";
import { type Fields, listField, numberField, textField } from "./shape.ts";

const HOOKS = ["prerouting", "input", "forward", "output", "postrouting"];
const IPV4 = 2;

/** Those that a namespace's packets meet. */
export function parsePrograms(
  file: Fields,
  inode: number | null,
  links: readonly Link[] | undefined,
): Program[] | undefined {
  if (file.bpf === undefined) return undefined;
  return listField(file, "bpf").flatMap((fields): Program[] => {
    const kind = textField(fields, "kind");
    // A program of a control group meets the packets of its processes, in whatever namespace.
    if (kind === "cgroup") return [{ kind, interface: null, hook: null, line: lineOf(fields, "cgroup_skb", null) }];
    if (inode === null || numberField(fields, "netnsInode") !== inode) return [];
    if (kind === "netfilter") {
      const hook = HOOKS[numberField(fields, "hook") ?? -1] ?? null;
      if (numberField(fields, "family") !== IPV4) return [];
      return [{ kind, interface: null, hook, line: lineOf(fields, "netfilter", hook) }];
    }
    if (kind !== "tcx" && kind !== "netkit") return [];
    const device = links?.find(({ index }) => index === numberField(fields, "ifindex"))?.name ?? null;
    const attached = `${kind}_${textField(fields, "attach") ?? ""}`;
    const hook = /ingress|peer/.test(attached) ? "ingress" : "egress";
    return [{ kind, interface: device, hook, line: lineOf(fields, attached, device) }];
  });
}

function lineOf(fields: Fields, what: string, where: string | null): string {
  const id = numberField(fields, "program");
  return `${what}${where === null ? "" : ` ${where}`}${id === null ? "" : ` program ${id}`}`;
}
