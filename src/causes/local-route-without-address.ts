// A local route of another table lets a host take packets in for an address that it cannot answer from.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Taken in by a local route, and the answer's source is no address of the host (__ip_dev_find). */
export const cause = defineCause({
  code: "local-route-without-address",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpInEchos", of: "namespace", always: false }],
    decides: ["route", "rule", "addr"],
  },
  title: text(
    "taken in by a local route, but the address is not there to answer from",
    "local 路由收下了报文，但没有这个地址可用来应答",
  ),
  headline: ({ target, owner }) => {
    const [en, zh] = [
      [target, owner === undefined ? undefined : `on ${owner}`].filter((part) => part !== undefined).join(" "),
      [target, owner === undefined ? undefined : `在 ${owner} 上`].filter((part) => part !== undefined).join("，"),
    ];
    return text(
      `taken in by a local route, but the address is not there to answer from${en === "" ? "" : `: ${en}`}`,
      `local 路由收下了报文，但没有这个地址可用来应答${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, source, owner, protocol }) =>
    text(
      `An answer must leave with the address that was asked, and the kernel uses it only where it is the host's own. A local route lets ${owner ?? "the host"} take ${protocol === undefined ? "the echo request" : "the packet"} for ${target ?? "an address"} in, but no interface has that address: the answer to ${source ?? "the asker"} is given up, without an error and without a drop event.`,
      `应答必须以被请求的地址为源地址，而只有这个地址属于本机时内核才会用它。一条 local 路由让${owner === undefined ? "该主机" : ` ${owner} `}收下了发往${target === undefined ? "某个地址" : ` ${target} `}的${protocol === undefined ? " echo 请求" : "报文"}，但没有任何接口配置了这个地址：给${source === undefined ? "请求方" : ` ${source} `}的应答被放弃，没有差错，也没有丢包事件。`,
    ),
  why: () =>
    text(
      "The source of an answer is looked up among the host's addresses and in table local alone; a local route in another table, as transparent proxies use it, is for sockets with IP_TRANSPARENT.",
      "应答的源地址只在本机地址和 local 表里查找；放在其他表里的 local 路由（透明代理的用法）只适用于设置了 IP_TRANSPARENT 的套接字。",
    ),
  fixes: ({ target }, netns) => [
    {
      edits: [{ kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/32`, device: "lo" }],
      incomplete: target === undefined,
      effect: text("gives the host the address that it answers for", "把它要应答的地址配到本机上"),
    },
    {
      advice: inNamespace(netns, "ip rule"),
      effect: text(
        "shows the rule that leads to the table: where the packet was meant for somebody else, the rule takes in too much",
        "查看指向那张表的规则：如果报文本来是发给别的主机的，说明这条规则收得太多",
      ),
    },
  ],
  settle: ({ target, source }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "ASKER"} from ${target ?? "ADDRESS"}`),
      because: text(
        '"RTNETLINK answers: Invalid argument" says that it may not send from this address',
        "显示 “RTNETLINK answers: Invalid argument”，说明不能用这个地址作源地址发送",
      ),
    },
  ],
  lookalikes: ["missing-return-route", "icmp-echo-ignore-all", "source-not-local"],
  search: [
    "ip route add local default dev lo table 100 ping",
    "TPROXY ping does not answer",
    "AnyIP no reply",
    "透明代理 ping 不通",
    "local 路由 不应答",
  ],
  page: () => ({
    meaning: text(
      "`ip route add local … table N` with a rule makes a host take packets in for addresses that are not its own: the set-up of transparent proxies. Pings and connections to ordinary sockets are then swallowed, because the kernel does not answer from an address that the host does not have.",
      "`ip route add local … table N` 加上一条策略规则，会让主机收下发往别人地址的报文：这是透明代理的配置。ping 和发给普通套接字的连接随之被吞掉，因为内核不会用本机没有的地址应答。",
    ),
    evidence: text(
      "Packets: the request arrives and no reply is made. State: a local route in a table other than local, a rule that leads there, and the address on no interface. Counters: IcmpInEchos moves, IcmpOutEchoReps does not. Kernel: no drop event.",
      "报文：请求到达，没有生成应答。状态：local 表以外的表里有 local 路由，有一条规则指向那张表，而任何接口上都没有这个地址。计数器：IcmpInEchos 增长，IcmpOutEchoReps 不变。内核：没有丢包事件。",
    ),
    tellApart: text(
      "missing-return-route: there is no route to the asker; here there is one. icmp-echo-ignore-all: the setting is 1. A local route in table local (AnyIP) is answered.",
      "missing-return-route：没有去往请求方的路由；这里是有的。icmp-echo-ignore-all：该设置为 1。local 表里的 local 路由（AnyIP）会得到应答。",
    ),
    kernel: "icmp_reply → ip_route_output_key: __ip_dev_find(saddr) is NULL → -EINVAL",
  }),
  scenario: "local-route-without-address",
  negativeTwin: "two-namespaces",
});
