// Why a watched command never came as far as its ping: what it said when it was not let into the namespace.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import type { CommandRun } from "./run-file.ts";

/** What kept the command from starting its ping; empty where nothing is known to have. */
export function faultsOfCommand(command: CommandRun | null): readonly Problem[] {
  const said = command?.output ?? "";
  if (command === null || command.exitCode === 0 || /^PING /m.test(said)) return [];
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
