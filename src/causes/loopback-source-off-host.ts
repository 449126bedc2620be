// A packet with a 127.x source may not leave the host by a real interface.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** `ping -I 127.0.0.1` to another host. */
export const cause = defineCause({
  code: "loopback-source-off-host",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: [{ sysctl: "route_localnet" }, "route"],
  },
  title: text("a loopback source cannot leave the host", "环回源地址不能发出本机"),
  headline: ({ source, target }) => {
    const en = [source, target === undefined ? undefined : `to ${target}`].filter((p) => p !== undefined).join(" ");
    const zh = [source, target === undefined ? undefined : `发往 ${target}`].filter((p) => p !== undefined).join(" ");
    return text(
      `a loopback source cannot leave the host${en === "" ? "" : ` (${en})`}`,
      `环回源地址不能发出本机${zh === "" ? "" : `（${zh}）`}`,
    );
  },
  summary: ({ source, target, outInterface, error }) =>
    text(
      `The ping to ${target ?? "another host"} would carry ${source === undefined ? "a 127.x address" : source} as source and leave by ${outInterface ?? "a real interface"}. Addresses of 127.0.0.0/8 are valid only inside a host, so the kernel refuses${error === undefined ? "" : ` ("${error}")`}. Some versions of ping print nothing about it; nothing is sent.`,
      `发给 ${target ?? "别的主机"} 的 ping 要用${source === undefined ? " 127.x 地址" : ` ${source} `}作源地址，从 ${outInterface ?? "真实接口"} 发出。127.0.0.0/8 的地址只在主机内部有效，所以内核拒绝${error === undefined ? "" : `（“${error}”）`}。有些版本的 ping 对此什么也不打印；报文没有发出。`,
    ),
  why: () =>
    text(
      "RFC 1122 forbids 127.x on any wire; the kernel lets it out only where route_localnet is 1 (conf/all or the outgoing interface).",
      "RFC 1122 禁止 127.x 出现在线上；只有 route_localnet 为 1（conf/all 或出接口）时内核才放行。",
    ),
  fixes: ({ target }, netns) => [
    {
      edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: null, atFault: true }],
      effect: text(
        "without -I: the kernel then takes an address of the outgoing interface as source",
        "不带 -I：内核会用出接口的地址作源地址",
      ),
    },
    {
      advice: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      effect: text(
        'shows as "src" the address it would take; a 127.x there comes from a route with a wrong `src`',
        "“src”后面就是它会用的源地址；如果是 127.x，说明有路由的 `src` 写错了",
      ),
    },
  ],
  lookalikes: ["route-blackhole", "source-not-local", "nft-output-drop", "policy-rule-reject"],
  search: [
    "ping -I 127.0.0.1",
    "sendmsg: Invalid argument",
    "route_localnet",
    "martian",
    "环回地址作源地址",
    "无效的参数",
    "127.0.0.1 源地址",
  ],
  page: () => ({
    meaning: text(
      "The source is a loopback address and the target another host. Such a packet could never be answered, so Linux does not send it.",
      "源地址是环回地址，目标却是别的主机。这样的报文不可能得到应答，所以 Linux 不发送。",
    ),
    evidence: text(
      "Packets: none. ping shows 100% loss, in newer versions with `sendmsg: Invalid argument`. State: the source, and route_localnet. No drop event, no counter.",
      "报文：没有。ping 显示 100% 丢包，较新的版本会打印 `sendmsg: Invalid argument`。状态：源地址与 route_localnet。没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "route-blackhole gives the same error, already at connect. martian-source-loopback: such a packet came from elsewhere, and the receiver drops it.",
      "route-blackhole 报同样的错，但在 connect 时就报。martian-source-loopback：这样的报文来自别处，被接收方丢弃。",
    ),
    kernel:
      "__mkroute_output: ipv4_is_loopback(saddr), not IFF_LOOPBACK, !IN_DEV_ROUTE_LOCALNET (IN_DEV_ORCONF) → -EINVAL",
  }),
  scenario: "loopback-source-off-host",
  negativeTwin: "martian-source-loopback",
});
