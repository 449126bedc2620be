// Traffic control: filters (clsact, tcx) behind the tap of what comes in and in front of that of what goes out, and the
// queue of an interface. State shows that they are there, not what they do with this frame: each is a world of its own.

import type { Code } from "../../model/code.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Program, Queue, TrafficFilter } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Delivery } from "../link/delivery.ts";
import { undecided } from "../link/delivery.ts";
import { lose } from "../link/lose.ts";
import { addressFacts, type Frame, lengthOf } from "../message.ts";
import * as words from "../words.ts";
import type { Match } from "./firewall-chain.ts";
import { hasWords } from "./packet-words.ts";

/** sch_handle_ingress, sch_handle_egress: null where the frame goes on. */
export function passTrafficControl(at: At<Frame>, direction: "ingress" | "egress"): Delivery | null {
  const { ns, interface: device } = at;
  const filters = (ns.trafficFilters ?? []).filter((one) => one.interface === device && one.direction === direction);
  const found = firstThatActs(at, filters);
  if (found?.filter.does === "pass" && found.sure) return null;
  const programs = (ns.programs ?? []).filter(({ interface: on, hook }) => on === device && hook === direction);
  const first = found?.filter ?? programs[0];
  if (first === undefined) return null;
  const perhaps = found?.sure ? [found.filter] : filters.filter((one) => meets(at, one) !== false);
  const redirect = perhaps.find((one) => one.does === "redirect");
  if (redirect) return elsewhere(at, redirect);
  if (found?.sure && found.filter.does === "drop" && programs.length === 0)
    return dropped(at, first, direction, "certain");
  const line = lineOf(at, first);
  const question = {
    text: text(
      `what does “${line.line}” do with this frame? State does not show it.`,
      `“${line.line}”如何处理这个帧？状态里看不出来。`,
    ),
    missing: [line.key],
    state: [line],
  };
  const { payload } = at.packet;
  if (at.walk.choose(`tc ${direction} ${ns.key} ${device} ${payload.kind}`, 2, question) === 0) return null;
  return dropped(at, first, direction, "likely");
}

function dropped(
  at: At<Frame>,
  by: TrafficFilter | Program,
  direction: "ingress" | "egress",
  certainty: "certain" | "likely",
): Delivery {
  const { ns, interface: device } = at;
  const { payload } = at.packet;
  const code: Code = direction === "ingress" ? "tc-ingress-drop" : "tc-egress-drop";
  const what = words.payloadName(payload);
  const line = lineOf(at, by);
  return lose(at, {
    code,
    says: text(`“${line.line}” drops the ${what.en} at ${device}`, `“${line.line}”在 ${device} 丢弃了${what.zh}`),
    lines: [line],
    facts: {
      ...addressFacts(payload),
      owner: ns.key,
      rule: line.line,
      ...("preference" in by && by.preference !== null
        ? { handle: `protocol ${by.protocol} pref ${by.preference}` }
        : {}),
      ...(direction === "ingress" ? { inInterface: device } : { outInterface: device }),
    },
    certainty,
  });
}

// tcf_classify: in the order of their preferences, until one that the frame meets says more than “continue”.
function firstThatActs(
  at: At<Frame>,
  filters: readonly TrafficFilter[],
): { readonly filter: TrafficFilter; readonly sure: boolean } | null {
  let sure = true;
  for (const filter of filters) {
    const met = meets(at, filter);
    if (met === false || filter.does === null) continue;
    // One that may let it pass leaves open what the ones behind it would do.
    if (met === true || filter.does !== "pass") return { filter, sure: sure && met === true && filter.always };
    sure = false;
  }
  return null;
}

// A filter is asked about frames of its protocol.
function meets({ packet: { payload } }: At<Frame>, { protocol, matches }: TrafficFilter): Match {
  const isIp = "length" in payload;
  if (protocol !== "all" && protocol !== (isIp ? "ip" : "arp")) return false;
  if (matches === null) return null;
  if (matches.length === 0) return true;
  return isIp ? hasWords(payload, matches) : null;
}

function lineOf({ ns }: At<Frame>, object: TrafficFilter | Program): StateLine {
  return { netns: ns.key, key: "direction" in object ? "filter" : "bpf", line: object.line };
}

function elsewhere(at: At<Frame>, filter: TrafficFilter): Delivery {
  const question = text(`where does “${filter.line}” send this frame?`, `“${filter.line}”把这个帧送到哪里？`);
  const lines = [lineOf(at, filter)];
  const halt = at.open(["filter"], question, [filter.direction === "ingress" ? "tc-ingress-drop" : "tc-egress-drop"]);
  return undecided(halt, [at.step("open", question, { lines })]);
}

/** __dev_xmit_skb: the queue of the interface; null where it takes the frame. */
export function passQueue(at: At<Frame>): Delivery | null {
  const { ns, interface: device, packet } = at;
  const queue = (ns.queues ?? []).find((one) => one.interface === device && mayDrop(one, lengthOf(packet)));
  if (queue === undefined) return null;
  const line: StateLine = { netns: ns.key, key: "qdisc", line: queue.line };
  const question = {
    text: text(`does “${queue.line}” lose this frame?`, `“${queue.line}”会不会丢掉这个帧？`),
    missing: [],
    state: [line],
  };
  const never = takesNothing(queue, lengthOf(packet));
  if (!never && at.walk.choose(`qdisc ${ns.key} ${device} ${packet.payload.kind}`, 2, question) === 0) return null;
  const what = words.payloadName(packet.payload);
  return lose(at, {
    code: "qdisc-drop",
    says: text(
      `the queue of ${device} (“${queue.line}”) drops the ${what.en} in front of the capture point`,
      `${device} 的队列（“${queue.line}”）在抓包点之前丢弃了${what.zh}`,
    ),
    lines: [line],
    facts: { ...addressFacts(packet.payload), outInterface: device, size: String(lengthOf(packet)) },
    certainty: never ? "certain" : "likely",
  });
}

// pfifo_enqueue, bfifo_enqueue: there is no room even in an empty queue. noop and blackhole have none by nature.
function takesNothing({ kind, limit }: Queue, length: number): boolean {
  if (kind === "noop" || kind === "blackhole") return true;
  return (kind === "pfifo" && limit === 0) || (kind === "bfifo" && limit !== null && limit < length);
}

// A shaper that has never dropped anything is not under suspicion; nor are the kernel's own defaults, which drop only
// what no single ping makes.
const DEFAULTS = new Set(["noqueue", "fq_codel", "fq", "mq", "pfifo_fast"]);

function mayDrop(queue: Queue, length: number): boolean {
  if (takesNothing(queue, length) || queue.lossy) return true;
  return queue.drops > 0 && !DEFAULTS.has(queue.kind);
}
