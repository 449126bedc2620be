// Audits a state: every pair of a host and an address, by classes that are alike; the fewest faults; what stands out besides.

import { causes } from "../causes/registry.ts";
import { settle } from "../edits/settle.ts";
import { findingOf } from "../explain/finding.ts";
import { fixOf } from "../explain/repair/proof.ts";
import { formatIpv4, type Ipv4 } from "../model/address.ts";
import type { Audit, AuditCounts, AuditFault, AuditOpen, AuditPair, AuditUnmended } from "../model/audit.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { Transport } from "../model/transport.ts";
import { withoutInvented } from "../predict/invented.ts";
import { renderedLines } from "../system/rendered-lines.ts";
import { type AllPairs, pairsIn } from "./classes/pairs.ts";
import { editsOf, type FoundFault, type FoundFaults, findFaults, isFailing, pairsThat, stopKey } from "./faults.ts";
import { noticesOf } from "./notices/notices.ts";
import { type Edited, type End, Walks } from "./walks.ts";

/** Everything that is walked here. */
interface Audited {
  readonly now: SystemState;
  /** Some minutes later; the same where nothing was learned. */
  readonly later: SystemState;
  readonly walks: Walks;
  readonly all: AllPairs;
}

/** Audits a state; `name` is how it was named. */
export function auditOf(name: string, state: SystemState, transport: Transport | null): Audit {
  const walks = new Walks(transport);
  const later = settle(state);
  const first = pairsIn(state, transport);
  const found = findFaults({ state: later, transport, walks }, later === state ? first : pairsIn(later, transport));
  // Before and after, in classes that hold for both.
  const all = later === state ? found.all : first;
  const audited: Audited = { now: state, later, walks, all };
  const { faults, mended } = provenFaults(audited, found, state);
  return {
    name,
    transport,
    counts: countsOf(audited),
    faults,
    mended,
    unmended: unmendedOf(audited, found),
    notices: noticesOf({ state, walks, all }),
    open: openOf(audited),
    notes: notesOf(audited, found),
  };
}

function countsOf({ now, later, walks, all }: Audited): AuditCounts {
  const { classes, hosts, addresses, apart } = all;
  const count = (holds: (end: End, asker: string, destination: Ipv4) => boolean): number =>
    pairsThat(classes, (asker, destination) => holds(walks.end(now, asker, destination), asker, destination));
  const then = (asker: string, destination: Ipv4): End => walks.end(later, asker, destination);
  return {
    hosts: hosts.length,
    addresses: addresses.length,
    pairs: classes.reduce((sum, { pairs }) => sum + pairs, 0),
    answered: count(({ kind }) => kind === "answered"),
    failed: count(isFailing),
    closed: count((end) => end.kind === "stopped" && !isFailing(end)),
    passing: count((end, asker, address) => isFailing(end) && then(asker, address).kind === "answered"),
    hidden: count((end, asker, address) => end.kind === "answered" && isFailing(then(asker, address))),
    open: count(({ kind }) => kind === "open"),
    exits: count(({ kind }) => kind === "exits"),
    apart,
    classes: classes.length,
    walks: walks.count,
  };
}

interface Proven {
  readonly faults: readonly AuditFault[];
  readonly mended: number;
}

function provenFaults({ later, walks }: Audited, { faults, all }: FoundFaults, state: SystemState): Proven {
  const rendered = renderedLines(state);
  const failing = all.classes.filter(({ askers, destinations }) =>
    isFailing(walks.end(later, askers[0], destinations[0])),
  );
  const working = (after: Edited | null): ((asker: string, destination: Ipv4) => boolean) => {
    if (after === null) return () => false;
    return (asker, destination) => walks.endAfter(later, after, asker, destination).kind === "answered";
  };
  const withAll = working(walks.edited(later, editsOf(faults)));
  const told = faults.flatMap((fault): AuditFault[] => {
    const finding = findingOf(withoutInvented(fault.hit, rendered), causes, []);
    if (finding === null) return [];
    const without = working(walks.edited(later, editsOf(faults, fault)));
    const alone = working(walks.edited(later, fault.repair.edits));
    const explained = failing.filter(
      ({ askers: [asker], destinations: [address] }) => withAll(asker, address) && !without(asker, address),
    );
    const codes = explained.flatMap(({ askers: [asker], destinations: [address] }) => {
      const { hit, besides } = walks.end(later, asker, address);
      return hit === null ? [] : [hit.code, ...besides.flatMap((one) => (one.netns === hit.netns ? [one.code] : []))];
    });
    return [
      {
        finding,
        pair: pairOf(fault),
        alsoAs: [...new Set(codes)].filter((code) => code !== finding.code),
        explains: pairsThat(explained, () => true),
        alone: pairsThat(failing, alone),
        of: pairsThat(failing, () => true),
        fix: { ...fixOf(fault.repair, state, causes) },
      },
    ];
  });
  return {
    faults: told.sort((a, b) => b.explains - a.explains || b.alone - a.alone),
    mended: pairsThat(failing, withAll),
  };
}

function pairOf({ asker, destination }: Pick<FoundFault, "asker" | "destination">): AuditPair {
  return { netns: asker, destination: formatIpv4(destination) };
}

// What still fails when all faults are mended.
function unmendedOf({ now, later, walks }: Audited, { faults, all }: FoundFaults): AuditUnmended[] {
  const after = walks.edited(later, editsOf(faults));
  const rendered = renderedLines(now);
  const left = new Map<string, { readonly fault: AuditUnmended; pairs: number }>();
  for (const { askers, destinations, pairs } of all.classes) {
    const [asker, destination] = [askers[0], destinations[0]];
    const end =
      after === null ? walks.end(later, asker, destination) : walks.endAfter(later, after, asker, destination);
    if (!isFailing(end) || end.hit === null) continue;
    const known = left.get(stopKey(end.hit));
    if (known !== undefined) known.pairs += pairs;
    const finding = known === undefined ? findingOf(withoutInvented(end.hit, rendered), causes, []) : null;
    if (finding !== null)
      left.set(stopKey(end.hit), { fault: { finding, pair: pairOf({ asker, destination }), pairs }, pairs });
  }
  return [...left.values()].map(({ fault, pairs }) => ({ ...fault, pairs })).sort((a, b) => b.pairs - a.pairs);
}

function openOf({ now, walks, all }: Audited): AuditOpen[] {
  const found = new Map<string, { text: Text; missing: readonly string[]; pairs: number }>();
  for (const { askers, destinations, pairs } of all.classes) {
    const end = walks.end(now, askers[0], destinations[0]);
    if (end.kind !== "open" && end.kind !== "exits") continue;
    const key = JSON.stringify([end.kind, end.missing, end.kind === "open" && end.missing.length === 0 && end.unknown]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { text: openText(end), missing: end.missing, pairs });
    else known.pairs += pairs;
  }
  return [...found.values()].sort((a, b) => b.pairs - a.pairs);
}

function openText({ kind, unknown, missing }: End): Text {
  if (kind === "exits")
    return text(
      `leave through ${missing.join(", ")}; what lies beyond is not in the state`,
      `从 ${missing.join("、")} 离开，对端的情况不在状态里`,
    );
  return unknown ?? text("the state does not tell", "状态没有说明");
}

function notesOf({ now, walks, all }: Audited, { isCut }: FoundFaults): Text[] {
  const assumed = new Set(
    all.classes.flatMap(({ askers, destinations }) => walks.end(now, askers[0], destinations[0]).assumed),
  );
  const list = [...assumed];
  const shown = list.slice(0, 6).join(", ") + (list.length > 6 ? ", …" : "");
  return [
    ...(list.length === 0
      ? []
      : [
          text(
            `Not in the state, and taken as absent or at its default: ${shown}.`,
            `状态里没有、按不存在或默认值处理的部分：${shown}。`,
          ),
        ]),
    ...(isCut ? [text("There are more faults than were looked for.", "故障太多，只查找了其中一部分。")] : []),
  ];
}
