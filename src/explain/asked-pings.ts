// Which flow is which ping's: by its command line, by what it printed, or by where its own NAT sent it.

import type { Ipv4 } from "../model/address.ts";
import { type Flow, type Outcome, UNSEEN } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import type { FlowReport } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { stepsOf } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { fromCommand, isCommandsFlow } from "./attempt.ts";
import type { AskedPing, PlacedCommand } from "./case.ts";
import { type AskedCommand, askedCommands } from "./command/asked-command.ts";
import { parsePingOutput } from "./ping-output.ts";
import { splitPingOutputs } from "./ping-outputs.ts";
import { withOrigins } from "./printed-origin.ts";
import { refusedCommandLine } from "./refused-command-line.ts";

/** What a command line asks, each with what it printed; empty for a command that asks nothing by ICMP or ARP. */
export function askedPings(command: PlacedCommand): AskedPing[] {
  const ran = command.ran ?? [{ argv: command.argv, netns: command.netns ?? null }];
  const all = ran.flatMap(({ argv, netns }) => askedCommands(argv).map((asked) => ({ asked, netns })));
  const { said } = command;
  const outputs =
    said === undefined
      ? outputsOf(
          command.output,
          all.map(({ asked }) => asked),
        )
      : [said.printed];
  const [only] = all;
  const refused = all.length === 1 && only && isPing(only.asked) ? refusedCommandLine(command.output ?? "") : null;
  return all.map(({ asked, netns }, at) => {
    const output = outputs[at] ?? null;
    return {
      ...asked,
      output,
      // The live supervisor has found the namespace's key; a name on the command line may be a path.
      netns: netns || (asked.ping.netns ?? netns),
      destination: asked.ipv6 ? null : (asked.ping.destination ?? output?.destination ?? null),
      refused,
      ...(command.wondered === undefined ? {} : { wondered: command.wondered }),
      ...(command.otherPrompt ? { otherPrompt: command.otherPrompt } : {}),
      ...(said?.path == null ? {} : { path: said.path }),
    };
  });
}

// What several of them printed is told apart by whom each first line names; those at once may begin in any order.
function outputsOf(output: string | null, all: readonly AskedCommand[]): (Printed | null)[] {
  if (output === null) return [];
  const pings = all.filter(isPing);
  if (pings.length < 2) return all.map((one) => (isPing(one) ? parsePingOutput(output) : null));
  const parts = splitPingOutputs(output);
  if (parts.length !== pings.length) return [];
  const left = parts.map(parsePingOutput);
  const takeWhere = (fits: (one: Printed | null) => boolean): Printed | null => {
    const at = left.findIndex(fits);
    return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const named = new Map(
    pings.map((one) => [one, takeWhere((part) => part !== null && part.destination === one.ping.destination)]),
  );
  return all.map((one) => (isPing(one) ? (named.get(one) ?? takeWhere(() => true)) : null));
}

function isPing({ program }: AskedCommand): boolean {
  return program === "ping" || program === "ping4" || program === "ping6";
}

/** ping knows how often it asked; captures show only what left. */
export function countedByPing(report: FlowReport, output: Printed | null): FlowReport {
  if (output === null || output.transmitted === null || output.received === null) return report;
  return {
    ...report,
    flow: { ...report.flow, requests: output.transmitted, replies: output.received, duplicates: output.duplicates },
  };
}

/** The flows with what asked for them. A ping that put nothing on any wire still has a flow: it was attempted. */
export function withAttempted(
  seen: readonly Flow[],
  pings: readonly AskedPing[],
  state: SystemState | null,
): { flows: Flow[]; asked: Map<Flow, AskedPing> } {
  const flows = [...seen];
  const asked = new Map<Flow, AskedPing>();
  for (const by of pings) {
    if (by.destination === null) continue;
    const fits = (f: Flow): boolean =>
      (by.refused ?? null) === null && !asked.has(f) && isAskedSo(f, by) && isCommandsFlow(f, by.ping, by.destination);
    const likeliest = [...flows].sort((a, b) => unlikeness(a, by, flows) - unlikeness(b, by, flows));
    const own =
      likeliest.find((f) => fits(f) && f.netns !== null && f.netns === by.netns) ??
      likeliest.find((f) => fits(f) && (f.netns === null || by.netns === null || f.netns === by.netns)) ??
      translatedFlow(flows, asked, by, state);
    const bare = own
      ? { ...asPing(own, by), dst: by.destination }
      : attemptedFlow(by, by.destination, flows.length + 1);
    const printed = withOrigins(by, bare, state);
    const heard = withUnheard(bare, by.output);
    const named = isPing(by) ? heard : { ...heard, program: by.program };
    const told = by.wondered === undefined || own ? named : { ...named, wondered: by.wondered };
    const flow = printed === null ? told : { ...told, printed };
    if (own) flows[flows.indexOf(own)] = flow;
    else flows.push(flow);
    asked.set(flow, by);
  }
  return { flows, asked };
}

// Of a ping that printed some answers, a stretch of which it printed none: their replies were captured at best.
function withUnheard(flow: Flow, output: Printed | null): Flow {
  const { heard, transmitted, received, answers = 0, duplicates = 0 } = output ?? {};
  const isWhole = heard !== undefined && received === answers - duplicates && received < (transmitted ?? 0);
  if (!isWhole || flow.kind !== "ping") return flow;
  const printed = new Set(heard);
  const marked = ({ first, last, ...more }: Outcome): Outcome => {
    const [from, to] = [first, last ?? first];
    if (from.kind !== "echo" || to.kind !== "echo" || from.replies.length === 0) return { ...more, first, last };
    // Sequence numbers have 16 bits, and begin anew.
    if (to.sequence < from.sequence) return { ...more, first, last };
    for (let sequence = from.sequence; sequence <= to.sequence; sequence++)
      if (printed.has(sequence)) return { ...more, first, last };
    return { ...more, first: { ...from, unheard: true }, last: last === null ? null : { ...to, unheard: true } };
  };
  return { ...flow, echoOutcomes: flow.echoOutcomes.map(marked) };
}

// ARP for the next hop may be all that a ping came to; arping asks by ARP alone.
function isAskedSo({ kind }: Flow, { asks, protocol }: AskedPing): boolean {
  if (asks === "path" && protocol !== "ICMP") return kind === "icmp-error";
  return asks === "arp" ? kind === "arp" : kind !== "other" && kind !== "tcp" && kind !== "udp";
}

// Late errors and answers of an earlier ping to the same target are a flow of their own, and not this ping's: its requests
// were captured from the first on, one for each that it counts.
// One whose source changed on the way is several flows of one ICMP id: the first that was answered stands for it.
function unlikeness(flow: Flow, { output }: AskedPing, all: readonly Flow[]): number {
  const counted = output?.transmitted ?? null;
  const { kind, requests } = flow;
  const rank = kind === "ping" ? (requests > 0 ? 0 : 2) : kind === "arp" ? 1 : 3;
  const same = all.filter((one) => isSamePing(one, flow));
  const captured = same.reduce((sum, one) => sum + one.requests, 0);
  const unanswered = flow.replies === 0 && same.some(({ replies }) => replies > 0) ? 0.5 : 0;
  return rank * 1e9 + (counted === null ? 0 : Math.min(Math.abs(counted - captured), 1e9 - 1)) + unanswered;
}

function isSamePing(a: Flow, b: Flow): boolean {
  return a === b || (a.kind === "ping" && a.icmpId === b.icmpId && a.netns === b.netns && a.dst === b.dst);
}

// The asker's own NAT may send its ping to another address than the one that was typed.
function translatedFlow(
  flows: readonly Flow[],
  asked: ReadonlyMap<Flow, AskedPing>,
  by: AskedPing,
  state: SystemState | null,
): Flow | undefined {
  if (state === null || by.netns === null || by.destination === null) return undefined;
  const trace = predict(state, fromCommand(attemptedFlow(by, by.destination, 0), by.netns, by.ping));
  const leaving = stepsOf(trace).find((step) => step.expects?.packet.kind === "echo-request")?.expects?.packet;
  const destination = leaving && "destination" in leaving ? leaving.destination : by.destination;
  if (destination === by.destination) return undefined;
  return flows.find((f) => f.kind === "ping" && !asked.has(f) && f.netns === by.netns && f.dst === destination);
}

// ARP for an address that a ping was typed for is that ping's.
function asPing(flow: Flow, { asks, output }: AskedPing): Flow {
  if (flow.kind !== "arp" || asks === "arp") return flow;
  return { ...flow, kind: "ping", requests: output?.transmitted ?? 0, replies: output?.received ?? 0 };
}

function attemptedFlow({ ping, asks, output, netns }: AskedPing, dst: Ipv4, id: number): Flow {
  return {
    ...UNSEEN,
    id,
    kind: asks === "arp" ? "arp" : "ping",
    netns,
    src: ping.bindAddress ?? output?.source ?? null,
    dst,
    requests: output?.transmitted ?? 0,
    replies: output?.received ?? 0,
  };
}
