// ping's socket: a raw one takes CAP_NET_RAW (inet_create), a datagram one a group that is let in (ping_init_sock).

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition } from "../../model/trace.ts";
import { sysctlLine } from "../../system/rendered-lines.ts";
import { stopAt } from "../at.ts";
import { stopped } from "../hits.ts";
import type { Walk } from "../walk.ts";

const KEY = "net.ipv4.ping_group_range";
// Whatever group a process is in, such a range lets it in.
const EVERYBODY = 2_147_483_647;

/** Where ping said that it got none. Its rights are in no state, so that its own words are what it rests on. */
export function refusedSocket(walk: Walk, ns: Namespace | undefined): Disposition | null {
  const { socketRefused: said, destination, netns } = walk.attempt;
  if (said === undefined) return null;
  const value = ns?.sysctl?.get(KEY)?.trim().replace(/\s+/, " ");
  const lines: StateLine[] = value === undefined ? [] : [{ netns, key: "sysctl", line: sysctlLine(KEY, value) }];
  walk.heard = { kind: "error", call: "socket", errno: "EPERM" };
  const { step, hit } = stopAt(
    { netns, interface: null, leg: "request" },
    {
      code: "ping-permission",
      says: text(
        "the kernel gives this ping no socket for ICMP: nothing is looked up and nothing is sent",
        "内核不给这个 ping 分配 ICMP 套接字：不会查路由，也不会发出任何报文",
      ),
      lines,
      facts: { target: formatIpv4(destination), error: said, sysctl: KEY, ...(value === undefined ? {} : { value }) },
      because: text(`ping printed: ${said}`, `ping 的输出：${said}`),
      // A range that is open to all does not explain it: something else (seccomp, a security module) may have refused.
      certainty: value === undefined || isOpenToAll(value) ? "likely" : "certain",
      ruledOut: [
        { code: "no-route", because: text("ping never came as far as a route", "ping 还没有到查路由这一步") },
        {
          code: "nft-output-drop",
          because: text("a firewall acts on packets, and there was none", "防火墙作用于报文，而这里没有报文"),
        },
      ],
    },
  );
  walk.addAll([step]);
  return stopped(hit);
}

function isOpenToAll(value: string): boolean {
  const [low, high] = value.split(" ").map(Number);
  return low === 0 && (high ?? 0) >= EVERYBODY;
}
