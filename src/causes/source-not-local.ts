// The source address that was asked for does not belong to the pinging host: the socket may not use it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { verdictOfRefusal } from "../model/printed-verdict.ts";
import { text } from "../model/text.ts";

/** `ping -I ADDRESS` with an address that is not there. */
export const cause = defineCause({
  code: "source-not-local",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", { sysctl: "ip_nonlocal_bind" }],
    absent: "source",
  },
  title: text("the source address is not this host's own", "源地址不是本机地址"),
  headline: ({ source }) =>
    source === undefined
      ? text("the source address is not this host's own", "源地址不是本机地址")
      : text(`the source address is not this host's own: ${source}`, `源地址不是本机地址：${source}`),
  summary: ({ source, error }) =>
    text(
      `The ping was told to use ${source ?? "a source address"}, which no interface of this host has. The kernel lets a program send only with own addresses, so it refuses${error === undefined ? "" : ` ("${error}")`} and nothing is sent.`,
      `ping 被指定使用 ${source ?? "某个源地址"}，但本机没有任何接口配置了这个地址。内核只允许程序用本机地址发送，所以拒绝${error === undefined ? "" : `（“${error}”）`}，什么也没有发出。`,
    ),
  why: () =>
    text(
      "bind() of an address that is not in table `local` fails; with ip_nonlocal_bind=1 it succeeds, but the route lookup then refuses the foreign source all the same.",
      "绑定不在 local 表里的地址，bind() 会失败；ip_nonlocal_bind=1 时 bind 能成功，但随后查路由仍会拒绝这个外来的源地址。",
    ),
  fixes: ({ source, target, outInterface }, netns) => [
    {
      edits: [{ kind: "question", netns, target: target ?? "TARGET", bind: null, atFault: true }],
      effect: text("lets the kernel choose one of this host's own addresses", "让内核自己选一个本机地址"),
    },
    {
      advice: inNamespace(netns, "ip -br addr"),
      effect: text(
        "shows the addresses this host does have, for ping -I",
        "查看本机实际有哪些地址，可用作 ping -I 的参数",
      ),
    },
    {
      edits: [
        { kind: "address", netns, verb: "add", address: `${source ?? "ADDRESS"}/32`, device: outInterface ?? "lo" },
      ],
      effect: text(
        "gives the host the address; the other side needs a way back to it",
        "把这个地址配到本机上；对端还需要有回到它的路由",
      ),
    },
  ],
  settle: ({ source }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${source ?? "SOURCE"}`),
      because: text(
        'an own address shows "local"; anything else is not this host\'s',
        "本机地址会显示“local”，其他都不是本机的",
      ),
    },
  ],
  lookalikes: ["nft-output-drop", "loopback-source-off-host", "no-route", "source-address-selection"],
  search: [
    "bind: Cannot assign requested address",
    "ping -I wrong address",
    "EADDRNOTAVAIL",
    "ip_nonlocal_bind",
    "无法分配请求的地址",
    "ping -I 源地址",
  ],
  page: () => ({
    meaning: text(
      "`ping -I ADDRESS` names an address that this host, or this namespace, does not have. Frequent in namespaces: the address belongs to another one, or was lost when its interface was moved.",
      "`ping -I ADDRESS` 指定的地址不属于本机（本命名空间）。在命名空间里很常见：地址在别的命名空间，或者移动接口时丢失了。",
    ),
    evidence: text(
      "Packets: none. ping prints `bind: Cannot assign requested address`; with ip_nonlocal_bind=1 some versions print nothing but 100% loss (the error is ENETUNREACH). State: the address is not in table `local`. No counter moves.",
      "报文：没有。ping 打印 `bind: Cannot assign requested address`；ip_nonlocal_bind=1 时有些版本只显示 100% 丢包（错误是 ENETUNREACH）。状态：地址不在 local 表里。没有计数器变化。",
    ),
    tellApart: text(
      "source-address-selection: the source is an own address, only not the one that the target can answer. nft-output-drop: the address is there and a rule drops.",
      "source-address-selection：源地址是本机的，只是目标无法回复它。nft-output-drop：地址没有问题，是规则丢弃。",
    ),
    kernel:
      "raw_bind: inet_addr_valid_or_nonlocal → -EADDRNOTAVAIL; ip_route_output_key_hash_rcu: !__ip_dev_find(saddr) → -ENETUNREACH",
  }),
  scenario: "source-not-local",
  negativeTwin: "source-address-selection",
  check: (view) => verdictOfRefusal(view, [["bind", "EADDRNOTAVAIL"]], "likely"),
});
