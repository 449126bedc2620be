// Which interface of which namespace a capture belongs to: what a person said, else the file's own words, else its name.

import type { Vantage } from "../model/vantage.ts";
import { netnsOf } from "../savefile/netns-name.ts";
import type { CaptureInput } from "../savefile/open.ts";
import type { InterfaceRecord } from "../savefile/record.ts";

/** What state knows, as far as names need it; all may be left out. */
export interface Naming {
  knowsInterface?(netns: string, name: string): boolean;
  knowsNamespace?(netns: string): boolean;
  /** Name of the interface with this index; `netns` is null where it is not known which namespace was captured. */
  linkName?(netns: string | null, index: number): string | null;
}

/** Where an interface block's packets were seen; with `byIndex` each packet names its interface by number. */
export interface Place {
  readonly netns: string | null;
  readonly interface: string | null;
  readonly byIndex: boolean;
}

/** Numbers the vantages of all inputs in their order of appearance. */
export class VantageCatalogue {
  readonly naming: Naming;
  readonly vantages: Vantage[] = [];

  constructor(naming: Naming) {
    this.naming = naming;
  }

  /** A new vantage. */
  add(netns: string | null, name: string | null, source: string): Vantage {
    const vantage: Vantage = { id: this.vantages.length, netns, interface: name, source };
    this.vantages.push(vantage);
    return vantage;
  }
}

// Wireshark's words for "pcap does not tell".
const NO_NAME = /^Unknown\/not available/;

/** The place of an interface that a file describes; `only` is whether the file's name may stand for it. */
export function placeOf(input: CaptureInput, record: InterfaceRecord, only: boolean, naming: Naming): Place {
  const cooked2 = record.linkType === "LINUX_SLL2";
  const own = record.name === null || NO_NAME.test(record.name) ? null : record.name;
  const said = input.interface ?? (own === "any" ? null : own);
  const netns = input.netns ?? netnsOf(record.description);
  if (said !== null && !(cooked2 && said === "any")) return { netns, interface: said, byIndex: false };
  if (cooked2) return { netns: netns ?? namespaceInStem(input.stem, naming), interface: "any", byIndex: true };
  if (own === "any") return { netns, interface: own, byIndex: false };
  if (input.stem === null || !only) return { netns, interface: null, byIndex: false };
  return stemPlace(input.stem, netns, naming);
}

/** `net0.veth0` is veth0 in net0 where state knows it; else the whole stem is the interface (`veth0.100` is a name). */
function stemPlace(stem: string, netns: string | null, naming: Naming): Place {
  for (let dot = stem.indexOf("."); dot > 0 && netns === null; dot = stem.indexOf(".", dot + 1)) {
    const namespace = stem.slice(0, dot);
    const name = stem.slice(dot + 1);
    if (naming.knowsInterface?.(namespace, name)) return { netns: namespace, interface: name, byIndex: false };
  }
  return { netns, interface: stem, byIndex: false };
}

/** `net0.pcap` and `net0.any.pcap`, captured on all interfaces of a namespace that state knows. */
function namespaceInStem(stem: string | null, naming: Naming): string | null {
  const name = stem?.replace(/\.any$/, "") ?? "";
  return naming.knowsNamespace?.(name) ? name : null;
}
