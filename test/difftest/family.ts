// What a family of causes needs to break a network: the network it takes effect in, the ping, and where things are.

import type { Code } from "../../src/model/code.ts";
import type { Random } from "../fuzz/random.ts";
import type { Draft, Network } from "./networks.ts";

/** A ping that may still be changed. */
export interface PingDraft {
  destination: string;
  bind: string | null;
  size: number | null;
  ttl: number | null;
  discovery: "do" | "dont" | null;
  broadcast: boolean;
  /** What else stands on its command line. */
  more: string[];
}

/** A ping for this address, with nothing else asked of it. */
export const plainPing = (destination: string): PingDraft => ({
  destination,
  bind: null,
  size: null,
  ttl: null,
  discovery: null,
  broadcast: false,
  more: [],
});

/** Breaks a network, or the ping. */
export type Fault = (network: Network, ping: PingDraft, random: Random) => void;

/** A way to break things, and the networks in which it has an effect. */
export interface Family {
  readonly name: string;
  readonly networks: readonly ((random: Random) => Network)[];
  readonly fault: Fault;
  /** Causes that a walk must not name here, and why not. */
  readonly never?: Never;
}

/** Causes that would blame somebody who has nothing to do with it. */
export interface Never {
  readonly codes: readonly Code[];
  readonly because: string;
}

export const family = (name: string, networks: Family["networks"], fault: Fault, never?: Never): Family => ({
  name,
  networks,
  fault,
  ...(never === undefined ? {} : { never }),
});

export const space = (network: Network, name: string): Draft => network.spaces[name] as Draft;
export const asker = (network: Network): Draft => space(network, network.asker);
export const target = (network: Network): Draft => space(network, network.target);
export const anySpace = (network: Network, random: Random): string => random.pick(Object.keys(network.spaces));

/** The interfaces of a namespace, without lo. */
export function interfaces(network: Network, name: string): string[] {
  return network.links
    .flatMap((link) => (link.kind === "veth" ? link.ends : [link.at]))
    .flatMap((place) => {
      const [netns, device] = place.split(":") as [string, string];
      return netns === name ? [device] : [];
    });
}

export const anyInterface = (network: Network, name: string, random: Random): string =>
  random.pick(interfaces(network, name));

/** Namespaces that forward. */
export const routersOf = (network: Network): string[] =>
  Object.keys(network.spaces).filter((name) => space(network, name).sysctl["net.ipv4.ip_forward"] === "1");

/** Puts a per-interface setting on `all` or on one interface of a namespace. */
export function set(network: Network, name: string, key: string, value: string, random: Random, device?: string): void {
  const where = random.chance(0.5) ? "all" : (device ?? anyInterface(network, name, random));
  space(network, name).sysctl[`net.ipv4.conf.${where}.${key}`] = value;
}

/** Interface of the asker by which it sends to the target, in every shape; bridges have only e0. */
export const towards = (network: Network, ping: PingDraft): string =>
  /^10\.0\.4\./.test(ping.destination) && network.shape === "triangle" ? "e1" : "e0";

/** MAC address of a veth end, as the lab counts them. */
export function macOf(network: Network, place: string): string {
  const places = network.links.flatMap((link) => (link.kind === "veth" ? link.ends : [link.at]));
  return `02:00:00:00:00:${((places as string[]).indexOf(place) + 1).toString(16).padStart(2, "0")}`;
}
