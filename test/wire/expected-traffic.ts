// What the quick look at a frame may say, by what decoding makes of it.

import type { DecodeFault, Packet } from "../../src/model/packet.ts";
import { TRAFFIC } from "../../src/wire/classify.ts";

/** What classify() may say of a decoded packet: the same, unless decode() found the header faulty. */
export function expectedTraffic({ network, faults, outer }: Packet, traffic: number): number[] {
  // What may carry a packet need not: the port says so, not what follows it.
  if (outer !== undefined || traffic === TRAFFIC.tunnel) return [TRAFFIC.tunnel];
  const faulty = (layer: DecodeFault["layer"]) => faults.some((fault) => fault.layer === layer);
  if (network.kind !== "other") return [TRAFFIC[network.kind]];
  if (network.protocol === "ipv4-other") {
    return faulty("ipv4") && network.ip === null
      ? [TRAFFIC.icmp, TRAFFIC.tcp, TRAFFIC.udp, TRAFFIC.ipv4Other]
      : [TRAFFIC.ipv4Other];
  }
  if (network.protocol === "other") return faulty("arp") ? [TRAFFIC.arp] : [TRAFFIC.other];
  return Object.entries(TRAFFIC).flatMap(([name, value]) =>
    name === network.protocol && value === traffic ? [value] : [],
  );
}
