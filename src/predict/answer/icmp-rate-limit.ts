// icmpv4_xrlim_allow: whether a reply finds a token is in no state, so both ways are followed where replies are limited.

import type { Facts } from "../../model/finding.ts";
import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import { namespaceSetting } from "../sysctls.ts";
import { heldBack, isThereAToken } from "./icmp-words.ts";

const ECHO_REPLY_BIT = 1;

/** The reply is held back by the target's own limit; null where it is not limited, or finds a token on this way. */
export function heldBackByLimit(at: At<Datagram>, facts: Facts): Disposition | null {
  const { walk, ns } = at;
  const mask = ns.sysctl?.get("net.ipv4.icmp_ratemask");
  if (mask === undefined || (Number(mask) & ECHO_REPLY_BIT) === 0) return null;
  const masked = namespaceSetting(walk, ns, "net.ipv4.icmp_ratemask", 6168);
  const limit = namespaceSetting(walk, ns, "net.ipv4.icmp_ratelimit", 1000);
  if (limit.value === 0) return null;
  const state = [...masked.lines, ...limit.lines];
  const question = { text: isThereAToken(at), missing: [], state };
  if (walk.choose(`icmp-rate-limit ${ns.key}`, 2, question) === 0) return null;
  return at.stop({
    code: "icmp-rate-limit",
    says: heldBack(at.host, limit.value),
    lines: state,
    facts: { ...facts, sysctl: "net.ipv4.icmp_ratemask", value: String(limit.value) },
  });
}
