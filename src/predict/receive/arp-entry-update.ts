// A request that gets no answer may still change the hearer's entry for the asker: the end of arp_process.

import { formatMac } from "../../model/address.ts";
import { neighbourLine } from "../lines.ts";
import type { ArpHearer } from "../neighbour/arp-listen.ts";

// These leave arp_process before the table is reached (goto out); a source or route that is refused does not.
const LEAVES_EARLY =
  /^(noarp-receiver|nft-arp-drop|arp-loopback-target|gratuitous-arp-dropped|arp-ignore-\d|arp-filter)$/;

/** Remarks the change where the hearer owns the address, keeps silent, and has an entry that says something else. */
export function noteEntryUpdate({ at, verdict }: ArpHearer): void {
  const { sender, senderMac } = at.packet;
  if (verdict.kind !== "silent" || !verdict.mine || senderMac === null || sender === 0) return;
  if (LEAVES_EARLY.test(verdict.hit.code)) return;
  const entry = at.ns.neighbours?.find((n) => n.interface === at.interface && n.address === sender);
  if (!entry || entry.states.has("PERMANENT") || entry.states.has("NOARP") || entry.mac === senderMac) return;
  at.remark({
    code: "arp-suppressed-entry-update",
    facts: {
      ...verdict.hit.facts,
      mac: formatMac(senderMac),
      state: [...entry.states].join(","),
      owner: at.ns.key,
      ...(entry.mac === null ? {} : { expectedMac: formatMac(entry.mac) }),
    },
    lines: [neighbourLine(at.ns.key, entry)],
  });
}
