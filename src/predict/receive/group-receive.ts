// What more than one host can get: a group nobody has joined, and a frame to everybody that holds a packet for one host.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { addressFacts, type Datagram, type GroupFrame } from "../message.ts";
import { keyOf, namespaceSetting, setting } from "../sysctls.ts";

/** Which entry of the sender's put the packet into such a frame. */
export function senderFacts({ mac, nextHop, netns, device }: GroupFrame): Facts {
  return { mac: formatMac(mac), gateway: formatIpv4(nextHop), asker: netns, peerInterface: device };
}

/** ip_rcv_finish_core, after the route (RFC 1122 section 3.3.6): off by default; null where the packet passes. */
export function unicastInGroupFrame(at: At<Datagram>): Disposition | null {
  const { groupFrame } = at.packet;
  if (!groupFrame) return null;
  const drop = setting(at.walk, at.ns, "drop_unicast_in_l2_multicast", at.interface, 0);
  if (!drop.value) return null;
  return at.stop({
    code: "unicast-in-l2-broadcast",
    says: text(
      `the packet is for one host but its frame is for everybody, and drop_unicast_in_l2_multicast is 1: it is dropped`,
      `这个包只发给一台主机，装它的帧却是发给所有人的，而 drop_unicast_in_l2_multicast 为 1：丢弃`,
    ),
    lines: drop.lines,
    evidence: [...drop.lines, ...groupFrame.lines],
    facts: {
      ...addressFacts(at.packet),
      inInterface: at.interface,
      sysctl: keyOf(drop, "drop_unicast_in_l2_multicast", at.interface),
      value: "1",
      ...senderFacts(groupFrame),
    },
  });
}

/** A packet to a group: whether this host has joined it or not, state does not tell, and mostly it makes no difference. */
export function notMember(at: At<Datagram>): Disposition {
  const { host, packet } = at;
  const group = formatIpv4(packet.destination);
  // A member that ignores such requests is as silent as a host that never joined.
  const ignored = namespaceSetting(at.walk, at.ns, "net.ipv4.icmp_echo_ignore_broadcasts", 1);
  if (!ignored.value) at.walk.assume(at.ns.key, "maddr");
  return at.stop({
    code: "multicast-no-member",
    says: ignored.value
      ? text(
          `unless ${host.en} has joined the group ${group}, it drops the packet here; and if it has, it does not answer echo requests to a group (icmp_echo_ignore_broadcasts = 1)`,
          `如果${host.zh}没有加入组 ${group}，包在这里就被丢弃；即使加入了，也不应答发往组播组的 echo 请求（icmp_echo_ignore_broadcasts = 1）`,
        )
      : text(
          `${host.en} has not joined the group ${group}, as far as is known: it drops the packet`,
          `据目前所知，${host.zh}没有加入组 ${group}：这个包被丢弃`,
        ),
    lines: ignored.lines,
    facts: {
      ...addressFacts(packet),
      inInterface: at.interface,
      sysctl: "net.ipv4.icmp_echo_ignore_broadcasts",
      value: String(ignored.value),
    },
    because: text(`${group} is a multicast group`, `${group} 是组播组`),
  });
}
