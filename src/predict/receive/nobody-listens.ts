// No socket takes it: TCP answers with a reset, UDP with port unreachable, and what was sent to many gets no answer at all.

import { formatIpv4, isMulticast } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { Disposition } from "../../model/trace.ts";
import type { PassedSocket } from "../../system/lookup/listener.ts";
import { sendError } from "../answer/icmp-error.ts";
import { listenerBehind } from "../answer/published.ts";
import { sendReset } from "../answer/reset.ts";
import type { At } from "../at.ts";
import type { Datagram, Segment } from "../message.ts";
import type { Delivered } from "./delivered.ts";
import * as say from "./to-port-words.ts";

/** What is known of those that do not take it. */
interface Nobody {
  readonly passed: readonly PassedSocket[];
  readonly facts: Facts;
  /** It was for more than this host. */
  readonly isToMany: boolean;
}

const CODES = {
  "other-address": "port-other-address",
  "other-device": "port-other-device",
  "ipv6-only": "port-ipv6-only",
  "other-peer": "port-no-listener",
} as const;
// What is nearest to taking it tells most.
const NEAREST_FIRST = ["other-device", "other-address", "ipv6-only", "other-peer"] as const;

/** The packet ends here; the sender is told where there is only one who was asked. */
export function nobodyListens(at: At<Datagram>, { passed, facts, isToMany }: Nobody): Disposition {
  const { ns, packet } = at;
  const { what } = packet.segment as Segment;
  const nearest = NEAREST_FIRST.flatMap((why) => passed.filter((one) => one.why === why));
  const [first] = nearest;
  const lines: StateLine[] = nearest.slice(0, 3).map(({ socket }) => say.socketLine(ns, socket));
  const listens = nearest.slice(0, 3).map(({ socket }) => say.whereItListens(socket));
  const device = first?.why === "other-device" ? first.socket.device : null;
  const behind = first === undefined && !isToMany ? listenerBehind(at) : null;
  const end = at.stop({
    code: behind !== null ? "port-not-published" : first === undefined ? "port-no-listener" : CODES[first.why],
    says: say.nobodyTakes(at, first ?? null, isToMany),
    lines: behind === null ? lines : [behind.line],
    facts: {
      ...facts,
      ...(behind === null ? {} : { listens: behind.place, router: ns.key, asker: behind.netns }),
      ...(listens.length === 0 ? {} : { listens: listens.join(", ") }),
      ...(device ? { peerInterface: device } : {}),
      ...(first?.socket.program ? { program: first.socket.program } : {}),
    },
    ...(first === undefined && behind === null ? { because: say.noneOnThePort(at) } : {}),
  });
  if (isToMany) return end;
  const told = what.protocol === "tcp" ? sendReset(at, "host") : portUnreachable(at);
  if (told?.kind !== "stopped") return end;
  at.walk.remark(told.hit);
  return { ...end, hit: { ...end.hit, facts: { ...end.hit.facts, lost: "refusal" } } };
}

function portUnreachable(at: At<Datagram>): Disposition | null {
  return sendError(at, { type: 3, code: 3, from: at.packet.destination });
}

/** tcp_v4_conn_request: a SYN that is for many is never answered. */
export function notAsked(at: At<Datagram>, { lines }: Delivered, facts: Facts): Disposition {
  const { packet, walk } = at;
  return at.stop({
    code: isMulticast(packet.destination)
      ? "multicast-no-member"
      : walk.sent?.type === "unicast"
        ? "directed-broadcast-not-forwarded"
        : "broadcast-needs-b",
    says: say.forMany(formatIpv4(packet.destination)),
    lines,
    facts,
  });
}
