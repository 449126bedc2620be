// Why a watched command never came as far as its ping: it was not let into the namespace, or ended at once.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import type { CommandRun } from "./run-file.ts";

// 128 and the number of SIGINT, of SIGTERM.
const INTERRUPTED = 130;
const TERMINATED = 143;

/** What kept the command from starting its ping; empty where nothing is known to have. */
export function faultsOfCommand(command: CommandRun | null): readonly Problem[] {
  const said = command?.output ?? "";
  if (command === null || command.exitCode === 0 || /^PING /m.test(said)) return [];
  if (command.output === "" && [INTERRUPTED, TERMINATED].includes(command.exitCode ?? 0)) return [endedEarly()];
  const refused = /^setting the network namespace "(.+)" failed: Operation not permitted$/m.exec(said);
  if (refused === null) return [];
  const name = printable(refused[1] as string);
  return [
    {
      kind: "command-not-permitted",
      severity: "warning",
      place: name,
      // drop_cap() of iproute2: kept only by root, or with an inheritable CAP_NET_ADMIN.
      text: text(
        `No ping was started: ip was not permitted to enter the namespace ${name}. Without root, ip gives up its capabilities unless cap_net_admin is inheritable. Run the same with sudo, or write nsenter --net=/run/netns/${name} instead of ip netns exec ${name}.`,
        `ping 没有启动：ip 没有进入命名空间 ${name} 的权限。不是 root 时，除非 cap_net_admin 可继承，ip 会放弃自己的权能。请在命令前加 sudo，或把 ip netns exec ${name} 换成 nsenter --net=/run/netns/${name}。`,
      ),
    },
  ];
}

function endedEarly(): Problem {
  return {
    kind: "command-ended-early",
    severity: "warning",
    place: "ping",
    text: text(
      "The ping was ended before it printed anything: let it run until it has sent something.",
      "ping 还没有输出任何内容就被终止了：请让它至少运行到发出报文。",
    ),
  };
}
