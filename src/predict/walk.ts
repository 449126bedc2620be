// One walk through the system state: the packet under way, the steps taken so far, and what the walk itself
// has taught the hosts (neighbour entries, bridge tables, connection tracking).

import type { Ipv4, Mac } from "../model/address.ts";
import type { StateLine } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { PortRange } from "../model/port-range.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import type { Text } from "../model/text.ts";
import type { Attempt, Branch, BranchEnd, ExpectedSighting, Heard, Hop, Leg, Step, StepKind } from "../model/trace.ts";
import { type Datagram, opens } from "./message.ts";
import type { DeadPath, OutputRoute } from "./send/way.ts";
import { typeset } from "./typeset.ts";

/** What connection tracking holds of it in one namespace: its addresses and ports as they came, and what NAT made of them. */
export interface Connection {
  readonly source: Ipv4;
  readonly destination: Ipv4;
  readonly toSource: Ipv4 | null;
  readonly toDestination: Ipv4 | null;
  /** Of TCP and UDP: the port that was asked for. */
  readonly port: PortRange | null;
  readonly toPort: PortRange | null;
  /** NAT rules are asked once for each, even if they give nothing (nf_nat_initialized). */
  readonly sourceAsked: boolean;
  readonly destinationAsked: boolean;
}

/** A step, with what can be left out. */
export interface StepDraft {
  readonly kind: StepKind;
  readonly leg: Leg;
  readonly netns: string;
  readonly interface?: string | null;
  readonly text: Text;
  readonly state?: readonly StateLine[];
  readonly expects?: ExpectedSighting | null;
  readonly waits?: number | undefined;
}

/** Where state leaves a few ways open, each of which is walked: which ones this walk took, of how many, in its order. */
export interface Choices {
  readonly preset: readonly number[];
  readonly taken: number[];
  readonly of: number[];
  readonly questions: OpenQuestion[];
}

/** What is asked where state leaves several ways open, with the lines it is about and the parts of the state that do not tell. */
export interface OpenQuestion {
  readonly text: Text;
  readonly missing: readonly string[];
  readonly state: readonly StateLine[];
}

/** No honest walk is longer than this: a routing loop ends by its TTL before. */
const MOST_STEPS = 4000;

/** A copy of a frame that ends beside the way that counts. */
export interface Copy {
  /** How it got there, in steps that it may share with other copies. */
  readonly trail: readonly Step[];
  readonly rest: readonly Step[];
  readonly end: BranchEnd;
  /** Copies of the copy. */
  readonly branches?: readonly Branch[];
}

/** The state of one walk; forks share nothing that they learn. */
export class Walk {
  readonly state: SystemState;
  steps: Step[] = [];
  /** Copies that ended beside the way that counts. */
  readonly branches: Branch[] = [];
  readonly remarks: CauseHit[] = [];
  readonly assumed = new Set<string>();
  /** Why there was no rule to ask on the way, by namespace and part of the state. */
  readonly notLoaded = new Map<string, StateLine>();
  heard: Heard | null = null;
  source: Ipv4 | null = null;
  nextHop: Ipv4 | null = null;
  /** Route the request left by, for the socket's side of the answer. */
  sent: OutputRoute | null = null;
  /** Where a tunnel's outer packet came to its host. */
  reached: { readonly netns: string; readonly interface: string } | null = null;
  /** The host whose socket has answered the SYN. */
  accepting: string | null = null;
  /** Where the walk stopped at a next hop of several. */
  dead: DeadPath | null = null;
  readonly choices: Choices;
  /** Steps that several copies share, and the branch that they were told in. */
  private readonly shared = new Map<Step, number>();
  private readonly chosen: Map<string, number>;
  /** What was taken over from others' walks; forks and their parent take it over once. */
  private readonly takenOver: Set<Walk>;
  private readonly learned = new Map<string, Mac | null>();
  private readonly ports = new Map<string, string>();
  private readonly tracked = new Set<string>();
  private readonly answeredIn = new Set<string>();
  private readonly untracked = new Set<string>();
  private readonly zones = new Map<string, number>();
  private readonly connections = new Map<string, readonly Connection[]>();

  readonly #attempt: Attempt;

  constructor(state: SystemState, attempt: Attempt, preset: readonly number[] = [], parent?: Walk) {
    this.state = state;
    this.#attempt = attempt;
    this.choices = parent?.choices ?? { preset, taken: [], of: [], questions: [] };
    this.chosen = parent?.chosen ?? new Map();
    this.takenOver = parent?.takenOver ?? new Set();
  }

  /** What is asked. */
  get attempt(): Attempt {
    return this.#attempt;
  }

  /** Which of several ways that state leaves open this walk takes; the same question gets the same answer. */
  choose(key: string, count: number, question: OpenQuestion): number {
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

  /**
   * Learns and notes what another walk has, but for its steps; false where it did so before: steps that are told twice must be
   * two.
   */
  takeOver(other: Walk): boolean {
    if (this.takenOver.has(other)) return false;
    this.takenOver.add(other);
    for (const [key, port] of other.ports) this.ports.set(key, port);
    for (const hit of other.remarks) this.remark(hit);
    for (const what of other.assumed) this.assumed.add(what);
    for (const [key, line] of other.notLoaded) this.notLoaded.set(key, line);
    return true;
  }

  namespace(key: string): Namespace | undefined {
    return this.state.namespaces.get(key);
  }

  addAll(steps: readonly Step[]): void {
    this.steps.push(...steps);
  }

  /** Tells the way of the copy that goes on; what it shares with others that were told is not told again. */
  follow(trail: readonly Step[]): void {
    for (const step of trail) {
      if (this.shared.has(step)) continue;
      this.shared.set(step, 0);
      this.steps.push(step);
    }
  }

  /** Tells a copy that ends beside the way that counts: how it got there, and its end; `main` is the way that counts. */
  beside(copy: Copy, main: readonly Step[] = []): void {
    const { trail, rest, end, branches = [] } = copy;
    const n = this.branches.length + 1;
    let of = 0;
    for (const step of trail) {
      const told = this.shared.get(step);
      if (told !== undefined) {
        of = told;
        continue;
      }
      const own = main.includes(step) ? 0 : n;
      this.shared.set(step, own);
      this.steps.push(own === 0 ? step : { ...step, branch: n });
    }
    this.steps.push(...rest.map((step) => ({ ...step, branch: n + (step.branch ?? 0) })));
    const { netns, interface: name } = rest.at(-1) ?? trail.at(-1) ?? { netns: this.attempt.netns, interface: null };
    this.branches.push({ n, of, netns, interface: name, end });
    // Copies of the copy: its own way is this branch.
    for (const one of branches) this.branches.push({ ...one, n: n + one.n, of: n + one.of });
  }

  /** Goes on as a walk that was forked off did. */
  join({ steps, branches }: Walk): void {
    const before = this.branches.length;
    const renumbered = (n: number): number => (n === 0 ? 0 : before + n);
    this.steps.push(
      ...steps.map((step) => (step.branch === undefined ? step : { ...step, branch: renumbered(step.branch) })),
    );
    for (const one of branches) this.branches.push({ ...one, n: renumbered(one.n), of: renumbered(one.of) });
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

  /** A part of the state that is empty because its module is not loaded. */
  passNotLoaded({ key, notLoaded }: Namespace, parts: readonly string[]): void {
    for (const part of parts) {
      const line = notLoaded.get(part);
      if (line !== undefined) this.notLoaded.set(`${key} ${part}`, { netns: key, key: "modules", line });
    }
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
  /** A rule has taken packets of this kind out of connection tracking: nothing is known there of what they begin. */
  untrack(netns: string, packet: Datagram): void {
    this.untracked.add(`${netns} ${kindOf(packet)}`);
    if (opens(packet)) this.tracked.delete(netns);
  }
  isUntracked(netns: string, packet: Datagram): boolean {
    return this.untracked.has(`${netns} ${kindOf(packet)}`);
  }

  /** A rule looks for packets of this kind in a zone of connection tracking; without one it is zone 0. */
  putInZone(netns: string, packet: Datagram, zone: number): void {
    this.zones.set(`${netns} ${kindOf(packet)}`, zone);
    if (opens(packet)) this.zones.set(netns, zone);
  }
  zoneOf(netns: string, packet: Datagram): number {
    return this.zones.get(`${netns} ${kindOf(packet)}`) ?? 0;
  }
  /** The zone of the connection that this walk is about: in any other nobody knows it. */
  connectionsZone(netns: string): number {
    return this.zones.get(netns) ?? 0;
  }

  /** It has seen an answer, too. */
  trackAnswer(netns: string): void {
    if (this.tracked.has(netns)) this.answeredIn.add(netns);
  }
  isAnswered(netns: string): boolean {
    return this.answeredIn.has(netns);
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
    const copy = new Walk(this.state, this.attempt, [], this);
    for (const [key, mac] of this.learned) copy.learned.set(key, mac);
    for (const [key, port] of this.ports) copy.ports.set(key, port);
    for (const netns of this.tracked) copy.tracked.add(netns);
    for (const netns of this.answeredIn) copy.answeredIn.add(netns);
    for (const key of this.untracked) copy.untracked.add(key);
    for (const [key, zone] of this.zones) copy.zones.set(key, zone);
    for (const [netns, list] of this.connections) copy.connections.set(netns, list);
    copy.source = this.source;
    copy.sent = this.sent;
    copy.accepting = this.accepting;
    return copy;
  }

  hops(): Hop[] {
    return hopsOf(this.steps);
  }
}

function kindOf({ kind, segment }: Datagram): string {
  return segment?.what.kind ?? kind;
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
    ...(draft.waits === undefined ? {} : { waits: draft.waits }),
  };
}
