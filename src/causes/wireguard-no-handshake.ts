// The two ends of a WireGuard tunnel never agree on keys.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** Keys that do not fit, or no endpoint. */
export const cause = defineCause({
  code: "wireguard-no-handshake",
  severity: "problem",
  marks: { drop: "silent", counters: [], decides: ["link", "wireguard"] },
  title: text("WireGuard completes no handshake", "WireGuard 握手没有完成"),
  headline: ({ outInterface }) =>
    text(
      `WireGuard completes no handshake${outInterface === undefined ? "" : ` (${outInterface})`}`,
      `WireGuard 握手没有完成${outInterface === undefined ? "" : `（${outInterface}）`}`,
    ),
  summary: ({ target, outInterface, owner, basis }) =>
    basis === "ping"
      ? text(
          `The WireGuard peer to which ${target ?? "the target"} belongs has no endpoint: the kernel does not know where to send its packets, and refuses at once ("Destination address required"). An endpoint stands in the configuration, or is learned when the peer sends first.`,
          `${target ?? "目标"} 所属的 WireGuard 对等端没有 endpoint：内核不知道该把报文发到哪里，当即拒绝（“Destination address required”）。endpoint 要么写在配置里，要么在对方先发来报文时学到。`,
        )
      : text(
          `${outInterface ?? "The WireGuard interface"} keeps the packet for ${target ?? "the target"} until a handshake with its peer is completed, and that does not happen: ${owner === undefined ? "the peer has no endpoint yet" : `${owner || "the other host"} has no interface with this pair of keys`}. After some tries the packet is thrown away.`,
          `${outInterface ?? "WireGuard 接口"} 先留着发给 ${target ?? "目标"} 的报文，等与对等端握手完成，但握手完不成：${owner === undefined ? "还不知道对等端的 endpoint" : `${owner === "" ? "对方主机" : ` ${owner} `}没有使用这对密钥的接口`}。重试几次之后报文被丢弃。`,
        ),
  why: () =>
    text(
      "WireGuard answers nobody whose public key it does not know, and sends nothing before keys are agreed on.",
      "WireGuard 不回应公钥未知的一方，密钥协商好之前也不发送数据。",
    ),
  fixes: ({ outInterface }, netns) => [
    {
      advice: inNamespace(netns, `wg show ${outInterface ?? "WG"}`),
      effect: text(
        "shows the own public key and the peer's: each must stand on the other side as the other's",
        "查看自己和对等端的公钥：双方必须互相登记了对方的公钥",
      ),
    },
  ],
  settle: ({ outInterface }, netns) => [
    {
      command: inNamespace(netns, `wg show ${outInterface ?? "all"} latest-handshakes`),
      because: text("0 means that there has never been one", "0 表示从未握手成功"),
    },
  ],
  check: (view) =>
    verdictOfRefusal(
      view,
      [
        ["sendmsg", "EDESTADDRREQ"],
        ["connect", "EDESTADDRREQ"],
      ],
      "likely",
    ),
  tellsItself: true,
  lookalikes: ["wireguard-allowed-ips", "nft-input-drop", "echo-no-reply", "arp-no-local-owner"],
  search: [
    "wireguard handshake did not complete",
    "latest handshake missing",
    "wireguard wrong public key",
    "wireguard 握手失败",
    "wireguard 没有握手",
  ],
  page: () => ({
    meaning: text(
      "Everything looks set up, but one side holds a wrong or old public key of the other, a different preshared key, or no endpoint to send to. Neither side says anything.",
      "看上去都配好了，但某一方登记的对方公钥是错的或旧的，预共享密钥不同，或者没有可发的 endpoint。两边都不会报告任何错误。",
    ),
    evidence: text(
      "Packets: the echo request on the WireGuard interface, in the underlay UDP of 148 bytes one way every five seconds without an answer. State: `wg show all dump` gives 0 as latest handshake; the keys of the two ends do not mirror each other. There is no drop event.",
      "报文：echo 请求在 WireGuard 接口上能看到，底层网络上每五秒有一个 148 字节的 UDP 单向发出，没有回应。状态：`wg show all dump` 里最近握手时间为 0；两端的密钥对不上。没有丢包事件。",
    ),
    tellApart: text(
      "wireguard-allowed-ips: the handshake is there, the address is not allowed. A firewall or missing route in the underlay: the keys fit, and the UDP packet ends on its way.",
      "wireguard-allowed-ips：握手成功，但地址不被允许。底层网络的防火墙或缺少路由：密钥是对的，UDP 报文在途中就到头了。",
    ),
    kernel:
      "wg_packet_send_staged_packets → wg_packet_send_queued_handshake_initiation; wg_noise_handshake_consume_initiation",
  }),
  scenario: "wireguard-no-handshake",
  negativeTwin: "wireguard-ok",
});
