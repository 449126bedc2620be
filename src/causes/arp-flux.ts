// One host with two interfaces on one segment answers ARP on both of them, with two MAC addresses.

import { defineCause } from "../model/cause.ts";
import { setting } from "../model/remedy.ts";
import { text } from "../model/text.ts";

/** Linux answers for all of its addresses on every interface that hears the question. */
export const cause = defineCause({
  code: "arp-flux",
  severity: "warning",
  marks: {
    drop: "no-end",
    counters: [],
    decides: [{ sysctl: "arp_ignore" }, { sysctl: "arp_filter" }, "addr", "route"],
    asked: { threads: 13, order: 1 },
  },
  title: text("ARP flux: one host answers on two interfaces", "ARP flux：同一台主机在两个接口上应答"),
  headline: ({ target, inInterface, peerInterface }) => {
    const both = inInterface === undefined || peerInterface === undefined ? undefined : [inInterface, peerInterface];
    const en = [target, both === undefined ? undefined : `on ${both.join(" and ")}`]
      .filter((p) => p !== undefined)
      .join(" ");
    const zh = [target, both === undefined ? undefined : `（${both.join(" 和 ")}）`]
      .filter((p) => p !== undefined)
      .join("");
    return text(
      `ARP flux: one host answers on two interfaces${en === "" ? "" : `: ${en}`}`,
      `ARP flux：同一台主机在两个接口上应答${target === undefined ? zh : `：${zh}`}`,
    );
  },
  summary: ({ target, inInterface, peerInterface, mac, expectedMac }) => {
    const known = inInterface !== undefined && peerInterface !== undefined;
    const first = `${inInterface}${mac === undefined ? "" : ` (${mac})`}`;
    const second = `${peerInterface}${expectedMac === undefined ? "" : ` (${expectedMac})`}`;
    const zhFirst = `${inInterface}${mac === undefined ? "" : `（${mac}）`}`;
    const zhSecond = `${peerInterface}${expectedMac === undefined ? "" : `（${expectedMac}）`}`;
    return text(
      `Two interfaces of one host hear the question for ${target ?? "the address"}${known ? `: ${first} and ${second}` : ""}. Both answer, each with its own MAC address, and the first answer wins. The packets reach the same host either way, but chance decides which interface they come in by.`,
      `同一台主机有两个接口听到了对 ${target ?? "该地址"} 的询问${known ? `：${zhFirst} 和 ${zhSecond}` : ""}。两个都应答，MAC 各不相同，先到的应答生效。报文到的都是同一台主机，但从哪个接口进来全凭先后。`,
    );
  },
  why: () =>
    text(
      "To Linux an address belongs to the host and not to an interface (weak host model), so every interface that hears the question answers for it, unless arp_ignore or arp_filter forbid it.",
      "对 Linux 来说，地址属于主机而不属于接口（弱主机模型），所以凡是听到询问的接口都会应答，除非 arp_ignore 或 arp_filter 不允许。",
    ),
  fixes: (_, netns) => [
    {
      edits: [setting(netns, { "net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.conf.all.arp_announce": "2" })],
      effect: text(
        "on the answering host: each interface answers and asks only with addresses of its own; addresses on lo are then no longer answered for",
        "在应答方主机上执行：每个接口只用自己的地址应答和询问；此后不再为 lo 上的地址应答",
      ),
    },
    {
      edits: [setting(netns, { "net.ipv4.conf.all.arp_filter": "1" })],
      effect: text(
        "instead of it: only the interface that the route to the asker uses answers; wants policy routing to be useful",
        "或者：只有去往询问方的路由所用的接口才应答；要配合策略路由才有意义",
      ),
    },
  ],
  settle: ({ target }) => [
    {
      command: `sudo arping -c 2 -I IF ${target ?? "ADDRESS"}`,
      because: text(
        "run on the asker: two MAC addresses that both belong to interfaces of the same host are ARP flux, of different hosts a duplicate address",
        "在询问方执行：出现两个 MAC，如果都属于同一台主机的接口，就是 ARP flux；属于不同主机，则是地址冲突",
      ),
    },
  ],
  lookalikes: ["answered", "duplicate-address", "proxy-arp", "address-on-down-interface"],
  search: [
    "ARP flux",
    "weak host model",
    "two interfaces answer ARP",
    "arp_ignore arp_announce",
    "arp 错乱",
    "多网卡同网段",
    "两个网卡都应答 ARP",
  ],
  page: () => ({
    meaning: text(
      "A host with two interfaces on one segment, often two cards on one switch or Wi-Fi beside a cable, answers each ARP request on both of them. The asker takes the first answer. Traffic may then use the slower or the unintended interface, and with rp_filter=1 some of it may be dropped there.",
      "主机有两个接口接在同一网段（常见于两块网卡接同一台交换机，或无线与有线并用），每个 ARP 请求都会在两个接口上得到应答，询问方采用先到的那个。于是流量可能走较慢的或并非本意的接口；如果开着 rp_filter=1，有些报文还可能在那里被丢弃。",
    ),
    evidence: text(
      "Packets: one who-has, two replies with different MAC addresses. State: both MAC addresses belong to interfaces of one namespace, the address is in its table `local`; arp_ignore and arp_filter are 0. Later replies within one second (locktime) are ignored by the asker.",
      "报文：一个 who-has，两个应答，MAC 不同。状态：两个 MAC 都属于同一个命名空间的接口，地址在它的 local 表里；arp_ignore 与 arp_filter 都是 0。一秒（locktime）之内后到的应答会被询问方忽略。",
    ),
    tellApart: text(
      "duplicate-address: the two MAC addresses belong to different hosts. proxy-arp: the answering host forwards and does not own the address; its answer comes up to 0.8 s late.",
      "duplicate-address：两个 MAC 属于不同的主机。proxy-arp：应答的主机负责转发，地址不是它的，而且应答最多会晚 0.8 秒。",
    ),
    kernel: "arp_process: ip_route_input_noref(tip) is RTN_LOCAL on every interface; arp_ignore(), arp_filter()",
  }),
  scenario: "arp-flux",
  negativeTwin: "duplicate-address",
});
