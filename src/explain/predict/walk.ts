// One walk through the system state: the packet under way, the steps taken so far, and what the walk itself
// has taught the hosts (neighbour entries, bridge tables, connection tracking).

import type { Ipv4, Mac } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
import type { Text } from "../../model/text.ts";
import type { Attempt, Disposition, ExpectedSighting, Heard, Hop, Leg, Step, StepKind } from "../../model/trace.ts";
import type { DeadPath } from "./multipath.ts";
import type { OutputRoute } from "./output-route.ts";
import { typeset } from "./typeset.ts";

/** An IPv4 packet with an ICMP message, as far as the kernel's decisions depend on it. */
export interface Datagram {
  readonly kind: "echo-request" | "echo-reply" | "icmp-error";
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly ttl: number;
  /** Whole IPv4 packet, in bytes. */
  readonly length: number;
  /** Where it was cut on the way: the largest piece. Nobody puts the pieces together before the end. */
  readonly largestPiece?: number;
  readonly dontFragment: boolean;
  readonly mark: number;
  readonly type: number;
  readonly code: number;
  /** Routers passed so far. */
  readonly routers: number;
  /** Of an ICMP error: the leg of the packet it complains about. */
  readonly about?: Leg;
  /** Set where it travels in a frame to everybody or to a group though it is for one host. */
  readonly groupFrame?: GroupFrame;
}

/** A frame to more than one, and the sender's reason. */
export interface GroupFrame {
  readonly mac: Mac;
  readonly nextHop: Ipv4;
  /** Who sent it, and by which interface. */
  readonly netns: string;
  readonly device: string;
  readonly lines: readonly StateLine[];
}

/** An ARP question or answer. */
export interface ArpMessage {
  readonly kind: "arp-request" | "arp-reply";
  readonly sender: Ipv4;
  readonly target: Ipv4;
}

/** What goes over a link; MAC addresses that state does not tell are null. */
export interface Frame {
  readonly leg: Leg;
  readonly source: Mac | null;
  readonly destination: Mac | null;
  readonly vlan: number | null;
  readonly payload: Datagram | ArpMessage;
  /** Bridges (and their VLAN) that have flooded it: the one that gets it back is part of a loop. */
  readonly floodedBy?: readonly string[];
}

/** Every way a walk can end but with an answer. */
export type Halt = Exclude<Disposition, { kind: "answered" }>;

/** The two directions of the stack, handed in so that the parts of the walk need not import each other in circles. */
export interface Stack {
  /** ip_output: a datagram with its route leaves a host. */
  emit(walk: Walk, ns: Namespace, route: OutputRoute, datagram: Datagram, leg: Leg): Disposition;
  /** ip_rcv: a datagram arrives at an interface. */
  receive(
    walk: Walk,
    ns: Namespace,
    interfaceName: string,
    datagram: Datagram,
    leg: Leg,
    looped: OutputRoute | null,
  ): Disposition;
}

/** What connection tracking holds of the ping in one namespace: its addresses as they came, and what NAT made of them. */
export interface Connection {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly toSource: Ipv4 | null;
  readonly toDestination: Ipv4 | null;
  /** NAT rules are asked once for each, even if they give nothing (nf_nat_initialized). */
  readonly sourceAsked: boolean;
  readonly destinationAsked: boolean;
}

export interface StepDraft {
  readonly kind: StepKind;
  readonly leg: Leg;
  readonly netns: string;
  readonly interface?: string | null;
  readonly text: Text;
  readonly state?: readonly StateLine[];
  readonly expects?: ExpectedSighting | null;
}

/** Where state leaves a few ways open, each of which is walked: which ones this walk took, of how many, in its order. */
export interface Choices {
  readonly preset: readonly number[];
  readonly taken: number[];
  readonly of: number[];
  readonly questions: Text[];
}

/** No honest walk is longer than this: a routing loop ends by its TTL before. */
const MOST_STEPS = 4000;

/** The state of one walk; forks share nothing that they learn. */
export class Walk {
  readonly state: SystemState;
  readonly attempt: Attempt;
  readonly stack: Stack;
  steps: Step[] = [];
  readonly remarks: CauseHit[] = [];
  readonly assumed = new Set<string>();
  heard: Heard | null = null;
  source: Ipv4 | null = null;
  nextHop: Ipv4 | null = null;
  /** Route the request left by, for the socket's side of the answer. */
  sent: OutputRoute | null = null;
  /** Where the walk stopped at a next hop of several. */
  dead: DeadPath | null = null;
  readonly choices: Choices;
  private readonly chosen: Map<string, number>;
  private readonly learned = new Map<string, Mac | null>();
  private readonly ports = new Map<string, string>();
  private readonly tracked = new Set<string>();
  private readonly connections = new Map<string, readonly Connection[]>();

  constructor(state: SystemState, attempt: Attempt, stack: Stack, preset: readonly number[] = [], parent?: Walk) {
    this.state = state;
    this.attempt = attempt;
    this.stack = stack;
    this.choices = parent?.choices ?? { preset, taken: [], of: [], questions: [] };
    this.chosen = parent?.chosen ?? new Map();
  }

  /** Which of several ways that state leaves open this walk takes; the same question gets the same answer. */
  choose(key: string, count: number, question: Text): number {
    if (count < 2) return 0;
    const known = this.chosen.get(key);
    if (known !== undefined) return known;
    const { preset, taken, of, questions } = this.choices;
    const index = Math.min(preset[taken.length] ?? 0, count - 1);
    taken.push(index);
    of.push(count);
    questions.push(question);
    this.chosen.set(key, index);
    return index;
  }

  namespace(key: string): Namespace | undefined {
    return this.state.namespaces.get(key);
  }

  add(draft: StepDraft): void {
    this.steps.push(makeStep(draft));
  }

  addAll(steps: readonly Step[]): void {
    this.steps.push(...steps);
  }

  /** Sets the sighting on the step just added where it has none and is of that kind; false where it is not. */
  expectOnLast(kind: StepKind, expects: ExpectedSighting): boolean {
    const last = this.steps.at(-1);
    if (!last || last.kind !== kind || last.expects !== null || last.netns !== expects.netns) return false;
    this.steps[this.steps.length - 1] = { ...last, interface: expects.interface, expects };
    return true;
  }

  get exhausted(): boolean {
    return this.steps.length > MOST_STEPS;
  }

  remark(hit: CauseHit): void {
    if (this.remarks.some((r) => r.code === hit.code && r.netns === hit.netns && r.interface === hit.interface)) return;
    this.remarks.push(hit);
  }

  /** Takes a remark back: it is the stop itself. */
  forget(hit: CauseHit): void {
    const at = this.remarks.findIndex(
      (r) => r.code === hit.code && r.netns === hit.netns && r.interface === hit.interface,
    );
    if (at >= 0) this.remarks.splice(at, 1);
  }

  assume(netns: string, what: string): void {
    this.assumed.add(netns === "" ? what : `${netns}: ${what}`);
  }

  learnNeighbour(netns: string, interfaceName: string, address: Ipv4, mac: Mac | null): void {
    this.learned.set(`${netns} ${interfaceName} ${address}`, mac);
  }
  learnedNeighbour(netns: string, interfaceName: string, address: Ipv4): Mac | null | undefined {
    return this.learned.get(`${netns} ${interfaceName} ${address}`);
  }

  learnPort(netns: string, bridge: string, mac: Mac, port: string): void {
    this.ports.set(`${netns} ${bridge} ${mac}`, port);
  }
  learnedPort(netns: string, bridge: string, mac: Mac): string | undefined {
    return this.ports.get(`${netns} ${bridge} ${mac}`);
  }

  /** Connection tracking: this namespace has seen the request. */
  track(netns: string): void {
    this.tracked.add(netns);
  }
  isTracked(netns: string): boolean {
    return this.tracked.has(netns);
  }

  connectionsOf(netns: string): readonly Connection[] {
    return this.connections.get(netns) ?? [];
  }
  /** Notes a connection, in the place of an earlier form of it. */
  noteConnection(netns: string, connection: Connection, earlier: Connection | null): void {
    const others = this.connectionsOf(netns).filter((one) => one !== earlier);
    this.connections.set(netns, [...others, connection]);
  }

  /** A walk of its own that knows what this one has learned and leaves no mark on it. */
  fork(): Walk {
    const copy = new Walk(this.state, this.attempt, this.stack, [], this);
    for (const [key, mac] of this.learned) copy.learned.set(key, mac);
    for (const [key, port] of this.ports) copy.ports.set(key, port);
    for (const netns of this.tracked) copy.tracked.add(netns);
    for (const [netns, list] of this.connections) copy.connections.set(netns, list);
    copy.source = this.source;
    copy.sent = this.sent;
    return copy;
  }

  hops(): Hop[] {
    return hopsOf(this.steps);
  }
}

/** Steps grouped by namespace and leg. */
export function hopsOf(steps: readonly Step[]): Hop[] {
  const hops: { netns: string; leg: Leg; steps: Step[] }[] = [];
  for (const step of steps) {
    const last = hops.at(-1);
    if (last && last.netns === step.netns && last.leg === step.leg) last.steps.push(step);
    else hops.push({ netns: step.netns, leg: step.leg, steps: [step] });
  }
  return hops;
}

/** Fills in what a draft leaves out. */
export function makeStep(draft: StepDraft): Step {
  return {
    kind: draft.kind,
    leg: draft.leg,
    netns: draft.netns,
    interface: draft.interface ?? null,
    text: typeset(draft.text),
    state: draft.state ?? [],
    expects: draft.expects ?? null,
  };
}

/** The ARP leg that belongs to a packet's leg. */
export function arpLeg(leg: Leg, kind: ArpMessage["kind"]): Leg {
  if (leg === "request") return kind;
  return kind === "arp-request" ? "reply-arp-request" : "reply-arp-reply";
}

/** What a frame looks like at a capture point. */
export function sightingOf(
  netns: string,
  interfaceName: string,
  direction: "in" | "out",
  frame: Pick<Frame, "payload" | "destination">,
): ExpectedSighting {
  const { payload } = frame;
  const packet: ExpectedSighting["packet"] =
    "target" in payload
      ? { kind: payload.kind, sender: payload.sender, target: payload.target }
      : payload.kind === "icmp-error"
        ? {
            kind: "icmp-error",
            source: payload.source,
            destination: payload.destination,
            type: payload.type,
            code: payload.code,
          }
        : { kind: payload.kind, source: payload.source, destination: payload.destination };
  return { netns, interface: interfaceName, direction, packet, destinationMac: frame.destination };
}
