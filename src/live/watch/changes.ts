// What differs between two readings of the state, in the words of a mark.

import { lacking, ruleLines } from "../../explain/since/firewall-lines.ts";
import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { WatchMark } from "../../render/watch-line.ts";

type Change = Pick<WatchMark, "change" | "tone" | "text">;

// A routing daemon can change thousands of lines at once.
const MOST = 8;

/** Marks for what changed in the namespaces that are looked at, the links first. */
export function changesBetween(before: SystemState, after: SystemState, netns: readonly string[]): Change[] {
  const changes: Change[] = [];
  for (const key of netns) {
    const old = before.namespaces.get(key);
    const now = after.namespaces.get(key);
    if (old === undefined || now === undefined) continue;
    const links = linkChanges(old, now);
    changes.push(...links.map(({ change }) => change));
    const moved = new Set(links.map(({ name }) => name));
    changes.push(...lineChanges(key, linesOf(old.addresses), linesOf(now.addresses)));
    changes.push(...lineChanges(key, routeLines(old, moved), routeLines(now, moved)));
    changes.push(...lineChanges(key, linesOf(old.rules), linesOf(now.rules)));
    changes.push(...sysctlChanges(key, old, now));
    changes.push(...firewallChanges(key, old, now));
  }
  if (changes.length <= MOST) return changes;
  const rest = changes.length - MOST;
  const more: Change = {
    change: "state",
    tone: "neutral",
    text: text(`… and ${rest} more changes of the state`, `……另有 ${rest} 处状态变化`),
  };
  return [...changes.slice(0, MOST), more];
}

interface LinkChange {
  readonly name: string;
  readonly change: Change;
}

function linkChanges(before: Namespace, after: Namespace): LinkChange[] {
  if (before.links === undefined || after.links === undefined) return [];
  const changes: LinkChange[] = [];
  const put = (name: string, change: Change) => changes.push({ name, change });
  const old = new Map(before.links.map((link) => [link.index, link]));
  for (const link of after.links) {
    const was = old.get(link.index);
    old.delete(link.index);
    const name = placed(after.key, link.name);
    if (was === undefined) {
      put(link.name, { change: "link", tone: "neutral", text: text(`${name} appeared`, `${name} 出现`) });
      continue;
    }
    const change = linkChange(name, was, link);
    if (change !== null) put(link.name, change);
  }
  for (const gone of old.values()) {
    const name = placed(after.key, gone.name);
    const words = text(`${name} is gone: deleted or moved`, `${name} 消失：被删除或移走`);
    put(gone.name, { change: "link", tone: "bad", text: words });
  }
  return changes;
}

function linkChange(name: string, was: Link, is: Link): Change | null {
  const [wasUp, isUp] = [was.flags.has("UP"), is.flags.has("UP")];
  if (wasUp !== isUp) {
    return isUp
      ? { change: "link", tone: "good", text: text(`${name} was set up`, `${name} 已启用`) }
      : { change: "link", tone: "bad", text: text(`${name} went down: it was set down`, `${name} 变为 down：被停用`) };
  }
  const [carried, carries] = [was.flags.has("LOWER_UP"), is.flags.has("LOWER_UP")];
  if (!isUp || carried === carries) return null;
  return carries
    ? { change: "link", tone: "good", text: text(`${name} has carrier again`, `${name} 恢复载波`) }
    : {
        change: "link",
        tone: "bad",
        text: text(`${name} lost its carrier: its other end is down`, `${name} 失去载波：对端已停用`),
      };
}

function linesOf(rows: readonly { readonly line: string }[] | undefined): readonly string[] | null {
  return rows === undefined ? null : rows.map((row) => row.line);
}

// Table local follows the addresses, and routes follow their links, both of which are told themselves.
function routeLines({ routes }: Namespace, moved: ReadonlySet<string>): readonly string[] | null {
  if (routes === undefined) return null;
  const own = routes.filter(
    ({ table, hops }) => table !== "local" && !hops.some((hop) => hop.interface !== null && moved.has(hop.interface)),
  );
  return own.map(({ line }) => line.replace(/ (linkdown|dead)\b/g, ""));
}

function lineChanges(key: string, before: readonly string[] | null, after: readonly string[] | null): Change[] {
  if (before === null || after === null) return [];
  const had = new Set(before);
  const has = new Set(after);
  const put = (sign: string, line: string): Change => ({
    change: "state",
    tone: "neutral",
    text: stateText(key, `${sign} ${line}`),
  });
  return [
    ...before.filter((line) => !has.has(line)).map((line) => put("-", line)),
    ...after.filter((line) => !had.has(line)).map((line) => put("+", line)),
  ];
}

function sysctlChanges(key: string, before: Namespace, after: Namespace): Change[] {
  if (before.sysctl === undefined || after.sysctl === undefined) return [];
  const changes: Change[] = [];
  for (const [name, value] of after.sysctl) {
    const was = before.sysctl.get(name);
    // Counters and limits that the kernel moves by itself are no settings.
    if (was === undefined || was === value || !/^net\.(ipv4\.(conf|neigh|ip_forward|icmp_)|bridge)/.test(name))
      continue;
    changes.push({ change: "state", tone: "neutral", text: stateText(key, `${name} = ${value} (${was})`) });
  }
  return changes;
}

function firewallChanges(key: string, before: Namespace, after: Namespace): Change[] {
  if (before.nft === after.nft && before.iptables === after.iptables) return [];
  const [was, is] = [ruleLines(before), ruleLines(after)];
  if (was === null || is === null) return [];
  const put = (sign: string, line: string): Change => ({
    change: "state",
    tone: "neutral",
    text: stateText(key, `${sign} ${printable(line)}`),
  });
  return [...lacking(was, is).map((line) => put("-", line)), ...lacking(is, was).map((line) => put("+", line))];
}

function stateText(key: string, words: string): Text {
  const place = key === "" ? "" : `${printable(key)}: `;
  return text(`${place}${words}`, `${place}${words}`);
}

function placed(key: string, name: string): string {
  return key === "" ? printable(name) : `${printable(key)}:${printable(name)}`;
}
