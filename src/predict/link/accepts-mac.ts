// eth_type_trans: for whom a frame is that has come to an interface.

import { isGroupMac, type Mac } from "../../model/address.ts";
import { deviceOf } from "../lookup.ts";
import type { Walk } from "../walk.ts";
import type { Arrival } from "./delivery.ts";

/** Whether the interface takes the frame as its own; an unknown MAC address is given the benefit of the doubt. */
export function acceptsMac(walk: Walk, arrival: Arrival, destination: Mac | null): boolean {
  if (arrival.frame.vlan !== null && arrival.frame.vlan !== 0) return false;
  if (destination === null || isGroupMac(destination)) return true;
  const ns = walk.namespace(arrival.netns);
  const mac = ns ? (deviceOf(ns, arrival.interface)?.mac ?? null) : null;
  return mac === null || mac === destination || arrival.portMac === destination;
}
