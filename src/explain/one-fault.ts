// Requests that were lost though both states let them pass: which one fault, there only meanwhile, would end them just so.

import { apply } from "../edits/edits.ts";
import { isReported, isSilent } from "../kernel/drop-marks.ts";
import { formatIpv4 } from "../model/address.ts";
import type { Edit } from "../model/edit.ts";
import type { Evidence } from "../model/evidence.ts";
import type { CauseHit, RuledOut } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { marksOf } from "../model/marks.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { text } from "../model/text.ts";
import { stepsOf, type Trace } from "../model/trace.ts";
import { predictPaths } from "../predict/predict.ts";
import { interfaceSysctlKey } from "../system/lookup/sysctl.ts";
import type { Case } from "./case.ts";
import { compare } from "./compare.ts";
import type { DropFinder } from "./drop-finder.ts";
import { type LostPart, lostPart, momentOf } from "./lost-part.ts";
import { type Observed, partsOf } from "./outcome.ts";
import { type ComparedWalk, misfitOf } from "./walk-of.ts";

/** How many worlds are walked through. */
const MOST_WORLDS = 60;
const MOST_ALIKE = 7;

/** What was lost, told by the fault that fits best, or by how far it was seen; empty where none was seen to be lost. */
export function lossHits(
  subject: Case,
  drops: DropFinder,
  flow: Flow,
  observed: Observed,
  walk: ComparedWalk,
): CauseHit[] {
  const part = lostPart(flow);
  const { state } = subject;
  if (part === null || state === null || observed.answered === 0) return [];
  const { trace } = walk.comparison;
  const found = unique(
    (walk.fits && trace.disposition.kind === "answered" ? worldsOf(subject, state, trace) : []).flatMap((world) =>
      fitting(subject, drops, { flow, observed, trace, part }, world),
    ),
  );
  const [first, ...others] = found;
  const moment = momentOf(part, flow);
  if (first === undefined) return [unknownLoss(subject, flow, observed, part, moment)];
  return [
    {
      ...first.hit,
      evidence: [moment, meanwhile(first), ...untraced(drops, part)],
      ruledOut: excluded(subject, drops, part, first.hit),
      alike: others.slice(0, MOST_ALIKE).map(({ hit }) => hit.code),
      certainty: others.length === 0 ? "likely" : "possible",
    },
  ];
}

interface World {
  readonly netns: string;
  readonly edit: Edit;
  /** `net.ipv4.icmp_echo_ignore_all = 1` */
  readonly says: string;
}

interface Fitting {
  readonly world: World;
  readonly hit: CauseHit;
}

// Settings first: they change more easily than routes, links and addresses, and leave no trace in what is read later.
function worldsOf({ causes }: Case, state: SystemState, trace: Trace): World[] {
  const places = [...new Set(trace.hops.map(({ netns }) => netns))];
  const interfaces = new Map(
    places.map((netns) => [
      netns,
      [...new Set(stepsOf(trace).flatMap((s) => (s.netns === netns && s.interface !== null ? [s.interface] : [])))],
    ]),
  );
  const namespaces = places.flatMap((netns) => state.namespaces.get(netns) ?? []);
  const named = new Map(
    causes
      .flatMap(({ marks }) =>
        (marks?.decides ?? []).flatMap((one) =>
          typeof one === "object" && one.values !== undefined
            ? one.values.map((value) => [`${one.sysctl} ${value}`, one.sysctl, value] as const)
            : [],
        ),
      )
      .map(([key, sysctl, value]) => [key, { sysctl, value }] as const),
  );
  const settings = namespaces.flatMap((ns) =>
    [...named.values()].flatMap(({ sysctl, value }) =>
      keysOf(ns, sysctl, interfaces.get(ns.key) ?? []).map(
        (key): World => ({
          netns: ns.key,
          edit: { kind: "sysctl", netns: ns.key, settings: [{ key, value }] },
          says: `${key} = ${value}`,
        }),
      ),
    ),
  );
  const links = namespaces.flatMap((ns) =>
    (interfaces.get(ns.key) ?? []).map(
      (device): World => ({
        netns: ns.key,
        edit: { kind: "link", netns: ns.key, device, up: false },
        says: `ip link set ${device} down`,
      }),
    ),
  );
  return [...settings, ...links].slice(0, MOST_WORLDS);
}

function keysOf({ sysctl }: Namespace, name: string, interfaces: readonly string[]): string[] {
  const whole = `net.ipv4.${name}`;
  if (sysctl?.has(whole)) return [whole];
  return interfaces.map((one) => interfaceSysctlKey("conf", one, name)).filter((key) => sysctl?.has(key));
}

/** What was lost of a flow, and the walk that passes. */
interface Loss {
  readonly flow: Flow;
  readonly observed: Observed;
  readonly trace: Trace;
  readonly part: LostPart;
}

function fitting(subject: Case, drops: DropFinder, { flow, observed, trace, part }: Loss, world: World): Fitting[] {
  const { state, view } = subject;
  const changed = state === null ? null : apply(state, world.edit);
  const failed = partsOf(flow)?.failed ?? [];
  if (changed === null) return [];
  return predictPaths(changed, trace.attempt).flatMap((supposed): Fitting[] => {
    const { disposition } = supposed;
    if (disposition.kind !== "stopped" || !agreesWithKernel(subject, drops, part, disposition.hit)) return [];
    const fits = failed.some((one) => {
      const comparison = compare(supposed, one, view, subject.flows);
      return comparison.seen > 0 && misfitOf(comparison, { ...observed, answered: 0 }) === null;
    });
    return fits ? [{ world, hit: disposition.hit }] : [];
  });
}

// A drop of these frames would have been told before; where all would have been traced, what is reported did not happen.
function agreesWithKernel(subject: Case, drops: DropFinder, { ends, count }: LostPart, hit: CauseHit): boolean {
  const marks = marksOf(subject.causes, hit.code);
  if (marks === undefined) return false;
  if (drops.wouldHaveSeen(ends) && !isSilent(marks, "ipv4") && isReported(marks, "ipv4")) return false;
  return marks.counters.every(({ name, of, always, at }) => {
    if (!always || of !== "namespace" || at !== undefined || hit.netns === null) return true;
    const moved = movedBy(subject, hit.netns, name);
    return moved === null || moved >= count;
  });
}

/** How far a counter of a namespace moved between the two states; null where it was not read. */
function movedBy(
  { state, stateAfter }: Pick<Case, "state" | "stateAfter">,
  netns: string,
  name: string,
): number | null {
  const before = state?.namespaces.get(netns)?.counters?.get(name);
  const after = stateAfter?.namespaces.get(netns)?.counters?.get(name);
  return before === undefined || after === undefined ? null : after - before;
}

function meanwhile({ world }: Fitting): Evidence {
  return {
    basis: "inferred",
    text: text(
      `by the state before and after they pass; with ${world.says} in ${world.netns || "this namespace"} for that while they would end just so`,
      `按之前和之后的状态它们都能通过；如果那段时间 ${world.netns || "本命名空间"} 里有 ${world.says}，它们就正好这样结束`,
    ),
  };
}

// What the kernel would have reported, and did not.
function excluded({ causes }: Case, drops: DropFinder, { ends }: LostPart, { code }: CauseHit): RuledOut[] {
  if (ends.length === 0 || !drops.wouldHaveSeen(ends)) return [];
  const own = causes.find((cause) => cause.code === code)?.lookalikes ?? [];
  const because = text("drops were traced, and there was none of these", "跟踪了内核丢包，其中没有这些报文");
  return causes
    .filter((cause) => own.includes(cause.code) || cause.lookalikes.includes(code))
    .filter(({ marks }) => isReported(marks, "ipv4") && !isSilent(marks, "ipv4"))
    .map((cause) => ({ code: cause.code, because }));
}

function untraced(drops: DropFinder, { ends }: LostPart): Evidence[] {
  if (ends.length === 0 || !drops.wouldHaveSeen(ends)) return [];
  const said = text(
    "drops were traced, and there was none of these: whatever ended them the kernel takes as no drop",
    "跟踪了内核丢包，其中没有这些报文：无论是什么让它们结束，内核都不把它算作丢包",
  );
  return [{ basis: "kernel", text: said, frames: ends.map(({ frame }) => frame) }];
}

function unknownLoss({ view }: Case, flow: Flow, observed: Observed, part: LostPart, moment: Evidence): CauseHit {
  const [end] = part.ends;
  const netns = end === undefined ? null : view.netnsOf(end.frame.vantage);
  const name = end?.frame.vantage.interface ?? null;
  const place = name === null ? null : netns ? `${netns}:${name}` : name;
  return {
    code: "echo-no-reply",
    netns,
    interface: name,
    facts: {
      target: formatIpv4(flow.dst),
      ...(flow.src === null ? {} : { source: formatIpv4(flow.src) }),
      ...(name === null ? {} : { inInterface: name }),
      ...(place === null ? {} : { state: place }),
      count: String(observed.sent),
      lost: String(observed.sent - observed.answered),
    },
    evidence: [moment],
    ruledOut: [],
    // What lets some through and others not, by their number.
    alike: ["icmp-rate-limit"],
    certainty: "possible",
  };
}

function unique(found: readonly Fitting[]): Fitting[] {
  const seen = new Set<string>();
  return found.filter(({ hit }) => !seen.has(hit.code) && seen.add(hit.code));
}
