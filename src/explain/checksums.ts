// Wrong checksums: harmless where a sender's own capture shows them before the card has filled them in, fatal where the
// receiver finds them (ip_rcv_core: SKB_DROP_REASON_IP_CSUM; icmp_rcv: SKB_DROP_REASON_ICMP_CSUM).

import { formatFrame } from "../model/evidence.ts";
import type { Flow } from "../model/flow.ts";
import type { Journey } from "../model/journey.ts";
import { arrivesDamaged, examplesOf, isDamaged, journeysOf } from "../model/observed.ts";
import type { Packet } from "../model/packet.ts";
import { type Text, text } from "../model/text.ts";

/** What wrong checksums mean for a flow: `fatal` where a receiver must have dropped a packet for one. */
export interface ChecksumVerdict {
  readonly note: Text;
  readonly kind: "harmless" | "undecided" | "fatal";
}

/** One verdict of each kind at most, with the first frame that shows it. */
export function checksumVerdicts(flow: Flow): ChecksumVerdict[] {
  const found = new Map<ChecksumVerdict["kind"], ChecksumVerdict>();
  for (const exchange of examplesOf(flow)) {
    for (const journey of journeysOf(exchange)) {
      const verdict = verdictOn(journey);
      if (verdict !== null && !found.has(verdict.kind)) found.set(verdict.kind, verdict);
    }
  }
  return [...found.values()];
}

function verdictOn(journey: Journey): ChecksumVerdict | null {
  const { sightings } = journey;
  const bad = sightings.find(isDamaged);
  if (bad === undefined) return null;
  const last = sightings[sightings.length - 1] as Packet;
  const place = formatFrame(bad.frame);
  const damaged = arrivesDamaged(journey);
  if (damaged !== null) {
    const arrived = formatFrame(damaged.frame);
    return {
      kind: "fatal",
      note: text(
        `${arrived} arrives with a wrong checksum: the receiving kernel drops it without an answer (InCsumErrors). It was damaged on the way, or sent so.`,
        `${arrived} 到达时校验和就是错的：接收端内核会直接丢弃，不作应答（InCsumErrors）。它不是途中损坏，就是发出时就错了。`,
      ),
    };
  }
  if (!isDamaged(last)) {
    return {
      kind: "harmless",
      note: text(
        `${place} has a wrong checksum, and the same packet is right further on: it is filled in behind the capture point, as cards do (checksum offload), which is harmless.`,
        `${place} 的校验和是错的，而同一个包到后面是对的：校验和是在抓包点之后才填入的，网卡就是这样做的（checksum offload），没有影响。`,
      ),
    };
  }
  return {
    kind: "undecided",
    note: text(
      `${place} has a wrong checksum. Where it is sent from, that is mostly the card's work still to be done (checksum offload); a capture at the receiver, or ethtool -K DEV tx off, decides.`,
      `${place} 的校验和是错的。在发送端看到这种情况，多半只是网卡还没有填入（checksum offload）；在接收端抓包，或执行 ethtool -K 设备 tx off，就能确定。`,
    ),
  };
}
