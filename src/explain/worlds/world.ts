// A system that would yield exactly what was seen and printed, and the order in which such systems are told.

import { command } from "../../edits/edits.ts";
import type { Cause } from "../../model/cause.ts";
import type { Code } from "../../model/code.ts";
import { isBeyondItsHost } from "../../model/container-subnets.ts";
import type { SysctlEdit } from "../../model/edit.ts";
import type { Flow } from "../../model/flow.ts";
import { marksOf } from "../../model/marks.ts";
import { type FaultPart, isPresence } from "../../model/presence.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Case } from "../case.ts";
import type { ComparedWalk } from "../walk-of.ts";
import { asksInVain } from "./evidence.ts";
import type { Fault } from "./faults.ts";

/** A world that fits. */
export interface World {
  readonly code: Code;
  readonly walk: ComparedWalk;
  /** The case as it would be there, and the system itself. */
  readonly supposed: Case;
  readonly state: SystemState;
  /** What is otherwise there than usual; null where nothing is. */
  readonly fault: Fault | null;
  /** How many plainer systems than the one it stands in show as much. */
  readonly rank: number;
  /** Whether it ends at a host that was shown, and its fault is there. */
  readonly isShown: boolean;
  /** Whether the first line of its evidence was shown, and not supposed. */
  readonly quotesShown: boolean;
}

/** A fault as a person would type it where it belongs; settings and what is there as they are listed. */
export function saysOf(parts: readonly FaultPart[]): string {
  return parts.map(partOf).join(" && ");
}

function partOf(part: FaultPart): string {
  if (!isPresence(part)) return part.kind === "sysctl" ? settingsOf(part) : command({ ...part, netns: null });
  switch (part.kind) {
    case "nft-drop": {
      const place = `${part.family} ${part.hook}${part.device === null ? "" : ` ${part.device}`}`;
      return part.rule === null ? `nft ${place} policy drop` : `nft ${place} ${part.rule}`;
    }
    case "tc-ingress":
    case "tc-egress":
      return `tc filter dev ${part.device} ${part.kind.slice(3)} action drop`;
    case "lossy-queue":
      return `tc qdisc dev ${part.device} netem loss`;
    case "xdp-program":
      return `xdp ${part.device}`;
    case "bridge-above":
      return `ip link set ${part.device} master BRIDGE`;
    case "sockets":
      return part.listens === "nowhere" ? "ss: nothing on the port" : "ss: 127.0.0.1 only";
    case "listener":
      return `bridge fdb ${part.mac} master ${part.bridge}`;
  }
}

function settingsOf({ settings }: SysctlEdit): string {
  return settings.map(({ key, value }) => `${key} = ${value}`).join(", ");
}

/**
 * One world a cause: the usual system first, plainer ones before those with more that nobody saw, of each part of a system
 * the first two before the others, and what people ask for most before what they rarely do.
 */
export function ranked(causes: readonly Cause[], worlds: readonly World[], flow: Flow): World[] {
  const sorted = inOrder(
    worlds.map((world, at) => ({
      world,
      order: [...classOf(world, flow), -(askedFor(causes, world) + usualFor(world, flow)), at],
    })),
  );
  const seen = new Set<Code>();
  const unique = sorted.filter(({ code }) => !seen.has(code) && seen.add(code));
  const counts = new Map<string, number>();
  const rounds = unique.map((world) => {
    const of = classOf(world, flow);
    const part = partWith(world.fault);
    const key = [...of, part === FILTER ? "" : world.fault?.role, part].join(" ");
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return { world, order: [...of, part === FILTER ? Math.max(0, count - MOST_FILTERS) : Math.floor(count / 2)] };
  });
  return inOrder(rounds);
}

const FILTER = "filter";
/** Behind the one that is met most, so many are as likely as what else may be wrong. */
const MOST_FILTERS = 2;

// There are many ways to drop a packet by a rule, and one command shows most of them: they are one part of the way.
function partWith(fault: Fault | null): string {
  const kind = fault?.edits.at(-1)?.kind;
  switch (kind) {
    case "policy":
    case "nft-rule":
    case "tables-rule":
    case "nft-drop":
    case "tc-ingress":
    case "tc-egress":
    case "xdp-program":
    case "lossy-queue":
      return FILTER;
    default:
      return kind ?? "";
  }
}

function inOrder(worlds: readonly { readonly world: World; readonly order: readonly number[] }[]): World[] {
  return worlds
    .toSorted((a, b) => a.order.reduce((sum, one, at) => sum || one - (b.order[at] as number), 0))
    .map(({ world }) => world);
}

function classOf(world: World, flow: Flow): number[] {
  return [world.fault === null ? 0 : 1, isToldInVain(world, flow) ? 1 : 0, world.rank, world.quotesShown ? 0 : 1];
}

/** Where ping printed nothing, a world in which it would have been told something: it stands behind all others. */
export function isToldInVain({ walk }: World, { printed }: Flow): boolean {
  const { trace } = walk.comparison;
  const { heard } = trace;
  const isSilent = printed !== undefined && printed.errors.length === 0 && printed.refusals.length === 0;
  const isTold = heard?.kind === "error" || heard?.kind === "icmp-error";
  // Three rounds of ARP take three seconds: a ping that ended before heard nothing of it.
  const isLate = (printed?.transmitted ?? 0) <= 4 && asksInVain(trace);
  return isSilent && isTold && !isLate;
}

// Whoever connects to a port has mostly reached the host before: what names ports, and a host that is gone, come first. Of a
// container that asks beyond its host mostly nobody knows the way back, where its host does not stand in for it.
function usualFor({ code, fault }: World, { told, src, dst }: Flow): number {
  if (code === "missing-return-route" && src !== null && isBeyondItsHost(src, dst)) return 20;
  if (told === undefined || fault === null) return 0;
  const part = partWith(fault);
  if (part === FILTER) return fault.role === "target" ? 100 : 90;
  return part === "sockets" ? 120 : part === "address" ? 80 : 0;
}

// Behind all that nobody has counted.
const HARDLY = -1;

// What it leads to may be met more seldom than the fault itself.
function askedFor(causes: readonly Cause[], { code, fault }: World): number {
  const asked = [code, fault?.cause.code ?? code].map((one) => marksOf(causes, one)?.asked);
  const [own, origin] = asked.map((one) => (one?.told ? HARDLY : one?.threads));
  return own ?? origin ?? 0;
}

/** Whether it has a rule of a firewall that nobody showed: how such a rule reads, nobody can tell. */
export function hasMadeRule({ fault }: World): boolean {
  return fault !== null && partWith(fault) === FILTER;
}
