// Which kernel modules are there: tools whose question would load one that is not are not run.

import { readFile } from "node:fs/promises";
import { release } from "node:os";

const ASKED_FOR = ["nf_tables", "nf_conntrack", "nf_conntrack_netlink", "xfrm_user"] as const;

/** Those that are loaded or built in, separated by blanks, with `ebtables` where any of its tables is loaded. */
export async function modulesThere(): Promise<string> {
  const loaded = await textOf("/proc/modules");
  // A kernel without modules cannot load one.
  if (loaded === null) return ASKED_FOR.join(" ");
  const builtin = (await textOf(`/lib/modules/${release()}/modules.builtin`)) ?? "";
  const there = ASKED_FOR.filter((name) => hasLine(loaded, `${name} `) || builtin.includes(`/${name}.ko`));
  return [...there, ...(hasLine(loaded, "ebtable_") ? ["ebtables"] : [])].join(" ");
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
