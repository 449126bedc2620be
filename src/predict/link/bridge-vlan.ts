// VLAN filtering of a bridge: which VLAN a frame belongs to when it comes in, and whether and how it may go out.

import type { StateLine } from "../../model/evidence.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { vlanLine } from "../../system/rendered-lines.ts";
import { linkLine } from "../lines.ts";

/** The VLAN a frame goes on with, or that it may not. */
export type VlanVerdict =
  | { readonly kind: "passes"; readonly vlan: number | null }
  | { readonly kind: "refused"; readonly lines: readonly StateLine[] };

function filtering(bridge: Link): boolean {
  return Number(bridge.data.vlan_filtering) === 1;
}

function linesOf(ns: Namespace, bridge: Link, port: string): StateLine[] {
  const members = (ns.bridge?.vlans ?? []).filter((v) => v.interface === port);
  const quoted = members.map((v) => ({ netns: ns.key, key: "bridge.vlan", line: vlanLine(v) }));
  return quoted.length > 0 ? quoted : [linkLine(ns.key, bridge)];
}

/** br_allowed_ingress: an untagged frame joins the port's PVID, a tagged one must be of a VLAN the port is in. */
export function allowedIn(ns: Namespace, bridge: Link, port: string, vlan: number | null): VlanVerdict {
  if (!filtering(bridge) || ns.bridge?.vlans === undefined) return { kind: "passes", vlan };
  const members = ns.bridge.vlans.filter((v) => v.interface === port);
  if (vlan === null || vlan === 0) {
    const pvid = members.find((v) => v.pvid);
    return pvid ? { kind: "passes", vlan: pvid.id } : { kind: "refused", lines: linesOf(ns, bridge, port) };
  }
  return members.some((v) => v.id <= vlan && vlan <= Math.max(v.id, v.end))
    ? { kind: "passes", vlan }
    : { kind: "refused", lines: linesOf(ns, bridge, port) };
}

/** br_allowed_egress: the port must be in the frame's VLAN; the tag is taken off where it is set so. */
export function allowedOut(ns: Namespace, bridge: Link, port: string, vlan: number | null): VlanVerdict {
  if (!filtering(bridge) || ns.bridge?.vlans === undefined || vlan === null) return { kind: "passes", vlan };
  const member = ns.bridge.vlans.find((v) => v.interface === port && v.id <= vlan && vlan <= Math.max(v.id, v.end));
  if (!member) return { kind: "refused", lines: linesOf(ns, bridge, port) };
  return { kind: "passes", vlan: member.untagged ? null : vlan };
}
