// Where the walk is: which packet, at which interface of which host, on which leg; and the one way to stop there.

import type { Code } from "../model/code.ts";
import type { StateLine } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Link, Namespace } from "../model/system-state.ts";
import type { Text } from "../model/text.ts";
import type { Disposition, ExpectedSighting, Leg, Step, StepKind } from "../model/trace.ts";
import { type Halt, type HitDraft, makeHit, open, stopped } from "./hits.ts";
import type { Delivery } from "./link/delivery.ts";
import type { Datagram, Frame } from "./message.ts";
import type { OutputRoute } from "./send/way.ts";
import { makeStep, type Walk } from "./walk.ts";
import { hostName } from "./words.ts";

/** The stack's two directions, in IP and on the link, handed in so that the parts of the walk need not import each other in circles. */
export interface Stack {
  /** ip_output: a datagram with its route leaves a host. */
  emit(at: At<Datagram, string | null>, route: OutputRoute): Disposition;
  /** ip_rcv: a datagram arrives at an interface; `looped` is the route it still carries where it came over lo. */
  receive(at: At<Datagram>, looped: OutputRoute | null): Disposition;
  /** dev_queue_xmit: a frame leaves an interface. */
  transmit(at: At<Frame>): Delivery;
  /** netif_receive_skb: a frame comes in at an interface. */
  arrive(at: At<Frame>, link: Link, crossing: Text): Delivery;
}

/** A stop: the step that tells it, and the cause with what it rests on. */
export interface StopDraft extends Omit<HitDraft, "netns" | "interface"> {
  readonly says: Text;
  /** What the cause rests on, where that is not just what the step quotes. */
  readonly evidence?: readonly StateLine[];
  /** Where the fault is, if not where the packet ends. */
  readonly blamed?: { readonly netns: string; readonly interface: string | null };
}

/** Both faces of a stop, for those who decide later whether it is told. */
export interface Stopping {
  readonly step: Step;
  readonly hit: CauseHit;
}

interface PacketPlace<Packet, Interface> {
  readonly ns: Namespace;
  readonly interface: Interface;
  readonly leg: Leg;
  readonly packet: Packet;
}

/** One place of the walk. It never changes; a packet that moves on is at another one. */
export class At<Packet, Interface extends string | null = string> implements PacketPlace<Packet, Interface> {
  readonly walk: Walk;
  readonly stack: Stack;
  readonly ns: Namespace;
  readonly interface: Interface;
  readonly leg: Leg;
  readonly packet: Packet;

  constructor(walk: Walk, stack: Stack, place: PacketPlace<Packet, Interface>) {
    this.walk = walk;
    this.stack = stack;
    this.ns = place.ns;
    this.interface = place.interface;
    this.leg = place.leg;
    this.packet = place.packet;
  }

  /** The host, as a person names it. */
  get host(): Text {
    return hostName(this.ns.key);
  }

  /** The same packet at another interface. */
  on<Other extends string | null>(interfaceName: Other): At<Packet, Other> {
    return new At(this.walk, this.stack, { ...this.#place, interface: interfaceName });
  }

  /** Another packet, or the packet changed, at the same interface. */
  with<Other>(packet: Other): At<Other, Interface> {
    return new At(this.walk, this.stack, { ...this.#place, packet });
  }

  /** The same packet somewhere else. */
  moved<Other extends string | null>(ns: Namespace, interfaceName: Other): At<Packet, Other> {
    return new At(this.walk, this.stack, { ...this.#place, ns, interface: interfaceName });
  }

  /** The same host and interface in another exchange's leg. */
  onLeg(leg: Leg): At<Packet, Interface> {
    return new At(this.walk, this.stack, { ...this.#place, leg });
  }

  /** The same place in a walk that was forked off. */
  in(walk: Walk): At<Packet, Interface> {
    return new At(walk, this.stack, this.#place);
  }

  get #place(): PacketPlace<Packet, Interface> {
    return { ns: this.ns, interface: this.interface, leg: this.leg, packet: this.packet };
  }

  /** A step that happens here, for those who decide later whether it is told. */
  step(kind: StepKind, says: Text, more: StepMore = {}): Step {
    const { lines: state = [], expects = null, waits } = more;
    const { ns, leg, interface: name } = this;
    return makeStep({ kind, leg, netns: ns.key, interface: name, text: says, state, expects, waits });
  }

  /** Tells a step. */
  tell(kind: StepKind, says: Text, more?: StepMore): void {
    this.walk.addAll([this.step(kind, says, more)]);
  }

  /** Notes a cause that does not stop the packet. */
  remark(draft: Omit<HitDraft, "netns" | "interface">): void {
    this.walk.remark(makeHit({ ...draft, netns: this.ns.key, interface: this.interface }));
  }

  /** A stop, not told yet. */
  stopping(draft: StopDraft): Stopping {
    return stopAt({ netns: this.ns.key, interface: this.interface, leg: this.leg }, draft);
  }

  /** The packet ends here: the step is told, and the cause is the walk's end. */
  stop(draft: StopDraft): Extract<Halt, { kind: "stopped" }> {
    const { step, hit } = this.stopping(draft);
    this.walk.addAll([step]);
    return stopped(hit);
  }

  /** The packet ends here by a cause that is known already. */
  stopBy(hit: CauseHit, says: Text, lines: readonly StateLine[]): Extract<Halt, { kind: "stopped" }> {
    this.tell("stop", says, { lines });
    return stopped(hit);
  }

  /** An error ends here, which is nobody's story: only the step is told. */
  end(says: Text): void {
    this.tell("stop", says);
  }

  /** State does not tell what happens here. */
  open(missing: readonly string[], question: Text, candidates: readonly Code[] = []): Halt {
    return open(this.ns.key, missing, question, candidates);
  }
}

/** A stop where state may not even hold the namespace. */
export function stopAt(
  {
    netns,
    interface: interfaceName,
    leg,
  }: { readonly netns: string; readonly interface: string | null; readonly leg: Leg },
  { says, evidence, blamed, ...draft }: StopDraft,
): Stopping {
  const { lines = [] } = draft;
  return {
    step: makeStep({ kind: "stop", leg, netns, interface: interfaceName, text: says, state: lines }),
    hit: makeHit({ ...draft, ...(blamed ?? { netns, interface: interfaceName }), lines: evidence ?? lines }),
  };
}

interface StepMore {
  readonly lines?: readonly StateLine[];
  readonly expects?: ExpectedSighting | null;
  readonly waits?: number;
}
