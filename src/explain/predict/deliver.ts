// Delivery on the host itself: ICMP builds an answer, or a socket gets what it waits for (causes.md 1.11 and 1.12).

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Disposition, Leg } from "../../model/trace.ts";
import { makeHit, stopped } from "./hits.ts";
import { echo } from "./icmp.ts";
import type { OutputRoute } from "./output-route.ts";
import type { Datagram, Walk } from "./walk.ts";
import * as words from "./words.ts";

export interface Delivered {
  readonly interface: string;
  readonly datagram: Datagram;
  readonly leg: Leg;
  readonly looped: OutputRoute | null;
  /** Interface that owns the destination address. */
  readonly owner: string | null;
  readonly lines: readonly StateLine[];
  readonly broadcast: boolean;
}

/** ip_local_deliver of an ICMP message. */
export function deliver(walk: Walk, ns: Namespace, arrived: Delivered): Disposition {
  switch (arrived.datagram.kind) {
    case "echo-request":
      return echo(walk, ns, arrived);
    case "echo-reply":
      return toSocket(walk, ns, arrived);
    case "icmp-error":
      return errorToSocket(walk, ns, arrived);
  }
}

function toSocket(walk: Walk, ns: Namespace, arrived: Delivered): Disposition {
  const { datagram, leg } = arrived;
  const { attempt } = walk;
  const facts = {
    target: formatIpv4(datagram.source),
    source: formatIpv4(datagram.destination),
    inInterface: arrived.interface,
    ...(arrived.owner === null ? {} : { ownerInterface: arrived.owner }),
  };
  if (ns.key !== attempt.netns) {
    walk.add({
      kind: "stop",
      leg,
      netns: ns.key,
      interface: arrived.interface,
      text: text(
        `the reply ends in ${words.hostName(ns.key).en}, which has the address ${formatIpv4(datagram.destination)} too: no socket waits for it there`,
        `应答到了${words.hostName(ns.key).zh}，它也有 ${formatIpv4(datagram.destination)} 这个地址：那里没有套接字在等它`,
      ),
      state: arrived.lines,
    });
    return stopped(
      makeHit({
        code: "echo-reply-no-socket",
        netns: ns.key,
        interface: arrived.interface,
        facts,
        lines: arrived.lines,
      }),
    );
  }
  // inet_iif: a packet that looped over lo counts as come in by the interface that owns its destination.
  const logical = arrived.looped ? (arrived.owner ?? "lo") : arrived.interface;
  if (attempt.outInterface !== null && logical !== attempt.outInterface) {
    const code = arrived.looped ? "bound-socket-reply-lo" : "bound-socket-other-interface";
    walk.add({
      kind: "stop",
      leg,
      netns: ns.key,
      interface: arrived.interface,
      text: text(
        `the reply counts as come in by ${logical}, but ping's socket is bound to ${attempt.outInterface}: it does not get it`,
        `这个应答算作从 ${logical} 进来，而 ping 的套接字绑定在 ${attempt.outInterface}：它收不到`,
      ),
      state: arrived.lines,
    });
    return stopped(
      makeHit({
        code,
        netns: ns.key,
        interface: arrived.interface,
        facts: { ...facts, outInterface: attempt.outInterface },
        lines: [...arrived.lines, ...(arrived.looped?.lines ?? [])],
        because: text(`the socket is bound to ${attempt.outInterface}`, `套接字绑定在 ${attempt.outInterface}`),
      }),
    );
  }
  if (!arrived.looped && walk.sent && walk.sent.device !== arrived.interface) {
    walk.remark(
      makeHit({
        code: "asymmetric-routing",
        netns: ns.key,
        interface: arrived.interface,
        facts: { ...facts, outInterface: walk.sent.device },
        lines: arrived.lines,
        because: text(
          `sent by ${walk.sent.device}, answered by ${arrived.interface}`,
          `从 ${walk.sent.device} 发出，应答从 ${arrived.interface} 回来`,
        ),
      }),
    );
  }
  walk.add({
    kind: "deliver",
    leg,
    netns: ns.key,
    interface: arrived.looped ? null : arrived.interface,
    text: words.socketWants(),
  });
  walk.add({ kind: "socket-receive", leg, netns: ns.key, text: words.pingHasReply(datagram.source) });
  walk.heard = { kind: "reply" };
  return { kind: "answered" };
}

// raw_icmp_error matches the bound interface against the device the error came in by: lo for the host's own errors.
function errorToSocket(walk: Walk, ns: Namespace, arrived: Delivered): Disposition {
  const { datagram, leg } = arrived;
  const { attempt } = walk;
  const name = words.icmpErrorName(datagram.type, datagram.code);
  if (ns.key !== attempt.netns || datagram.about !== "request") {
    walk.add({
      kind: "deliver",
      leg,
      netns: ns.key,
      interface: arrived.interface,
      text: text(
        `the ICMP error “${name.en}” ends here: no ping waits for it in ${words.hostName(ns.key).en}`,
        `ICMP 差错“${name.zh}”到此为止：${words.hostName(ns.key).zh}没有 ping 在等它`,
      ),
    });
    return { kind: "answered" };
  }
  if (attempt.outInterface !== null && attempt.outInterface !== arrived.interface) {
    walk.add({
      kind: "deliver",
      leg,
      netns: ns.key,
      interface: arrived.interface,
      text: text(
        `the ICMP error came in by ${arrived.interface}, but ping's socket is bound to ${attempt.outInterface}: ping is not told`,
        `ICMP 差错从 ${arrived.interface} 进来，而 ping 的套接字绑定在 ${attempt.outInterface}：ping 得不到通知`,
      ),
    });
    return { kind: "answered" };
  }
  walk.add({
    kind: "deliver",
    leg,
    netns: ns.key,
    interface: arrived.interface,
    text: text(
      `ping is told: “From ${formatIpv4(datagram.source)} ${name.en}”`,
      `ping 得到通知，打印“From ${formatIpv4(datagram.source)} ${name.en}”`,
    ),
  });
  if (datagram.type !== 5)
    walk.heard = { kind: "icmp-error", from: datagram.source, type: datagram.type, code: datagram.code };
  return { kind: "answered" };
}
