// Two hosts on one segment have the same address: both answer ARP, and the first answer wins.

import { formatIpv4, formatMac, type Mac } from "../model/address.ts";
import { announcementsIn } from "../model/announcement.ts";
import { defineCause } from "../model/cause.ts";
import { arpExamples, type Flow } from "../model/flow.ts";
import { firstSighting, type Journey } from "../model/journey.ts";
import { type Text, text } from "../model/text.ts";

/** An address conflict. */
export const cause = defineCause({
  code: "duplicate-address",
  severity: "warning",
  marks: {
    drop: "no-end",
    counters: [],
    decides: ["addr", "route"],
    asked: { threads: 5, order: 1 },
  },
  title: text("duplicate address", "地址冲突"),
  headline: ({ target, mac, expectedMac, basis }) => {
    const macs = [mac, expectedMac].filter((m) => m !== undefined);
    if (basis === "packets") {
      const who = { en: macs.join(" and "), zh: macs.join(" 和 ") };
      return text(
        `duplicate address: two MAC addresses for ${target ?? "one address"}${macs.length === 0 ? "" : ` (${who.en})`}`,
        `地址冲突：${target === undefined ? "同一地址" : `${target} `}有两个 MAC${macs.length === 0 ? "" : `（${who.zh}）`}`,
      );
    }
    return text(
      `duplicate address: two hosts answer${target === undefined ? "" : ` for ${target}`}${macs.length === 0 ? "" : ` (${macs.join(" and ")})`}`,
      `地址冲突：两台主机应答${target === undefined ? "" : ` ${target}`}${macs.length === 0 ? "" : `（${macs.join(" 和 ")}）`}`,
    );
  },
  summary: ({ target, inInterface, peerInterface, mac, expectedMac, basis, state }) => {
    if (basis === "packets") {
      const said = saidTwice(target, mac, expectedMac, state === "announced");
      return text(
        `${said.en} Two hosts with one address do so; so does one host with two interfaces on the segment, and an address that has just moved. Packets alone do not tell which it is.`,
        `${said.zh}两台主机用了同一个地址会这样，一台主机有两个接口在同一网段、或地址刚刚迁移也会这样。仅凭报文分不清。`,
      );
    }
    return text(
      `Two hosts on this segment have ${target ?? "the address"}: one answers at ${inInterface ?? "one interface"}${mac === undefined ? "" : ` with ${mac}`}, the other at ${peerInterface ?? "another"}${expectedMac === undefined ? "" : ` with ${expectedMac}`}. The asker takes the answer that comes first, so the ping may well work and still reach the wrong host.`,
      `本网段有两台主机都配置了 ${target ?? "该地址"}：一台在 ${inInterface ?? "某个接口"} 上应答${mac === undefined ? "" : `（${mac}）`}，另一台在 ${peerInterface ?? "另一个接口"} 上应答${expectedMac === undefined ? "" : `（${expectedMac}）`}。询问方采用先到的应答，所以 ping 很可能是通的，却到了错误的主机。`,
    );
  },
  why: () =>
    text(
      "Linux neither checks whether an IPv4 address is taken when it is added, nor defends its own; each owner simply answers.",
      "Linux 添加 IPv4 地址时不检查是否已被占用，也不会捍卫自己的地址；每个拥有者都照常应答。",
    ),
  fixes: ({ target, peerInterface, basis }, netns) =>
    basis === "packets"
      ? []
      : [
          {
            edits: [
              {
                kind: "address",
                netns,
                verb: "del",
                address: `${target ?? "ADDRESS"}/LENGTH`,
                device: peerInterface ?? "IF",
              },
            ],
            effect: text(
              "takes the address from one of the two, once you know which of them should keep it; LENGTH is what `ip -br addr` shows there",
              "先确定应当由谁保留，再从另一台上删除；LENGTH 用那里 `ip -br addr` 显示的前缀长度",
            ),
          },
          {
            edits: [{ kind: "neighbour", netns: null, verb: "flush", address: target ?? "ADDRESS" }],
            effect: text(
              "afterwards, on the asker: forgets the MAC address of the wrong host",
              "之后在询问方执行：忘掉错误主机的 MAC",
            ),
          },
        ],
  settle: ({ target, outInterface }) => [
    {
      command: `sudo arping -c 2 -I ${outInterface ?? "IF"} ${target ?? "ADDRESS"}`,
      because: text(
        "run on the asker: two different MAC addresses mean two answerers; if both belong to one host, it is ARP flux",
        "在询问方执行：两个不同的 MAC 说明有两个应答者；如果都属于同一台主机，则是 ARP flux",
      ),
    },
  ],
  lookalikes: ["arp-flux", "proxy-arp", "neigh-stale-mac-changed", "duplicate-reply"],
  search: [
    "duplicate IP address",
    "IP address conflict",
    "arping duplicate reply",
    "MAC address flapping",
    "ping reaches wrong host",
    "IP 地址冲突",
    "IP 冲突",
    "地址重复",
  ],
  page: () => ({
    meaning: text(
      "Two hosts on one link were given the same address: a static one beside DHCP, a cloned machine, two containers. Both answer ARP, and chance decides which of them the asker talks to, newly with every renewal of the entry. Connections break, pings look fine.",
      "同一链路上的两台主机配了同一个地址：静态地址与 DHCP 撞车、克隆的机器、两个容器。两台都应答 ARP，询问方与谁通信全凭先后，而且每次更新邻居表项都可能变。连接会断，ping 却看起来正常。",
    ),
    evidence: text(
      "Packets: one who-has, two replies with different MAC addresses. State: the address is in table `local` of two hosts on the segment. The kernel logs nothing and counts nothing; `arping` shows both.",
      "报文：一个 who-has，两个 MAC 不同的应答。状态：同一网段两台主机的 local 表里都有这个地址。内核不记录也不计数；用 `arping` 能看到两个。",
    ),
    tellApart: text(
      "arp-flux: both MAC addresses belong to one host. proxy-arp: the second answerer is a router that forwards and does not own the address. neigh-stale-mac-changed: one host whose MAC address changed.",
      "arp-flux：两个 MAC 属于同一台主机。proxy-arp：另一个应答者是负责转发、并不拥有该地址的路由器。neigh-stale-mac-changed：同一台主机换了 MAC。",
    ),
    kernel:
      "arp_process of each owner: RTN_LOCAL → arp_send; asker: neigh_update, later replies ignored within locktime",
  }),
  scenario: "duplicate-address",
  negativeTwin: "arp-flux",
  check: ({ flow }) => {
    const claim = answeredTwice(flow) ?? announcedTwice(flow);
    if (claim === null) return null;
    const { vantage } = firstSighting(claim.first).frame;
    const shown = [claim.first, claim.second].map((journey) => firstSighting(journey).frame);
    return {
      certainty: "possible",
      netns: vantage.netns,
      interface: vantage.interface,
      facts: {
        basis: "packets",
        target: claim.target,
        mac: formatMac(claim.mac),
        expectedMac: formatMac(claim.other),
        ...(claim.kind === "announced" ? { state: "announced" } : {}),
      },
      evidence: [
        {
          basis: "seen",
          text:
            claim.kind === "announced"
              ? text("two MAC addresses announce it", "两个 MAC 都在通告它")
              : text("two answers with different MAC addresses", "两个 MAC 不同的应答"),
          frames: shown,
        },
      ],
      ruledOut: [],
      alike: claim.kind === "announced" ? ["neigh-stale-mac-changed"] : ["arp-flux", "proxy-arp"],
    };
  },
});

function saidTwice(address = "the address", mac = "one MAC address", other = "another", announced: boolean): Text {
  return announced
    ? text(
        `Both ${mac} and ${other} announced that ${address} is theirs.`,
        `${mac} 和 ${other} 都通告 ${address} 是自己的。`,
      )
    : text(
        `One question for ${address} got two answers: ${mac} and ${other}.`,
        `对 ${address} 的一次询问得到两个应答：${mac} 和 ${other}。`,
      );
}

interface Claim {
  readonly kind: "answered" | "announced";
  readonly target: string;
  readonly mac: Mac;
  readonly other: Mac;
  readonly first: Journey;
  readonly second: Journey;
}

// One question, and answers that name different MAC addresses.
function answeredTwice(flow: Flow): Claim | null {
  for (const { requests, replies, target, purpose } of arpExamples(flow)) {
    if (purpose === "gratuitous" || requests.length !== 1) continue;
    const claim = claimOf("answered", formatIpv4(target), replies);
    if (claim !== null) return claim;
  }
  return null;
}

function announcedTwice(flow: Flow): Claim | null {
  if (flow.kind !== "arp") return null;
  const said = announcementsIn([flow]);
  const [first] = said;
  if (first === undefined) return null;
  return claimOf(
    "announced",
    formatIpv4(first.address),
    said.filter(({ address }) => address === first.address).map(({ journey }) => journey),
  );
}

function claimOf(kind: Claim["kind"], target: string, journeys: readonly Journey[]): Claim | null {
  const [first] = journeys;
  const mac = first && senderOf(first);
  if (!first || !mac) return null;
  const second = journeys.find((journey) => senderOf(journey) !== mac);
  const other = second && senderOf(second);
  return second && other ? { kind, target, mac, other, first, second } : null;
}

function senderOf(journey: Journey): Mac | null {
  const { network } = firstSighting(journey);
  return network.kind === "arp" ? network.senderMac : null;
}
