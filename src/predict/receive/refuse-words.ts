// Why a host refuses a datagram that came in, in sentences.

import { formatIpv4 } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import { type Text, text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";
import type { Refusal } from "./validate-source.ts";

/** What state does not tell. */
export function whatDoesItDo({ host, packet, interface: interfaceName }: At<Datagram>): Text {
  const [from, to] = [formatIpv4(packet.source), formatIpv4(packet.destination)];
  return text(
    `what does ${host.en} do with ${from} > ${to} on ${interfaceName}?`,
    `${host.zh}如何处理从 ${interfaceName} 进来的 ${from} > ${to}？`,
  );
}

/** A source or destination that no packet from a wire may have. */
export function martian(because: Text): Text {
  return text(`${because.en}: the packet is dropped as a martian`, `${because.zh}：这个包作为 martian 被丢弃`);
}

/** The interface does not forward, and the packet is for somebody else. */
export function notForwarded({ host, packet, interface: interfaceName }: At<Datagram>): Text {
  const target = formatIpv4(packet.destination);
  return text(
    `${target} is not an address of ${host.en}, and ${interfaceName} does not forward: the packet is dropped, no ICMP error is sent`,
    `${target} 不是${host.zh}的地址，而 ${interfaceName} 不转发：这个包被丢弃，也不发 ICMP 差错`,
  );
}

/** Another host's interface, which was meant, has the same MAC address. */
export function sameMac(here: string, there: { readonly netns: string; readonly interface: string }): Text {
  return text(
    `${here} has the same MAC address as ${there.interface} of ${there.netns}, which was meant: the packet ends at the wrong host`,
    `${here} 与真正的目标 ${there.netns} 的 ${there.interface} MAC 地址相同：这个包到了错误的主机`,
  );
}

/** A router whose tables have no way, or refuse one, by the error of the lookup. */
export function noWay(errno: "ENETUNREACH" | "EINVAL" | "EHOSTUNREACH" | "EACCES", router: Text, target: string): Text {
  switch (errno) {
    case "ENETUNREACH":
      return text(`${router.en} has no route to ${target}`, `${router.zh}没有去 ${target} 的路由`);
    case "EINVAL":
      return text(
        `${router.en} throws packets to ${target} away (blackhole route), without an ICMP error`,
        `${router.zh}把去 ${target} 的包扔掉（blackhole 路由），不发 ICMP 差错`,
      );
    case "EHOSTUNREACH":
      return text(
        `${router.en} has an unreachable route for ${target}`,
        `${router.zh}有一条去 ${target} 的 unreachable 路由`,
      );
    case "EACCES":
      return text(`${router.en} has a prohibit route for ${target}`, `${router.zh}有一条去 ${target} 的 prohibit 路由`);
  }
}

/** fib_validate_source said no. */
export function refusedWords(why: Refusal, from: string, interfaceName: string, facts: Facts): Text {
  switch (why) {
    case "own-address":
      return text(
        `the source ${from} is this host's own address (on ${facts.ownerInterface ?? "another interface"}) and accept_local is 0 on ${interfaceName}: the packet is dropped`,
        `源地址 ${from} 是本机自己的（在 ${facts.ownerInterface ?? "别的接口"} 上），而 ${interfaceName} 的 accept_local 为 0：这个包被丢弃`,
      );
    case "own-address-rpf":
      return text(
        `accept_local lets the own address ${from} in, but rp_filter is 1 and the way back to it is not ${interfaceName}: dropped`,
        `accept_local 放行了本机自己的地址 ${from}，但 rp_filter 为 1，而回它的路不经 ${interfaceName}：丢弃`,
      );
    case "rpf-strict":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): an answer to ${from} would leave by ${facts.outInterface ?? "another interface"}, not by ${interfaceName}; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：回 ${from} 要走 ${facts.outInterface ?? "别的接口"}，不走 ${interfaceName}；这个包被丢弃`,
      );
    case "rpf-mark":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): the packet carries a mark by which the way back would fit, but the check leaves marks out (src_valid_mark is 0), and without it the way back to ${from} is not ${interfaceName}; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：按这个包的标记，回程路由本来是对的，但 src_valid_mark 为 0，检查时不看标记；不看标记，回 ${from} 就不走 ${interfaceName}；这个包被丢弃`,
      );
    case "rpf-no-route":
      return text(
        `reverse-path filter (rp_filter = ${facts.value}): there is no way back to ${from} at all; the packet is dropped`,
        `反向路径过滤（rp_filter = ${facts.value}）：根本没有回 ${from} 的路由；这个包被丢弃`,
      );
    default:
      return text(
        `${from} is not a valid host address: the packet is dropped`,
        `${from} 不是主机能用的源地址：这个包被丢弃`,
      );
  }
}
