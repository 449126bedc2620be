// ip4_dst_hoplimit: which TTL a packet made here starts with.

import type { Namespace } from "../../model/system-state.ts";
import { namespaceSetting } from "../sysctls.ts";
import type { Walk } from "../walk.ts";
import type { OutputRoute } from "./way.ts";

/** The route's own hoplimit, else ip_default_ttl. */
export function ttlOf(walk: Walk, ns: Namespace, { route }: OutputRoute): number {
  return route?.hopLimit || namespaceSetting(walk, ns, "net.ipv4.ip_default_ttl", 64).value;
}
