// Programs that nobody from outside can reach.

import { isLoopback } from "../../model/address.ts";
import type { Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";

/** TCP ports on which a program listens, on loopback addresses alone. */
export function onLoopbackOnly({ sockets = [] }: Namespace): Text[] {
  const listening = sockets.filter(({ protocol, peer }) => protocol === "tcp" && peer === null);
  const ports = new Set(listening.map(({ port }) => port));
  const closed = [...ports].filter((port) =>
    listening
      .filter((one) => one.port === port)
      .every(({ address, family }) => family === "ipv4" && address !== null && isLoopback(address)),
  );
  if (closed.length === 0) return [];
  const list = closed.sort((a, b) => a - b);
  return [
    text(
      `programs listen on loopback alone for TCP ${list.join(", ")}: a connection from another host, or to another address of this one, is refused`,
      `TCP 端口 ${list.join("、")} 只在回环地址上监听：从其他主机发起的连接，以及连到本机其他地址的连接，都会被拒绝`,
    ),
  ];
}
