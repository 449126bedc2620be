// Which kernel modules are there: tools whose question would load one that is not are not run.

import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { ownValue } from "../model/own-value.ts";
import type { Modules } from "./state-file.ts";

const ASKED_FOR = [
  "nf_tables",
  "ip_tables",
  "arp_tables",
  "nf_conntrack",
  "nf_conntrack_netlink",
  "xfrm_user",
  "af_key",
  "bridge",
  "br_netfilter",
  "wireguard",
  "tcp_diag",
  "udp_diag",
] as const;
const EBTABLES = ["ebtable_filter", "ebtable_nat", "ebtable_broute"] as const;

/** What the script is told, and what the state file says of it. */
export interface ModulesThere {
  /** Those that are loaded or built in, separated by blanks. */
  readonly there: string;
  /** Why one that is not among them cannot be asked: `not loaded` only where it is surely not there. */
  readonly otherwise: string;
  /** Undefined where the kernel does not tell. */
  readonly modules: Modules | undefined;
}

/** Looks at what the kernel has loaded and at the list of what was built into it. */
export async function modulesThere(): Promise<ModulesThere> {
  const loaded = await textOf("/proc/modules");
  return modulesOf(loaded, loaded === null ? null : await textOf(`/lib/modules/${release()}/modules.builtin`));
}

/** From the text of /proc/modules and of modules.builtin; null where that cannot be read, as in most containers. */
export function modulesOf(loaded: string | null, builtin: string | null): ModulesThere {
  // A kernel without modules cannot load one.
  if (loaded === null) return { there: ASKED_FOR.join(" "), otherwise: "not loaded", modules: undefined };
  const modules: Record<string, Modules[string]> = {};
  for (const name of [...ASKED_FOR, ...EBTABLES]) {
    if (hasLine(loaded, `${name} `)) modules[name] = "loaded";
    else if (builtin?.includes(`/${name}.ko`)) modules[name] = "built in";
    else if (builtin !== null) modules[name] = "absent";
  }
  const there = Object.keys(modules).filter((name) => ownValue(modules, name) !== "absent");
  const otherwise = builtin === null ? "not loaded, unless it is built in, which cannot be read here" : "not loaded";
  return { there: there.join(" "), otherwise, modules };
}

function hasLine(text: string, start: string): boolean {
  return text.startsWith(start) || text.includes(`\n${start}`);
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}
