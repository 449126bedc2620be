// What happens to a frame on a link, in sentences.

import { type Text, text } from "../../model/text.ts";
import type { ArpMessage, Datagram } from "../message.ts";
import * as words from "../words.ts";

/** What state does not tell. */
export function connectedToWhat(device: string): Text {
  return text(`what is ${device} connected to?`, `${device} 连到哪里？`);
}

/** Not UP. */
export function isDown(device: string): Text {
  return text(
    `${device} is administratively down: nothing leaves it`,
    `${device} 被管理性关闭（DOWN）：什么也发不出去`,
  );
}

/** Not UP, where something comes to it. */
export function hearsNothing(device: string): Text {
  return text(
    `${device} is administratively down: nothing comes in by it`,
    `${device} 被管理性关闭（DOWN）：什么也收不到`,
  );
}

/** From one host to another, by what nobody can look into. */
export function crossesBetweenHosts(from: string, to: string): Text {
  return text(
    `it comes in at ${to}: frames were seen to pass from ${from} to there`,
    `它到达 ${to}：两处都看到过从 ${from} 来的帧`,
  );
}

/** What state does not tell of the other end. */
export function otherEndUnknown(device: string, why: Text): Text {
  return text(`the other end of ${device} is not known: ${why.en}`, `不知道 ${device} 的另一端在哪里：${why.zh}`);
}

/** NO-CARRIER. */
export function noCarrier(device: string, why: Text, payload: Datagram | ArpMessage): Text {
  const what = words.payloadName(payload);
  return text(
    `${device} has no carrier (${why.en}): the ${what.en} is dropped in front of the capture point`,
    `${device} 没有载波（${why.zh}）：${what.zh}在抓包点之前就被丢弃`,
  );
}

/** Why there is no carrier. */
export function otherEndDown(peer: { readonly netns: string; readonly name: string } | null): Text {
  if (peer === null) return text("the link at its other end is down", "对端链路断开");
  const place = words.placeIn(peer.netns);
  return text(`its other end ${peer.name}${place.en} is down`, `它的另一端 ${peer.name}${place.zh} 没有启用（DOWN）`);
}

/** Something that the tools show of a link and that the walk does not follow. */
export function unreadAttribute(device: string, name: string): Text {
  return text(`what does “${name}” of ${device} do to its frames?`, `${device} 的“${name}”会如何影响它的帧？`);
}

/** A bridge with nothing plugged in. */
export function hasNoPort(device: string): Text {
  return text(`${device} has no port`, `${device} 没有任何端口`);
}

/** A tun or tap: its other end is a file that some process has open. */
export function heldByNobody(device: string): Text {
  return text(`no process has ${device} open`, `没有进程打开 ${device}`);
}

/** A veth pair drops what its far end cannot take. */
export function pairDrops(size: number, peer: string, mtu: number): Text {
  return text(
    `the frame carries ${size} bytes, but ${peer} takes only ${mtu}: the pair silently drops it`,
    `帧里有 ${size} 字节，而 ${peer} 的 MTU 只有 ${mtu}：veth 对把它静默丢弃`,
  );
}

/** Of two ways the XDP program may go. */
export function xdpDecides(device: string): Text {
  return text(
    `an XDP program on ${device} decides about each frame, and state does not show how`,
    `${device} 上有 XDP 程序决定每个帧的去留，状态里看不出它怎么决定`,
  );
}

/** XDP_DROP. */
export function xdpDrops(device: string, payload: Datagram | ArpMessage): Text {
  const what = words.payloadName(payload);
  return text(
    `the XDP program on ${device} drops the ${what.en} in front of the capture point`,
    `${device} 上的 XDP 程序在抓包点之前丢弃了${what.zh}`,
  );
}

/** Bonds, teams and the like. */
export function unknownMaster(device: string, master: string, kind: string): Text {
  return text(
    `${device} belongs to ${master}, a ${kind}: this walk does not go there`,
    `${device} 属于 ${master}（${kind}）：这里不再往下推演`,
  );
}

/** Something takes what this interface receives, and the state does not show it. */
export function masterNotShown(device: string, master: string): Text {
  return text(
    `${device} hands it to ${master}, which is not shown: is ${master} up, and where does it send the frame?`,
    `${device} 把它交给 ${master}，而 ${master} 没有列出来：${master} 是否启用，会把帧发到哪里？`,
  );
}

/** What state does not tell of a port. */
export function whichPortState(port: string): Text {
  return text(`which state is the bridge port ${port} in?`, `网桥端口 ${port} 处于什么状态？`);
}

/** A port does not let it in. */
export function droppedAtPort(bridge: string, port: string, payload: Datagram | ArpMessage, reason: Text): Text {
  const what = words.payloadName(payload);
  return text(
    `${bridge} drops the ${what.en} at its port ${port}: ${reason.en}`,
    `网桥 ${bridge} 在端口 ${port} 丢弃${what.zh}：${reason.zh}`,
  );
}

/** A port does not let it out. */
export function notSentToPort(port: string, reason: Text): Text {
  return text(`the frame is not sent to port ${port}: ${reason.en}`, `这个帧不发往端口 ${port}：${reason.zh}`);
}

/** The bridge itself is no member of the VLAN. */
export function notTakenByBridge(bridge: string, vlan: number | null): Text {
  return text(
    `${bridge} itself does not get the frame: it is no member of VLAN ${vlan}`,
    `${bridge} 自身收不到这个帧：它不是 VLAN ${vlan} 的成员`,
  );
}

/** br_pass_frame_up alone. */
export function takenByBridge(bridge: string, payload: Datagram | ArpMessage): Text {
  const what = words.payloadName(payload);
  return text(
    `${bridge} takes the ${what.en} for itself: the destination MAC is its own or a port's`,
    `网桥 ${bridge} 自己收下${what.zh}：目的 MAC 是它自己或某个端口的`,
  );
}

/** The forwarding table knows the way. */
export function knownBehind(bridge: string, port: string): Text {
  return text(
    `${bridge} knows its destination MAC behind port ${port}: it goes there alone`,
    `网桥 ${bridge} 知道目的 MAC 在端口 ${port} 后面，只发到那里`,
  );
}

/** br_flood. */
export function flooded(bridge: string, ports: string, toItself: boolean): Text {
  return text(
    `${bridge} floods it to its other ports${ports ? ` (${ports})` : ""}${toItself ? ` and to ${bridge} itself` : ""}`,
    `网桥 ${bridge} 把它泛洪到其它端口${ports ? `（${ports}）` : ""}${toItself ? `，同时也交给 ${bridge} 自己` : ""}`,
  );
}
