// Which flows the watched command has to do with: those of its own namespaces, and of them those about what it names.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Attempt } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import type { PlacedCommand } from "./case.ts";
import { addressesNamed } from "./command/asked-command.ts";

/** What of all that was seen can be the command's doing. */
export interface OwnFlows {
  /** Whether a flow can be. */
  readonly holds: (flow: Flow) => boolean;
  /** Whether the command names what its packets are for, so that other flows of its namespace are somebody else's. */
  readonly named: boolean;
  /** How the command ended; null where that is not known. */
  readonly exitCode: number | null;
}

const ANY_FLOW: OwnFlows = { holds: () => true, named: false, exitCode: null };
const MOST_WALKS = 8;

/** Everything, where nobody knows in which namespace the command ran. */
export function ownFlows(command: PlacedCommand | null, state: SystemState | null): OwnFlows {
  const places = placesOf(command);
  if (command === null || places.size === 0) return ANY_FLOW;
  const inside = (flow: Flow): boolean => isFrom(flow, places, state);
  const targets = addressesNamed(command.argv);
  const { exitCode } = command;
  if (targets.length === 0) return { holds: inside, named: false, exitCode };
  const asked = new Set(targets);
  for (const netns of places)
    for (const destination of targets.slice(0, MOST_WALKS)) {
      const nextHop = state === null ? null : predict(state, wanted(netns, destination)).nextHop;
      if (nextHop !== null) asked.add(nextHop);
    }
  // Its own host may translate what it asks for before anybody sees it.
  return {
    holds: (flow) => inside(flow) && (asked.has(flow.dst) || flow.transportOutcomes !== undefined),
    named: true,
    exitCode,
  };
}

function placesOf(command: PlacedCommand | null): ReadonlySet<string> {
  if (command === null || command.netns == null || command.amongOthers) return new Set();
  return new Set([command.netns, ...(command.ran ?? []).map(({ netns }) => netns)]);
}

function isFrom({ netns, src }: Flow, places: ReadonlySet<string>, state: SystemState | null): boolean {
  if (netns !== null) return places.has(netns);
  if (state === null || src === null) return state === null;
  return ownersOf(state, src).some((owner) => places.has(owner.netns));
}

function wanted(netns: string, destination: Ipv4): Attempt {
  return {
    netns,
    destination,
    source: null,
    outInterface: null,
    ttl: null,
    length: 84,
    dontFragment: false,
    broadcastAllowed: true,
    mark: 0,
    program: null,
    origin: "asked",
  };
}
