// Programs that keep a host's firewall, and the words by which a port is opened in them.

import type { Facts } from "./finding.ts";
import { inNamespace } from "./in-namespace.ts";
import type { Remedy } from "./remedy.ts";
import { type Text, text } from "./text.ts";
import { commandBehind } from "./typed-line.ts";

/** What listed the rule that this line was made of: `ufw`, `firewalld public`; null where no such program did. */
export function frontEndOf(line: string): string | null {
  return /^(ufw|firewalld [\w-]+): /.exec(commandBehind(line) ?? "")?.[1] ?? null;
}

/** What `ufw status` does not show. */
export const UFW_DEFAULT = "ufw's own default: deny (incoming)";

/** That it was taken for granted, where the line of state rests on it. */
export function assumedDefault(line: string): Text | null {
  if (frontEndOf(line) !== "ufw" || !line.endsWith(`(${UFW_DEFAULT})`)) return null;
  return text(
    "`ufw status` does not show ufw's default: its own, deny (incoming), is assumed; `ufw status verbose` shows it",
    "`ufw status` 不显示默认策略：这里按 ufw 自带的默认值 deny (incoming) 处理；`ufw status verbose` 会显示它",
  );
}

/** Opens the port that was asked for, or lets pings in again; none where no such program is known to keep the rule. */
export function opensPort({ frontEnd = "", protocol, service, rule }: Facts, netns: string | null): readonly Remedy[] {
  const zone = /^firewalld ([\w-]+)$/.exec(frontEnd)?.[1];
  if (protocol === undefined && zone !== undefined && rule?.includes("icmp type echo-request"))
    return [unblocksPing(netns, zone)];
  if (protocol === undefined || service === undefined) return [];
  const port = `${service}/${protocol}`;
  // A rule that forbids stands in front of what is added.
  if (frontEnd === "ufw") return [allowedByUfw(netns, `ufw ${rule === undefined ? "" : "insert 1 "}allow ${port}`)];
  return zone === undefined ? [] : [openedByFirewalld(netns, zone, port)];
}

function unblocksPing(netns: string | null, zone: string): Remedy {
  return {
    command: inNamespace(netns, `firewall-cmd --zone=${zone} --remove-icmp-block=echo-request`),
    effect: text(
      "lets pings in until firewalld is reloaded; the same with --permanent keeps it",
      "放行 ping，直到 firewalld 重新加载；再加 --permanent 执行一次即可永久保存",
    ),
  };
}

/** A command of ufw's. */
export function allowedByUfw(netns: string | null, words: string): Remedy {
  return {
    command: inNamespace(netns, words),
    effect: text("lets this port pass; ufw keeps it over a reboot", "放行这个端口；ufw 会保存，重启后仍有效"),
  };
}

/** A command of firewalld's. */
export function openedByFirewalld(netns: string | null, zone: string | null, port: string): Remedy {
  return {
    command: inNamespace(netns, `firewall-cmd ${zone === null ? "" : `--zone=${zone} `}--add-port=${port}`),
    effect: text(
      "opens this port until firewalld is reloaded; the same with --permanent keeps it",
      "放行这个端口，直到 firewalld 重新加载；再加 --permanent 执行一次即可永久保存",
    ),
  };
}
