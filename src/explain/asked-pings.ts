// Which flow is which ping's: by its command line, by what it printed, or by where its own NAT sent it.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import type { FlowReport } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { stepsOf } from "../model/trace.ts";
import { fromCommand, isCommandsFlow } from "./attempt.ts";
import type { Asked, AskedPing } from "./case.ts";
import { parsePingCommand } from "./ping-command.ts";
import { parsePingOutput } from "./ping-output.ts";
import { predict } from "./predict.ts";
import { withOrigins } from "./printed-origin.ts";

/** The ping that a command line is, with what it printed; null for any other command. */
export function askedPing(command: Asked): AskedPing | null {
  const ping = parsePingCommand(command.argv);
  if (ping === null) return null;
  const output = command.output === null ? null : parsePingOutput(command.output);
  return {
    ping,
    output,
    // The live supervisor has found the namespace's key; a name on the command line may be a path.
    netns: command.netns || (ping.netns ?? command.netns ?? null),
    destination: ping.destination ?? output?.destination ?? null,
  };
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
      !asked.has(f) && f.kind !== "other" && isCommandsFlow(f, by.ping, by.destination);
    const own =
      flows.find((f) => fits(f) && f.netns !== null && f.netns === by.netns) ??
      flows.find((f) => fits(f) && (f.netns === null || by.netns === null || f.netns === by.netns)) ??
      translatedFlow(flows, asked, by, state);
    const bare = own
      ? { ...asPing(own, by), dst: by.destination }
      : attemptedFlow(by, by.destination, flows.length + 1);
    const printed = withOrigins(by, bare, state);
    const flow = printed === null ? bare : { ...bare, printed };
    if (own) flows[flows.indexOf(own)] = flow;
    else flows.push(flow);
    asked.set(flow, by);
  }
  return { flows, asked };
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
function asPing(flow: Flow, { output }: AskedPing): Flow {
  if (flow.kind !== "arp") return flow;
  return { ...flow, kind: "ping", requests: output?.transmitted ?? 0, replies: output?.received ?? 0 };
}

function attemptedFlow({ ping, output, netns }: AskedPing, dst: Ipv4, id: number): Flow {
  return {
    id,
    kind: "ping",
    netns,
    src: ping.bindAddress ?? output?.source ?? null,
    dst,
    icmpId: null,
    requests: output?.transmitted ?? 0,
    replies: output?.received ?? 0,
    duplicates: 0,
    errors: 0,
    rttMs: null,
    from: null,
    to: null,
    echoOutcomes: [],
    arpOutcomes: [],
    loneOutcomes: [],
  };
}
