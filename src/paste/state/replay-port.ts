// Bridge ports while commands are replayed: their switches, their state, and what their bridge knows of them.

import { ownValue, putOwn } from "../../model/own-value.ts";
import type { Fields } from "../../system/parse/shape.ts";
import type { LinkModel, NamespaceModel, Told } from "./network.ts";

/** `bridge link set dev PORT …`; false where the words are not understood. */
export function changePort(ns: NamespaceModel, words: readonly string[]): boolean {
  const at = words.indexOf("dev");
  const device = words[at + 1];
  if (at < 0 || device === undefined) return false;
  const rest = words.filter((_, index) => index !== at && index !== at + 1);
  const fields: Record<string, unknown> = {};
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const [word, value] = [rest[index] as string, rest[index + 1] as string];
    // br_port_state_selection: without a spanning tree nothing stays blocked.
    if (word === "state") fields.state = value === "4" ? "forwarding" : (STATES[Number(value)] ?? value);
    else if (value === "on" || value === "off") putOwn(fields, word, value === "on");
  }
  if (Object.keys(fields).length === 0) return false;
  setPort(ns, device, fields);
  ns.typed = true;
  return true;
}

const STATES = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** A port of which some fields are known anew, wherever they were told. */
export function setPort(ns: NamespaceModel, device: string, fields: Fields): void {
  if (!ns.bridgeLinks?.some((told) => told.fields.ifname === device)) return;
  ns.bridgeLinks = ns.bridgeLinks.map((told) =>
    told.fields.ifname === device ? { fields: { ...told.fields, ...fields }, typed: told.typed } : told,
  );
  const link = ns.links.get(device);
  const data = link?.fields.info_slave_data;
  if (link && typeof data === "object" && data !== null)
    link.fields.info_slave_data = Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Object.hasOwn(fields, key) ? ownValue(fields, key) : value]),
    );
}

/** A port forwards (or begins to listen) once it and its bridge are up and it has carrier; else it is disabled. */
export function portFollows(link: LinkModel): void {
  const ns = link.home;
  const bridge = link.master === null ? undefined : ns.links.get(link.master);
  const port = ns.bridgeLinks?.find((told) => told.fields.ifname === link.name);
  if (bridge?.kind !== "bridge" || port === undefined) return;
  const forwards = link.up && link.flags.has("LOWER_UP") && bridge.up;
  const data = bridge.fields.info_data;
  const stp = typeof data === "object" && data !== null ? Number((data as Fields).stp_state ?? 0) : 0;
  if (!forwards) setPort(ns, link.name, { state: "disabled" });
  else if (port.fields.state === "disabled") setPort(ns, link.name, { state: stp === 0 ? "forwarding" : "listening" });
}

/** br_stp_disable_port: what was learned at a port that goes down is forgotten. */
export function forgetLearned(link: LinkModel): void {
  link.home.fdb = link.home.fdb?.filter(
    ({ fields }) => fields.ifname !== link.name || fields.state === "permanent" || fields.state === "static",
  );
}

/** br_add_if: a new port, with its own address and the bridge's default VLAN. */
export function attachPort(link: LinkModel, bridge: LinkModel): void {
  const ns = link.home;
  if (bridge.kind !== "bridge") return;
  const told = (fields: Fields): Told => ({ fields, typed: null });
  ns.bridgeLinks?.push(told({ ifname: link.name, master: bridge.name, state: "disabled" }));
  if (link.fields.address !== undefined)
    ns.fdb?.push(
      told({ mac: link.fields.address, ifname: link.name, master: bridge.name, state: "permanent", flags: [] }),
    );
  const data = bridge.fields.info_data as Fields | undefined;
  const pvid = Number(data?.vlan_default_pvid ?? 1);
  if (ns.vlans && pvid !== 0)
    ns.vlans = [...ns.vlans, { ifname: link.name, vlans: [{ vlan: pvid, flags: ["PVID", "Egress Untagged"] }] }];
}

/** del_nbp: what the bridge knew of the port is gone. */
export function detachPort(link: LinkModel): void {
  const ns = link.home;
  ns.bridgeLinks = ns.bridgeLinks?.filter(({ fields }) => fields.ifname !== link.name);
  ns.fdb = ns.fdb?.filter(({ fields }) => fields.ifname !== link.name || fields.master === undefined);
  ns.vlans = ns.vlans?.filter((port) => port.ifname !== link.name);
}
