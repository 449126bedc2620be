// What was asked for over TCP or UDP, as sentences and commands of causes name it.

import type { Facts, Settle } from "./finding.ts";
import { inNamespace } from "./in-namespace.ts";
import { type Text, text } from "./text.ts";

/** `TCP 10.0.0.2:8080`; empty where nothing is known. */
export function asked({ protocol, target, service }: Facts): string {
  const end = [target, service].filter((part) => part !== undefined).join(":");
  return [protocol?.toUpperCase(), end].filter((part) => part !== undefined && part !== "").join(" ");
}

/** What the asker is told where no socket takes it. */
export function onTheWire({ protocol }: Facts): Text {
  if (protocol === "tcp") return text("The kernel answers with a reset (RST).", "内核回复位（RST）。");
  if (protocol === "udp") return text("The kernel answers with ICMP port unreachable.", "内核回 ICMP 端口不可达。");
  return text("The kernel says so at once.", "内核立刻如此答复。");
}

/** Lists the sockets of the host. */
export function listingOfSockets({ protocol, service }: Facts, netns: string | null): Settle {
  const of = protocol === "tcp" ? "t" : protocol === "udp" ? "u" : "tu";
  return {
    command: inNamespace(netns, `ss -ln${of}p`),
    because: text(
      `the sockets that listen: on which address and interface one is${service === undefined ? "" : ` on port ${service}`}`,
      `列出监听的套接字：${service === undefined ? "" : `端口 ${service} 上的`}绑定在哪个地址和接口`,
    ),
  };
}
