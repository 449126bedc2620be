// What --why tells of the search for the walk that explains a flow.

import { formatIpv4 } from "../model/address.ts";
import { type Text, text } from "../model/text.ts";
import { type Attempt, type Disposition, type Leg, type Step, stepsOf, type Trace } from "../model/trace.ts";
import type {
  Misfit,
  WhyAttempt,
  WhyEnd,
  WhyEntry,
  WhyLog,
  WhySight,
  WhyState,
  WhyWalk,
  WhyWay,
} from "../model/why.ts";
import type { ComparedStep, Comparison } from "./compare.ts";

/** Where the walks by one state are told; null where nobody asked. */
export interface Telling {
  readonly log: WhyLog;
  readonly state: WhyState;
}

/** Names the state that the walks after this go through. */
export function tellingOf(log: WhyLog | null, kind: WhyState["kind"], setting: string | null = null): Telling | null {
  return log === null ? null : { log, state: { kind, setting } };
}

/** Tells a walk beside what was seen, and gives its number; null where nobody asked. */
export function tellWalk(
  telling: Telling | null,
  comparison: Comparison,
  against: Misfit | null,
  failedOnly = false,
): number | null {
  if (telling === null) return null;
  const { trace, steps, unexpected } = comparison;
  return pushWalk(telling, trace, {
    failedOnly,
    seen: steps.flatMap((one) => (one.status === "seen" ? sightOf(one) : [])),
    missing: steps.flatMap((one) => (one.status === "missing" ? sightOf(one) : [])),
    unforeseen: unexpected.map(({ frame }) => frame),
    against,
  });
}

/** Tells a walk of a ping that nobody has sent: there is nothing to hold against it. */
export function tellForecast(telling: Telling, trace: Trace): number {
  return pushWalk(telling, trace, { failedOnly: false, seen: null, missing: [], unforeseen: [], against: null });
}

type Held = Pick<WhyWalk, "failedOnly" | "seen" | "missing" | "unforeseen" | "against">;

function pushWalk({ log, state }: Telling, trace: Trace, held: Held): number {
  const n = walksIn(log).length + 1;
  if (trace.waysFollowed !== undefined && !log.some((one) => one.kind === "bound" && one.search === "ways"))
    log.push({ kind: "bound", search: "ways", walks: trace.waysFollowed });
  log.push({
    kind: "walk",
    n,
    attempt: attemptNumber(log, trace),
    state,
    ...treeOf(trace),
    end: endOf(trace.disposition),
    ...held,
  });
  return n;
}

// Places where a packet passes a capture point; of a copy also where it ends.
function treeOf(trace: Trace): Pick<WhyWalk, "ways" | "branches"> {
  const steps = stepsOf(trace);
  const branches = (trace.branches ?? []).map(({ n, of, netns, interface: name, end }) => {
    const ways = waysOf(steps.filter(({ branch }) => branch === n));
    const place = placeOf(netns, name);
    const [last, ...before] = [...ways].reverse();
    if (last === undefined)
      return {
        n,
        of,
        ways: [{ leg: steps.find(({ branch }) => branch === n)?.leg ?? "request", places: [place] }],
        end,
      };
    const isThere = last.places.at(-1) === place;
    return { n, of, ways: isThere ? ways : [...before.reverse(), { ...last, places: [...last.places, place] }], end };
  });
  return { ways: waysOf(steps.filter(({ branch }) => branch === undefined)), branches };
}

function waysOf(steps: readonly Step[]): WhyWay[] {
  const ways: { leg: Leg; places: string[] }[] = [];
  for (const { leg, expects } of steps) {
    if (expects === null) continue;
    const place = placeOf(expects.netns, expects.interface);
    const last = ways.at(-1);
    if (last?.leg !== leg) ways.push({ leg, places: [place] });
    else if (last.places.at(-1) !== place) last.places.push(place);
  }
  return ways;
}

function placeOf(netns: string, name: string | null): string {
  return netns === "" ? (name ?? "") : `${netns}:${name ?? ""}`;
}

function walksIn(log: readonly WhyEntry[]): WhyWalk[] {
  return log.flatMap((entry) => (entry.kind === "walk" ? [entry] : []));
}

// The same ping through another state, or by another way that state leaves, is told once.
function attemptNumber(log: WhyLog, { attempt, hops }: Trace): number | null {
  // Begun where a packet came in: nobody knows who sent it.
  if (hops[0]?.steps[0]?.kind !== "socket") return null;
  const told = log.flatMap((entry) => (entry.kind === "attempt" ? [entry] : []));
  const made = attemptOf(attempt, told.length + 1);
  const known = told.find((one) => JSON.stringify({ ...one, n: made.n }) === JSON.stringify(made));
  if (known) return known.n;
  log.push(made);
  return made.n;
}

function attemptOf({ netns, destination, source, outInterface, origin }: Attempt, n: number): WhyAttempt {
  return {
    kind: "attempt",
    n,
    netns,
    destination: formatIpv4(destination),
    source: source === null ? null : formatIpv4(source),
    outInterface,
    origin,
  };
}

/** How a walk ends, as --why tells it. */
export function endOf(disposition: Disposition): WhyEnd {
  switch (disposition.kind) {
    case "answered":
      return { kind: "answered" };
    case "stopped": {
      const { code, netns, interface: name } = disposition.hit;
      return { kind: "stopped", code, netns, interface: name };
    }
    case "open":
      return { kind: "open", question: disposition.question, candidates: disposition.candidates };
    case "exits":
      return { kind: "exits", netns: disposition.netns, interface: disposition.interface };
  }
}

function sightOf({ step: { expects }, packets }: ComparedStep): WhySight[] {
  if (expects === null) return [];
  const { netns, interface: name, direction, packet } = expects;
  return [{ netns, interface: name, direction, packet: packet.kind, frames: packets.map(({ frame }) => frame) }];
}

/** How the choice among the walks came out. */
export interface ChosenWalk {
  readonly walk: { readonly number: number | null; readonly fits: boolean; readonly ambiguous?: boolean } | null;
  readonly failedOnly: boolean;
  readonly hasState: boolean;
}

/** Tells which walk was chosen, and why. */
export function tellChosen(log: WhyLog, chosen: ChosenWalk): void {
  const walk = chosen.walk?.fits ? chosen.walk.number : null;
  log.push({ kind: "chosen", walk, because: becauseOf(walksIn(log), chosen) });
}

function becauseOf(walks: readonly WhyWalk[], { walk, failedOnly, hasState }: ChosenWalk): Text {
  if (!hasState)
    return text("there is no state to walk through: the packets speak alone", "没有状态可供推演：只凭报文说明");
  if (walk === null)
    return text(
      "no namespace of the state is known to have sent it: the packets speak alone",
      "状态里没有任何命名空间确知是它的发送方：只凭报文说明",
    );
  if (!walk.fits)
    return text("no walk fits what was seen: the packets speak alone", "没有一次推演与看到的相符：只凭报文说明");
  const told = walks.find(({ n }) => n === walk.number);
  if (told?.state.kind === "assumed") return assumedBecause(told.state.setting);
  if (failedOnly)
    return text(
      "it foresees what was seen of the requests that failed, and those alone were held against it",
      "它符合失败的那些请求的情况，也只用这些请求与它对照",
    );
  if (told?.state.kind === "after")
    return text(
      "no walk by the state before the run fits as well; by the state after it this one does",
      "按运行之前的状态没有同样相符的推演；按之后的状态，这一次相符",
    );
  return fittingBecause(walks, told, walk.ambiguous ?? false);
}

function assumedBecause(setting: string | null): Text {
  return setting === null
    ? text("it fits, with the kernel's defaults for what nobody showed", "没有给出的设置取内核默认值时，它与看到的相符")
    : text(`it takes ${setting} for what was seen`, `要出现看到的情况，需要 ${setting}`);
}

function fittingBecause(walks: readonly WhyWalk[], told: WhyWalk | undefined, ambiguous: boolean): Text {
  const rivals = walks.filter(({ against, state }) => against === null && state.kind === told?.state.kind);
  const others = rivals.length - 1;
  const because =
    others < 1
      ? text(
          "it alone fits: it ends as was seen, nothing is missing where somebody looked, and nothing was seen that it does not foresee",
          "只有它相符：结局与看到的一致，有人观察的地方没有缺少的报文，也没有它预料之外的报文",
        )
      : text(
          `of ${others + 1} walks that fit it foresees most of what was seen, or comes first`,
          `在 ${others + 1} 次相符的推演里，它预料到的报文最多，或者排在最前`,
        );
  if (!ambiguous) return because;
  return text(
    `${because.en}; another way that the state leaves open fits as well and ends otherwise`,
    `${because.zh}；状态留下的另一条路也相符，而结局不同`,
  );
}
