// What more than one host can get: a group nobody has joined, and a frame to everybody that holds a packet for one host.

import { formatIpv4, formatMac } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { makeHit, stopped } from "./hits.ts";
import { keyOf, namespaceSetting, setting } from "./sysctls.ts";
import type { Datagram, GroupFrame, Walk } from "./walk.ts";
import * as words from "./words.ts";

/** Which entry of the sender's put the packet into such a frame. */
export function senderFacts({ mac, nextHop, netns, device }: GroupFrame): Facts {
  return { mac: formatMac(mac), gateway: formatIpv4(nextHop), asker: netns, peerInterface: device };
}

/** ip_rcv_finish_core, after the route (RFC 1122 section 3.3.6): off by default; null where the packet passes. */
export function unicastInGroupFrame(
  walk: Walk,
  ns: Namespace,
  interfaceName: string,
  datagram: Datagram,
  leg: Leg,
): Disposition | null {
  const { groupFrame } = datagram;
  if (!groupFrame) return null;
  const drop = setting(walk, ns, "drop_unicast_in_l2_multicast", interfaceName, 0);
  if (!drop.value) return null;
  walk.add({
    kind: "stop",
    leg,
    netns: ns.key,
    interface: interfaceName,
    text: text(
      `the packet is for one host but its frame is for everybody, and drop_unicast_in_l2_multicast is 1: it is dropped`,
      `这个包只发给一台主机，装它的帧却是发给所有人的，而 drop_unicast_in_l2_multicast 为 1：丢弃`,
    ),
    state: drop.lines,
  });
  return stopped(
    makeHit({
      code: "unicast-in-l2-broadcast",
      netns: ns.key,
      interface: interfaceName,
      facts: {
        target: formatIpv4(datagram.destination),
        source: formatIpv4(datagram.source),
        inInterface: interfaceName,
        sysctl: keyOf(drop, "drop_unicast_in_l2_multicast", interfaceName),
        value: "1",
        ...senderFacts(groupFrame),
      },
      lines: [...drop.lines, ...groupFrame.lines],
    }),
  );
}

/** A packet to a group: whether this host has joined it or not, state does not tell, and mostly it makes no difference. */
export function notMember(walk: Walk, ns: Namespace, interfaceName: string, datagram: Datagram, leg: Leg): Disposition {
  const group = formatIpv4(datagram.destination);
  const host = words.hostName(ns.key);
  // A member that ignores such requests is as silent as a host that never joined.
  const ignored = namespaceSetting(walk, ns, "net.ipv4.icmp_echo_ignore_broadcasts", 1);
  if (!ignored.value) walk.assume(ns.key, "maddr");
  const sentence = ignored.value
    ? text(
        `unless ${host.en} has joined the group ${group}, it drops the packet here; and if it has, it does not answer echo requests to a group (icmp_echo_ignore_broadcasts = 1)`,
        `如果${host.zh}没有加入组 ${group}，包在这里就被丢弃；即使加入了，也不应答发往组播组的回显请求（icmp_echo_ignore_broadcasts = 1）`,
      )
    : text(
        `${host.en} has not joined the group ${group}, as far as is known: it drops the packet`,
        `据目前所知，${host.zh}没有加入组 ${group}：这个包被丢弃`,
      );
  walk.add({ kind: "stop", leg, netns: ns.key, interface: interfaceName, text: sentence, state: ignored.lines });
  return stopped(
    makeHit({
      code: "multicast-no-member",
      netns: ns.key,
      interface: interfaceName,
      facts: {
        target: group,
        source: formatIpv4(datagram.source),
        inInterface: interfaceName,
        sysctl: "net.ipv4.icmp_echo_ignore_broadcasts",
        value: String(ignored.value),
      },
      lines: ignored.lines,
      because: text(`${group} is a multicast group`, `${group} 是组播组`),
    }),
  );
}
