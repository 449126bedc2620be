// Pings of which nobody knows what address they were for: by a name that was not resolved, or that never came so far.

import { printable, type Text, text } from "../model/text.ts";
import type { AskedPing } from "./case.ts";

/** That only half of the world is explained here; `instead` is what can be. */
export function ipv6Note(instead: string): Text {
  return text(
    `This ping speaks IPv6, and pktwhy follows IPv4 and ARP only. To explain the IPv4 way: ${instead}`,
    `这个 ping 用的是 IPv6，而 pktwhy 只跟踪 IPv4 和 ARP。要解释 IPv4 的情况，请用：${instead}`,
  );
}

/** Why there is no flow for them: in a sentence each, from what ping printed. */
export function notesWithoutAddress(pings: readonly AskedPing[]): Text[] {
  return pings.flatMap(({ ping, output, destination }) => {
    if (destination !== null || output === null) return [];
    const name = printable(ping.target);
    if (output.ipv6) return [ipv6Note(`ping -4 ${name}`)];
    const complaint = output.refusals.find(({ call }) => call === "resolve")?.line ?? null;
    if (output.socketRefused !== null) {
      return [
        text(
          `ping ${name} sent nothing: it may not open a socket ("${printable(output.socketRefused)}"). Run it as root; for more: pktwhy causes ping-permission`,
          `ping ${name} 什么也没有发出：它没有权限打开套接字（“${printable(output.socketRefused)}”）。请以 root 运行；详见 pktwhy causes ping-permission`,
        ),
      ];
    }
    if (complaint === null) return [];
    return [
      text(
        `ping ${name} sent nothing: the name was not resolved ("${printable(complaint)}"). Ping an address to see whether the network works; names are looked up by getent hosts ${name}`,
        `ping ${name} 什么也没有发出：名字没有解析出来（“${printable(complaint)}”）。请直接 ping 地址来判断网络是否正常；查看名字解析：getent hosts ${name}`,
      ),
    ];
  });
}
