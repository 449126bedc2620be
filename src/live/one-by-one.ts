// Captures of single interfaces where that of a whole namespace does not do: where the destination MAC address decides,
// and where tcpdump is too old to tell interfaces apart.

import { type CapturePlace, MOST_CAPTURES } from "../capture/backend.ts";
import { oneByOne } from "../capture/faults.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { linkOf } from "../system/lookup/peer.ts";
import type { MacPlace } from "./by-mac.ts";
import type { CapturePlan } from "./messages.ts";
import { type LivePlaces, type Planned, together } from "./places.ts";
import type { WatchPlace } from "./where.ts";

/** The same places, with a capture of its own for each interface where the destination MAC address decides. */
export function withMacPlaces(where: LivePlaces, byMac: readonly MacPlace[]): LivePlaces {
  const room = MOST_CAPTURES - where.places.length;
  const own = byMac.slice(0, Math.max(0, room));
  const added = own.flatMap(({ netns, interface: name }): Planned[] => {
    const at = where.plans.findIndex((plan) => plan.netns === netns && plan.interface === null);
    const [whole, plan] = [where.places[at], where.plans[at]];
    return whole && plan ? [alone({ ...whole, optional: true }, plan, name)] : [];
  });
  const plans = where.plans.map((plan) => {
    const mine = own.filter(({ netns }) => plan.interface === null && netns === plan.netns);
    const watched = plan.watched.filter((name) => !mine.some((place) => place.interface === name));
    return { ...plan, watched, except: mine.map(({ index }) => index) };
  });
  return {
    places: [...where.places, ...added.map((one) => one.place)],
    plans: [...plans, ...added.map((one) => one.plan)],
    watching: where.watching,
  };
}

/** The same places interface by interface, for a tcpdump that cannot tell them apart; what is down or too much is left out. */
export function interfaceByInterface(where: LivePlaces, state: SystemState): LivePlaces {
  const single = where.plans.flatMap((plan, at): Planned[] => {
    const place = where.places[at] as CapturePlace;
    if (plan.interface !== null) return [{ place, plan, watching: [watchedBy(plan, plan.interface)] }];
    const ns = state.namespaces.get(plan.netns);
    const up = plan.watched.filter((name) => ns !== undefined && linkOf(ns, name)?.flags.has("UP") !== false);
    return up.map((name) => alone(place, plan, name));
  });
  // The loopback devices are the first that can be done without.
  const sorted = [...single].sort((a, b) => Number(a.plan.interface === "lo") - Number(b.plan.interface === "lo"));
  return together(sorted.slice(0, MOST_CAPTURES));
}

function alone(whole: CapturePlace, plan: CapturePlan, name: string): Planned {
  return {
    place: { ...whole, interface: name, interfaces: [name] },
    plan: { ...plan, interface: name, watched: [name], onlyWatched: false, except: [] },
    watching: [watchedBy(plan, name)],
  };
}

function watchedBy({ netns }: CapturePlan, name: string): WatchPlace {
  return { netns, interface: name };
}

/** Opens captures of whole namespaces, and where tcpdump is too old for them one for each interface, with a word about that. */
export async function openEitherWay<Opened>(
  where: LivePlaces,
  state: SystemState,
  open: (where: LivePlaces, limits: readonly Problem[]) => Promise<Opened>,
): Promise<Opened> {
  try {
    return await open(where, []);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== "no-sll2") throw error;
    const single = interfaceByInterface(where, state);
    if (single.places.length === 0) throw error;
    return open(single, [oneByOne(single.places.length)]);
  }
}
