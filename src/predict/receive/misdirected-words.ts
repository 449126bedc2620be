// Frames that nobody takes as their own, in sentences.

import { formatMac, type Mac } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import { type Text, text } from "../../model/text.ts";

/** What state does not tell. */
export function whereDoesItEnd(mac: Mac | null): Text {
  const to = mac === null ? "?" : formatMac(mac);
  return text(`where does the frame to ${to} end?`, `发往 ${to} 的帧到哪里去了？`);
}

/** A tag for which the host has no interface. */
export function withVlanTag(vlan: number, interfaceName: string): Text {
  return text(
    `the frame carries VLAN ${vlan}, and ${interfaceName} has no interface for it: the kernel treats it as addressed to another host`,
    `帧带 VLAN ${vlan} 标签，而 ${interfaceName} 上没有对应的 VLAN 接口：内核当作别人的帧丢弃`,
  );
}

/** PACKET_OTHERHOST. */
export function forAnotherMac({ mac, expectedMac }: Facts, interfaceName: string): Text {
  return text(
    `the frame is addressed to ${mac ?? "?"}, but ${interfaceName} is ${expectedMac ?? "another"}: the kernel treats it as addressed to another host and drops it`,
    `帧的目的 MAC 是 ${mac ?? "?"}，而 ${interfaceName} 的 MAC 是 ${expectedMac ?? "别的"}：内核当作别人的帧丢弃`,
  );
}
