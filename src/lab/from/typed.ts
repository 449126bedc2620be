// What is typed in the rebuilt network: pings as the case has them, and a fix as its report prints it, in the lab's namespaces.

import type { Fix } from "../../model/finding.ts";
import type { LabCommand } from "../scenario.ts";

/** The end of a ping that nobody bounded. */
const COUNT = ["-c", "3"];
/** What may stand before a ping: another user, and nothing that starts something else. */
const HARMLESS_PREFIX = /^(?:setpriv|--(?:reuid|regid)=\d+|--clear-groups|--no-new-privs)$/;

/** The ping of a command line with the same options, bounded; null where it is none. */
export function boundedPing(argv: readonly string[]): readonly string[] | null {
  const at = argv.findIndex((word) => /^(?:.*\/)?ping4?$/.test(word));
  if (at < 0) return null;
  const before = argv.slice(0, at);
  const prefix = before.every((word) => HARMLESS_PREFIX.test(word)) ? before : [];
  const options = argv.slice(at + 1);
  const isBounded = options.some((word) => /^-[a-zA-Z]*[cw]\d*$/.test(word) && !/^-[IstTMmpQSl]/.test(word));
  return [...prefix, "ping", ...(isBounded ? [] : COUNT), ...options];
}

const TOOLS =
  /^(?:ip|bridge|sysctl -w net\.|nft|iptables|iptables-nft|iptables-legacy|arptables|ebtables|ethtool|ping)\b/;
const LOOKS = /^(?:ip route get|ip -br|ip -s|tcpdump|conntrack|ip \S+ show)\b/;

/** The commands of a fix, each with its namespace as the report calls it; null where it cannot be typed as it stands. */
export function typedFix(fix: Fix, keyOf: (printed: string) => string | null): readonly LabCommand[] | null {
  if (fix.incomplete === true) return null;
  const commands = fix.command.split(" && ").map((printed) => {
    const { netns, rest } = takenApart(printed);
    const key = keyOf(netns);
    if (key === null || !TOOLS.test(rest) || LOOKS.test(rest)) return null;
    return { netns: key, argv: ["sh", "-c", bounded(rest)] };
  });
  return commands.every((one) => one !== null) ? commands : null;
}

/** What changes the network first; a ping among them is what is asked instead. */
export function inTypingOrder(commands: readonly LabCommand[]): {
  readonly edits: readonly LabCommand[];
  readonly question: LabCommand | null;
} {
  const isPing = ({ argv }: LabCommand) => argv.at(-1)?.startsWith("ping ") === true;
  return { edits: commands.filter((one) => !isPing(one)), question: commands.find(isPing) ?? null };
}

function bounded(command: string): string {
  return command.startsWith("ping ") && !/ -c\b/.test(command) ? `${command} -c 3` : command;
}

function takenApart(printed: string): { netns: string; rest: string } {
  const plain = printed.replace(/^sudo /, "");
  const named = /^ip netns exec ('[^']*'|\S+) (.*)$/s.exec(plain);
  if (named) return { netns: (named[1] ?? "").replaceAll("'", ""), rest: named[2] ?? "" };
  const contained = /^nsenter -t "\$\((?:docker|podman) inspect -f '[^']*' (\S+)\)" -n (.*)$/s.exec(plain);
  if (contained) return { netns: contained[1] ?? "", rest: contained[2] ?? "" };
  const entered = /^nsenter -t (\d+) -n (.*)$/s.exec(plain);
  return entered ? { netns: `pid-${entered[1]}`, rest: entered[2] ?? "" } : { netns: "", rest: plain };
}
