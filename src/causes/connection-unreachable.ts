// An ICMP error answers the connection, or the question over UDP: somebody on the way, or the target, refuses it.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { addressOfService, connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import { pingErrorName } from "../model/icmp-names.ts";
import { nothingListens } from "../model/ordinary-errors.ts";
import { type Text, text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

/** An ICMP error in place of an answer. */
export const cause = defineCause({
  code: "connection-unreachable",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("an ICMP error in place of an answer", "得到的是 ICMP 差错而不是应答"),
  headline: (facts) =>
    facts.basis === "told"
      ? text(
          `${facts.value === "ENETUNREACH" ? "network is unreachable" : "no route to host"}: ${addressOfService(facts).en}`,
          `${facts.value === "ENETUNREACH" ? "网络不可达" : "没有到主机的路由"}：${addressOfService(facts).zh}`,
        )
      : text(
          `an ICMP error in place of an answer: ${addressOfService(facts).en}${facts.router === undefined ? "" : `, from ${facts.router}`}`,
          `得到的是 ICMP 差错而不是应答：${addressOfService(facts).zh}${facts.router === undefined ? "" : `，由 ${facts.router} 发出`}`,
        ),
  summary: (facts) => {
    if (facts.basis === "told")
      return facts.value === "ENETUNREACH"
        ? text(
            `The program was told "Network is unreachable": its own host has no route to ${facts.target ?? "the target"}, or a router on the way has none and said so.`,
            `程序得到的是 “Network is unreachable”：要么本机没有到 ${facts.target ?? "目标"} 的路由，要么途中的路由器没有路由并回了差错。`,
          )
        : text(
            `The program was told "No route to host". That is seldom a missing route: nobody answered ARP for ${facts.target ?? "the target"} or for its gateway (after about three seconds), or a firewall rejects with an ICMP error (at once; firewalld does).`,
            `程序得到的是 “No route to host”。这很少是真的缺路由：要么 ${facts.target ?? "目标"} 或网关的 ARP 没有应答（大约三秒之后），要么防火墙用 ICMP 差错拒绝（立刻返回；firewalld 就是这样）。`,
          );
    const name = facts.error ?? "";
    const errno =
      facts.value === undefined
        ? text("", "")
        : text(` The program gets ${facts.value}.`, `程序得到的是 ${facts.value}。`);
    return text(
      `${facts.router ?? "A host on the way"} answers what ${facts.source ?? "the asker"} sent to ${addressOfService(facts).en} with an ICMP error${errorName(name).en}. ${reasonsOf(name).en}${errno.en}`,
      `${facts.source ?? "请求方"} 发给 ${addressOfService(facts).zh} 的报文，${facts.router ?? "途中的主机"} 用 ICMP 差错答复${errorName(name).zh}。${reasonsOf(name).zh}${errno.zh}`,
    );
  },
  why: () =>
    text(
      "Linux hands an ICMP error about a connection that is being made to its socket, which fails with the errno that belongs to it.",
      "正在建立的连接收到 ICMP 差错时，Linux 把它交给套接字，套接字以对应的 errno 失败。",
    ),
  fixes: () => [],
  settle: ({ target }, netns) => [
    {
      command: inNamespace(netns, `ip route get ${target ?? "TARGET"}`),
      because: text(
        "on the host that sent the error: has it a route, and does a rule reject?",
        "在发出差错的主机上：它有路由吗？有没有规则拒绝？",
      ),
    },
  ],
  lookalikes: ["nft-reject", "forward-no-route", "forward-next-hop-arp-failed"],
  search: ["no route to host", "EHOSTUNREACH", "ENETUNREACH", "ICMP unreachable TCP", "没有到主机的路由", "目标不可达"],
  page: () => ({
    meaning: text(
      "Somebody said why it cannot be: a router without a route, a router whose next hop answers no ARP, a firewall that rejects with an ICMP error.",
      "有人说明了为什么不行：没有路由的路由器、下一跳 ARP 没有应答的路由器，或者用 ICMP 差错拒绝的防火墙。",
    ),
    evidence: text(
      "Packets: an ICMP error that quotes the SYN or the datagram. Code 1 is mostly an ARP that failed (after about three seconds) or a rule, code 0 a missing route, codes 9, 10 and 13 a rule, code 3 from another host than the target a rule.",
      "报文：引用了该 SYN 或数据报的 ICMP 差错。代码 1 多半是 ARP 失败（约三秒之后）或规则，代码 0 是没有路由，代码 9、10、13 是规则，不是由目标发出的代码 3 也是规则。",
    ),
    tellApart: text(
      "nothing-listens: the target itself says port unreachable for UDP. tcp-refused: a reset.",
      "nothing-listens：目标自己对 UDP 回端口不可达。tcp-refused：是 RST。",
    ),
    kernel: "icmp_unreach → tcp_v4_err, udp_err (icmp_err_convert)",
  }),
  scenario: "connection-unreachable",
  negativeTwin: "tcp-forward-no-route",
  check: (view) => {
    const ended = firstEnd(view, "error", "tcp") ?? firstEnd(view, "error", "udp");
    if (ended === null && view.flow.told !== undefined)
      return byWords(view.flow, "any", ["EHOSTUNREACH", "ENETUNREACH"]);
    if (ended === null || nothingListens(view.flow) !== null) return null;
    const { journey } = ended.end;
    const { network } = journey.sightings[0] ?? {};
    if (network?.kind !== "icmp" || network.icmp === null) return null;
    const { type, code } = network.icmp;
    if (type === 3 && SAID_ELSEWHERE.has(`${ended.exchange.kind} ${code}`)) return null;
    const { netns, interface: name } = lastPlace(journey);
    const errno = type === 3 ? ERRNOS.get(code ?? 0) : undefined;
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...connectionFacts(ended),
        router: formatIpv4(network.ip.source),
        error: `${type}/${code ?? "?"}`,
        ...(errno === undefined ? {} : { value: errno }),
      },
      evidence: [
        sightOf(text(`ICMP error type ${type} code ${code ?? "?"}`, `ICMP 差错，类型 ${type}，代码 ${code ?? "?"}`), [
          journey,
        ]),
      ],
      ruledOut: [],
    };
  },
});

// icmp_err_convert of net/ipv4/icmp.c.
const ERRNOS = new Map([
  [0, "ENETUNREACH"],
  [1, "EHOSTUNREACH"],
  [2, "ENOPROTOOPT"],
  [3, "ECONNREFUSED"],
  [4, "EMSGSIZE"],
  [9, "ENETUNREACH"],
  [10, "EHOSTUNREACH"],
  [13, "EHOSTUNREACH"],
]);

// A closed TCP port resets, so a code that forbids, or a port that is not reachable, is a rule's; too large is a matter of size.
const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  "tcp 3",
  "tcp 4",
  "tcp 9",
  "tcp 10",
  "tcp 13",
  "udp 4",
  "udp 9",
  "udp 10",
  "udp 13",
]);

function errorName(typeAndCode: string): Text {
  const [type, code] = typeAndCode.split("/").map(Number);
  if (type === undefined || code === undefined || Number.isNaN(type) || Number.isNaN(code)) return text("", "");
  const name = pingErrorName(type, code);
  return text(` “${name.en}”`, `“${name.zh}”`);
}

// icmp_send in ip_error, ipv4_link_failure and the reject targets.
function reasonsOf(typeAndCode: string): Text {
  switch (typeAndCode) {
    case "3/0":
      return text("It has no route there, or a rule rejects.", "它没有到那里的路由，或者有规则拒绝。");
    case "3/1":
      return text(
        "Nobody answers its ARP there, a route of type unreachable says so, or a rule rejects.",
        "那里没有主机应答它的 ARP，或者有 unreachable 类型的路由，或者有规则拒绝。",
      );
    case "3/9":
    case "3/10":
    case "3/13":
      return text("A rule rejects, or a route of type prohibit says so.", "有规则拒绝，或者有 prohibit 类型的路由。");
    default:
      return text("It cannot pass the packet on, or a rule rejects.", "它无法转发这个报文，或者有规则拒绝。");
  }
}
