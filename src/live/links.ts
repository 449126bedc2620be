// What a namespace shows at this moment, asked for in passing: the names of its interfaces, the state of a neighbour.

import { execFile } from "node:child_process";
import { environment } from "../capture/tcpdump.ts";
import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { NamespaceTarget } from "../system/collect-namespaces.ts";
import type { LinkName } from "./messages.ts";

const LONGEST_MS = 2000;

/** Asks `ip -j link`; nothing where it does not tell. */
export async function readLinks(target: NamespaceTarget): Promise<readonly LinkName[]> {
  return linksOf(await askIp(target, ["link"]));
}

/** Whether the kernel is still asking who has the address: its ARP round shows on no wire where the carrier is gone. */
export async function isBeingAsked(target: NamespaceTarget, address: Ipv4): Promise<boolean> {
  const entries = await askIp(target, ["neigh", "show", formatIpv4(address)]);
  if (!Array.isArray(entries)) return false;
  return entries.some((entry: { state?: unknown } | null) => {
    const states: unknown = entry?.state;
    return Array.isArray(states) && states.includes("INCOMPLETE");
  });
}

// Null where it does not tell.
function askIp(target: NamespaceTarget, words: readonly string[]): Promise<unknown> {
  const enter = target.path === null ? [] : ["nsenter", `--net=${target.path}`, "--"];
  const [file = "", ...args] = [...enter, "ip", "-j", ...words];
  return new Promise((resolve) => {
    execFile(file, args, { env: environment(), timeout: LONGEST_MS, maxBuffer: 1 << 26 }, (_, output) => {
      try {
        resolve(JSON.parse(output));
      } catch {
        resolve(null);
      }
    });
  });
}

/** Index and name of each link in what `ip -j link` prints. */
export function linksOf(json: unknown): LinkName[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((link: { ifindex?: unknown; ifname?: unknown } | null) =>
    typeof link?.ifindex === "number" && typeof link.ifname === "string"
      ? [{ index: link.ifindex, name: link.ifname }]
      : [],
  );
}
