// What an explanation starts from: flows, captures, state and the commands that are known.

import type { KernelEvents } from "../kernel/event.ts";
import type { Ipv4 } from "../model/address.ts";
import type { Cause } from "../model/cause.ts";
import type { Flow } from "../model/flow.ts";
import type { Printed } from "../model/printed.ts";
import type { Problem } from "../model/problem.ts";
import type { RunCommand } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import type { PingCommand } from "./ping-command.ts";
import type { View } from "./view.ts";

/** All that was read. */
export interface ExplainInput {
  readonly flows: readonly Flow[];
  readonly inputs: readonly InputSummary[];
  /** State before (or the only one). */
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  /** Whether the firewall's rules were listed when the pings were over, so that what they counted includes them. */
  readonly rulesListedAfter?: boolean;
  /** What the kernel told of drops meanwhile, or why it did not; absent where nobody asked it. */
  readonly kernel?: KernelEvents | null;
  /** The wrapped command, with the namespace it ran in where that is known. */
  readonly command: Asked | null;
  /** Other pings whose command or output is known, e.g. several in one paste. */
  readonly further?: readonly Asked[];
  /** The state is what somebody pasted: what it leaves out may be assumed, where that is said. */
  readonly pasted?: true;
  readonly problems: readonly Problem[];
  /** Packets or exchanges given up for lack of room. */
  readonly evicted: number;
  readonly causes: readonly Cause[];
}

/** A command and the namespace it ran in, where that is known. */
export type Asked = RunCommand & { readonly netns?: string | null };

/** A ping by its command line, with what it printed. */
export interface AskedPing {
  readonly ping: PingCommand;
  readonly output: Printed | null;
  readonly netns: string | null;
  readonly destination: Ipv4 | null;
}

/** What is to be explained, with the captures bound to the state. */
export interface Case extends ExplainInput {
  readonly view: View;
  /** Vantages at which any ICMP was seen. */
  readonly withIcmp: ReadonlySet<Vantage>;
  /** Which ping made which flow. */
  readonly asked: ReadonlyMap<Flow, AskedPing>;
}
