// What an explanation starts from: flows, captures, state and the commands that are known.

import type { KernelEvents } from "../kernel/event.ts";
import type { Ipv4, Prefix } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import type { LoggedPacket } from "../model/firewall-log.ts";
import type { Flow, ToldEnd } from "../model/flow.ts";
import type { Moment } from "../model/moment.ts";
import type { Printed } from "../model/printed.ts";
import type { PrintedPath } from "../model/printed-path.ts";
import type { Problem } from "../model/problem.ts";
import type { RunCommand } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import type { TransportProtocol } from "../model/transport.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import type { AskedCommand } from "./command/asked-command.ts";
import type { PingCommand } from "./command/ping-command.ts";
import type { Moments } from "./moments/of-flow.ts";
import type { WalkBudget } from "./repair/budget.ts";
import type { View } from "./view.ts";

/** All that was read. */
export interface ExplainInput {
  readonly flows: readonly Flow[];
  readonly inputs: readonly InputSummary[];
  /** State before (or the only one). */
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  /** States that were read between the two, in order of time. */
  readonly between?: readonly SystemState[];
  /** The moments that the monitors told of, the state before first: nothing that has ended is explained by a later one. */
  readonly moments?: readonly Moment[];
  /** Whether the firewall's rules were listed when the pings were over, so that what they counted includes them. */
  readonly rulesListedAfter?: boolean;
  /** What the kernel told of drops meanwhile, or why it did not; absent where nobody asked it. */
  readonly kernel?: KernelEvents | null;
  /** The wrapped command, with the namespace it ran in where that is known. */
  readonly command: PlacedCommand | null;
  /** Other pings whose command or output is known, e.g. several in one paste. */
  readonly further?: readonly PlacedCommand[];
  /** Containers stand on an interface of their host, as its words tell: its subnets, and its gateways. */
  readonly onParent?: { readonly subnets: readonly Prefix[]; readonly gateways: readonly Ipv4[] } | null;
  /** The state is what somebody pasted: what it leaves out may be assumed, where that is said. */
  readonly pasted?: true;
  /** Packets that a firewall has logged, and those of them that are asked about. */
  readonly log?: { readonly logged: readonly LoggedPacket[]; readonly asked: readonly LoggedPacket[] };
  readonly problems: readonly Problem[];
  /** Packets or exchanges given up for lack of room. */
  readonly evicted: number;
  /** Flows that had ended and are only counted, for lack of room. */
  readonly onlyCounted?: number;
  readonly causes: readonly Cause[];
  /** Tell of every flow what was tried to explain it. */
  readonly why?: boolean;
}

/** A connection that failed by what a program printed. */
export interface ToldConnection extends ToldEnd {
  readonly protocol: TransportProtocol;
  readonly to: { readonly host: string; readonly address: Ipv4; readonly port: number };
}

/** A command that another one ran, and the namespace it ran in. */
export interface RanCommand {
  readonly argv: readonly string[];
  readonly netns: string;
}

/** A command and the namespace it ran in, where that is known, and what it ran where that is not plain from its words. */
export type PlacedCommand = RunCommand & {
  readonly netns?: string | null;
  readonly ran?: readonly RanCommand[];
  /** Others were watched with it: what was seen need not be its doing. */
  readonly amongOthers?: true;
  /** The sentence in which somebody asks why it is not answered; null where it was typed and its output left out. */
  readonly wondered?: string | null;
  /** Pasted from a prompt that names no machine, beside others that do. */
  readonly otherPrompt?: true;
  /** Which connection failed by what it printed, where nothing else tells it. */
  readonly told?: ToldConnection;
  /** What it printed, where that was read before and is not ping's. */
  readonly said?: { readonly printed: Printed; readonly path: PrintedPath | null };
};

/** A ping, or what else asks by ICMP or ARP, by its command line, with what it printed. */
export interface AskedPing extends Omit<AskedCommand, "ping"> {
  readonly ping: PingCommand;
  readonly output: Printed | null;
  /** The hops that it printed. */
  readonly path?: PrintedPath;
  readonly netns: string | null;
  readonly destination: Ipv4 | null;
  readonly wondered?: string | null;
  readonly otherPrompt?: true;
  /** The line in which ping refused its own command line. */
  readonly refused?: string | null;
}

/** What is to be explained, with the captures bound to the state. */
export interface Case extends ExplainInput {
  readonly view: View;
  /** Vantages at which any ICMP was seen. */
  readonly withIcmp: ReadonlySet<Vantage>;
  /** Walks that may still be taken to find repairs. */
  readonly repairWalks: WalkBudget;
  /** Walks that may still be taken through systems that are only supposed. */
  readonly worldWalks: WalkBudget;
  /** The moments, where there are several. */
  readonly timeline: Moments | null;
  /** The states that came later and may explain the flow; absent: those between, and the one after. */
  readonly tried?: readonly SystemState[];
  /** Which ping made which flow. */
  readonly asked: ReadonlyMap<Flow, AskedPing>;
}
