// WireGuard sends to, and takes from, the allowed-ips of its peers alone.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** The address belongs to no peer, or to another. */
export const cause = defineCause({
  code: "wireguard-allowed-ips",
  severity: "problem",
  marks: {
    drop: [{ reason: "NOT_SPECIFIED", at: ["wg_xmit"], settles: "kind", sometimes: true }],
    counters: [
      { name: "IpOutDiscards", of: "namespace", at: "asker", always: false, sometimes: true },
      { name: "IcmpOutDestUnreachs", of: "namespace", at: "asker", always: false, sometimes: true },
    ],
    decides: ["link", "wireguard"],
  },
  title: text("not among the allowed-ips of the WireGuard peer", "不在 WireGuard 对等端的 allowed-ips 之内"),
  headline: ({ prefix }) =>
    text(
      `not among the allowed-ips of the WireGuard peer${prefix === undefined ? "" : ` (${prefix})`}`,
      `不在 WireGuard 对等端的 allowed-ips 之内${prefix === undefined ? "" : `（${prefix}）`}`,
    ),
  summary: ({ target, source, prefix, outInterface, inInterface, allowed, state: way }) =>
    way === "listed"
      ? text(
          `ping prints “Required key not available”: the running ${outInterface ?? "WireGuard interface"} has no peer for ${target ?? "the target"}. What was shown does list it (allowed-ips ${allowed ?? "of a peer"}), so the interface runs with other settings: the file was changed after it came up, the key of that peer was not accepted, or another peer took the address away.`,
          `ping 显示“Required key not available”：正在运行的 ${outInterface ?? "WireGuard 接口"} 没有 allowed-ips 包含 ${target ?? "目标"} 的对等端。但给出的配置里有（allowed-ips ${allowed ?? "见对等端"}），说明接口实际运行的设置与之不同：配置文件在接口启动之后改过、那个对等端的密钥没有被接受，或者这个地址被另一个对等端占走了。`,
        )
      : way === "from"
        ? text(
            `The packet from ${source ?? "the asker"} reaches ${inInterface ?? "the WireGuard interface"} and is decrypted, but its peer there may not use that source address: the allowed-ips do not hold ${prefix ?? "it"}. It is dropped without a word.`,
            `来自 ${source ?? "询问方"} 的报文到达 ${inInterface ?? "WireGuard 接口"} 并被解密，但那里的对等端无权使用这个源地址：allowed-ips 不含 ${prefix ?? "它"}。报文被静默丢弃。`,
          )
        : text(
            `The route gives the packet for ${target ?? "the target"} to ${outInterface ?? "the WireGuard interface"}, and none of its peers has ${prefix ?? "that address"} among its allowed-ips: there is nobody to encrypt it for. ping prints “Required key not available”.`,
            `路由把发给 ${target ?? "目标"} 的报文交给 ${outInterface ?? "WireGuard 接口"}，但它的对等端里没有一个的 allowed-ips 含 ${prefix ?? "这个地址"}：不知道该为谁加密。ping 显示“Required key not available”。`,
          ),
  why: () =>
    text(
      "In WireGuard the allowed-ips are the routing table of what is sent, and the filter of what is received.",
      "在 WireGuard 里，allowed-ips 对发送来说是路由表，对接收来说是过滤器。",
    ),
  fixes: ({ prefix, outInterface, inInterface, peerKey, allowed, state: way }, netns) => {
    const device = outInterface ?? inInterface;
    if (way === "listed")
      return [
        {
          advice: `sudo wg-quick down ${device ?? "WG"} && sudo wg-quick up ${device ?? "WG"}`,
          effect: text(
            "sets the interface up anew from its file; it tells what it does not accept",
            "按配置文件重新建立接口；不被接受的配置项，wg-quick 会报告",
          ),
        },
      ];
    if (peerKey === undefined || prefix === undefined || device === undefined)
      return [
        {
          advice: inNamespace(netns, `wg set ${device ?? "WG"} peer KEY allowed-ips LIST,${prefix ?? "ADDRESS/32"}`),
          effect: text(
            "LIST is what the peer that is meant has already: it gets this address besides",
            "LIST 是目标对等端已有的列表：在原有地址之外再加上这个地址",
          ),
        },
      ];
    const list = [...(allowed === undefined || allowed === "" ? [] : allowed.split(",")), prefix];
    return [
      {
        edits: [{ kind: "wireguard-peer", netns, device, peer: peerKey, allowed: list }],
        effect: text(
          "gives the only peer this address besides its others, if it is meant to have it",
          "给唯一的对等端在原有地址之外加上这个地址，前提是它应当拥有该地址",
        ),
      },
    ];
  },
  settle: ({ outInterface, inInterface }, netns) => [
    {
      command: inNamespace(netns, `wg show ${outInterface ?? inInterface ?? "all"} allowed-ips`),
      because: text(
        "the address must stand behind the key of the peer that is meant",
        "地址必须列在目标对等端的公钥后面",
      ),
    },
  ],
  check: (view) =>
    verdictOfRefusal(
      view,
      [
        ["sendmsg", "ENOKEY"],
        ["connect", "ENOKEY"],
      ],
      "likely",
    ),
  tellsItself: true,
  lookalikes: ["wireguard-no-handshake", "echo-no-reply", "host-unreachable-is-local"],
  search: [
    "Required key not available",
    "wireguard allowed-ips",
    "wg AllowedIPs ping",
    "wireguard 不通",
    "AllowedIPs 配置错误",
  ],
  page: () => ({
    meaning: text(
      "Each peer of a WireGuard interface has a list of addresses. What is sent goes to the peer with the longest fitting prefix; what a peer sends must come from one of its own. An address can belong to one peer only: giving it to another takes it away.",
      "WireGuard 接口的每个对等端都有一个地址列表。发送时按最长前缀选择对等端；对等端发来的报文，源地址必须属于它。一个地址只能属于一个对等端：给了另一个就从原来的那里拿走。",
    ),
    evidence: text(
      "ping: “Destination Host Unreachable” from the own address and “Required key not available” where nobody may have the target; silence where the receiver refuses the source. Packets: the echo request on the sender's interface, nothing on the receiver's. State: `wg show all dump`. Counters IpOutDiscards and IcmpOutDestUnreachs at the sender. Drop at wg_xmit: NOT_SPECIFIED.",
      "ping：没有对等端可用目标地址时，自己的地址回“Destination Host Unreachable”，并显示“Required key not available”；接收方拒绝源地址时则没有任何回应。报文：echo 请求在发送方接口上，接收方接口上没有。状态：`wg show all dump`。发送方的计数器：IpOutDiscards、IcmpOutDestUnreachs。丢包在 wg_xmit：NOT_SPECIFIED。",
    ),
    tellApart: text(
      "wireguard-no-handshake: the peer is found, but the two do not know each other's keys, or the endpoint is not reached.",
      "wireguard-no-handshake：找到了对等端，但双方互不认识对方的密钥，或者 endpoint 不可达。",
    ),
    kernel: "wg_xmit → wg_allowedips_lookup_dst: -ENOKEY; wg_packet_consume_data_done → wg_allowedips_lookup_src",
  }),
  scenario: "wireguard-allowed-ips",
  negativeTwin: "wireguard-ok",
});
