// Where captures say they were taken: the host and the device, by their namespace, by the state, or by their files' names.

import type { InputSummary, Vantage } from "../../model/vantage.ts";
import type { Case } from "../case.ts";
import type { Made, Socket } from "./made.ts";

/** The host and its device, as far as a capture says. */
interface Spot {
  readonly host: string | null;
  readonly device: string | null;
}

/** Tells of each capture where it was taken. */
export type SpotOf = (vantage: Vantage) => Spot;

const HOST_AND_DEVICE = /^([^.]+)\.([^.].*)$/;

/** `router.eth0` is eth0 of the router where all captures are named so; that is supposed, and never told as a fact. */
export function spotsOf({ view, inputs }: Pick<Case, "view" | "inputs">): SpotOf {
  const named = namedSoAll(inputs.filter(({ vantage }) => view.netnsOf(vantage) === null));
  return (vantage) => {
    const netns = view.netnsOf(vantage);
    const name = vantage.interface;
    if (netns !== null || name === null) return { host: netns, device: name };
    const [, host = null, device = name] = (named && HOST_AND_DEVICE.exec(name)) || [];
    return { host, device };
  };
}

// One such name may well be that of a VLAN; a host that is captured at several devices, or at lo, is none.
function namedSoAll(inputs: readonly InputSummary[]): boolean {
  const parts = inputs.map(({ vantage }) => HOST_AND_DEVICE.exec(vantage.interface ?? ""));
  if (parts.length < 2 || parts.some((one) => one === null)) return false;
  const hosts = parts.map((one) => one?.[1]);
  return new Set(hosts).size > 1 && (new Set(hosts).size < hosts.length || parts.some((one) => one?.[2] === "lo"));
}

/** The captures that are at hosts and devices of this system, by their names. */
export function namedPlaces({ state }: Made, inputs: readonly InputSummary[], spotOf: SpotOf): [Vantage, Socket][] {
  return inputs.flatMap(({ vantage }): [Vantage, Socket][] => {
    const { host, device } = spotOf(vantage);
    if (host === null || device === null) return [];
    const isThere = state.namespaces.get(host)?.links?.some(({ name }) => name === device);
    return isThere ? [[vantage, { netns: host, name: device }]] : [];
  });
}
