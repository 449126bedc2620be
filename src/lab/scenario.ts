// A scenario: a small network with one fault, as data; the lab builds it in namespaces of its own.

import type { Code } from "../model/code.ts";
import { ownValue } from "../model/own-value.ts";
import type { Text } from "../model/text.ts";
import type { Feature } from "./features.ts";
import type { Listens } from "./listeners.ts";

/** One interface, written NAMESPACE:INTERFACE with the scenario's own names. */
export type Place = `${string}:${string}`;

/** What joins or extends namespaces. Interfaces come up unless the scenario lists them in `down`. */
export type LabLink =
  | { readonly kind: "veth"; readonly ends: readonly [Place, Place] }
  | { readonly kind: "bridge"; readonly at: Place; readonly ports: readonly string[]; readonly options?: string }
  /** In bridge mode; the device below may be in another namespace. */
  | { readonly kind: "macvlan"; readonly at: Place; readonly over: Place }
  /** Any other: what follows `type TYPE` of `ip link add`; the device below it may be in another namespace. */
  | {
      readonly kind: "device";
      readonly type: DeviceType;
      readonly at: Place;
      readonly over?: Place;
      readonly options?: string;
    };

/** Kinds of device that not every kernel has. */
type DeviceType =
  | "vlan"
  | "macvlan"
  | "ipvlan"
  | "bond"
  | "vrf"
  | "vxlan"
  | "gre"
  | "gretap"
  | "ipip"
  | "sit"
  | "wireguard"
  | "dummy"
  | "ifb";

/** The settings of one namespace; each string is what follows the command of iproute2 named in the comment. */
export interface LabNamespace {
  /** `ip address add …`, by interface. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  /** Interfaces that stay down; `lo` is up unless it is listed here. */
  readonly down?: readonly string[];
  /** Values as `sysctl -w` takes them, in this order; everything else has the kernel's own defaults. */
  readonly sysctl?: Readonly<Record<string, string>>;
  /** `ip link set …`, before the interfaces come up. */
  readonly links?: readonly string[];
  /** `ip nexthop add …` */
  readonly nexthops?: readonly string[];
  /** `ip route add …` */
  readonly routes?: readonly string[];
  /** `ip rule add …` */
  readonly rules?: readonly string[];
  /** `ip rule delete …`, after the others are there. */
  readonly withoutRules?: readonly string[];
  /** `ip neighbour replace …` */
  readonly neighbours?: readonly string[];
  /** `bridge …`: forwarding entries, port flags and VLANs. */
  readonly bridge?: readonly string[];
  /** Input of `nft -f -`. */
  readonly nft?: string;
  /** Input of `iptables-nft-restore`. */
  readonly iptables?: string;
  /** `tc …`: queues and filters. */
  readonly tc?: readonly string[];
  /** TCP and UDP sockets, once everything else is there. */
  readonly listens?: readonly Listens[];
  /** By interface, its file for `wg setconf`, once everything else is there. */
  readonly wireguard?: Readonly<Record<string, string>>;
}

/** A command that the scenario runs, and where. */
export interface LabCommand {
  readonly netns: string;
  readonly argv: readonly string[];
}

/** A command that runs so long after another one has begun. */
export interface TimedCommand extends LabCommand {
  readonly afterMs: number;
}

export interface Scenario {
  /** Name of the file and of the fixture. */
  readonly name: string;
  /** What is set up, in a sentence. */
  readonly setup: Text;
  /** What is broken, or that nothing is. */
  readonly fault: Text;
  /**
   * By the scenario's own names. A single namespace plays the one that pktwhy ran in, so that its key in the state
   * file is empty. MAC addresses count up from 02:00:00:00:00:01 over veth ends and bridges in the order of `links`.
   */
  readonly namespaces: Readonly<Record<string, LabNamespace>>;
  readonly links: readonly LabLink[];
  /** Namespaces that are somebody else's: built as the others are, but neither captured, nor in the state, nor traced. */
  readonly elsewhere?: readonly string[];
  /** What of the kernel and the tools it needs beyond its links, where not every machine has it. */
  readonly needs?: readonly Feature[];
  /** Run one after another before anybody looks: what happened earlier. */
  readonly before?: readonly LabCommand[];
  /** Run one after another with the captures under way and the state taken: what changes meanwhile. */
  readonly meanwhile?: readonly LabCommand[];
  /** Run while the first of the commands runs. */
  readonly during?: readonly TimedCommand[];
  /** Run one after another. */
  readonly commands: readonly [LabCommand, ...LabCommand[]];
  /** Where to capture; by default every interface that is up, and each lo that is up. */
  readonly capture?: readonly Place[];
  /** Code of the answer, and codes that must stand among the causes besides. */
  readonly expected: readonly [Code, ...Code[]];
  /** A scenario that looks alike and in which the expected answer must not be given. */
  readonly twin: string;
  /** Resolution of the time stamps in the capture files. */
  readonly stamps: "micro" | "nano";
}

/** Splits NAMESPACE:INTERFACE at the first colon. */
export function splitPlace(place: Place): { readonly netns: string; readonly interface: string } {
  const colon = place.indexOf(":");
  return { netns: place.slice(0, colon), interface: place.slice(colon + 1) };
}

/** The interfaces of a namespace in the order they are made, without lo. */
export function interfacesOf(scenario: Pick<Scenario, "links">, netns: string): string[] {
  const places = scenario.links.flatMap((link) => (link.kind === "veth" ? link.ends : [link.at]));
  return places
    .map(splitPlace)
    .filter((place) => place.netns === netns)
    .map((place) => place.interface);
}

/** The namespaces that are looked at. */
export function ownNamespaces({ namespaces, elsewhere = [] }: Pick<Scenario, "namespaces" | "elsewhere">): string[] {
  return Object.keys(namespaces).filter((name) => !elsewhere.includes(name));
}

/** Where the scenario is captured: as it says, else each interface that is up, each namespace's lo last. */
export function capturePlaces(scenario: Pick<Scenario, "links" | "namespaces" | "elsewhere" | "capture">): Place[] {
  if (scenario.capture) return [...scenario.capture];
  return ownNamespaces(scenario).flatMap((netns) => {
    const { down = [] } = ownValue(scenario.namespaces, netns) ?? {};
    return [...interfacesOf(scenario, netns), "lo"]
      .filter((name) => !down.includes(name))
      .map((name): Place => `${netns}:${name}`);
  });
}
