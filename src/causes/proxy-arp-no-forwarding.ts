// proxy_arp is on, but the receiving interface does not forward, so the router answers for nobody.

import { defineCause, inNamespace } from "../model/cause.ts";
import { confKey, setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Proxy ARP without forwarding has no effect. */
export const cause = defineCause({
  code: "proxy-arp-no-forwarding",
  severity: "problem",
  marks: {
    drop: "silent",
    counters: [],
    decides: [{ sysctl: "proxy_arp" }, { sysctl: "forwarding" }],
    waits: "neighbour",
  },
  title: text("proxy_arp is on, but forwarding is off", "proxy_arp 已打开，但没有打开转发"),
  headline: ({ inInterface, target }) =>
    text(
      `proxy_arp is on, but forwarding is off${inInterface === undefined ? "" : ` on ${inInterface}`}${target === undefined ? "" : `: nobody answers for ${target}`}`,
      `proxy_arp 已打开，但没有打开转发${inInterface === undefined ? "" : `（${inInterface}）`}${target === undefined ? "" : `：没有人为 ${target} 应答`}`,
    ),
  summary: ({ target, inInterface, owner, sysctl }) =>
    text(
      `${owner === undefined || owner === "" ? "The host" : owner} hears the question for ${target ?? "the address"} on ${inInterface ?? "an interface"} and would know a way to it, and proxy_arp is on. But ${sysctl ?? "forwarding on that interface"} is 0, and a host that does not forward answers only for itself. The request is silently discarded.`,
      `${owner === undefined || owner === "" ? "主机" : owner} 在 ${inInterface ?? "接口"} 上听到了对 ${target ?? "该地址"} 的询问，也知道怎么到达它，proxy_arp 也打开了。但 ${sysctl ?? "该接口的 forwarding"} 是 0，而不转发的主机只为自己应答。请求被静默丢弃。`,
    ),
  why: () =>
    text(
      "arp_process looks at proxy_arp only where the receiving interface forwards; `forwarding` of the interface counts, which ip_forward sets for all of them.",
      "只有接收接口允许转发时，arp_process 才会看 proxy_arp；看的是接口自己的 `forwarding`，设置 ip_forward 会同时改写所有接口。",
    ),
  fixes: ({ inInterface }, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.ip_forward": "1" })],
      effect: text(
        "makes the host forward on all interfaces: the ARP answer and the packets after it both need it",
        "让主机在所有接口上转发：ARP 代答和随后的报文都需要它",
      ),
    },
    {
      edits: [setting(netns, { [confKey(inInterface ?? "IF", "forwarding")]: "1" })],
      effect: text(
        "on this interface alone; the one that the replies come in by needs it too",
        "只在这个接口上打开；应答进来的那个接口也需要",
      ),
    },
  ],
  assumes: ({ netns, interface: device }) =>
    device === null ? [] : [setting(netns, { [confKey(device, "forwarding")]: "1" })],
  settle: ({ inInterface }, netns) => [
    {
      command: inNamespace(netns, `sysctl net.ipv4.conf.${(inInterface ?? "IF").replaceAll(".", "/")}.forwarding`),
      because: text("0 on the router's receiving interface means it is this", "路由器接收接口上的值为 0，就是这个原因"),
    },
  ],
  lookalikes: ["arp-no-local-owner", "arp-no-answer", "wrong-netmask", "ip-forward-off", "iface-forwarding-off"],
  search: [
    "proxy_arp not working",
    "proxy arp ip_forward",
    "169.254.1.1 no ARP reply",
    "proxy_arp 不生效",
    "代理 ARP 不应答",
    "没有打开转发",
  ],
  page: () => ({
    meaning: text(
      "A host was told to answer ARP for addresses behind it, but not to forward. Linux takes that for a contradiction and answers for nobody but itself. A new namespace starts with forwarding off; so the gateway of a container network may fall silent after it was recreated.",
      "主机被要求为后面的地址代答 ARP，却没有打开转发。Linux 认为这自相矛盾，只为自己应答。新建的命名空间默认不转发，所以容器网络的网关重建之后可能就沉默了。",
    ),
    evidence: text(
      "Packets: who-has three times a second apart, no reply, a host unreachable on the asker's lo. State: proxy_arp=1, forwarding=0 on the receiving interface, a route to the target by another one. Consumed at arp_process; no drop event.",
      "报文：who-has 间隔一秒共三次，没有应答，询问方的 lo 上有主机不可达。状态：接收接口 proxy_arp=1、forwarding=0，去往目标的路由走另一个接口。在 arp_process 处被消费，没有丢包事件。",
    ),
    tellApart: text(
      "wrong-netmask and arp-no-local-owner look the same on the wire; only proxy_arp on the receiver tells. ip-forward-off: the packet itself reached the router by its MAC address.",
      "wrong-netmask 和 arp-no-local-owner 在线上看起来一样，只有接收方的 proxy_arp 能区分。ip-forward-off：报文本身已经按 MAC 送到了路由器。",
    ),
    kernel: "arp_process: else if (IN_DEV_FORWARD(in_dev)) guards arp_fwd_proxy, arp_fwd_pvlan and pneigh_lookup",
  }),
  scenario: "proxy-arp-no-forwarding",
  negativeTwin: "proxy-arp",
});
