// The state that pastes tell; where the one host besides the asker shows its firewall and no address, what was asked for in vain
// is taken to be there.

import { formatIpv4, isLoopback, parseIpv4 } from "../model/address.ts";
import { isBehindAHost } from "../model/container-subnets.ts";
import type { Namespace } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import { cleanLines } from "../paste/clean.ts";
import type { Paste } from "../paste/read.ts";
import type { PastedBlock } from "../paste/state/pasted.ts";
import { stateFromText, type TextState } from "../paste/state/replay.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import { failedConnection } from "./paste-connections.ts";

/** What the pastes tell, with that address. */
export function replayedPastes(
  read: readonly { readonly one: { readonly content: string }; readonly paste: Paste }[],
): TextState {
  const [contents, pastes] = [read.map(({ one }) => one.content), read.map(({ paste }) => paste)];
  const blocks = pastes.flatMap(({ state }) => state);
  const told = stateFromText(blocks);
  const target = targetIn(told, contents, pastes);
  if (target === null) return told;
  const { host, address, device } = target;
  const again = stateFromText([...blocks, addressOf(host, address, device)]);
  const [en, zh] = [printable(host), printable(host)];
  const note = text(
    `The paste does not show which host has ${address}: taken to be ${en}, the only other one.`,
    `粘贴内容没有显示 ${address} 属于哪台主机：这里当作属于唯一的另一台主机 ${zh}。`,
  );
  return { ...again, notes: [...again.notes, note] };
}

function targetIn({ state, names }: TextState, contents: readonly string[], pastes: readonly Paste[]) {
  const lines = contents.flatMap((content) => cleanLines(content));
  const [failed] = failedConnection(lines, state, (name) => parseIpv4(names.get(name) ?? ""))?.connections ?? [];
  if (state === null || failed?.told === undefined) return null;
  const { address } = failed.told.to;
  const hosts = new Set([...state.namespaces.keys(), ...pastes.flatMap((paste) => paste.hosts)]);
  const [host, ...more] = [...hosts].filter((key) => key !== failed.netns);
  const ns = host === undefined ? undefined : state.namespaces.get(host);
  if (host === undefined || ns === undefined || more.length > 0 || host === "" || !showsFirewallAlone(ns)) return null;
  // A container's is no address of the host that it runs on.
  if (isLoopback(address) || isBehindAHost(address) || ownersOf(state, address).length > 0) return null;
  return { host, address: formatIpv4(address), device: deviceIn(ns) };
}

function showsFirewallAlone({ nft, iptables, addresses, routes, links }: Namespace): boolean {
  const isBare = (links ?? []).every(({ isLoopback: lo }) => lo);
  return (nft !== undefined || iptables !== undefined) && addresses === undefined && routes === undefined && isBare;
}

// The one that a zone of firewalld names.
function deviceIn({ nft }: Namespace): string {
  const rules = nft?.chains.flatMap((chain) => chain.rules) ?? [];
  const named = rules.flatMap(({ line }) => /iifname "(?!lo")([\w.@-]+)"/.exec(line)?.[1] ?? []);
  return named[0] ?? "eth0";
}

function addressOf(netns: string, address: string, device: string): PastedBlock {
  const argv = ["ip", "-4", "addr", "show", "dev", device];
  const lines = [
    `2: ${device}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP`,
    `    inet ${address}/24 scope global ${device}`,
  ];
  return { command: { argv, netns, line: argv.join(" ") }, lines: lines.map((line) => ({ number: 0, text: line })) };
}
