// The ARP request comes from an address that the receiving host owns itself: without accept_local it is refused in silence.

import { defineCause, inNamespace, isOnTwoHosts } from "../model/cause.ts";
import { alsoForAll, confKey, type Remedy, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Both ends of the link are one host, and its kernel takes its own address from a wire for a forgery. */
export const cause = defineCause({
  code: "accept-local-off",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "accept_local", values: ["0"] }, "addr"],
    asked: { threads: 8, order: 1, told: true },
    waits: "neighbour",
  },
  title: text("ARP refused: the sender is an own address", "ARP 被拒绝：发送方是本机地址"),
  headline: ({ source, inInterface, basis }) => {
    const where =
      inInterface === undefined || basis === "packets"
        ? text("", "")
        : text(`, accept_local=0 on ${inInterface}`, `，${inInterface} 上 accept_local=0`);
    return text(
      `ARP refused: the sender is an own address${source === undefined ? "" : ` (${source})`}${where.en}`,
      `ARP 被拒绝：发送方是本机地址${source === undefined ? "" : `（${source}）`}${where.zh}`,
    );
  },
  summary: (facts) => {
    const { target, source, outInterface, inInterface, basis } = facts;
    const asked = text(
      `${outInterface ?? "The pinging host"} asked who has ${target ?? "the address"}, and the question ${inInterface === undefined ? "arrived" : `reached ${inInterface}`}.`,
      `${outInterface ?? "发起 ping 的主机"} 询问谁是 ${target ?? "目标地址"}，请求到达了${inInterface === undefined ? "" : ` ${inInterface}`}。`,
    );
    if (basis === "packets") {
      return text(
        `${asked.en} No answer was seen. If ${source ?? "the asker's address"} belongs to the receiving host as well, as with a veth pair inside one namespace, its kernel refuses the question as forged.`,
        `${asked.zh}没有看到应答。如果 ${source ?? "询问者的地址"} 同时也属于接收方主机（例如一对 veth 都在同一个命名空间里），内核会把这个请求当作伪造而拒绝。`,
      );
    }
    if (isOnTwoHosts(facts)) {
      const there = facts.owner || "the host there";
      return text(
        `${asked.en} But ${there} has the asker's address${source === undefined ? "" : ` ${source}`} too: one address on two hosts. With accept_local=0 its kernel takes its own address coming in from a wire for forged, and gives no answer. No drop event and no counter shows it.`,
        `${asked.zh}但${facts.owner ? ` ${facts.owner} ` : "那台主机"}也有询问者的地址${source === undefined ? "" : ` ${source}`}：同一个地址配在了两台主机上。accept_local=0 时，内核把从线上进来、源地址却是自己地址的请求当作伪造，不予应答；没有丢包事件，也没有计数器。`,
      );
    }
    return text(
      `${asked.en} ${target ?? "That address"} is there, but so is ${source ?? "the asker's address"}: both belong to this one host. With accept_local=0 the kernel takes its own address coming in from a wire for forged, and gives no answer. No drop event and no counter shows it.`,
      `${asked.zh}${target ?? "该地址"} 确实在那里，但 ${source ?? "询问者的地址"} 也在：两个地址属于同一台主机。accept_local=0 时，内核把从线上进来、源地址却是自己地址的请求当作伪造，不予应答；没有丢包事件，也没有计数器。`,
    );
  },
  why: () =>
    text(
      "The kernel checks the sender of an ARP request as it checks the source of an IP packet: an own address that comes in from outside is refused unless accept_local is 1, in conf/all or on the receiving interface.",
      "内核检查 ARP 请求的发送方，就像检查 IP 报文的源地址：从外面进来的本机地址会被拒绝，除非 conf/all 或接收接口的 accept_local 为 1。",
    ),
  fixes: (facts, netns) => {
    const { source, inInterface, owner, ownerInterface, ownAddress } = facts;
    const device = inInterface ?? "IF";
    const twice: Remedy[] = isOnTwoHosts(facts)
      ? [
          {
            edits: [
              {
                kind: "address",
                netns: owner ?? netns,
                verb: "del",
                address: ownAddress ?? `${source ?? "ADDRESS"}/LENGTH`,
                device: ownerInterface ?? "IF",
              },
            ],
            effect: text(
              "one address on two hosts cannot work: takes it off this one (or change the other)",
              "同一个地址配在两台主机上是行不通的：从这一台上删掉（或者改另一台）",
            ),
          },
        ]
      : [];
    return [
      ...twice,
      {
        edits: [setting(netns, { [confKey(device, "accept_local")]: "1" })],
        effect: text(
          `lets ${device} take packets from own addresses; rp_filter must not be 1 there, see accept-local-but-rp-filter`,
          `允许 ${device} 接收源地址为本机地址的报文；那里的 rp_filter 不能是 1，见 accept-local-but-rp-filter`,
        ),
      },
      {
        advice: inNamespace(netns, `ip link set ${device} netns NAME`),
        effect: text(
          "moves one end into a namespace of its own, as if it were another host: the clean way (its addresses must be set again)",
          "把一端移进单独的命名空间，当作另一台主机：更干净的做法（地址需要重新配置）",
        ),
      },
    ];
  },
  assumes: alsoForAll("accept_local", "1"),
  settle: ({ source }) => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        `shows whether ${source ?? "the asker's address"} and the target belong to one namespace, and accept_local`,
        `显示 ${source ?? "询问者的地址"} 和目标是否在同一个命名空间，以及 accept_local 的值`,
      ),
    },
  ],
  faults: ({ netns, role, spare, source }) =>
    (role === "target" || role === "router") && spare !== null && source !== ""
      ? [[{ kind: "address", netns, verb: "add", address: `${source}/32`, device: spare }]]
      : [],
  lookalikes: ["arp-no-local-owner", "accept-local-but-rp-filter", "rp-filter-arp", "arp-ignore-1", "arp-filter"],
  search: [
    "accept_local",
    "ping between veth pair same host fails",
    "martian source",
    "no ARP reply same namespace",
    "同一主机 veth ping 不通",
    "veth 两端都有地址 ping 不通",
    "本机地址 ARP 不应答",
  ],
  page: () => ({
    meaning: text(
      "Both addresses belong to one host, and `ping -I` made the request leave by one interface and come in by another. The ARP request therefore carries a sender address that the receiving host owns. By default Linux refuses such packets as forged, so the ARP stays unanswered although both addresses are there. It is what everybody meets who gives addresses to both ends of a veth pair in one namespace.",
      "两个地址属于同一台主机，`ping -I` 让请求从一个接口出去、从另一个接口进来，因此 ARP 请求的发送方地址正是接收方自己的地址。Linux 默认把这样的报文当作伪造而拒绝，所以明明两个地址都在，ARP 却没有应答。在同一个命名空间里给一对 veth 的两端都配地址，都会遇到这种情况。",
    ),
    evidence: text(
      "Packets: who-has at both ends of the pair, no reply, a host unreachable on lo that a ping bound by -I does not print. State: both addresses in one table `local`, accept_local 0 in conf/all and on the receiving interface (either being 1 is enough). With log_martians=1 the kernel logs a martian source whose `ll header` ends in 08 06. No drop event, no counter.",
      "报文：veth 两端都能看到 who-has，没有应答；lo 上有主机不可达，但用 -I 绑定接口的 ping 不会打印它。状态：两个地址在同一个 local 表里，conf/all 和接收接口的 accept_local 都是 0（任一为 1 即可）。打开 log_martians=1 时，内核会记录 martian source，其 `ll header` 以 08 06 结尾。没有丢包事件，也没有计数器。",
    ),
    tellApart: text(
      "arp-no-local-owner: nobody has the target's address. accept-local-but-rp-filter: accept_local is 1 already. accept-local-off-ip: the neighbour is known, so the echo request itself is refused. Without -I the same ping is local-address-via-lo and works.",
      "arp-no-local-owner：没有人有目标地址。accept-local-but-rp-filter：accept_local 已经是 1。accept-local-off-ip：邻居已知，被拒绝的是 echo 请求本身。不带 -I 时，同样的 ping 是 local-address-via-lo，能通。",
    ),
    kernel:
      "arp_process → ip_route_input_noref → fib_validate_source: inet_lookup_ifaddr_rcu / RTN_LOCAL and !IN_DEV_ACCEPT_LOCAL (IN_DEV_ORCONF: all OR interface)",
  }),
  scenario: "veth-both-addresses-refused",
  negativeTwin: "veth-both-addresses",
});
