// The target lies behind a gateway, and nobody on the link has the gateway's address: its MAC is never learned.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

function isIpv6(gateway: string | undefined): gateway is string {
  return gateway?.includes(":") ?? false;
}

/** The next hop of the route stays silent, so nothing can be sent through it. */
export const cause = defineCause({
  code: "gateway-arp-failed",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["route", "addr", "neigh"],
    waits: "neighbour",
  },
  title: text("the gateway does not answer ARP", "网关不应答 ARP"),
  headline: ({ gateway, outInterface }) => {
    const where = [gateway, outInterface === undefined ? undefined : `on ${outInterface}`].filter(
      (p) => p !== undefined,
    );
    const zhWhere = [
      outInterface === undefined ? undefined : `${outInterface} 上${gateway === undefined ? "" : "的"}`,
      gateway,
    ].filter((p) => p !== undefined);
    if (isIpv6(gateway))
      return text(
        `the IPv6 gateway does not answer neighbour discovery: ${where.join(" ")}`,
        `IPv6 网关不应答邻居发现：${zhWhere.join("")}`,
      );
    return text(
      `the gateway does not answer ARP${where.length === 0 ? "" : `: ${where.join(" ")}`}`,
      `网关不应答 ARP${zhWhere.length === 0 ? "" : `：${zhWhere.join(" ")}`}`,
    );
  },
  summary: ({ target, gateway, outInterface, count, sysctl, owner, peerInterface, basis }) => {
    if (basis === "ping")
      return text(
        `${target ?? "The target"} is not on the own link, so everything for it goes to ${gateway === undefined ? "the gateway of the route" : `the gateway ${gateway}`}. ${outInterface ?? "The pinging host"} asked for the gateway's MAC address and got no answer: nobody on that link has that address, or whoever has it is off, not on that link or VLAN, or does not hear the question. No echo request was sent.`,
        `${target ?? "目标"} 不在本链路上，发给它的报文都要先交给${gateway === undefined ? "路由指定的网关" : `网关 ${gateway}`}。${outInterface ?? "发起 ping 的主机"} 询问网关的 MAC 地址，没有得到应答：那条链路上没有主机拥有这个地址，或者拥有它的主机没有开机、不在这条链路或这个 VLAN 上，或者收不到请求。echo 请求没有发出去。`,
      );
    if (isIpv6(gateway))
      return text(
        `The route to ${target ?? "the target"} names an IPv6 gateway (${gateway}), as BGP unnumbered and the like do. Its MAC address is found by IPv6 neighbour discovery, not by ARP, and none of the hosts on ${outInterface ?? "that link"} has that address. No echo request was sent; a "Destination Host Unreachable" after some seconds is made by the pinging host itself, not by the gateway.`,
        `去往${target === undefined ? "目标" : ` ${target} `}的路由以 IPv6 地址 ${gateway} 为网关（BGP unnumbered 等就是这样配置的）。它的 MAC 由 IPv6 邻居发现解析，不用 ARP，而 ${outInterface ?? "那条链路"} 上没有哪台主机有这个地址。echo 请求没有发出去；几秒后的“Destination Host Unreachable”是发起 ping 的主机自己生成的，不是网关发来的。`,
      );
    if (sysctl !== undefined)
      return text(
        `${target ?? "The target"} is reached through ${gateway ?? "a gateway"}, an address that nobody has: ${owner || "the host at the other end"} is meant to answer for it out of ${peerInterface ?? "its interface"} by proxy_arp (Calico and others do it so), but ${sysctl} is 0. So ARP gets no answer and no echo request was sent; a "Destination Host Unreachable" after some seconds is made by the pinging host itself.`,
        `${target ?? "目标"} 要经过 ${gateway ?? "网关"}，而这个地址谁也没有：本该由 ${owner || "对端主机"} 在 ${peerInterface ?? "它的接口"} 上用 proxy_arp 代答（Calico 等就是这样做的），但 ${sysctl} 是 0。所以 ARP 没有应答，echo 请求没有发出；几秒后的“Destination Host Unreachable”是发起 ping 的主机自己生成的。`,
      );
    const times = count === undefined ? "" : count === "1" ? " once" : ` ${count} times`;
    return text(
      `${target ?? "The target"} is not on the own link, so everything for it goes to ${gateway === undefined ? "the gateway of the route" : `the gateway ${gateway}`}. ${outInterface ?? "The pinging host"} asked for the gateway's MAC address${times}, and none of the hosts that heard the question has that address. No echo request was sent; a "Destination Host Unreachable" after some seconds is made by the pinging host itself, not by the gateway.`,
      `${target ?? "目标"} 不在本链路上，发给它的报文都要先交给${gateway === undefined ? "路由指定的网关" : `网关 ${gateway}`}。${outInterface ?? "发起 ping 的主机"} 询问网关的 MAC 地址${count === undefined ? "" : `，共 ${count} 次`}，听到请求的主机都没有这个地址。echo 请求没有发出去；几秒后的“Destination Host Unreachable”是发起 ping 的主机自己生成的，不是网关发来的。`,
    );
  },
  why: () =>
    text(
      "A route with `via` makes the gateway the next hop: ARP asks for the gateway and never for the target, and without the gateway's MAC no frame can be built.",
      "带 `via` 的路由以网关为下一跳：ARP 询问的是网关，而不是目标；没有网关的 MAC 就无法封装帧。",
    ),
  fixes: ({ gateway, outInterface, route, sysctl, owner }, netns) => {
    if (sysctl !== undefined)
      return [
        {
          edits: [{ kind: "sysctl", netns: owner ?? null, settings: [{ key: sysctl, value: "1" }] }],
          effect: text(
            "lets the other end answer ARP for every address that it has a route to, the gateway's among them",
            "让对端为它有路由可达的所有地址（包括这个网关）代答 ARP",
          ),
        },
      ];
    const destination = route?.split(" ")[0] ?? "default";
    const kept = [/ table \S+/, / metric \S+/].map((part) => route?.match(part)?.[0] ?? "").join("");
    const device = outInterface ?? "IF";
    return [
      {
        edits: [{ kind: "route", netns, verb: "replace", destination, via: "GATEWAY", device: `${device}${kept}` }],
        effect: text(
          `corrects the route; put the address of a router that is really on ${device}'s link in place of GATEWAY`,
          `改正路由；GATEWAY 请换成 ${device} 所在链路上真实存在的路由器地址`,
        ),
      },
      {
        advice: inNamespace(
          netns,
          `ip ${isIpv6(gateway) ? "-6 " : ""}neigh show ${gateway ?? "GATEWAY"} dev ${device}`,
        ),
        effect: text(
          "shows FAILED or INCOMPLETE; if the gateway's address is right, the gateway is off, or not on this link or VLAN",
          "会显示 FAILED 或 INCOMPLETE；如果网关地址没写错，那就是网关没有开机，或不在这条链路、这个 VLAN 上",
        ),
      },
    ];
  },
  settle: ({ target, gateway }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        `if it says "via ${gateway ?? "GATEWAY"}" and the ARP asks for that address, it is the gateway that is silent`,
        `如果它显示“via ${gateway ?? "GATEWAY"}”，而 ARP 问的正是这个地址，那么沉默的就是网关`,
      ),
    },
  ],
  lookalikes: [
    "arp-no-local-owner",
    "arp-no-answer",
    "host-unreachable-is-local",
    "policy-routing-wrong-table",
    "forward-next-hop-arp-failed",
    "wrong-netmask",
  ],
  search: [
    "gateway not reachable",
    "wrong default gateway",
    "default gateway ARP incomplete",
    "Destination Host Unreachable",
    "ping 不通网关",
    "默认网关错误",
    "网关 ARP incomplete",
  ],
  page: () => ({
    meaning: text(
      "The route to the target names a gateway, and the gateway does not answer ARP. Everything behind it is unreachable, while hosts on its subnet still answer. Most often the gateway's address is mistyped, belongs to another subnet or VLAN, or the router is off.",
      "去往目标的路由指定了网关，而网关不应答 ARP。于是网关后面的一切都不可达，本子网内的主机却仍然能 ping 通。最常见的原因：网关地址写错、属于别的子网或 VLAN，或者路由器没有开机。",
    ),
    evidence: text(
      "Packets: who-has for the gateway about once a second, three times a round, no reply; the target's address appears in no frame on the wire; about three seconds later an ICMP host unreachable on the asker's lo. State: `ip route get TARGET` says via GATEWAY, `ip neigh` has FAILED or INCOMPLETE for it. Kernel: NEIGH_FAILED at neigh_invalidate for the packets that waited.",
      "报文：大约每秒一次询问网关的 who-has，一轮三次，没有应答；线上没有任何帧含有目标地址；约三秒后在询问方的 lo 上出现 ICMP 主机不可达。状态：`ip route get TARGET` 显示 via GATEWAY，`ip neigh` 里网关为 FAILED 或 INCOMPLETE。内核：排队等待的报文在 neigh_invalidate 处以 NEIGH_FAILED 丢弃。",
    ),
    tellApart: text(
      "arp-no-local-owner: the ARP asks for the pinged address itself. forward-next-hop-arp-failed: the error comes from a router's address, so the own gateway works and a later one does not. policy-routing-wrong-table: `ip route get T` and `ip route get T from S` name different gateways.",
      "arp-no-local-owner：ARP 问的就是被 ping 的地址。forward-next-hop-arp-failed：差错来自路由器的地址，说明自己的网关正常，后面的一跳不通。policy-routing-wrong-table：`ip route get T` 与 `ip route get T from S` 给出不同的网关。",
    ),
    kernel: "rt_nexthop → ip_neigh_gw4 → neigh_event_send; neigh_timer_handler: NUD_FAILED → neigh_invalidate",
  }),
  scenario: "gateway-arp-failed",
  negativeTwin: "veth-one-address",
});
