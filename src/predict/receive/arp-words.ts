// What a listener does with an ARP question, in sentences.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { Code } from "../../model/code.ts";
import type { Facts } from "../../model/finding.ts";
import { type Text, text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { ArpQuestion } from "../message.ts";
import * as words from "../words.ts";

/** What state does not tell. */
export function doesItAnswer({ host, packet, interface: interfaceName }: At<ArpQuestion>): Text {
  const asked = formatIpv4(packet.target);
  return text(
    `does ${host.en} answer the ARP request for ${asked} on ${interfaceName}?`,
    `${host.zh}会在 ${interfaceName} 上应答对 ${asked} 的 ARP 请求吗？`,
  );
}

/** NOARP. */
export function doesNoArp(interfaceName: string): Text {
  return text(
    `${interfaceName} does no ARP (NOARP): the request is ignored unread`,
    `${interfaceName} 不做 ARP（NOARP）：请求未读就被静默忽略`,
  );
}

/** Loopback and group addresses are never asked for. */
export function droppedOnPrinciple(target: Ipv4): Text {
  return text(
    `ARP requests for ${formatIpv4(target)} are dropped on principle`,
    `对 ${formatIpv4(target)} 的 ARP 请求一律丢弃`,
  );
}

/** proxy_arp alone does not make a proxy. */
export function proxyDoesNotForward(interfaceName: string, target: Ipv4): Text {
  return text(
    `proxy_arp is on, but ${interfaceName} does not forward: the request for ${formatIpv4(target)} is not answered`,
    `proxy_arp 已打开，但 ${interfaceName} 不转发：对 ${formatIpv4(target)} 的请求得不到应答`,
  );
}

/** The address is nobody's here. */
export function noOwner({ ns, packet }: At<ArpQuestion>): Text {
  const asked = formatIpv4(packet.target);
  if (ns.key === "") {
    return text(
      `the stack looks at its own addresses, finds no ${asked} and silently ignores the request`,
      `协议栈查自己的地址，没有 ${asked}：静默丢弃这个请求，不应答`,
    );
  }
  return text(
    `${ns.key} looks at its own addresses, finds no ${asked} and silently ignores the request`,
    `${ns.key} 查自己的地址，没有 ${asked}：静默丢弃这个请求，不应答`,
  );
}

/** A proxy speaks. */
export function answersForAnother({ host, packet }: At<ArpQuestion>): Text {
  const asked = formatIpv4(packet.target);
  return text(
    `${host.en} answers for ${asked}, which is not its own but which it would forward to (proxy ARP)`,
    `${host.zh}代答 ${asked}：这不是它的地址，但它会转发过去（代理 ARP）`,
  );
}

/** The owner speaks; `owner` is the interface that has the address, `askedByItself` where the asker's is its own too. */
export function answersForItself(
  { ns, host, packet, interface: interfaceName }: At<ArpQuestion>,
  owner: string | null,
  askedByItself: boolean,
): Text {
  const asked = formatIpv4(packet.target);
  const on =
    owner !== null && owner !== interfaceName
      ? text(
          ` (it sits on ${owner}; Linux answers for it on every interface)`,
          `（它在 ${owner} 上；Linux 在每个接口上都替它应答）`,
        )
      : text("", "");
  const itself = askedByItself
    ? text(
        `; the asker's ${formatIpv4(packet.sender)} is its own too, and accept_local = 1 lets that pass`,
        `；询问者的 ${formatIpv4(packet.sender)} 也是它自己的地址，accept_local = 1 放行`,
      )
    : text("", "");
  return text(
    `${asked}${on.en} is ${words.ownersName(ns.key).en} own: it answers with the MAC address of ${interfaceName}${itself.en}`,
    `${host.zh}有 ${asked} 这个地址${on.zh}：用 ${interfaceName} 的 MAC 地址应答${itself.zh}`,
  );
}

/** A source that the ARP path refuses. */
export function refusedWords(code: Code, sender: Ipv4, interfaceName: string, facts: Facts): Text {
  const from = formatIpv4(sender);
  if (code === "accept-local-off") {
    return text(
      `the asker's address ${from} is this host's own (on ${facts.ownerInterface ?? "another interface"}) and accept_local is 0 on ${interfaceName}: the request is silently discarded`,
      `询问者的地址 ${from} 就是本机自己的（在 ${facts.ownerInterface ?? "别的接口"} 上），而 ${interfaceName} 的 accept_local 为 0：请求被静默丢弃，不应答`,
    );
  }
  if (code === "accept-local-but-rp-filter") {
    return text(
      `accept_local lets the own address ${from} in, but rp_filter is 1: the way back to ${from} is not ${interfaceName}, so the request is silently discarded`,
      `accept_local 放行了本机自己的地址 ${from}，但 rp_filter 为 1：回 ${from} 的路不经 ${interfaceName}，请求仍被静默丢弃`,
    );
  }
  if (code === "rp-filter-arp") {
    return text(
      `the reverse-path filter (rp_filter = ${facts.value}) refuses the asker's address ${from}: the way back to it is not ${interfaceName}; the request is silently discarded`,
      `反向路径过滤（rp_filter = ${facts.value}）拒绝询问者的地址 ${from}：回它的路不经 ${interfaceName}；请求被静默丢弃`,
    );
  }
  return text(
    `${from} is not a valid host address: the request is ignored`,
    `${from} 不是主机能用的地址：请求被静默丢弃`,
  );
}
