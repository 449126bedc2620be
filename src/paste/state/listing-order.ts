// Listings that stand between two changes show one and the same system: they are taken in an order of their own, so that
// the order in which somebody pasted them means nothing.

import { askedBy } from "./listing.ts";
import { type PastedBlock, placeOf } from "./pasted.ts";

/** What is built upon stands first; the last is whatever nobody knows. */
const ORDER: readonly (readonly [RegExp, (text: string) => boolean])[] = [
  [/^netns$/, () => false],
  [/^link$/, (text) => /^\d+: \S+?: <[A-Z_,]*>/m.test(text) && !/^\s*inet6? /m.test(text)],
  [/^address$|^ifconfig$/, (text) => /^\s*inet6? (?:addr:)?[\da-f]/m.test(text)],
  [/^brctl$/, (text) => /^bridge name\s/m.test(text)],
  [/^bridge$/, (text) => /\bmaster \S+ state \w+ priority/.test(text)],
  [/^vlan$/, (text) => /^port\s+vlan/m.test(text)],
  [/^fdb$/, (text) => /^[\da-f:]{17} dev /im.test(text)],
  [/^route$|^netstat$/, (text) => /^(?:default|[\d./]+) (?:via|dev) |^Destination\s+Gateway/m.test(text)],
  [/^rule$/, (text) => /^\d+:\s+(?:not )?from /m.test(text)],
  [/^neighbour$|^arp$/, (text) => / lladdr |^Address\s+HWtype/m.test(text)],
  [/^sysctl$|^cat$/, (text) => /^net\.\S+ = /m.test(text)],
  [/^iptables|^nft$/, (text) => /^Chain |^-[PAN] |^table |^\*\w+$/m.test(text)],
];

/** The same blocks; between two of which `changes` says that they change something, sorted by what they list. */
export function inListingOrder(
  blocks: readonly PastedBlock[],
  changes: (block: PastedBlock) => boolean,
): readonly PastedBlock[] {
  const sorted: PastedBlock[] = [];
  let run: PastedBlock[] = [];
  for (const block of blocks) {
    if (!changes(block)) {
      run.push(block);
      continue;
    }
    sorted.push(...inOrder(run), block);
    run = [];
  }
  return [...sorted, ...inOrder(run)];
}

// Two listings of the same keep their order: the later one is newer.
function inOrder(run: readonly PastedBlock[]): PastedBlock[] {
  return run
    .map((block) => ({ block, key: keyOf(block) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ block }) => block);
}

// One device's listing adds to that of all.
function keyOf(block: PastedBlock): string {
  const { command, lines } = block;
  const { what, partial } = askedBy(command);
  const text = lines.map((line) => line.text).join("\n");
  const rank = ORDER.findIndex(([name, looks]) => (command === null ? looks(text) : name.test(what)));
  const place = rank < 0 ? ORDER.length : rank;
  const table = /(?:^| )(?:-t \w+|table \w+)/.exec(command?.line ?? "")?.[0].trim() ?? "";
  return `${String(place).padStart(2, "0")} ${placeOf(block) ?? ""} ${partial ? 1 : 0} ${table}`;
}
