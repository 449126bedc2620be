// Asker and answerer are one host: the request crosses the pair, the reply takes lo.

import { formatIpv4 } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { circleOf } from "../model/circle.ts";
import { echoes, interfacesOf, isLoopbackVantage, isWire } from "../model/observed.ts";
import { text } from "../model/text.ts";

/** The reply to an own address never touches a wire. */
export const cause = defineCause({
  code: "reply-via-lo",
  severity: "note",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
    asked: { threads: 10, order: 1 },
  },
  title: text("reply looped via lo", "应答经 lo 环回"),
  headline: ({ source }) =>
    source === undefined
      ? text("reply looped via lo: it goes to this host's own address", "应答经 lo 环回：它发往本机自己的地址")
      : text(`reply looped via lo: ${source} is this host's own address`, `应答经 lo 环回：${source} 是本机自己的地址`),
  summary: ({ source, outInterface, inInterface, basis }) => {
    const path =
      outInterface === undefined || inInterface === undefined
        ? text("Requests go over the wire.", "请求走线上。")
        : text(
            `Requests leave ${outInterface} and arrive on ${inInterface}.`,
            `请求从 ${outInterface} 发出，从 ${inInterface} 进来。`,
          );
    if (basis === "packets") {
      return text(
        `${path.en} The replies to ${source ?? "the asker"} were seen on lo. What travels on lo goes from a host to itself, so both addresses belong to one host.`,
        `${path.zh}发给 ${source ?? "请求方"} 的应答出现在 lo 上。lo 上只走主机发给自己的报文，所以两个地址属于同一台主机。`,
      );
    }
    return text(
      `${path.en} Both addresses belong to this host, and an address of the host itself is reached over lo, whatever device its line in table \`local\` names: the reply to ${source ?? "the asker"} never sees a wire. Capture on lo to see it. The shortcut ends at the namespace: with one end of the pair in another namespace, replies cross the pair.`,
      `${path.zh}两个地址都属于本机，而发往本机地址的报文一律走 lo，不论 local 表那一行写的是哪个设备：发给 ${source ?? "请求方"} 的应答不会经过 veth 链路。要看应答，请在 lo 上抓包。这条捷径只在同一命名空间内有效：把一端放进另一个命名空间，应答就会走这对 veth。`,
    );
  },
  why: () =>
    text(
      "A reply is routed like any packet: rule 0 asks table `local` first, and for a route of type local the kernel takes lo instead of the device that the route names, whichever interface the request came in by.",
      "应答和普通报文一样要查路由：规则 0 先查 local 表；对 local 类型的路由，内核不用它所写的设备，而是一律走 lo，与请求从哪个接口进来无关。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      advice: inNamespace(netns, "tcpdump -n -i lo icmp"),
      effect: text("shows the replies where they travel", "在应答实际经过的地方看到它们"),
    },
    {
      advice: inNamespace(netns, "ip route show table local"),
      effect: text(
        "shows the route that does it; plain `ip route` hides it",
        "显示起作用的那条路由；单独的 `ip route` 不显示它",
      ),
    },
    {
      advice: inNamespace(netns, `ip link set ${inInterface ?? "PEER"} netns NAME`),
      effect: text(
        "moves one end into a namespace of its own, as if it were another host: then replies cross the pair too (the move removes its addresses: set them again)",
        "把一端移进单独的命名空间，当作另一台主机：之后应答也会走这对 veth（移动会清掉地址，需要重新配置）",
      ),
    },
  ],
  lookalikes: ["echo-no-reply", "bound-socket-reply-lo", "local-address-via-lo", "asymmetric-routing"],
  search: [
    "ping works but tcpdump shows no reply",
    "echo reply missing on veth",
    "local table",
    "accept_local",
    "ping 通但抓不到应答",
    "veth 上只有请求没有应答",
    "local 路由表",
  ],
  page: () => ({
    meaning: text(
      "Both ends of the link belong to one host or namespace. The echo request was made to cross the wire, by `ping -I` and accept_local=1, and is answered; but the reply goes to an address of this same host, and such packets always take lo. The ping works. Nothing is lost: the reply is just not where one looks for it.",
      "链路两端属于同一台主机（同一个命名空间）。借助 `ping -I` 和 accept_local=1，echo 请求确实走了线上并得到应答；但应答的目的地是本机自己的地址，这样的报文总是走 lo。ping 是通的，什么都没有丢，只是应答不在人们去看的地方。",
    ),
    evidence: text(
      "Packets: ARP and echo requests at both ends of the pair, echo replies only on lo. State: `local S dev … table local` for the asker's address S. Counters: IcmpOutEchoReps and IcmpInEchoReps move in the same namespace. A NO_SOCKET drop at ping_rcv for each reply is noise.",
      "报文：veth 两端都有 ARP 和 echo 请求，echo 应答只出现在 lo 上。状态：请求方地址 S 有 `local S dev … table local`。计数器：IcmpOutEchoReps 和 IcmpInEchoReps 在同一个命名空间里增长。每个应答在 ping_rcv 处的 NO_SOCKET 丢包事件是噪声。",
    ),
    tellApart: text(
      "bound-socket-reply-lo: the same picture, but ping counts loss, because the asker's address sits on lo and the socket is bound to another interface. local-address-via-lo: the request is on lo as well.",
      "bound-socket-reply-lo：抓包一样，但 ping 显示丢包，因为请求方地址配在 lo 上，而套接字绑定了别的接口。local-address-via-lo：连请求也在 lo 上。",
    ),
    kernel: "icmp_reply → ip_route_output_key: RTN_LOCAL → dev_out = net->loopback_dev; fib rule 0 → RT_TABLE_LOCAL",
  }),
  scenario: "veth-both-addresses",
  negativeTwin: "two-namespaces",
  check: ({ flow }) => {
    const exchange = echoes(flow).find((e) => {
      const asked = e.request?.sightings ?? [];
      const answered = e.replies.flatMap((r) => r.sightings);
      return (
        asked.length > 0 &&
        answered.length > 0 &&
        circleOf(e) === null &&
        asked.every((s) => isWire(s.frame.vantage)) &&
        answered.every((s) => isLoopbackVantage(s.frame.vantage))
      );
    });
    const request = exchange?.request;
    const reply = exchange?.replies[0];
    if (!exchange || !request || !reply) return null;
    const first = request.sightings[0]?.frame;
    if (!first) return null;
    return {
      // bound-socket-reply-lo shows the very same packets, and there ping counts a loss.
      certainty: "likely",
      netns: first.vantage.netns,
      interface: "lo",
      facts: { target: formatIpv4(flow.dst), source: formatIpv4(exchange.source), ...interfacesOf(request) },
      evidence: [
        {
          basis: "seen",
          text: text("echo requests on the wire", "echo request 出现在接口上"),
          frames: request.sightings.map((s) => s.frame),
        },
        {
          basis: "seen",
          text: text("echo replies on lo, and on no other interface", "echo reply 只出现在 lo 上"),
          frames: reply.sightings.map((s) => s.frame),
        },
      ],
      ruledOut: [],
    };
  },
});
