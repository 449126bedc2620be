// What it means that a kernel module is not loaded: nothing of its kind is there. Such a part of a state file is known to be
// empty; a part that is absent for any other reason stays unknown.

import { ownValue } from "../../model/own-value.ts";
import { type Fields, isFields } from "./shape.ts";

interface Part {
  /** As in `missing`: `iptables.nft` is `nft` in `iptables`. */
  readonly key: string;
  /** Any of these could hold something; none of them is there. */
  readonly modules: readonly string[];
  /** What the tool would have printed, were there a module and no rule; undefined where no listing is to be filled in. */
  readonly empty: unknown;
}

const PARTS: readonly Part[] = [
  { key: "nft", modules: ["nf_tables"], empty: { nftables: [] } },
  { key: "iptables.nft", modules: ["nf_tables"], empty: "" },
  { key: "iptables.legacy", modules: ["ip_tables"], empty: "" },
  { key: "arptables", modules: ["arp_tables", "nf_tables"], empty: "" },
  { key: "ebtables", modules: ["ebtable_filter", "ebtable_nat", "ebtable_broute", "nf_tables"], empty: "" },
  { key: "conntrack", modules: ["nf_conntrack"], empty: "" },
  { key: "xfrm", modules: ["xfrm_user", "af_key"], empty: "" },
  { key: "wireguard", modules: ["wireguard"], empty: "" },
  { key: "qdisc", modules: ["sch_*"], empty: [] },
  { key: "filter", modules: ["cls_*", "act_*"], empty: {} },
  { key: "bridge.vlan", modules: ["bridge"], empty: [] },
  // Bridged packets are shown to no IP hook, whatever the bridge's own setting says.
  { key: "sysctl.net.bridge", modules: ["br_netfilter"], empty: undefined },
];
const NOT_LOADED = "not loaded";

/** A namespace of a state file, with empty listings where the module is not loaded. */
export interface WithNotLoaded {
  readonly fields: Fields;
  /** Reasons that are left: these parts are unknown. */
  readonly missing: ReadonlyMap<string, string>;
  /** By key of the part, the line that says why it is empty. */
  readonly notLoaded: ReadonlyMap<string, string>;
}

/** Fills in what is known to be empty, by the reasons in `missing` and by the state file's `modules` where it has them. */
export function withNotLoaded(
  written: Fields,
  reasons: ReadonlyMap<string, string>,
  modules: ReadonlyMap<string, string> | undefined,
): WithNotLoaded {
  const notLoaded = new Map<string, string>();
  const missing = new Map(reasons);
  let fields = written;
  for (const part of PARTS) {
    if (isThere(fields, part.key) || !isKnownAbsent(part, reasons, modules)) continue;
    fields = filled(fields, part);
    missing.delete(part.key);
    notLoaded.set(part.key, lineOf(part));
  }
  // One reason may stand for both variants.
  if (missing.get("iptables") === NOT_LOADED && isThere(fields, "iptables.nft") && isThere(fields, "iptables.legacy"))
    missing.delete("iptables");
  return { fields, missing, notLoaded };
}

// A module that `modules` names as being there contradicts the reason: then the part is unknown.
function isKnownAbsent(
  { key, modules: needed }: Part,
  reasons: ReadonlyMap<string, string>,
  modules: ReadonlyMap<string, string> | undefined,
): boolean {
  const [group = ""] = key.split(".");
  const reason = reasons.get(key) ?? reasons.get(group);
  const states = needed.map((name) => modules?.get(name));
  if (reason !== undefined && reason !== NOT_LOADED) return false;
  if (states.some((state) => state === "loaded" || state === "built in")) return false;
  return reason === NOT_LOADED || states.every((state) => state === "absent");
}

function isThere(fields: Fields, key: string): boolean {
  const [group = "", part] = key.split(".");
  if (part === undefined) return ownValue(fields, group) !== undefined;
  // What a sysctl is called has dots of its own.
  if (group === "sysctl") return Object.keys(sub(fields, group)).some((name) => name.startsWith("net.bridge."));
  return ownValue(sub(fields, group), part) !== undefined;
}

function filled(fields: Fields, { key, empty }: Part): Fields {
  if (empty === undefined) return fields;
  const [group = "", part] = key.split(".");
  return { ...fields, [group]: part === undefined ? empty : { ...sub(fields, group), [part]: empty } };
}

function sub(fields: Fields, group: string): Fields {
  const value = ownValue(fields, group);
  return isFields(value) ? value : {};
}

function lineOf({ modules }: Part): string {
  return `${modules.join(", ")}: ${NOT_LOADED}`;
}
