// The reply starts with too small a TTL and dies at a router; the error goes to the target, not to the asker.

import { defineCause } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The target's own default TTL does not suffice for the way back. */
export const cause = defineCause({
  code: "reply-ttl-expired",
  severity: "problem",
  marks: {
    drop: [{ reason: "IP_INHDR", at: ["ip_forward"], settles: "cause" }],
    counters: [
      { name: "IpInHdrErrors", of: "namespace", always: true },
      { name: "IcmpOutTimeExcds", of: "namespace", always: false },
    ],
    decides: [{ sysctl: "ip_default_ttl" }, "route"],
  },
  title: text("the reply's TTL expired on its way back", "应答在回程中 TTL 耗尽"),
  headline: ({ source, router }) => {
    const detail = text(
      [source === undefined ? undefined : `reply of ${source}`, router ? `at ${router}` : undefined]
        .filter((part) => part !== undefined)
        .join(" "),
      [source === undefined ? undefined : `${source} 的应答`, router ? `在 ${router}` : undefined]
        .filter((part) => part !== undefined)
        .join("，"),
    );
    return text(
      `the reply's TTL expired on its way back${detail.en === "" ? "" : ` (${detail.en})`}`,
      `应答在回程中 TTL 耗尽${detail.zh === "" ? "" : `（${detail.zh}）`}`,
    );
  },
  summary: ({ source, target, router, ttl }) =>
    text(
      `${source ?? "The pinged host"} answers, but its reply to ${target ?? "the asker"} comes to ${router || "a router"} with a TTL of ${ttl ?? "1"} and may not go on. "Time to live exceeded" is sent to the sender of the reply, which is ${source ?? "the pinged host"}; ping hears nothing and counts a loss.`,
      `${source ?? "被 ping 的主机"} 做了应答，但发给 ${target ?? "请求方"} 的应答到达 ${router || "路由器"} 时 TTL 只剩 ${ttl ?? "1"}，不能再往前走。“Time to live exceeded”发给应答的发送者，也就是 ${source ?? "被 ping 的主机"}；ping 什么也听不到，只算作丢包。`,
    ),
  why: () =>
    text(
      "A reply gets the answering host's ip_default_ttl, whatever TTL the request had; errors always go to the source of the packet that died.",
      "应答的 TTL 取自应答主机的 ip_default_ttl，与请求的 TTL 无关；差错总是发给“死掉的那个报文”的源地址。",
    ),
  fixes: ({ source, owner }) => [
    {
      edits: [setting(owner ?? null, { "net.ipv4.ip_default_ttl": "64" })],
      effect: text(
        `on ${source ?? "the pinged host"}: the usual value`,
        `在 ${source ?? "被 ping 的主机"} 上执行：恢复通常的取值`,
      ),
    },
  ],
  settle: ({ source }) => [
    {
      command: "sysctl net.ipv4.ip_default_ttl",
      because: text(
        `on ${source ?? "the pinged host"}: less than the number of hops back is this (an nft rule may set the TTL as well)`,
        `在 ${source ?? "被 ping 的主机"} 上执行：小于回程跳数就是这个原因（nft 规则也可能改 TTL）`,
      ),
    },
  ],
  faults: ({ netns, role }) =>
    role === "target" ? [[{ kind: "sysctl", netns, settings: [{ key: "net.ipv4.ip_default_ttl", value: "1" }] }]] : [],
  lookalikes: ["echo-no-reply", "ttl-expired", "nft-forward-drop", "asymmetric-routing"],
  search: [
    "ip_default_ttl",
    "reply TTL too small",
    "echo reply dies at router",
    "应答 TTL 太小",
    "回程 TTL 耗尽",
    "ip_default_ttl 设置过小",
  ],
  page: () => ({
    meaning: text(
      "The request gets there and is answered, but the answering host starts its packets with a very small TTL: set by hand, by a rule that mangles the TTL, or inherited by a container.",
      "请求到达并得到应答，但应答主机发出的报文初始 TTL 很小：可能是手工设置、修改 TTL 的防火墙规则，或者容器继承的值。",
    ),
    evidence: text(
      "Packets: an echo reply with TTL 1 at a router, a time exceeded towards the target. State: net.ipv4.ip_default_ttl of the target. Counters: IpInHdrErrors and IcmpOutTimeExcds on the router, IcmpInTimeExcds on the target; drop reason IP_INHDR at ip_forward for the echo reply.",
      "报文：路由器上 TTL 为 1 的 echo 应答，以及发往目标的 TTL 超时。状态：目标的 net.ipv4.ip_default_ttl。计数器：路由器的 IpInHdrErrors 和 IcmpOutTimeExcds，目标的 IcmpInTimeExcds；丢包原因是针对 echo 应答的、ip_forward 处的 IP_INHDR。",
    ),
    tellApart: text(
      "ttl-expired: it is the request that dies, and ping prints it. nft-forward-drop: NETFILTER_DROP, no time exceeded anywhere.",
      "ttl-expired：耗尽的是请求，ping 会打印出来。nft-forward-drop：NETFILTER_DROP，任何地方都没有超时差错。",
    ),
    kernel:
      "icmp_push_reply → ip_select_ttl (sysctl_ip_default_ttl); ip_forward: ttl <= 1 → ICMP_TIME_EXCEEDED to the reply's source",
  }),
  scenario: "reply-ttl-expired",
  negativeTwin: "ttl-expired",
});
