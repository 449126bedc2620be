// Subnets that programs give by default to what stands behind a host: containers, pods, virtual machines.

import { type Ipv4, inPrefix, parsePrefix } from "./address.ts";

// Docker, Podman, libvirt, flannel and k3s.
const SUBNETS = ["172.16.0.0/12", "10.88.0.0/16", "192.168.122.0/24", "10.244.0.0/16", "10.42.0.0/16"].flatMap(
  (subnet) => parsePrefix(subnet) ?? [],
);

/** Whether the address is one that such a program gives. */
export function isBehindAHost(address: Ipv4): boolean {
  return SUBNETS.some((subnet) => inPrefix(address, subnet));
}

/** Whether it asks somebody outside of the subnet that it was given. */
export function isBeyondItsHost(source: Ipv4, target: Ipv4): boolean {
  return SUBNETS.some((subnet) => inPrefix(source, subnet) && !inPrefix(target, subnet));
}
