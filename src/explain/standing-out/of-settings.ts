// Settings that keep a router from being one.

import { isLoopback } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";

/** Forwarding that was shown to be off, of a host with more than one subnet: all of it, or of one interface beside others. */
export function forwardsNothing({ sysctl, addresses = [] }: Namespace): Text[] {
  const subnets = new Set(addresses.filter(({ local }) => !isLoopback(local)).map((one) => one.interface));
  if (sysctl === undefined || subnets.size < 2) return [];
  if (sysctl.get("net.ipv4.ip_forward") === "0")
    return [
      text(
        "net.ipv4.ip_forward = 0: what comes in for others is not passed on",
        "net.ipv4.ip_forward = 0：进来的报文如果不是发给本机的，不会转发",
      ),
    ];
  // inet_forward_change sets it for all: one that differs was set by itself.
  return [...subnets]
    .filter((name) => sysctl.get(`net.ipv4.conf.${name}.forwarding`) === "0")
    .map((name) =>
      text(
        `net.ipv4.conf.${name}.forwarding = 0: what comes in by ${name} for others is not passed on, answers to hosts behind this one among it`,
        `net.ipv4.conf.${name}.forwarding = 0：从 ${name} 进来而不是发给本机的报文不会转发，包括给本机后面主机的应答`,
      ),
    );
}
