// Captures of `-i any` that do not say in which namespace they were taken: bound to the one that fits, which is told.

import type { Packet } from "../model/packet.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, type Text, text } from "../model/text.ts";
import { cookedHead } from "../savefile/inputs/heads.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { namespaceOfCooked, tellsInterfaces } from "../system/cooked-place.ts";

/** The captures, with the namespaces that were found, and a sentence on each. */
export interface PlacedInputs {
  readonly captures: readonly CaptureInput[];
  readonly notes: readonly Text[];
}

/** Looks at what captures show by themselves; where the state has one namespace, it is that one without a word. */
export async function withPlaces(captures: readonly CaptureInput[], state: SystemState): Promise<PlacedInputs> {
  const notes: Text[] = [];
  const placed = await Promise.all(
    captures.map(async (input): Promise<CaptureInput> => {
      if (input.netns !== null || (input.interface !== null && input.interface !== "any")) return input;
      if (isNamed(input, state)) return input;
      const packets = await cookedHead(input);
      const netns = packets.length === 0 ? null : namespaceOfCooked(state, packets);
      if (netns === null || !isOfUse(state, netns, packets)) return input;
      if (state.namespaces.size > 1) notes.push(found(input.source, netns, state.namespaces.size));
      return { ...input, netns };
    }),
  );
  return { captures: placed, notes };
}

// The old header names no interface, which beside a bridge nothing else tells.
function isOfUse(state: SystemState, netns: string, [packet]: readonly Packet[]): boolean {
  const ns = state.namespaces.get(netns);
  const names = packet?.link.kind === "cooked" && packet.link.interfaceIndex !== null;
  return names || (ns !== undefined && tellsInterfaces(ns));
}

// `net0.pcap`, `net0.any.pcap`.
function isNamed({ stem }: CaptureInput, state: SystemState): boolean {
  return stem !== null && state.namespaces.has(stem.replace(/\.any$/, ""));
}

function found(source: string, netns: string, of: number): Text {
  const file = printable(source.split("/").at(-1) ?? source);
  const where = netns === "" ? text("the namespace of the snapshot", "做快照的命名空间") : text(netns, netns);
  return text(
    `${file} does not say where it was captured. It is taken as -i any in ${where.en}, the only one of ${of} namespaces whose interfaces and addresses fit its packets; any@NAMESPACE=FILE says so where it was another.`,
    `${file} 没有说明在哪里抓的包。这里按在 ${where.zh} 里用 -i any 抓到的来解释：${of} 个命名空间里，只有它的接口和地址与这些包相符；如果不是，请用 any@命名空间=文件 指明。`,
  );
}
