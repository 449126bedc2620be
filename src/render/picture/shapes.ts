// The shapes of which a picture is made, before anybody has laid it out.

import type { Basis } from "../../model/evidence.ts";
import type { ReportStep } from "../../model/report.ts";
import type { Text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";

/** An interface by its namespace and name; the namespace is null where nobody knows it. */
export interface SpotKey {
  readonly netns: string | null;
  readonly name: string;
}

/** An arrow; an end is null where nothing tells it. */
export interface DrawnCrossing {
  readonly from: SpotKey | null;
  readonly to: SpotKey | null;
  readonly leg: Leg | null;
  readonly branch: number;
  readonly label: Text;
  /** Of its two sightings the weaker. */
  readonly basis: Basis;
  /** How often; 0 where nobody counted. */
  readonly count: number;
  /** Its steps, the first of which is the place of the crossing among all steps. */
  readonly steps: readonly [ReportStep, ...ReportStep[]];
}

/** The drop, the refusal or the silence that the answer is about. */
export interface Stop {
  readonly step: ReportStep;
  /** Null where it happens in the stack, at no interface. */
  readonly spot: SpotKey | null;
  readonly netns: string | null;
  readonly leg: Leg | null;
  /** The packet had been handed to the stack there. */
  readonly isInStack: boolean;
  readonly headline: Text;
}

/** A place on a way: an interface by its key, or the stack of a host. */
export interface Waypoint {
  readonly kind: "spot" | "stack";
  readonly key: string;
  /** The step by which it is reached over a wire; null within a host. */
  readonly step: ReportStep | null;
  /** It should have been reached, and was not. */
  readonly isMissing: boolean;
}

/** One packet's way. */
export interface Way {
  readonly kind: "there" | "back" | "error" | "copy";
  /** The packet that it ends with. */
  readonly label: Text | null;
  readonly points: readonly Waypoint[];
  /** Beyond: stopped after it left the last place. */
  readonly end: "arrives" | "stopped" | "beyond" | "open";
}

/** Where an interface stands: at the edge of its host, inside of it (a bridge, a VLAN), or turning back into it. */
export type Role = "port" | "inner" | "lo";

/** An interface. */
export interface Spot {
  readonly key: string;
  readonly host: string;
  readonly name: string;
  readonly kind: string | null;
  readonly role: Role;
  readonly addresses: readonly string[];
  readonly isDown: boolean;
  /** A packet passes it, or is stopped at it. */
  readonly isUsed: boolean;
  /** It holds the address that was asked for. */
  readonly isOwner: boolean;
  readonly leadsOut: boolean;
}

/** A namespace, or an interface of which nobody knows the namespace. */
export interface Host {
  readonly key: string;
  readonly title: string;
  readonly isKnown: boolean;
  readonly spots: readonly Spot[];
}

/** What connects two interfaces: a wire, or inside a host a bridge with its port. */
export interface DrawnWire {
  readonly from: string;
  readonly to: string;
  readonly isInner: boolean;
  /** Known by nothing but the packets that passed. */
  readonly isGuessed: boolean;
}

/** A picture before anybody has laid it out. */
export interface Scene {
  readonly hosts: readonly Host[];
  readonly wires: readonly DrawnWire[];
  readonly crossings: readonly DrawnCrossing[];
  readonly ways: readonly Way[];
  readonly stop: Stop | null;
  /** The address that was asked for. */
  readonly target: string;
  /** Hosts that there is no room for. */
  readonly leftOut: number;
}
