// An IPv4 packet arrives whose source address is the receiving host's own, and accept_local is 0.

import { defineCause, inNamespace, isOnTwoHosts } from "../model/cause.ts";
import { alsoForAll, confKey, type Remedy, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** The echo request itself is refused, because it claims to come from the host that receives it. */
export const cause = defineCause({
  code: "accept-local-off-ip",
  severity: "problem",
  marks: {
    drop: { ipv4: [{ reason: "IP_LOCAL_SOURCE", settles: "cause" }], arp: "silent" },
    counters: [],
    decides: [{ sysctl: "accept_local", values: ["0"] }, "addr"],
  },
  title: text("packet refused: its source is an own address", "报文被拒绝：源地址是本机地址"),
  headline: ({ source, inInterface }) => {
    const where =
      inInterface === undefined
        ? text("", "")
        : text(`, accept_local=0 on ${inInterface}`, `，${inInterface} 上 accept_local=0`);
    return text(
      `packet refused: its source is an own address${source === undefined ? "" : ` (${source})`}${where.en}`,
      `报文被拒绝：源地址是本机地址${source === undefined ? "" : `（${source}）`}${where.zh}`,
    );
  },
  summary: ({ source, outInterface, inInterface }) =>
    text(
      `The echo request leaves ${outInterface ?? "one interface"} and comes in by ${inInterface ?? "another interface of the same host"}, with ${source === undefined ? "an address of this very host" : `${source}, this host's own address,`} as its source. With accept_local=0 the kernel takes it for forged and drops it before ICMP sees it; ping gets no message.`,
      `echo 请求从 ${outInterface ?? "一个接口"} 发出，从 ${inInterface ?? "同一主机的另一个接口"} 进来，源地址${source === undefined ? "" : ` ${source} `}却是本机自己的地址。accept_local=0 时，内核把它当作伪造，在 ICMP 看到之前就丢弃；ping 得不到任何提示。`,
    ),
  why: () =>
    text(
      "A packet from outside whose source is a local address is refused unless accept_local is 1, in conf/all or on the receiving interface; this is checked before rp_filter.",
      "从外面进来、源地址却是本机地址的报文会被拒绝，除非 conf/all 或接收接口的 accept_local 为 1；这个检查在 rp_filter 之前。",
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
          "moves one end into a namespace of its own, as if it were another host (its addresses must be set again)",
          "把一端移进单独的命名空间，当作另一台主机（地址需要重新配置）",
        ),
      },
    ];
  },
  assumes: alsoForAll("accept_local", "1"),
  settle: () => [
    {
      command: "pktwhy snapshot -o state.json",
      because: text(
        "shows whether both addresses belong to one namespace, and accept_local",
        "显示两个地址是否在同一个命名空间，以及 accept_local 的值",
      ),
    },
  ],
  lookalikes: [
    "rp-filter-strict",
    "accept-local-but-rp-filter",
    "nft-input-drop",
    "icmp-echo-ignore-all",
    "missing-return-route",
  ],
  search: [
    "accept_local",
    "martian source",
    "IP_LOCAL_SOURCE",
    "echo request arrives but no reply",
    "源地址是本机地址",
    "请求到达但没有应答",
  ],
  page: () => ({
    meaning: text(
      "The sender knew the MAC already (a static or remembered neighbour), so no ARP was needed and the echo request itself crossed from one interface of the host to another. Its source is an address of the receiving host, which by default is taken for forged.",
      "发送方已经知道对端的 MAC（静态或缓存的邻居表项），不需要 ARP，echo 请求本身就从主机的一个接口走到了另一个接口。它的源地址是接收方自己的地址，默认会被当作伪造。",
    ),
    evidence: text(
      "Packets: the echo request at both interfaces of one host, nothing back, nothing on lo. State: source address in table `local`, accept_local 0 in conf/all and on the receiving interface. Kernel: drop reason IP_LOCAL_SOURCE (NOT_SPECIFIED on older kernels), no counter; with log_martians=1 a martian source whose `ll header` ends in 08 00.",
      "报文：同一主机的两个接口都能看到 echo 请求，没有应答，lo 上也没有。状态：源地址在 local 表里，conf/all 和接收接口的 accept_local 都是 0。内核：丢包原因 IP_LOCAL_SOURCE（旧内核为 NOT_SPECIFIED），没有计数器；打开 log_martians=1 时记录 martian source，其 `ll header` 以 08 00 结尾。",
    ),
    tellApart: text(
      "rp-filter-strict: the source is another host's, and the counter TcpExtIPReversePathFilter moves. accept-local-off: the same refusal one step earlier, at ARP.",
      "rp-filter-strict：源地址属于别的主机，计数器 TcpExtIPReversePathFilter 会增长。accept-local-off：同样的拒绝，只是早一步，发生在 ARP。",
    ),
    kernel:
      "ip_route_input_slow → fib_validate_source: RTN_LOCAL source and !IN_DEV_ACCEPT_LOCAL (all OR interface) → IP_LOCAL_SOURCE",
  }),
  scenario: "accept-local-off-ip",
  negativeTwin: "veth-both-addresses",
});
