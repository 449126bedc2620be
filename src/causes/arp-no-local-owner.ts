// An ARP request for an address that no interface of the receiving host owns: consumed in silence, counted nowhere.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { FlowIndex } from "../model/flow-index.ts";
import { framesOf, interfacesOf, quietWires, unansweredArp } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** ARP asks for an address that nobody on the segment has. */
export const cause = defineCause({
  code: "arp-no-local-owner",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: ["addr"],
    asked: { threads: 8, order: 2 },
    absent: "target",
    waits: "neighbour",
  },
  title: text("ARP dropped: no local owner", "ARP 被丢弃：本机无此地址"),
  headline: ({ target }) =>
    target === undefined
      ? text("ARP dropped: no local owner of the address asked for", "ARP 被丢弃：本机无此地址（即被询问的地址）")
      : text(`ARP dropped: no local owner of ${target}`, `ARP 被丢弃：本机无此地址 ${target}`),
  summary: ({ target, outInterface, inInterface, count, basis }) => {
    const times = count === undefined ? "" : count === "1" ? " once" : ` ${count} times`;
    const zhTimes = count === undefined ? "" : `，共 ${count} 次`;
    const asked = text(
      `${outInterface ?? "The pinging host"} asked "who has ${target ?? "the address"}?"${times}.`,
      `${outInterface ?? "发起 ping 的主机"} 广播询问“谁是 ${target ?? "目标地址"}？”${zhTimes}。`,
    );
    if (basis === "packets") {
      return text(
        `${asked.en} ${inInterface === undefined ? "" : `The question reached ${inInterface}. `}No answer was seen, and no packet in these captures ever came from ${target ?? "that address"}.`,
        `${asked.zh}${inInterface === undefined ? "" : `请求到达了 ${inInterface}，但`}没有看到应答，这些抓包里也没有任何报文来自 ${target ?? "该地址"}。`,
      );
    }
    const place =
      inInterface === undefined
        ? text("The kernel that received it", "收到请求的内核")
        : text(
            `${count === undefined || count === "1" ? "The question" : "Each question"} came out of ${inInterface}, and the kernel there`,
            `请求从 ${inInterface} 进来，那里的协议栈`,
          );
    return text(
      `${asked.en} ${place.en} silently ignored it: none of its interfaces has that address. The kernel does not count this as a drop.`,
      `${asked.zh}${place.zh}没有任何接口配置了这个地址，于是不应答，静默丢弃。内核并不把它算作丢包，所以丢包统计和跟踪工具里都看不到。`,
    );
  },
  why: () =>
    text(
      "A kernel answers ARP only for addresses in its table `local`, or for those it is told to proxy; any other request ends in a plain free, as if it had been processed.",
      "内核只为 local 路由表里的地址（或被要求代理的地址）应答 ARP；其他请求按“已处理”直接释放，不产生丢包事件。",
    ),
  fixes: ({ target, inInterface, prefix }, netns) => {
    const length = prefix?.split("/")[1];
    const device = inInterface ?? "IF";
    const adjust =
      length === undefined
        ? text(" (put your subnet's length in place of /24)", "（/24 请换成你的子网前缀长度）")
        : text("", "");
    return [
      {
        edits: [{ kind: "address", netns, verb: "add", address: `${target ?? "ADDRESS"}/${length ?? "24"}`, device }],
        incomplete: length === undefined,
        effect: text(
          `gives ${device} the address${adjust.en}; where asker and answerer share one namespace, accept_local is needed too, see accept-local-off`,
          `把地址配到 ${device} 上${adjust.zh}；如果两端在同一个命名空间里，还需要 accept_local，见 accept-local-off`,
        ),
      },
      {
        advice: inNamespace(netns, "ip -br addr"),
        effect: text(
          "shows the addresses this end does have: perhaps one of them was meant",
          "查看这一端实际有哪些地址：也许本来要 ping 的是其中之一",
        ),
      },
    ];
  },
  settle: ({ target }) => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        `taken on the receiving host, it shows whether any interface there has ${target ?? "the address"}`,
        `在接收端主机上执行，就能知道那里有没有接口配置了 ${target ?? "该地址"}`,
      ),
    },
  ],
  faults: ({ netns, role, inInterface, address }) =>
    (role === "target" || role === "router") && inInterface !== null && address !== null
      ? [[{ kind: "address", netns, verb: "del", address, device: inInterface }]]
      : [],
  lookalikes: [
    "accept-local-off",
    "rp-filter-arp",
    "arp-ignore-1",
    "arp-filter",
    "target-has-no-address",
    "wrong-netmask",
  ],
  search: ["no ARP reply", "incomplete", "Destination Host Unreachable", "ARP 没有应答", "ARP 请求无响应", "ping 不通"],
  page: () => ({
    meaning: text(
      "Somebody asks by ARP who has an address, the question arrives, and the host that receives it has the address on none of its interfaces. Linux answers only for its own addresses, so it stays silent. After three unanswered questions, about three seconds later, the asker gives up and tells itself that the host is unreachable. The echo request never leaves.",
      "有人用 ARP 询问某个地址，请求也到达了，但收到请求的主机没有任何接口配置这个地址。Linux 只为自己的地址应答，所以保持沉默。问三次都没有应答，大约三秒后，询问方放弃，并给自己发一个主机不可达。echo 请求始终没有发出去。",
    ),
    evidence: text(
      "Packets: the same who-has about once a second, up to three times a round, at both ends of the link, no reply, no echo request on the wire, then an ICMP host unreachable on the asker's lo. State: no entry for the address in table `local` of any host on the segment. The kernel has no drop event and no counter for it; drop monitors show nothing.",
      "报文：同一个 who-has 大约每秒一次，一轮最多三次，链路两端都能看到，没有应答，线上没有 echo 请求，最后在询问方的 lo 上出现 ICMP 主机不可达。状态：同一网段所有主机的 local 路由表里都没有这个地址。内核对此既没有丢包事件也没有计数器，丢包监控工具什么也看不到。",
    ),
    tellApart: text(
      "Every other silent ARP has an owner of the address: accept-local-off and accept-local-but-rp-filter (the asker's address is the receiver's own too), rp-filter-arp (the way back to the asker is another interface), arp-ignore-1 and arp-filter (told not to answer here). In a capture they all look the same; `ip route show table local` on the receiver decides.",
      "其他“沉默的 ARP”都有地址的主人：accept-local-off 和 accept-local-but-rp-filter（询问者的地址也是接收方自己的）、rp-filter-arp（回程走另一个接口）、arp-ignore-1 和 arp-filter（被设置为不在这里应答）。抓包看起来完全一样，要看接收方的 `ip route show table local`。",
    ),
    kernel: "arp_process: ip_route_input_noref(tip, sip) is not RTN_LOCAL and nothing proxies; consume_skb",
  }),
  scenario: "veth-one-address",
  negativeTwin: "two-namespaces",
  check: (view) => {
    const [round] = unansweredArp(view.flow);
    const question = round?.exchange.requests[0];
    // An address that speaks somewhere has an owner; then nothing favours this cause over its look-alikes. Nor does
    // anything where the question did not come to all who looked: the owner may sit there.
    if (!round || !question || FlowIndex.of(view.flows).voiceOf(round.exchange.target) !== null) return null;
    if (quietWires(view, question).length > 0) return null;
    const { exchange, count } = round;
    const last = question.sightings.at(-1)?.frame;
    if (!last) return null;
    const target = formatIpv4(exchange.target);
    return {
      certainty: "likely",
      netns: last.vantage.netns,
      interface: last.vantage.interface,
      facts: {
        target,
        source: formatIpv4(exchange.asker),
        count: String(exchange.requests.length * count),
        ...interfacesOf(question),
      },
      evidence: [
        {
          basis: "seen",
          text: text(`ARP who-has ${target}`, `ARP 请求：谁是 ${target}`),
          frames: framesOf(exchange.requests),
        },
        {
          basis: "missing",
          text: text(
            `no ARP reply, and no packet from ${target}, in any capture`,
            `所有抓包里没有 ARP 应答，也没有来自 ${target} 的报文`,
          ),
        },
      ],
      ruledOut: [],
    };
  },
});
