// A packet that was sent to a host which is neither its target nor a router: by whom, and by which route.

import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import type { StepKind } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";

const ROUTED: ReadonlySet<StepKind> = new Set(["route", "forward"]);

/** Who sent it here; null where the packet is this host's own or nobody's route is known. */
export function sentAstray({
  walk,
  ns,
  leg,
  packet,
}: At<Datagram>): { readonly facts: Facts; readonly lines: readonly StateLine[] } | null {
  const sender = walk.steps.findLast((step) => step.leg === leg && step.netns !== ns.key && ROUTED.has(step.kind));
  const route = sender?.state.find(({ key, assumed }) => key === "route" && !assumed);
  if (sender === undefined || route === undefined) return null;
  const [, gateway] = / via (\S+)/.exec(route.line) ?? [];
  const [subnet = ""] = route.line.split(" ");
  const isOwned = ownersOf(walk.state, packet.destination).length > 0;
  return {
    lines: [route],
    facts: {
      sender: sender.netns,
      route: route.line,
      ...(gateway === undefined ? {} : { gateway }),
      // On its own link, where nobody has it: this host may have lost it.
      ...(gateway === undefined && !isOwned && subnet.includes("/") ? { prefix: subnet } : {}),
    },
  };
}
