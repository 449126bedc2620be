// A host answers that nothing listens on the UDP port, or that it does not speak the protocol: no firewall is needed for that.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import type { Flow } from "../model/flow.ts";
import { nothingListens, traceReached } from "../model/ordinary-errors.ts";
import { text } from "../model/text.ts";
import { byWords } from "../model/told-connection.ts";

/** A closed UDP port, or a protocol that the target does not speak. */
export const cause = defineCause({
  code: "nothing-listens",
  severity: "warning",
  title: text("nothing listens there", "那里没有程序在监听"),
  headline: ({ target, size }) => {
    const port = size === undefined || size === "" ? text("", "") : text(`, UDP port ${size}`, `，UDP 端口 ${size}`);
    return target === undefined
      ? text("nothing listens there", "那里没有程序在监听")
      : text(`nothing listens there: ${target}${port.en}`, `那里没有程序在监听：${target}${port.zh}`);
  },
  summary: ({ target, size, error }) =>
    error === "3/2"
      ? text(
          `${target ?? "The target"} answers "protocol unreachable": its kernel has no handler for this IP protocol. The packet did arrive.`,
          `${target ?? "目标"} 答复“协议不可达”：它的内核没有处理这种 IP 协议的模块。报文确实到了。`,
        )
      : text(
          `${target ?? "The target"} answers "port unreachable": the datagram arrived, and no program has a socket on UDP port ${size ?? "asked for"}. A firewall rule that rejects may send the same; a closed port needs none.`,
          `${target ?? "目标"} 答复“端口不可达”：数据报到了，但没有程序在所问的 UDP 端口${size === undefined ? "" : ` ${size} `}上打开套接字。防火墙的 reject 规则也可能发同样的差错，但端口没开就足以如此。`,
        ),
  why: () =>
    text(
      "For a datagram without a socket Linux sends port unreachable, for a protocol that nothing handles protocol unreachable: the ordinary answers of a host that was reached.",
      "数据报找不到套接字时，Linux 回复端口不可达；没有任何模块处理的协议，则回复协议不可达。这是报文已到达主机后的正常答复。",
    ),
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ss -lun"),
      because: text(
        "on the host that answered: which UDP ports have a listener, and on which addresses",
        "在答复的那台主机上：哪些 UDP 端口有程序监听，监听在哪些地址上",
      ),
    },
    {
      command: inNamespace(netns, "nft list ruleset"),
      because: text(
        "there: whether a rule rejects, which would say the same",
        "同样在那里：有没有 reject 规则，它会给出同样的差错",
      ),
    },
  ],
  fixes: () => [],
  lookalikes: [],
  search: ["port unreachable", "UDP connection refused", "ECONNREFUSED UDP", "UDP 端口不可达", "端口没有监听"],
  page: () => ({
    meaning: text(
      "The packet got where it was meant to go, and the host said that nobody there takes it: no socket on that UDP port, or no handler for that protocol. The sender's program sees Connection refused.",
      "报文到了该到的地方，主机说那里没人收：该 UDP 端口上没有套接字，或者没有处理这种协议的模块。发送方的程序会看到 Connection refused。",
    ),
    evidence: text(
      "Packets: ICMP type 3 code 3 that quotes a UDP datagram, or code 2, from the very address it was for. No state is needed for it. A rule that rejects sends code 3 by default, too, mostly for pings as well; where the state shows one, that is told first. No lab scenario stands here, since the lab pings.",
      "报文：类型 3 代码 3 的 ICMP 差错，里面引用的是 UDP 数据报；或者代码 2；而且正是由目标地址发出的。不需要任何状态信息。reject 规则默认也发代码 3，而且往往对 ping 也一样；状态里有这样的规则时，会先说规则。实验环境只做 ping，所以这里没有对应的场景。",
    ),
    tellApart: text(
      "nft-reject: a ping is answered by code 3, or a router in between sends it: no kernel does that of itself.",
      "nft-reject：ping 收到代码 3，或者由途中的路由器发出：内核自己不会这样做。",
    ),
    kernel: "__udp4_lib_rcv → icmp_send(ICMP_PORT_UNREACH), NO_SOCKET; ip_protocol_deliver_rcu → ICMP_PROT_UNREACH",
  }),
  scenario: null,
  negativeTwin: null,
  check: ({ flow }) => {
    if (flow.told !== undefined) return byItsWords(flow);
    const error = traceReached(flow) === null ? nothingListens(flow) : null;
    if (error === null) return null;
    const target = formatIpv4(flow.dst);
    const port = error.quoted.ports?.destination;
    return {
      certainty: "likely",
      netns: null,
      interface: null,
      facts: {
        target,
        error: `${error.type}/${error.code}`,
        ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
        ...(port === undefined ? {} : { size: String(port) }),
      },
      evidence: [
        {
          basis: "seen",
          text: text(
            `ICMP error type ${error.type} code ${error.code} from ${target} itself`,
            `${target} 自己发出的 ICMP 差错，类型 ${error.type}，代码 ${error.code}`,
          ),
          frames: [error.frame],
        },
      ],
      ruledOut: [],
      alike: ["nft-reject"],
    };
  },
});

// Over UDP "connection refused" is what port unreachable becomes (icmp_err_convert).
function byItsWords(flow: Flow) {
  const told = byWords(flow, "udp", ["ECONNREFUSED"], ["nft-reject"]);
  return (
    told && {
      ...told,
      facts: { ...told.facts, ...(told.facts.service === undefined ? {} : { size: told.facts.service }) },
    }
  );
}
