// Table local no longer comes first: a host's own address can be reached over the wire, as if it were another host's.

import { defineCause, inNamespace } from "../model/cause.ts";
import { text } from "../model/text.ts";

/** Rules stand before `lookup local`, so packets to an own address may leave by a real interface. */
export const cause = defineCause({
  code: "local-table-after-policy-rule",
  severity: "note",
  title: text("own address asked over the wire: table local is not first", "本机地址走了线路：local 表不在最前"),
  headline: ({ target }) =>
    target === undefined
      ? text(
          "own address asked over the wire: table local is not first among the rules",
          "本机地址走了线路：local 表不在最前（规则次序被改过）",
        )
      : text(
          `own address asked over the wire: table local is not first for ${target}`,
          `本机地址走了线路：local 表不在最前，发往 ${target} 的报文没有走 lo`,
        ),
  summary: ({ target, outInterface, rule }) => {
    const by = rule === undefined ? text("A rule", "有一条规则") : text(`The rule "${rule}"`, `规则“${rule}”`);
    return text(
      `${target ?? "The address pinged"} belongs to this very host, and usually such a packet stays on lo. ${by.en} is asked before table \`local\` here, so it leaves by ${outInterface ?? "a real interface"} like a packet to somebody else. Somebody has arranged that on purpose, to test a wire from one host.`,
      `${target ?? "被 ping 的地址"} 就是本机自己的地址，通常这样的报文只走 lo。${by.zh}排在 local 表之前，所以它像发给别人的报文一样从 ${outInterface ?? "真实接口"} 发出。这是有人特意设置的，用来在一台主机上测试线路。`,
    );
  },
  why: () =>
    text(
      "Rules are asked in order of preference; only with the usual rule 0 is table `local` asked first. Once that rule stands further back, an earlier table may send packets for an own address out.",
      "内核按优先级依次查规则；只有保留默认的 0 号规则时才最先查 local 表。把它挪到后面，前面的路由表就可能把发给本机地址的报文送出去。",
    ),
  fixes: (_, netns) => [
    {
      edits: [{ kind: "rule", netns, verb: "add", priority: 0, table: "local" }],
      effect: text(
        "puts table local first again, if the change was not meant",
        "如果不是有意为之，让 local 表重新排在最前",
      ),
    },
    {
      advice: inNamespace(netns, "ip rule"),
      effect: text("shows the rules in the order in which they are asked", "按查找次序显示规则"),
    },
  ],
  lookalikes: ["local-address-via-lo", "reply-via-lo", "answered"],
  search: [
    "send to self",
    "ip rule local table priority",
    "ping own address over wire",
    "本机地址不走 lo",
    "ip rule local 优先级",
    "自发自收",
  ],
  page: () => ({
    meaning: text(
      "A host normally answers itself over lo, because rule 0 asks table `local` before everything else. Where other rules have been put before it, packets to an own address follow those: they leave by an interface, come back in by another, and the wire between the two is really used. People do this to test a cable or a pair of interfaces from one machine.",
      "主机通常经 lo 回答自己，因为 0 号规则让 local 表排在最前。如果别的规则被放到它前面，发往本机地址的报文就按那些规则走：从一个接口出去，从另一个接口回来，两者之间的线路真正被用到。常用于在一台机器上测试网线或一对接口。",
    ),
    evidence: text(
      "State: `ip rule` shows `lookup local` with a preference other than 0, and rules before it. Packets: ARP and both echo packets are seen on the interfaces, lo is silent. accept_local must be 1 on the receiving interface, or the packets are refused there.",
      "状态：`ip rule` 里 `lookup local` 的优先级不是 0，前面还有别的规则。报文：ARP 和来回的 echo 报文都出现在接口上，lo 上没有。接收接口上 accept_local 必须为 1，否则报文会被拒绝。",
    ),
    tellApart: text(
      "With the usual rules the same ping is local-address-via-lo (request and reply on lo), or, bound to an interface, reply-via-lo (requests on the wire, replies on lo). Only the list of rules tells that this was arranged.",
      "规则没有改动时，同样的 ping 是 local-address-via-lo（来回都走 lo），绑定接口时则是 reply-via-lo（请求走线路、应答走 lo）。只有规则列表能说明这是特意安排的。",
    ),
    kernel: "fib_rules_lookup: rules in order of preference; fib_default_rules_init puts `local` at 0",
  }),
  scenario: "local-table-after-policy-rule",
  negativeTwin: "veth-both-addresses",
});
