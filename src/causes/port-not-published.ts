// Nothing listens on the host itself, and no rule sends the port on to the container behind it that does.

import { defineCause } from "../model/cause.ts";
import { asked, listingOfSockets, onTheWire } from "../model/service.ts";
import { text } from "../model/text.ts";

/** A port that was not published. */
export const cause = defineCause({
  code: "port-not-published",
  severity: "problem",
  marks: {
    drop: [{ reason: "NO_SOCKET", settles: "kind", sometimes: true }],
    counters: [],
    decides: ["sockets", "nft", "iptables"],
    stages: ["arrived"],
  },
  title: text("connection refused: the port is not published", "连接被拒绝：端口没有发布"),
  headline: (facts) => {
    const at = asked(facts);
    return text(
      `connection refused: the port is not published${at === "" ? "" : `: ${at}`}`,
      `连接被拒绝：端口没有发布${at === "" ? "" : `：${at}`}`,
    );
  },
  summary: (facts) =>
    text(
      `${asked(facts) || "The port"} is asked of ${facts.owner === undefined ? "a host" : facts.owner || "this host"}, where nothing listens on it and no rule sends it on. ${facts.asker ?? "A namespace"} behind it does listen${facts.listens === undefined ? "" : `, on ${facts.listens}`}, but that can be reached under its own address only. ${onTheWire(facts).en}`,
      `请求的是${facts.owner === undefined ? "某台主机" : facts.owner === "" ? "本机" : ` ${facts.owner}`} 的 ${asked(facts) || "该端口"}，那里没有程序监听，也没有规则转发它。它后面的 ${facts.asker ?? "某个命名空间"} 确实在监听${facts.listens === undefined ? "" : `（${facts.listens}）`}，但只能用它自己的地址访问。${onTheWire(facts).zh}`,
    ),
  why: () =>
    text(
      "A container has a network of its own: its ports are not the host's unless a DNAT rule or a proxy on the host sends them on.",
      "容器有自己的网络：除非主机上有 DNAT 规则或代理转发，它的端口并不是主机的端口。",
    ),
  fixes: (facts) => [
    {
      edits: [
        {
          kind: "nat",
          netns: facts.router ?? null,
          tool: "nft",
          change: "dnat",
          destination: facts.target ?? "TARGET",
          protocol: facts.protocol ?? "tcp",
          port: facts.service ?? "PORT",
          address: facts.listens ?? "ADDRESS",
        },
      ],
      incomplete: facts.listens === undefined || facts.service === undefined || facts.protocol === undefined,
      effect: text(
        "publishes the port: sends it on to whoever listens (with Docker: run it with -p)",
        "发布端口：把它转给监听者（Docker 用 -p 启动即可）",
      ),
    },
  ],
  settle: (facts, netns) => [listingOfSockets(facts, netns)],
  lookalikes: ["port-no-listener", "dnat-dead-target", "port-other-address"],
  search: [
    "port not published",
    "docker run without -p",
    "EXPOSE is not publish",
    "container port not reachable from host address",
    "容器端口没有映射",
    "docker -p",
  ],
  page: () => ({
    meaning: text(
      "EXPOSE in an image publishes nothing, and a service in another namespace is no service of the host.",
      "镜像里的 EXPOSE 并不发布端口，另一个命名空间里的服务也不是主机的服务。",
    ),
    evidence: text(
      "State: no socket of the host on that port, no DNAT rule for it, and one in a namespace that the host reaches by a link of its own. Packets: SYN and RST. Drop reason: NO_SOCKET.",
      "状态：主机上没有这个端口的套接字，也没有它的 DNAT 规则；在主机直连可达的某个命名空间里却有。报文：SYN 和 RST。丢包原因：NO_SOCKET。",
    ),
    tellApart: text(
      "port-no-listener: nobody behind the host listens on that port either. dnat-dead-target: a rule sends it on, to nobody.",
      "port-no-listener：主机后面也没有程序监听这个端口。dnat-dead-target：有规则转发，但转到了空处。",
    ),
    kernel: "tcp_v4_rcv: __inet_lookup_skb finds none \u2192 tcp_v4_send_reset",
  }),
  scenario: "port-not-published",
  negativeTwin: "published-ok",
});
