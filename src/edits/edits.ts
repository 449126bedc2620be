// The faces of all kinds of edits, by their kind: what an edit does to a state, how it is typed, undone and kept.

import { inNamespace } from "../model/cause.ts";
import type { Edit, EditKind, Keep } from "../model/edit.ts";
import type { Manager } from "../model/manager.ts";
import { shellWords } from "../model/shell-word.ts";
import type { SystemState } from "../model/system-state.ts";
import { address } from "./address.ts";
import { bridge } from "./bridge.ts";
import { bridgePort } from "./bridge-port.ts";
import { bridgeVlan } from "./bridge-vlan.ts";
import type { Face } from "./face.ts";
import { fdb } from "./fdb.ts";
import { link } from "./link.ts";
import { nat } from "./nat.ts";
import { neighbour } from "./neighbour.ts";
import { nftRule } from "./nft-rule.ts";
import { policy } from "./policy.ts";
import { question } from "./question.ts";
import { route } from "./route.ts";
import { routeCache } from "./route-cache.ts";
import { rule } from "./rule.ts";
import { sysctl } from "./sysctl.ts";
import { tablesRule } from "./tables-rule.ts";
import { wireGuardPeer } from "./wireguard-peer.ts";

const FACES: { readonly [K in EditKind]: Face<Extract<Edit, { readonly kind: K }>> } = {
  sysctl,
  address,
  route,
  "route-cache": routeCache,
  rule,
  neighbour,
  link,
  bridge,
  "bridge-port": bridgePort,
  "bridge-vlan": bridgeVlan,
  fdb,
  "wireguard-peer": wireGuardPeer,
  "nft-rule": nftRule,
  "tables-rule": tablesRule,
  policy,
  nat,
  question,
};

/** All kinds there are. */
export const EDIT_KINDS = Object.keys(FACES) as readonly EditKind[];

function faceOf<E extends Edit>(edit: E): Face<E> {
  return FACES[edit.kind] as unknown as Face<E>;
}

/**
 * The state right after the edit was typed, with what the kernel changes in the same moment. Null where the kernel
 * would refuse it (it is there already, no such device, no way to that gateway), or where the state does not hold what
 * it changes. Time does the rest: see `settle`.
 */
export function apply(state: SystemState, edit: Edit): SystemState | null {
  return faceOf(edit).apply(state, edit);
}

/** All of them in their order; null as soon as one is refused. */
export function applyAll(state: SystemState, edits: readonly Edit[]): SystemState | null {
  return edits.reduce<SystemState | null>((before, edit) => before && apply(before, edit), state);
}

/** The edit as typed in a shell, with its namespace: nothing is left to fill in. */
export function command(edit: Edit): string {
  const typed = faceOf(edit).command(edit);
  if (edit.kind === "question" && edit.netns === undefined) return typed;
  const netns = edit.netns ?? null;
  return inNamespace(netns === null ? null : shellWords(netns), typed);
}

/** Edits that bring back what was before, in the order in which they are typed; null where the state does not tell it. */
export function undo(edit: Edit, before: SystemState): readonly Edit[] | null {
  return faceOf(edit).undo(edit, before);
}

/** What makes it survive a reboot; null where nothing can: a namespace of its own is gone with the reboot, too. */
export function keep(edit: Edit, manager: Manager): Keep | null {
  return edit.netns === null || edit.netns === "" ? faceOf(edit).keep(edit, manager) : null;
}

/** What it costs; a repair of several edits costs their sum. An edit of the question is cheapest where its option is the fault. */
export function cost(edit: Edit): number {
  return edit.kind === "question" && edit.atFault ? 0 : faceOf(edit).cost;
}
