// A DHCP client asks for an address, and no server offers one.

import { formatMac } from "../model/address.ts";
import { defineCause, inNamespace } from "../model/cause.ts";
import { connectionFacts, firstEnd, lastPlace, sightOf } from "../model/connection-facts.ts";
import { dhcpOf } from "../model/lookup-words.ts";
import { text } from "../model/text.ts";

/** DISCOVER without OFFER. */
export const cause = defineCause({
  code: "dhcp-no-offer",
  severity: "problem",
  marks: { drop: "any", counters: [], decides: [] },

  title: text("no DHCP offer", "没有 DHCP OFFER"),
  headline: (facts) =>
    text(
      `no DHCP offer: for ${facts.mac ?? "the client"}${facts.state === undefined ? "" : `, ${facts.lost === undefined ? "its question" : "an answer"} last seen at ${facts.state}`}`,
      `没有 DHCP OFFER：${facts.mac === undefined ? "客户端" : `客户端 ${facts.mac}`}${facts.state === undefined ? "" : `，${facts.lost === undefined ? "请求" : "应答"}最后出现在 ${facts.state}`}`,
    ),
  summary: (facts) =>
    facts.lost === undefined
      ? text(
          `${facts.mac ?? "A client"} asked all hosts of its segment for an address${facts.count === undefined ? "" : ` ${facts.count} times`}, and no server answered${facts.state === undefined ? "" : `; the question was last seen at ${facts.state}`}. No server or relay is on that segment, it has no address left, or the question does not reach it.`,
          `${facts.mac ?? "客户端"} 向本网段的所有主机请求地址${facts.count === undefined ? "" : `（${facts.count} 次）`}，没有服务器应答${facts.state === undefined ? "" : `；请求最后出现在 ${facts.state}`}。要么这个网段上没有服务器或中继，要么地址池已用完，要么请求没有到达服务器。`,
        )
      : text(
          `A server answered ${facts.mac ?? "the client"}, and the answer was last seen at ${facts.state ?? "another place"}: it did not come back to the client. It may have been lost, or went to an address that the client does not have yet.`,
          `服务器应答了 ${facts.mac ?? "客户端"}，应答最后出现在 ${facts.state ?? "别处"}，没有回到客户端。可能在途中丢失，也可能发往了客户端还没有的地址。`,
        ),
  why: () =>
    text(
      "A client without an address asks by broadcast, which no router passes on without a relay.",
      "没有地址的客户端用广播请求，而路由器没有中继就不会转发广播。",
    ),
  fixes: () => [],
  settle: (_, netns) => [
    {
      command: inNamespace(netns, "ss -Hlunp sport = :67"),
      because: text(
        "on the server: is one running, and on which addresses?",
        "在服务器上：服务在运行吗？监听在哪些地址上？",
      ),
    },
    {
      command: inNamespace(netns, "bridge vlan show"),
      because: text(
        "on bridges in between: is the client's port in the VLAN of the server?",
        "在途中的网桥上：客户端的端口和服务器在同一个 VLAN 吗？",
      ),
    },
  ],
  lookalikes: ["bridge-vlan-mismatch", "port-not-in-bridge", "nft-bridge-drop", "peer-down"],
  search: [
    "DHCP no offer",
    "DHCPDISCOVER no DHCPOFFER",
    "No DHCPOFFERS received",
    "DHCP 获取不到地址",
    "没有收到 DHCPOFFER",
  ],
  page: () => ({
    meaning: text(
      "The client's question was seen, and no answer to it. The client keeps asking, and ends without an address or with one of 169.254.0.0/16.",
      "看到了客户端的请求，没有看到应答。客户端会一直请求，最后没有地址，或者得到 169.254.0.0/16 的地址。",
    ),
    evidence: text(
      "Packets: DHCP DISCOVER with one transaction id, again and again, and no OFFER with that id. A server's firewall does not matter much: servers read the frame before it (packet sockets).",
      "报文：同一个事务 id 的 DHCP DISCOVER 反复出现，没有 id 相同的 OFFER。服务器的防火墙影响不大：服务器用 packet 套接字，在防火墙之前就读到了帧。",
    ),
    tellApart: text("udp-no-answer: any other question.", "udp-no-answer：其他任何询问。"),
    kernel: "packet_rcv; udp_sendmsg to 255.255.255.255",
  }),
  scenario: "dhcp-no-offer",
  negativeTwin: "dns-no-answer",
  lastResort: 2,
  check: (view) => {
    const ended = firstEnd(view, "silent", "udp");
    if (ended === null || ended.exchange.kind !== "udp") return null;
    const { questions, answers } = ended.exchange;
    const dhcp = dhcpOf(questions[0]);
    if (dhcp === null || dhcp.operation !== 1) return null;
    const { netns, interface: name, state } = lastPlace(answers[0] ?? questions.at(-1));
    const { count: _, ...facts } = connectionFacts(ended);
    return {
      certainty: "likely",
      netns,
      interface: name,
      facts: {
        ...facts,
        ...(dhcp.clientMac === null ? {} : { mac: formatMac(dhcp.clientMac) }),
        ...(questions.length > 1 ? { count: String(questions.length) } : {}),
        ...(state === undefined ? {} : { state }),
        ...(answers.length > 0 ? { lost: "1" } : {}),
      },
      evidence: [
        sightOf(text("the client's question", "客户端的请求"), questions),
        { basis: "missing", text: text("no offer with its id where it was asked", "请求的地方没有 id 相同的 OFFER") },
      ],
      ruledOut: [],
    };
  },
});
