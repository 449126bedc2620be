// arp_ignore=3: addresses with scope host are not answered for.

import { defineCause, inNamespace } from "../model/cause.ts";
import { interfaceSetting } from "../model/fault-place.ts";
import { allAnd, alsoForAll, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The address counts as the host's private one. */
export const cause = defineCause({
  code: "arp-ignore-3",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "arp_ignore", values: ["3"] }, "addr"],
    waits: "neighbour",
  },
  title: text("ARP not answered: arp_ignore=3", "ARP 不应答：arp_ignore=3"),
  headline: ({ target }) =>
    text(
      `ARP not answered: arp_ignore=3, and ${target ?? "the address"} has scope host`,
      `ARP 不应答：arp_ignore=3，而 ${target ?? "该地址"} 的作用域是 host`,
    ),
  summary: ({ target, inInterface, ownerInterface, sysctl }) =>
    text(
      `The question for ${target ?? "the address"} reaches ${inInterface ?? "the receiving interface"}, and the host has that address${ownerInterface === undefined ? "" : ` on ${ownerInterface}`}. But it was added with scope host, and ${sysctl === undefined ? "arp_ignore=3" : `${sysctl}=3`} answers for no such address. The request is silently discarded.`,
      `对 ${target ?? "该地址"} 的询问到达了 ${inInterface ?? "接收接口"}，主机${ownerInterface === undefined ? "" : `在 ${ownerInterface} 上`}有这个地址。但它的作用域是 host，而 ${sysctl === undefined ? "arp_ignore=3" : `${sysctl}=3`} 不为这种地址应答。请求被静默丢弃。`,
    ),
  why: () =>
    text(
      "Scope host means: valid only inside this host. By default ARP answers for such addresses all the same; arp_ignore=3 takes the scope seriously. The larger of conf/all and the interface counts.",
      "作用域 host 表示地址只在本机内部有效。默认情况下 ARP 照样为它应答；arp_ignore=3 则认真对待作用域。取 conf/all 与该接口中较大的值。",
    ),
  fixes: ({ target, inInterface, ownerInterface }, netns) => {
    const device = (inInterface ?? "IF").replaceAll(".", "/");
    const home = ownerInterface ?? "lo";
    return [
      {
        edits: [setting(netns, allAnd(device, "arp_ignore", "0"))],
        effect: text(
          "answers for all own addresses again; both must be 0, since the larger counts",
          "恢复为所有本机地址应答；取较大的值，所以两个都要为 0",
        ),
      },
      {
        edits: [
          { kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/32`, device: home, scope: "global" },
        ],
        effect: text(
          `or, after \`ip addr del ${target ?? "ADDRESS"}/LENGTH dev ${home}\`: the scope of an address cannot be changed in place`,
          `或者先 \`ip addr del ${target ?? "ADDRESS"}/LENGTH dev ${home}\`，再添加：地址的作用域不能直接修改`,
        ),
      },
    ];
  },
  assumes: alsoForAll("arp_ignore", "0"),
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip addr show to ${target ?? "ADDRESS"}`),
      because: text(
        'on the host that should answer: "scope host" in that line and arp_ignore=3 mean it is this',
        "在应当应答的主机上执行：这一行里有“scope host”，并且 arp_ignore=3，就是这个原因",
      ),
    },
  ],
  faults: ({ netns, role, inInterface, address }) =>
    (role === "target" || role === "router") && inInterface !== null && address !== null
      ? [
          [
            { kind: "address", netns, verb: "del", address, device: inInterface },
            { kind: "address", netns, verb: "add", address, device: inInterface, scope: "host" },
            interfaceSetting(netns, inInterface, "arp_ignore", "3"),
          ],
        ]
      : [],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "arp-ignore-1", "arp-ignore-8", "rp-filter-arp", "arp-filter"],
  search: ["arp_ignore=3", "scope host", "no ARP reply", "ARP 没有应答", "作用域 host", "不回 arp"],
  page: () => ({
    meaning: text(
      "The address was added with `scope host`, and arp_ignore=3 tells the host to answer only for global and link addresses. From outside the address seems not to exist.",
      "地址是用 `scope host` 添加的，而 arp_ignore=3 让主机只为 global 和 link 作用域的地址应答。从外面看，这个地址好像不存在。",
    ),
    evidence: text(
      "Packets: who-has three times a second apart, no reply. State: `scope host` at the address, the larger of conf/all and conf/IF arp_ignore is 3. Consumed at arp_process; no drop event, no counter.",
      "报文：who-has 间隔一秒共三次，没有应答。状态：地址带 `scope host`，conf/all 与 conf/IF 的 arp_ignore 较大者为 3。在 arp_process 处被消费，没有丢包事件，也没有计数。",
    ),
    tellApart: text(
      "arp-ignore-1 looks at the interface and not at the scope; with arp_ignore=3 addresses of other interfaces are answered for, if they are global. arp-no-local-owner: no such address at all.",
      "arp-ignore-1 看的是接口而不是作用域；arp_ignore=3 时，其他接口上的 global 地址照样应答。arp-no-local-owner：根本没有这个地址。",
    ),
    kernel:
      "arp_process → arp_ignore: inet_confirm_addr(NULL, 0, tip, RT_SCOPE_LINK) (IN_DEV_ARP_IGNORE: IN_DEV_MAXCONF)",
  }),
  scenario: "arp-ignore-3",
  negativeTwin: "arp-ignore-8",
});
