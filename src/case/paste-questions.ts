// Questions in words to pings that can be walked: who asks is named in the sentence, else inferred from the hosts, and said.

import type { PlacedCommand } from "../explain/explain.ts";
import { formatIpv4, type Ipv4, isLoopback, parseIpv4 } from "../model/address.ts";
import type { LoggedPacket } from "../model/firewall-log.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { PastedLine } from "../paste/clean.ts";
import { type AskedInWords, questionsIn } from "../paste/question.ts";
import { ownersOf } from "../system/lookup/owner.ts";

/** As a host of which nothing was shown. */
export const SOMEWHERE = "(asker)";

/** Pings that are asked about, and what was taken for granted about them. */
export interface Wondered {
  readonly pings: readonly PlacedCommand[];
  /** A connection that was typed, in their place. */
  readonly connections: readonly PlacedCommand[];
  /** What a firewall's log says did not come through, in their place. */
  readonly logged: readonly LoggedPacket[];
  readonly notes: readonly Text[];
  /** Lines of the paste in which it is asked. */
  readonly lines: ReadonlySet<number>;
}

/** What a paste asks that shows what it is about. */
export const NOT_ASKED: Wondered = { pings: [], connections: [], logged: [], notes: [], lines: new Set() };

const MOST_QUESTIONS = 4;

const MARTIAN = /\bmartian source (\S+) from (\S+?),/;

// Beside listings and without any ping, what the kernel's log calls a martian is what is asked about.
function martiansOf(state: SystemState | null): PlacedCommand[] {
  const logged = [...(state?.namespaces.values() ?? [])].flatMap(({ kernelLog = [] }) => kernelLog);
  const said = new Map<string, PlacedCommand>();
  for (const line of logged) {
    const [, to = "", from = ""] = MARTIAN.exec(line) ?? [];
    if (to === "" || from === "") continue;
    const owner = parseIpv4(from) === null || state === null ? undefined : ownersOf(state, parseIpv4(from) as Ipv4)[0];
    const netns = owner?.netns ?? "";
    said.set(`${to} ${from}`, { argv: ["ping", "-I", from, to], exitCode: null, output: null, netns, wondered: line });
  }
  return [...said.values()].slice(0, MOST_QUESTIONS);
}

/** What the lines ask about the hosts of this state. */
export function wondered(lines: readonly PastedLine[], state: SystemState | null): Wondered {
  const asked = questionsIn(lines, addressesByHost(state)).slice(0, MOST_QUESTIONS);
  if (asked.length === 0) return { ...NOT_ASKED, pings: martiansOf(state) };
  const placed = asked.map((one) => pingOf(one, state));
  return {
    ...NOT_ASKED,
    pings: placed.map(({ ping }) => ping),
    notes: placed.flatMap(({ note }) => note ?? []),
    lines: new Set(asked.flatMap((one) => one.lines)),
  };
}

// Where every host has shown its addresses, somebody with another one is none of them: they forward for it.
function isElsewhere(hosts: readonly Namespace[]): boolean {
  return hosts.length > 0 && hosts.every(({ addresses }) => addresses !== undefined && addresses.length > 0);
}

function addressesByHost(state: SystemState | null): ReadonlyMap<string, Ipv4> {
  return new Map(
    [...(state?.namespaces.values() ?? [])].flatMap((ns) => {
      const own = ownAddress(ns);
      return ns.key === "" || own === null ? [] : [[ns.key, own] as const];
    }),
  );
}

function ownAddress({ addresses }: Namespace): Ipv4 | null {
  return addresses?.find(({ local }) => !isLoopback(local))?.local ?? null;
}

function pingOf(asked: AskedInWords, state: SystemState | null): { ping: PlacedCommand; note: Text | null } {
  const { from, to, words } = asked;
  const target = formatIpv4(to);
  const place = (netns: string, bound: Ipv4 | null): PlacedCommand => ({
    argv: ["ping", ...(bound === null ? [] : ["-I", formatIpv4(bound)]), target],
    exitCode: null,
    output: null,
    netns,
    wondered: words,
  });
  if (asked.fromName !== null) return { ping: place(asked.fromName, null), note: null };
  const hosts = [...(state?.namespaces.values() ?? [])];
  if (from !== null) {
    const owners = state === null ? [] : ownersOf(state, from).map(({ netns }) => netns);
    const [owner] = owners;
    if (owner !== undefined) return { ping: place(owner, null), note: null };
    return { ping: place(isElsewhere(hosts) ? SOMEWHERE : "", from), note: null };
  }
  if (hosts.length < 2) return { ping: place(hosts[0]?.key ?? "", null), note: null };
  const asker = likelyAsker(hosts, to);
  return { ping: place(asker, null), note: inferred(asker, target) };
}

// Not the host that is asked, and rather an end than a router; of several the first that was shown.
function likelyAsker(hosts: readonly Namespace[], to: Ipv4): string {
  const others = hosts.filter(
    (ns) => ownAddress(ns) !== null && ns.addresses?.every(({ local }) => local !== to) === true,
  );
  const ends = others.filter(({ sysctl }) => sysctl?.get("net.ipv4.ip_forward") !== "1");
  return (ends[0] ?? others[0] ?? hosts[0])?.key ?? "";
}

function inferred(asker: string, target: string): Text {
  const host =
    asker === ""
      ? text("the host of the first prompt", "第一个提示符所在的主机")
      : text(printable(asker), printable(asker));
  return text(
    `Who asks is not said: taken to be ${host.en}, which does not hold ${target} itself. To ask for another: "ping from ADDRESS to ${target} fails".`,
    `没有说明是谁在 ping：这里按 ${host.zh} 处理，因为它自己没有 ${target} 这个地址。如果是别的主机，请写明“从 某地址 ping ${target} 不通”。`,
  );
}
