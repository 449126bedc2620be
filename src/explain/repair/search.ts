// The smallest set of edits after which a ping is answered by whoever owns its target: cheapest first, each set walked.

import { applyAll, command, cost } from "../../edits/edits.ts";
import { COST } from "../../edits/face.ts";
import { asked, letIn } from "../../edits/question.ts";
import { settle } from "../../edits/settle.ts";
import type { Cause } from "../../model/cause.ts";
import type { Edit } from "../../model/edit.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import type { Attempt, Trace } from "../../model/trace.ts";
import type { RepairVerdict, WhyLog } from "../../model/why.ts";
import { predict } from "../../predict/predict.ts";
import { joinedTo, withoutStrangers } from "../../system/lookup/joined.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { endOf } from "../why.ts";
import type { WalkBudget } from "./budget.ts";
import { isGift } from "./give.ts";
import { type Harm, isHarmful } from "./harm.ts";
import { isNoFurther, judged, type Node, type Repair } from "./judge.ts";
import { type Proposal, proposalsOf } from "./proposals.ts";
import { sceneProposals } from "./scene.ts";

/** What is to be repaired. */
export interface Broken {
  readonly state: SystemState;
  /** The walk that was stopped. */
  readonly trace: Trace;
  readonly causes: readonly Cause[];
  readonly budget: WalkBudget;
  /** Told of every set that is tried; absent where nobody asked. */
  readonly why?: WhyLog | null;
  /** Asked of each set that answers, instead of walking the pairs of others. */
  readonly harms?: () => Harm;
}

const MOST_EDITS = 4;
const MOST_WALKS = 200;
/** What else would do is looked for among so many, once a repair is found. */
const MOST_ALTERNATIVES = 4;

/** What was found: sets after which it is answered, cheapest first, and what else was tried on its own. */
export interface RepairsFound {
  readonly repair: Repair | null;
  /** Sets of one proposal each, in the order in which they were walked. */
  readonly single: readonly Repair[];
  /** Commands that were walked and do not help, or do harm. */
  readonly useless: ReadonlySet<string>;
  /** It is answered some minutes later, without any edit. */
  readonly heals: boolean;
  /** The walks that were taken where the search was ended before all was tried and no repair was found; else null. */
  readonly endedAfter: number | null;
}

/** Searches; null where the walk was not stopped. */
export function searchRepair(found: Broken): RepairsFound | null {
  // What a stranger holds is no reason for or against anything here.
  const broken = { ...found, state: withoutStrangers(found.state, found.trace.attempt.netns) };
  const { state, trace, budget, harms = null } = broken;
  if (trace.disposition.kind !== "stopped") return null;
  const first = trace.disposition.hit;
  const owners = new Set(ownersOf(state, trace.attempt.destination).map(({ netns }) => netns));
  // What time alone mends is no edit's merit: then each must do it at once.
  const heals = predict(settle(state), trace.attempt).disposition.kind === "answered";
  const single: Repair[] = [];
  const useless = new Set<string>();
  const seen = new Set<string>();
  const start: Node = { edits: [], effects: [], hits: [], cost: 0, stoppedAt: null, state, attempt: trace.attempt };
  const waiting = expand(broken, start, trace, seen);
  let repair: Repair | null = null;
  let left = MOST_WALKS;
  let walks = 0;
  for (; waiting.length > 0 && left > 0 && budget.take(1); left--, walks++) {
    const node = waiting.shift() as Node;
    const walked = predict(heals ? node.state : settle(node.state), node.attempt);
    const { repair: tried, verdict } = judged(node, walked, { state, owners, first, budget, harms });
    const isFirst = tried !== null && repair === null && isProven(tried);
    tell(broken, node.edits, isFirst ? "chosen" : verdict, walked);
    if (tried === null) useless.add(typed(node.edits));
    else if (node.effects.length === 1) single.push(tried);
    if (isFirst) {
      repair = tried;
      left = MOST_ALTERNATIVES;
      waiting.splice(0, waiting.length, ...waiting.filter(({ effects }) => effects.length === 1));
    }
    if (repair === null && node.edits.length < MOST_EDITS && !isNoFurther(node, walked))
      queue(waiting, expand(broken, node, walked, seen));
  }
  const isEnded = repair === null && waiting.length > 0;
  if (isEnded) broken.why?.push({ kind: "bound", search: "repair", walks });
  return { repair, single, useless, heals, endedAfter: isEnded ? walks : null };
}

function tell({ why }: Broken, edits: readonly Edit[], verdict: RepairVerdict, walked: Trace | null): void {
  why?.push({ kind: "repair", command: typed(edits), end: walked && endOf(walked.disposition), verdict });
}

function queue(waiting: Node[], nodes: readonly Node[]): void {
  for (const next of nodes) {
    const at = waiting.findIndex((other) => other.cost > next.cost);
    waiting.splice(at < 0 ? waiting.length : at, 0, next);
  }
}

/** The edits as they are typed in one line. */
export function typed(edits: readonly Edit[]): string {
  return edits.map(command).join(" && ");
}

/** Whether the ping is answered after it. */
export function isProven({ proof }: Repair): boolean {
  return proof === "answered" || proof === "harm-unchecked";
}

// A proposal, and the hit that it is against; null for what stands out in the state besides.
type Offer = Proposal & { readonly hit: CauseHit | null };

function expand(broken: Broken, node: Node, walked: Trace, seen: Set<string>): Node[] {
  const { causes, state } = broken;
  const { disposition, remarks, source, attempt } = walked;
  // Where it depends on a rule whether it goes on, that rule is what may stop it.
  if (disposition.kind !== "stopped" && disposition.kind !== "open") return [];
  const stops = disposition.kind === "stopped" ? [disposition.hit, ...remarks] : remarks;
  const stoppedAt = stops[0] ?? null;
  const place = {
    state: node.state,
    asker: attempt.netns,
    senders: [...new Set(walked.hops.map(({ netns }) => netns))],
    source: source ?? attempt.source,
    destination: attempt.destination,
  };
  const own = stops.flatMap((hit): Offer[] => {
    const cause = causes.find(
      ({ code, severity }) => code === hit.code && (severity !== "note" || hit.facts.translated !== undefined),
    );
    return cause === undefined ? [] : proposalsOf(hit, cause, place).map((one) => ({ ...one, hit }));
  });
  // What somebody does on a host that nothing joins to this one cannot be what this ping needs.
  const there = stoppedAt?.netns ?? null;
  const joined = new Set(joinedTo(state, [attempt.netns, ...(there === null ? [] : [there])]));
  const scene = sceneProposals(node.attempt, place).map((one): Offer => ({ ...one, hit: null }));
  return [...own, ...scene]
    .filter(({ edits }) => edits.every(({ netns }) => netns === undefined || netns === null || joined.has(netns)))
    .flatMap((offer) => nodeOf(broken, { ...node, stoppedAt }, offer, seen) ?? [])
    .sort((a, b) => a.cost - b.cost);
}

function nodeOf(broken: Broken, node: Node, { edits, effect, hit }: Offer, seen: Set<string>): Node | null {
  const all = [...node.edits, ...edits].sort((a, b) => Number(a.kind === "question") - Number(b.kind === "question"));
  const key = all.map(command).sort().join("\n");
  if (all.length > MOST_EDITS || seen.has(key)) return null;
  seen.add(key);
  if (edits.some((edit) => isHarmful(edit, broken.state))) {
    if (node.edits.length === 0) tell(broken, all, "harmful", null);
    return null;
  }
  const state = applyAll(node.state, edits);
  const attempt = edits.reduce<Attempt | null>(
    (before, edit) => attemptAfter(before, edit, broken.state),
    node.attempt,
  );
  if (state === null || attempt === null) return null;
  const price = edits.reduce((sum, edit) => sum + priceOf(edit, hit, node.stoppedAt), 0);
  const hits = hit === null ? node.hits : [...node.hits, hit];
  const { stoppedAt } = node;
  return { edits: all, effects: [...node.effects, effect], hits, stoppedAt, cost: node.cost + price, state, attempt };
}

function attemptAfter(before: Attempt | null, edit: Edit, original: SystemState): Attempt | null {
  if (before === null) return null;
  if (edit.kind === "sysctl") return letIn(before, edit, original);
  return edit.kind === "question" ? asked(before, edit) : before;
}

// Of edits of one kind the narrower one first: a rule put in front before one taken out, one interface before all. What is
// missing or wrong in a translation itself comes before a route or an address for what should never have come there.
function priceOf(edit: Edit, hit: CauseHit | null, stoppedAt: CauseHit | null): number {
  if (hit !== null && isAboutTranslation(edit, hit)) return COST.setting + 1;
  // Whoever gets the address of a server that is gone is not that server.
  if (stoppedAt?.code === "dnat-dead-target" && isGift(edit)) return cost(edit) + COST.question;
  const price = cost(edit);
  if (isBroadAccept(edit)) return price + 10;
  if ((edit.kind === "nft-rule" || edit.kind === "tables-rule") && edit.verb === "delete") return price + 2;
  if (edit.kind === "sysctl" && edit.settings.some(({ key, value }) => /\.all\.rp_filter$/.test(key) && value === "0"))
    return price + 2;
  return price;
}

function isAboutTranslation(edit: Edit, { code, facts }: CauseHit): boolean {
  if (code === "missing-return-route") return edit.kind === "nat" && facts.translated !== undefined;
  return code === "dnat-dead-target" && (edit.kind === "nft-rule" || edit.kind === "tables-rule");
}

// Two rules for exactly these packets are still narrower than one for all of their kind.
function isBroadAccept(edit: Edit): boolean {
  if (edit.kind !== "nft-rule" && edit.kind !== "tables-rule") return false;
  return edit.verb !== "delete" && !/(?:\bsaddr|(?:^|\s)-s)\s/.test(edit.rule ?? "");
}
