// What a repair must not do: give an address away twice, open more than is asked, or break what worked for others.

import { applyAll } from "../../edits/edits.ts";
import { settle } from "../../edits/settle.ts";
import { type Ipv4, isLoopback } from "../../model/address.ts";
import type { Edit, SysctlEdit } from "../../model/edit.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Attempt, stepsOf } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { hasOneLeg } from "../../system/lookup/router.ts";
import type { WalkBudget } from "./budget.ts";
import { givingOf } from "./give.ts";

/** Pairs of hosts and addresses that are walked at most. */
const MOST_PAIRS = 500;

/** Whether an edit is refused whatever it achieves. */
export function isHarmful(edit: Edit, state: SystemState): boolean {
  switch (edit.kind) {
    case "policy":
      return edit.policy === "accept";
    case "address":
      return edit.verb === "del" ? edit.address.startsWith("127.") : givingOf(edit, state) === "harmful";
    case "sysctl":
      return (
        edit.settings.some(({ key, value }) => key === "net.bridge.bridge-nf-call-iptables" && value === "0") ||
        makesRouter(edit, state)
      );
    default:
      return false;
  }
}

// A host with one leg is no router whose forwarding was forgotten.
function makesRouter({ netns, settings }: SysctlEdit, { namespaces }: SystemState): boolean {
  if (!settings.some(({ key, value }) => /^net\.ipv4\.(?:ip_forward|conf\..*\.forwarding)$/.test(key) && value === "1"))
    return false;
  const host = namespaces.get(netns ?? "");
  return host !== undefined && hasOneLeg(host);
}

/** Whether the kernel would refuse it: where the state holds what it changes, that is known. */
export function isRefused(state: SystemState, edits: readonly Edit[]): boolean {
  const known = edits.every(({ netns = null, kind }) => {
    const ns = netns === null ? undefined : state.namespaces.get(netns);
    if (ns === undefined) return false;
    if (kind === "nft-rule" || kind === "tables-rule" || kind === "nat" || kind === "policy")
      return ns.nft !== undefined;
    return ns.links !== undefined && ns.addresses !== undefined && ns.routes !== undefined;
  });
  return known && applyAll(state, edits) === null;
}

/** What the check of the others said. */
export type Harm = "none" | "breaks" | "unchecked";

/** Whether a ping that was answered before, on a way that meets what is edited, no longer is. */
export function harmToOthers(
  before: SystemState,
  after: SystemState,
  {
    edits,
    attempt,
    source,
    budget,
  }: {
    readonly edits: readonly Edit[];
    readonly attempt: Attempt;
    readonly source: Ipv4 | null;
    readonly budget: WalkBudget;
  },
): Harm {
  const touched = new Set(edits.flatMap((edit) => (edit.kind === "question" ? [] : [edit.netns])));
  if (touched.size === 0) return "none";
  // Of two hosts with the asker's address one alone can be answered.
  const rivals = new Set(rivalsOf(before, source, attempt.netns));
  const base = settle(before);
  const changed = settle(after);
  let left = MOST_PAIRS;
  for (const [netns, destination] of pairsOf(before, (asker) => !rivals.has(asker))) {
    if (left-- === 0 || !budget.take(1)) return "unchecked";
    const asked: Attempt = { ...PLAIN, mark: attempt.mark, netns, destination };
    const way = predict(base, asked);
    if (way.disposition.kind !== "answered" || !stepsOf(way).some((step) => touched.has(step.netns))) continue;
    if (!budget.take(1)) return "unchecked";
    if (predict(changed, asked).disposition.kind === "stopped") return "breaks";
  }
  return "none";
}

function rivalsOf(state: SystemState, source: Ipv4 | null, asker: string): string[] {
  if (source === null) return [];
  return ownersOf(state, source).flatMap(({ netns }) => (netns === asker ? [] : [netns]));
}

const PLAIN: Omit<Attempt, "netns" | "destination" | "mark"> = {
  source: null,
  outInterface: null,
  ttl: null,
  length: 84,
  dontFragment: true,
  pathMtuDiscovery: "want",
  broadcastAllowed: false,
  origin: "asked",
};

// One after another: of a thousand hosts there are millions, of which the first few are asked for.
function* pairsOf({ namespaces }: SystemState, asks: (netns: string) => boolean): Generator<readonly [string, Ipv4]> {
  for (const asker of namespaces.values()) {
    if (!asks(asker.key)) continue;
    for (const other of namespaces.values()) {
      if (other === asker) continue;
      for (const { local } of other.addresses ?? []) if (!isLoopback(local)) yield [asker.key, local];
    }
  }
}
