// Which interface of which namespace a capture belongs to: what a person said, else the file's own words, else its name.

import { hostKey } from "../../model/host.ts";
import type { Vantage } from "../../model/vantage.ts";
import type { CookedHeader } from "../../wire/linux-sll.ts";
import { netnsOf } from "../netns-name.ts";
import type { CaptureInput } from "../open.ts";
import type { InterfaceRecord } from "../record.ts";

/** What state knows, as far as names need it; all may be left out. */
export interface Naming {
  knowsInterface?(netns: string, name: string): boolean;
  knowsNamespace?(netns: string): boolean;
  /** Name of the interface with this index; `netns` is null where it is not known which namespace was captured. */
  linkName?(netns: string | null, index: number): string | null;
  /** Name of the interface whose frame has this cooked header, which names none. */
  cookedName?(netns: string, header: CookedHeader): string | null;
}

/**
 * Where an interface block's packets were seen; `byIndex` where each packet names its interface by number, `byHeader` where
 * its header may tell.
 */
export interface BlockPlace {
  readonly netns: string | null;
  readonly interface: string | null;
  readonly byIndex: boolean;
  readonly byHeader?: boolean;
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
// Npcap's name of a device is a number; what Windows calls it stands in the description.
const DEVICE_NUMBER = /^(?:rpcap:\/\/)?\\Device\\NPF_\{/i;

/** The place of an interface that a file describes; `only` is whether the file's name may stand for it. */
export function placeOf(input: CaptureInput, record: InterfaceRecord, only: boolean, naming: Naming): BlockPlace {
  const { host } = input;
  if (host === undefined) return ownPlaceOf(input, record, only, naming);
  const place = ownPlaceOf(input, record, only, namingOn(host, naming));
  // What does not say in which namespace it was captured was captured where its host's state was taken.
  const isThere = place.interface !== null && naming.knowsInterface?.(hostKey(host, ""), place.interface) === true;
  const netns = place.netns ?? (isThere ? "" : null);
  return { ...place, netns: netns === null ? null : hostKey(host, netns) };
}

function namingOn(host: string, { knowsInterface, knowsNamespace }: Naming): Naming {
  return {
    knowsInterface: (netns, name) => knowsInterface?.(hostKey(host, netns), name) === true,
    knowsNamespace: (netns) => knowsNamespace?.(hostKey(host, netns)) === true,
  };
}

function ownPlaceOf(input: CaptureInput, record: InterfaceRecord, only: boolean, naming: Naming): BlockPlace {
  const cooked2 = record.linkType === "LINUX_SLL2";
  const own = ownName(record);
  const said = input.interface ?? (own === "any" ? null : own);
  const netns = input.netns ?? netnsOf(record.description);
  if (said !== null && !(cooked2 && said === "any")) return { netns, interface: said, byIndex: false };
  if (cooked2) return { netns: netns ?? namespaceInStem(input.stem, naming), interface: "any", byIndex: true };
  if (record.linkType === "LINUX_SLL" && said === null && mayBeAny(input.stem, netns, naming))
    return { netns, interface: own ?? input.stem, byIndex: false, byHeader: true };
  if (own === "any") return { netns, interface: own, byIndex: false };
  if (input.stem === null || !only) return { netns, interface: null, byIndex: false };
  return stemPlace(input.stem, netns, naming);
}

function ownName({ name, description }: InterfaceRecord): string | null {
  if (name === null || NO_NAME.test(name)) return null;
  return DEVICE_NUMBER.test(name) && description ? description : name;
}

/** `net0.veth0` is veth0 in net0 where state knows it; else the whole stem is the interface (`veth0.100` is a name). */
function stemPlace(stem: string, netns: string | null, naming: Naming): BlockPlace {
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

// A cooked header is also that of devices without one of their own: those state knows by the file's name (ppp0.pcap,
// net0.ppp0.pcap).
function mayBeAny(stem: string | null, netns: string | null, naming: Naming): boolean {
  if (stem === null) return true;
  const place = stemPlace(stem, netns, naming);
  return naming.knowsInterface?.(place.netns ?? "", place.interface ?? stem) !== true;
}
