// An address on an interface that is down is still the host's own, and still answered by way of others.

import { defineCause } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Weak host model: the address lives as long as the host. */
export const cause = defineCause({
  code: "address-on-down-interface",
  severity: "note",
  title: text("answered for an address of an interface that is down", "应答的地址属于没有启用的接口"),
  headline: ({ target, ownerInterface, state }) => {
    const en = [
      target,
      ownerInterface === undefined ? undefined : `on ${ownerInterface}`,
      state === undefined ? undefined : `(${state})`,
    ]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [
      ownerInterface === undefined ? undefined : `${ownerInterface} 上${target === undefined ? "" : "的"}`,
      target,
      state === undefined ? undefined : `（状态 ${state}）`,
    ]
      .filter((p) => p !== undefined)
      .join(" ")
      .replace(" （", "（");
    return text(
      `answered for an address of an interface that is down${en === "" ? "" : `: ${en}`}`,
      `应答的地址属于没有启用的接口${zh === "" ? "" : `：${zh}`}`,
    );
  },
  summary: ({ target, inInterface, ownerInterface }) =>
    text(
      `${target ?? "The address"} belongs to ${ownerInterface ?? "an interface"}, which is down or has no carrier. The host answers for it all the same, by ${inInterface ?? "the interface that the request came in by"}. So a working ping says nothing about the state of ${ownerInterface ?? "that interface"}.`,
      `${target ?? "该地址"} 属于 ${ownerInterface ?? "某个接口"}，而它没有启用或没有载波。主机照样经 ${inInterface ?? "请求进来的接口"} 为它应答。所以 ping 通并不能说明 ${ownerInterface ?? "那个接口"} 是好的。`,
    ),
  why: () =>
    text(
      "To Linux an address belongs to the host, not to the interface; when an interface goes down, its connected routes go, but its entry in table `local` stays.",
      "对 Linux 来说，地址属于主机而不属于接口；接口关闭时，直连路由会消失，但 local 表里的条目还在。",
    ),
  fixes: ({ target, ownerInterface }, netns) => [
    {
      edits: [
        {
          kind: "address",
          netns,
          verb: "del",
          address: `${target ?? "ADDRESS"}/LENGTH`,
          device: ownerInterface ?? "IF",
        },
      ],
      effect: text(
        "only where the address must not answer any more; arp_ignore=1 keeps other interfaces from answering ARP for it",
        "只在不希望它继续应答时才删；设置 arp_ignore=1 也能让其他接口不再为它应答 ARP",
      ),
    },
  ],
  lookalikes: ["answered", "arp-flux", "local-address-via-lo", "proxy-arp"],
  search: [
    "weak host model",
    "ping works although interface is down",
    "address on down interface answers",
    "接口 down 仍能 ping 通",
    "网卡关闭还能 ping 通",
    "弱主机模型",
  ],
  page: () => ({
    meaning: text(
      "The address that was pinged is on an interface that is down, and the ping works. Linux keeps answering for it through the interfaces that are up. The interface itself carries nothing, which surprises those who capture there or test a link by ping.",
      "被 ping 的地址在一个没有启用的接口上，ping 却是通的。Linux 会通过其他已启用的接口继续应答。那个接口本身没有任何流量，这会让在那里抓包、或靠 ping 检查链路的人感到意外。",
    ),
    evidence: text(
      "Packets: request and reply at another interface of the host, none at the one that has the address. State: no UP flag, or NO-CARRIER, at the interface; the address still in table `local`.",
      "报文：请求和应答都在主机的另一个接口上，拥有该地址的接口上什么也没有。状态：该接口没有 UP 标志或为 NO-CARRIER，地址仍在 local 表里。",
    ),
    tellApart: text(
      "arp-flux: both interfaces are up and both answer. proxy-arp: the answering host does not have the address. With arp_ignore=1 the same ping fails (arp-ignore-1).",
      "arp-flux：两个接口都启用了，都会应答。proxy-arp：应答的主机没有这个地址。如果 arp_ignore=1，同样的 ping 就不通（arp-ignore-1）。",
    ),
    kernel: "fib_sync_down_dev leaves local routes alone (nhc_scope RT_SCOPE_NOWHERE); ip_route_input_slow: RTN_LOCAL",
  }),
  scenario: "address-on-down-interface",
  negativeTwin: "arp-ignore-1",
});
