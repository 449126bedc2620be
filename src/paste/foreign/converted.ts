// What other tools and other systems list, as lines in the form of iproute2 that everything else reads: each keeps the number
// of the line that it comes from.

import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";

/** A system whose kernel is not Linux: what is to be typed there is not what is typed here. */
export type ForeignSystem = "Windows" | "macOS" | "OpenWrt";

/** What a listing of another kind comes to. */
export interface Converted {
  readonly blocks: readonly PastedBlock[];
  /** Namespaces that it tells of, with the system that runs there. */
  readonly systems?: ReadonlyMap<string, ForeignSystem>;
  /** Names with the addresses that it gives them. */
  readonly names?: ReadonlyMap<string, string>;
  /** Lines that are none of that listing's. */
  readonly unknown: readonly PastedLine[];
}

/** Lines in the form of one command's output. */
export function listed(netns: string | null, argv: readonly string[], lines: readonly PastedLine[]): PastedBlock {
  return { command: { argv, netns, line: argv.join(" ") }, lines };
}

/** One interface, as `ip addr` would show it. */
export interface ShownLink {
  readonly name: string;
  readonly number: number;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mtu: number | null;
  readonly mac: string | null;
  /** With their prefix lengths. */
  readonly addresses: readonly { readonly address: string; readonly number: number }[];
  readonly master?: string | null;
  readonly loopback?: boolean;
}

/** Lines of `ip addr` for these interfaces. */
export function addressLines(links: readonly ShownLink[]): PastedLine[] {
  return links.flatMap((link, at) => {
    const { name, number, up, carrier, mtu, mac, addresses, master, loopback } = link;
    const kind = loopback ? "LOOPBACK" : "BROADCAST,MULTICAST";
    const flags = `${up && !carrier ? "NO-CARRIER," : ""}${kind}${up ? ",UP" : ""}${up && carrier ? ",LOWER_UP" : ""}`;
    const state = loopback ? "UNKNOWN" : up && carrier ? "UP" : "DOWN";
    const head = `${at + 1}: ${name}: <${flags}> mtu ${mtu ?? 1500}${master ? ` master ${master}` : ""} state ${state}`;
    return [
      { number, text: head },
      ...(mac === null ? [] : [{ number, text: `    link/${loopback ? "loopback" : "ether"} ${mac}` }]),
      ...addresses.map((one) => ({
        number: one.number,
        text: `    inet ${one.address} scope ${one.address.startsWith("127.") ? "host" : "global"} ${name}`,
      })),
    ];
  });
}

/** A name that may be one word of a listing: blanks become low lines. */
export function oneWord(name: string): string {
  return name.trim().replace(/\s+/g, "_").replace(/[:@]/g, "_").slice(0, 64);
}
