// Two states or bundles compared by one ping: that which was asked for, or the one that the bundles were kept of.

import { differenceOf } from "../audit/difference.ts";
import { attemptOfCommand } from "../explain/attempt.ts";
import { type PingCommand, parsePingCommand } from "../explain/command/ping-command.ts";
import type { Difference } from "../model/difference.ts";
import { printable, text } from "../model/text.ts";
import type { Attempt } from "../model/trace.ts";
import { predict } from "../predict/predict.ts";
import { fixOnHosts } from "./hosts/told-on-hosts.ts";
import { forecast } from "./predict-report.ts";
import { type CaseSystem, systemOfCase } from "./system-of-case.ts";
import { usageError } from "./usage-error.ts";

/** What is compared by: null is the ping of the bundles. */
export type AskedOf = (one: CaseSystem) => Attempt | null;

/** Reads both and compares them; throws a ProblemError where one cannot be read, or nothing says what to compare by. */
export async function differenceOfCases(
  paths: readonly [good: string, bad: string],
  asked: AskedOf,
): Promise<Difference> {
  const [first, second] = withSameWires(await systemOfCase(paths[0]), await systemOfCase(paths[1]));
  // Of two bundles, the ping that failed is asked of both.
  const attempt = asked(second) ?? attemptIn(second) ?? attemptIn(first);
  if (attempt === null) throw nothingAsked(paths[1]);
  const sideOf = ({ path, state }: CaseSystem) => ({
    name: path,
    state,
    forecast: forecast(predict(state, attempt), [], state),
  });
  const difference = differenceOf(sideOf(first), sideOf(second), attempt);
  const hosts = second.state.hosts ?? first.state.hosts;
  if (hosts === undefined) return difference;
  const { fix, notes } = difference;
  return { ...difference, hosts, fix: fix && fixOnHosts(fix, hosts), notes: [...notes, SAME_WIRES] };
}

const SAME_WIRES = text(
  "What lies between the hosts is in neither state: interfaces that are on one segment by either case are taken to be so in both.",
  "主机之间的部分不在任何一份状态里：只要其中一份记录表明某些接口在同一网段上，两边都按此处理。",
);

// A wire shows where frames crossed it: in the case that failed there may have been none.
function withSameWires(first: CaseSystem, second: CaseSystem): readonly [CaseSystem, CaseSystem] {
  const wires = [...(first.state.wires ?? []), ...(second.state.wires ?? [])];
  if (wires.length === 0) return [first, second];
  return [
    { ...first, state: { ...first.state, wires } },
    { ...second, state: { ...second.state, wires } },
  ];
}

function attemptIn({ commands }: CaseSystem): Attempt | null {
  const pings = commands.flatMap((command) => {
    const ping = parsePingCommand(command.argv);
    return ping === null ? [] : [{ ping, netns: command.netns }];
  });
  const last = pings.at(-1);
  return last === undefined ? null : attemptOf(last.ping, last.netns);
}

function attemptOf(ping: PingCommand, netns: string): Attempt | null {
  return ping.destination === null ? null : attemptOfCommand(ping.destination, netns, ping);
}

function nothingAsked(path: string) {
  const name = printable(path);
  return usageError(
    path,
    text(
      `Nothing in ${name} says what was pinged. Name the address: pktwhy diff GOOD BAD 192.168.2.1`,
      `${name} 里没有说明 ping 的是哪个地址。请给出地址：pktwhy diff GOOD BAD 192.168.2.1`,
    ),
  );
}
