// The interfaces of a namespace as they are at this moment, by index and name.

import { execFile } from "node:child_process";
import { environment } from "../capture/tcpdump.ts";
import type { NamespaceTarget } from "../system/collect-namespaces.ts";
import type { LinkName } from "./live-messages.ts";

const LONGEST_MS = 2000;

/** Asks `ip -j link`; nothing where it does not tell. */
export function readLinks(target: NamespaceTarget): Promise<readonly LinkName[]> {
  const enter = target.path === null ? [] : ["nsenter", `--net=${target.path}`, "--"];
  const [file = "", ...args] = [...enter, "ip", "-j", "link"];
  return new Promise((resolve) => {
    execFile(file, args, { env: environment(), timeout: LONGEST_MS, maxBuffer: 1 << 26 }, (_, output) => {
      try {
        resolve(linksOf(JSON.parse(output)));
      } catch {
        resolve([]);
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
