// A request that gets no answer may still change the hearer's entry for the asker: the end of arp_process.

import { formatMac } from "../../model/address.ts";
import type { ArpQuestion } from "./arp-input.ts";
import type { Heard } from "./arp-listen.ts";
import { makeHit } from "./hits.ts";
import { neighbourLine } from "./lines.ts";
import type { Walk } from "./walk.ts";

// These leave arp_process before the table is reached (goto out); a source or route that is refused does not.
const LEAVES_EARLY =
  /^(noarp-receiver|nft-arp-drop|arp-loopback-target|gratuitous-arp-dropped|arp-ignore-\d|arp-filter)$/;

/** Remarks the change where the hearer owns the address, keeps silent, and has an entry that says something else. */
export function noteEntryUpdate(walk: Walk, { arrival, ns, verdict }: Heard, question: ArpQuestion): void {
  const { sender, senderMac } = question;
  if (verdict.kind !== "silent" || !verdict.mine || senderMac === null || sender === 0) return;
  if (LEAVES_EARLY.test(verdict.hit.code)) return;
  const entry = ns.neighbours?.find((n) => n.interface === arrival.interface && n.address === sender);
  if (!entry || entry.states.has("PERMANENT") || entry.states.has("NOARP") || entry.mac === senderMac) return;
  walk.remark(
    makeHit({
      code: "arp-suppressed-entry-update",
      netns: ns.key,
      interface: arrival.interface,
      facts: {
        ...verdict.hit.facts,
        mac: formatMac(senderMac),
        state: [...entry.states].join(","),
        owner: ns.key,
        ...(entry.mac === null ? {} : { expectedMac: formatMac(entry.mac) }),
      },
      lines: [neighbourLine(ns.key, entry)],
    }),
  );
}
