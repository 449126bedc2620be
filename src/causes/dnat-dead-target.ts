// A published port: DNAT sends the question to an address that nobody has.

import { defineCause, inNamespace } from "../model/cause.ts";
import type { Edit } from "../model/edit.ts";
import type { Facts } from "../model/finding.ts";
import { nftRule, type Remedy } from "../model/remedy.ts";
import { asked } from "../model/service.ts";
import { text } from "../model/text.ts";

// In front of the rule that is out of date. Rules that kube-proxy keeps are mended by its Endpoints.
function sentTo(
  { target, service, protocol, listens }: Facts,
  rule: string | undefined,
  netns: string | null,
): Remedy[] {
  if (listens === undefined || rule === undefined || target === undefined || service === undefined) return [];
  const [first = "", second = "", third = ""] = rule.split(" ");
  const way = protocol ?? "tcp";
  if (/^(?:-A KUBE-|\w+ kube-proxy )/.test(rule)) return [];
  const edit: Edit =
    first === "-A"
      ? {
          kind: "tables-rule",
          netns,
          tool: "iptables",
          verb: "insert",
          table: "nat",
          chain: second,
          rule: `-d ${target} -p ${way} --dport ${service} -j DNAT --to-destination ${listens}`,
        }
      : nftRule(
          netns,
          "insert",
          `${first} ${second} ${third}`,
          `ip daddr ${target} ${way} dport ${service} dnat to ${listens}`,
        );
  return [
    {
      edits: [edit],
      effect: text(
        `sends the port to ${listens}, where somebody listens (with Docker: publish it anew)`,
        `把端口转给 ${listens}，那里有程序在监听（用 Docker 时请重新发布端口）`,
      ),
    },
  ];
}

/** DNAT to a dead address. */
export const cause = defineCause({
  code: "dnat-dead-target",
  severity: "problem",
  marks: {
    drop: "no-end",
    counters: [{ name: "IcmpOutDestUnreachs", of: "namespace", always: false, sometimes: true }],
    decides: ["nft", "iptables"],
    waits: "neighbour",
  },
  title: text("published port leads nowhere: DNAT to a dead address", "发布的端口通向空处：DNAT 的目标地址无人响应"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `published port leads nowhere: DNAT to a dead address${at === "" ? "" : `: ${at}`}`,
      `发布的端口通向空处：DNAT 的目标地址无人响应${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `${facts.router === undefined ? "The publishing host" : facts.router || "This host"} sends what is for ${asked(facts) || "the published port"} on to ${facts.translated ?? "another address"}, and nobody is there: the container or server behind it is gone, or has got another address.`,
      `${facts.router === undefined ? "发布端口的主机" : facts.router === "" ? "本机" : facts.router} 把发往 ${asked(facts) || "所发布端口"} 的报文转给 ${facts.translated ?? "另一个地址"}，而那里没有人：背后的容器或服务器已经不在，或者换了地址。`,
    ),
  why: () =>
    text(
      "A DNAT rule holds an address, not a server: when the server moves, the rule still sends everything to where it was.",
      "DNAT 规则记的是地址而不是服务器：服务器换了地方，规则仍把一切送到原来的地址。",
    ),
  fixes: ({ router, rule, translated, ...facts }, netns) => [
    ...sentTo(facts, rule, router ?? netns),
    {
      advice: inNamespace(router ?? netns, rule?.startsWith("-A ") ? "iptables-save -t nat" : "nft -a list ruleset"),
      effect: text(
        `shows the rule: let it name the server's present address instead of ${translated ?? "the old one"}, or publish the port anew`,
        `列出这条规则：把 ${translated ?? "旧地址"} 改成服务器现在的地址，或重新发布端口`,
      ),
    },
  ],
  settle: ({ router }, netns) => [
    {
      command: inNamespace(router ?? netns, "ip neigh"),
      because: text(
        "the address behind the rule is FAILED or INCOMPLETE, or has no entry",
        "规则后面的那个地址是 FAILED 或 INCOMPLETE，或者没有表项",
      ),
    },
  ],
  lookalikes: ["forward-next-hop-arp-failed", "nft-forward-drop", "iptables-drop", "port-no-listener"],
  search: [
    "published port not reachable",
    "DNAT to dead container",
    "stale DNAT rule",
    "port forwarding does not work",
    "docker port publish",
    "端口映射不通",
    "端口转发不通",
  ],
  page: () => ({
    meaning: text(
      "Publishing a port is a rule of address translation on the host. It outlives the server that it was made for.",
      "发布端口就是主机上的一条地址转换规则，它比为之建立的服务器活得更久。",
    ),
    evidence: text(
      "State: the DNAT rule, and no host with the address that it gives. Packets: the SYN for the published port, then ARP questions for the other address without an answer; the asker may get host unreachable (IcmpOutDestUnreachs).",
      "状态：有 DNAT 规则，而没有主机持有它给出的地址。报文：发往所发布端口的 SYN，接着是对另一个地址的 ARP 询问而没有应答；请求方可能得到主机不可达（IcmpOutDestUnreachs）。",
    ),
    tellApart: text(
      "port-no-listener: the server is there and nothing listens. nft-forward-drop, iptables-drop: a rule behind the translation drops it.",
      "port-no-listener：服务器在，但没有程序监听。nft-forward-drop、iptables-drop：转换之后被规则丢弃。",
    ),
    kernel: "nf_nat_setup_info (DST); ip_forward \u2192 arp_solicit without an answer \u2192 dst_link_failure",
  }),
  scenario: "dnat-dead-target",
  negativeTwin: "published-ok",
});
