// Gratuitous ARP beside state: what each host that heard it made of it.

import { formatIpv4 } from "../model/address.ts";
import { type Announced, announcementsIn, overheard } from "../model/announcement.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { FlowIndex } from "../model/flow-index.ts";
import type { Packet } from "../model/packet.ts";
import type { SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import { hearAnnouncement } from "../predict/receive/announcement.ts";
import type { Case } from "./case.ts";

/** What state says of the announcements in a flow that holds nothing else, and of those that a ping's host threw away. */
export function announcementHits(subject: Case, flow: Flow): CauseHit[] {
  const { state } = subject;
  if (state === null) return [];
  if (flow.kind === "ping")
    return overheard({ flow, flows: subject.flows, inputs: subject.inputs }).flatMap((said) => {
      const hit = hitAt(subject, state, said, said.at);
      return hit?.code === "gratuitous-arp-dropped" ? [hit] : [];
    });
  if (flow.kind !== "arp") return [];
  return announcementsIn([flow]).flatMap((said) =>
    said.journey.sightings.flatMap((at) => hitAt(subject, state, said, at) ?? []),
  );
}

/** The same story told by packets, with what state knows of it: the setting that holds, or that it ended before the table. */
export function announcementByState(subject: Case, hit: CauseHit): CauseHit {
  const { state } = subject;
  if (state === null || !hit.code.startsWith("gratuitous-arp-")) return hit;
  for (const said of announcementsIn(subject.flows)) {
    if (formatIpv4(said.address) !== hit.facts.target) continue;
    const at = said.journey.sightings.find((p) => hit.evidence.some((e) => e.frames?.includes(p.frame)));
    const byState = at ? hitAt(subject, state, said, at) : null;
    if (byState === null) continue;
    const { basis: _, ...facts } = hit.facts;
    return {
      ...byState,
      facts: { ...facts, ...byState.facts },
      evidence: [...byState.evidence, ...hit.evidence.filter((e) => !e.frames?.includes((at as Packet).frame))],
    };
  }
  return hit;
}

function hitAt(subject: Case, state: SystemState, said: Announced, at: Packet): CauseHit | null {
  const { vantage } = at.frame;
  const netns = subject.view.netnsOf(vantage);
  if (netns === null || vantage.interface === null || subject.view.directionOf(at) === "out") return null;
  const learned = learnedBefore(subject, said, at);
  if (learned === null) return null;
  const place = { netns, interface: vantage.interface, address: said.address, mac: said.mac, learned };
  const hit = hearAnnouncement(state, place);
  if (hit === null) return null;
  const heard = text(`${formatIpv4(said.address)} announces itself`, `${formatIpv4(said.address)} 发出通告`);
  return { ...hit, evidence: [...hit.evidence, { basis: "seen", text: heard, frames: [at.frame] }] };
}

// Whether frames show that the hearer had an entry already: an ARP reply to it made one. Null where they leave it open.
function learnedBefore({ flows }: Case, { address }: Announced, at: Packet): boolean | null {
  let spoken = false;
  for (const packet of FlowIndex.of(flows).packetsAbout(address, at.frame.vantage)) {
    const { frame, network } = packet;
    if (frame.number >= at.frame.number) continue;
    if (network.kind === "arp" && network.senderIp === address && network.targetIp !== address) {
      if (network.operation === 2) return true;
      spoken = true;
    }
    if (network.kind === "icmp" && (network.ip.source === address || network.ip.destination === address)) spoken = true;
  }
  return spoken ? null : false;
}
