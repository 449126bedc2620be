// The first address of a subnet was deleted, and the kernel deleted the secondary ones of that subnet with it.

import { defineCause, inNamespace } from "../model/cause.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** An address that went with another one. */
export const cause = defineCause({
  code: "secondary-deleted-with-primary",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", { sysctl: "promote_secondaries" }],
  },
  title: text("secondary address deleted together with the primary", "辅助地址随主地址一起被删除"),
  headline: ({ target, ownerInterface }) => {
    const en = [target, ownerInterface === undefined ? undefined : `on ${ownerInterface}`].filter(
      (p) => p !== undefined,
    );
    const zh = [target, ownerInterface === undefined ? undefined : `（${ownerInterface}）`].filter(
      (p) => p !== undefined,
    );
    return text(
      `secondary address deleted together with the primary${en.length === 0 ? "" : `: ${en.join(" ")}`}`,
      `辅助地址随主地址一起被删除${zh.length === 0 ? "" : `：${zh.join("")}`}`,
    );
  },
  summary: ({ target, ownerInterface, prefix }) =>
    text(
      `With promote_secondaries=0 the kernel deletes the secondary addresses of a subnet together with its primary one. ${target ?? "The address"} was secondary on ${ownerInterface ?? "the interface"}, behind the primary ${prefix ?? "address"}; now both are gone, and deleting the primary was enough for that.`,
      `promote_secondaries=0 时，删除一个网段的主地址，内核会把该网段的辅助地址（secondary）也一起删掉。${target ?? "这个地址"} 之前是 ${ownerInterface ?? "接口"} 上的辅助地址，主地址是 ${prefix ?? "另一个"}；现在两个都不在了，只要有人删了主地址就会这样。`,
    ),
  why: () =>
    text(
      "Secondary addresses hang on the first address of their subnet; unless promote_secondaries (conf/all or the interface) lets one of them take its place, they go with it.",
      "辅助地址依附于同网段的第一个地址；除非 promote_secondaries（conf/all 或该接口）允许其中一个顶上，否则会一起被删除。",
    ),
  fixes: ({ target, ownerInterface, prefix }, netns) => {
    const device = ownerInterface ?? "IF";
    const length = prefix?.split("/")[1];
    return [
      {
        edits: [{ kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/${length ?? "24"}`, device }],
        incomplete: length === undefined,
        effect: text("puts the address back", "把地址加回来"),
      },
      {
        edits: [setting(netns, { [confKey(device, "promote_secondaries")]: "1" })],
        effect: text(
          "next time a secondary address takes the place of the primary",
          "下次删除主地址时，会有一个辅助地址顶上",
        ),
      },
    ];
  },
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "sysctl net.ipv4.conf.all.promote_secondaries"),
      because: text(
        "0 here and on the interface means that secondary addresses go with the primary",
        "这里和接口上都为 0，辅助地址就会随主地址一起被删",
      ),
    },
  ],
  lookalikes: [
    "arp-no-local-owner",
    "target-has-no-address",
    "arp-no-answer",
    "source-not-local",
    "ip-forward-off",
    "echo-no-reply",
  ],
  search: [
    "promote_secondaries",
    "secondary ip deleted with primary",
    "ip addr del removes all addresses",
    "删除一个地址 全部没了",
    "辅助地址消失",
    "secondary 地址丢失",
  ],
  page: () => ({
    meaning: text(
      "An interface had several addresses in one subnet. The first of them is the primary, the others are secondary. Somebody, or a DHCP client or a failover script, deleted the primary, and the others vanished with it. Many distributions set promote_secondaries=1 so that this does not happen; the kernel's own default is 0.",
      "接口在同一网段有多个地址：第一个是主地址，其余是辅助地址。有人（或 DHCP 客户端、主备切换脚本）删除了主地址，其余的就一起消失了。很多发行版设置 promote_secondaries=1 来避免这一点，而内核默认是 0。",
    ),
    evidence: text(
      "Two looks at the state: before, the address with the flag secondary and the primary of its subnet; after, neither. promote_secondaries is 0. One look alone shows only that nobody has the address. Packets: ARP for it stays unanswered.",
      "需要两次状态：之前有带 secondary 标志的地址和同网段的主地址；之后两个都没有。promote_secondaries 为 0。只有一次状态，只能看到没有人拥有这个地址。报文：对它的 ARP 没有应答。",
    ),
    tellApart: text(
      "arp-no-local-owner and target-has-no-address: the same silence, but nothing shows that the address was ever there. That both were deleted one by one looks the same.",
      "arp-no-local-owner、target-has-no-address：同样没有应答，但没有迹象表明曾经有过这个地址。如果两个地址是分别被删除的，看起来也一样。",
    ),
    kernel:
      "__inet_del_ifa: !IN_DEV_PROMOTE_SECONDARIES (IN_DEV_ORCONF) → each IFA_F_SECONDARY of the subnet is deleted",
  }),
  scenario: "secondary-deleted-with-primary",
  negativeTwin: "target-has-no-address",
});
