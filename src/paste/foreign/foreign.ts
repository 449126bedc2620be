// Listings of other tools and other systems among the blocks of a paste, put into the forms that are read.

import type { PastedLine } from "../clean.ts";
import type { PastedContainer } from "../enter.ts";
import { type PastedBlock, placeOf } from "../state/pasted.ts";
import type { Converted, ForeignSystem } from "./converted.ts";
import { fromDocker, isDocker } from "./docker.ts";
import { fromFirewalld, isFirewalld } from "./firewalld.ts";
import { fromKubectl, isKubectl } from "./kubectl.ts";
import { fromMacos, isMacos } from "./macos.ts";
import { fromNmcli, isNmcli } from "./nmcli.ts";
import { fromEthtool, fromUci, isEthtool, isUci } from "./small.ts";
import { fromUfw, isUfw } from "./ufw.ts";
import { fromWindows, isWindows } from "./windows.ts";
import { fromWireGuard, isWireGuard } from "./wireguard-text.ts";

/** The blocks of a paste in known forms, and what else those listings told. */
export interface InKnownForms {
  readonly blocks: readonly PastedBlock[];
  readonly systems: ReadonlyMap<string, ForeignSystem>;
  readonly containers: readonly PastedContainer[];
  readonly names: ReadonlyMap<string, string>;
  readonly unknown: readonly PastedLine[];
}

type Converter = (
  block: PastedBlock,
  netns: string | null,
  all: readonly PastedBlock[],
) => Converted & { readonly containers?: readonly PastedContainer[] };

const FORMS: readonly (readonly [is: (block: PastedBlock) => boolean, convert: Converter])[] = [
  [isDocker, fromDocker],
  [isKubectl, fromKubectl],
  [isNmcli, fromNmcli],
  [isEthtool, fromEthtool],
  [isUci, fromUci],
  [isMacos, fromMacos],
  [isWireGuard, fromWireGuard],
  [isUfw, fromUfw],
  [isFirewalld, fromFirewalld],
];

/** Converts what has another form; everything else stays as it is. */
export function inKnownForms(blocks: readonly PastedBlock[]): InKnownForms {
  const systems = new Map<string, ForeignSystem>();
  const containers: PastedContainer[] = [];
  const names = new Map<string, string>();
  const unknown: PastedLine[] = [];
  const add = (one: ReturnType<Converter>): readonly PastedBlock[] => {
    for (const [netns, system] of one.systems ?? []) systems.set(netns, system);
    for (const [name, address] of one.names ?? []) names.set(name, address);
    containers.push(...(one.containers ?? []));
    unknown.push(...one.unknown);
    return one.blocks;
  };
  // Windows names an interface in one listing and numbers it by its address in the others.
  const windows = new Map<string | null, PastedBlock[]>();
  for (const block of blocks.filter(isWindows)) {
    const netns = placeOf(block);
    windows.set(netns, [...(windows.get(netns) ?? []), block]);
  }
  const done = new Set<string | null>();
  const known = blocks.flatMap((block): readonly PastedBlock[] => {
    const netns = placeOf(block);
    const ofHost = windows.get(netns);
    if (ofHost?.includes(block)) {
      if (done.has(netns)) return [];
      done.add(netns);
      return add(fromWindows(ofHost, netns));
    }
    const [, convert] = FORMS.find(([is]) => is(block)) ?? [];
    if (convert === undefined) return [block];
    const made = convert(block, netns, blocks);
    // Rules that were listed say more than the program that keeps them.
    const isKept = convert === fromUfw || convert === fromFirewalld;
    return add(isKept && listsInput(blocks, netns) ? { blocks: [], unknown: made.unknown } : made);
  });
  return { blocks: known, systems, containers, names, unknown };
}

function listsInput(blocks: readonly PastedBlock[], netns: string | null): boolean {
  const own = blocks.filter((block) => placeOf(block) === netns);
  return own.some(({ lines }) => lines.some(({ text }) => INPUT.test(text)));
}

const INPUT = /^(?:-[PA] INPUT |:INPUT |Chain INPUT \()|\bhook input\b/;
