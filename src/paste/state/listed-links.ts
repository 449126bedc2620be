// Puts a listing of interfaces into the network: what it shows replaces what commands had made likely.

import type { LinkListing, ListedLink } from "./link-text.ts";
import type { LinkModel, NamespaceModel, PastedNetwork } from "./network.ts";

/** How far a listing speaks for the whole namespace. */
export interface ListingScope {
  readonly partial: boolean;
  readonly argv: readonly string[];
}

/** Takes all interfaces of a listing. */
export function takeLinks(
  network: PastedNetwork,
  ns: NamespaceModel,
  listing: LinkListing,
  { partial, argv }: ListingScope,
): void {
  const ipv4Only = argv.includes("-4") || argv.includes("-o") || argv.includes("-oneline");
  const ifconfig = argv[0] === "ifconfig" && !argv.includes("-a");
  const shown = new Set(listing.links.map((link) => link.name));
  // Without a command, lo stands first in a listing that begins at its beginning.
  const whole = !partial && (argv.length > 0 || shown.has("lo"));
  const links = whole && !ifconfig && !(ipv4Only && listing.showsAddresses);
  if (links) for (const [name, link] of ns.links) if (!shown.has(name)) forget(ns, link);
  for (const listed of listing.links) takeLink(network, ns, listed, listing.showsAddresses);
  if (links) ns.linksListed = true;
  if (whole && listing.showsAddresses) {
    ns.addressesListed = true;
    // What has no IPv4 address is left out by -4 and -o; what is down, by ifconfig.
    for (const link of ns.links.values()) if (!shown.has(link.name) && !ifconfig) link.addresses = [];
  }
  if (!whole || ifconfig) ns.partial = true;
}

function forget(ns: NamespaceModel, link: LinkModel): void {
  ns.links.delete(link.name);
  if (link.peer) link.peer.peer = null;
}

function takeLink(network: PastedNetwork, ns: NamespaceModel, listed: ListedLink, withAddresses: boolean): void {
  const isNew = !ns.links.has(listed.name);
  const link = network.link(ns, listed.name);
  link.named = false;
  const { fields } = listed;
  const onlyAddresses = listed.flags === null && fields.operstate === undefined;
  // What has addresses and is not shown otherwise is taken to be up.
  if (onlyAddresses && isNew) {
    link.up = true;
    network.refresh(link);
  }
  if (!onlyAddresses) {
    checkPeer(network, link, fields);
    const master = typeof fields.master === "string" ? fields.master : null;
    // Brief listings do not show masters.
    if (listed.flags !== null && fields.mtu !== undefined) link.master = master;
    if (listed.flags !== null) link.typed = [];
    link.fields = { ...link.fields, ...fields };
    for (const key of ["link", "link_netns", "link_netnsid", "xdp"])
      if (listed.flags !== null && !Object.hasOwn(fields, key)) delete link.fields[key];
  }
  if (typeof fields.ifindex === "number") link.index = fields.ifindex;
  takeFlags(network, link, listed);
  if (listed.kind !== null) {
    link.kind = listed.kind;
    link.fields.info_data = listed.data;
  }
  if (Object.keys(listed.slaveData).length > 0) link.fields.info_slave_data = listed.slaveData;
  if (withAddresses) link.addresses = listed.addresses.map((address) => ({ fields: address, typed: null }));
}

function takeFlags(network: PastedNetwork, link: LinkModel, { flags, fields }: ListedLink): void {
  if (flags !== null) {
    link.flags = new Set(flags.filter((flag) => flag !== "M-DOWN"));
    link.up = link.flags.has("UP");
    if (link.up) link.carrier = !link.flags.has("NO-CARRIER");
    if (link.flags.has("LOOPBACK")) link.fields.link_type = "loopback";
    // A veth end has carrier just when its peer is up too (veth_open).
    if (link.up && link.peer && link.kind === "veth" && link.peer.up !== link.carrier) {
      link.peer.up = link.carrier;
      network.refresh(link.peer);
    }
    return;
  }
  const { operstate } = fields;
  if (operstate === undefined) return;
  link.up = operstate !== "DOWN";
  link.carrier = operstate === "UP" || operstate === "UNKNOWN";
  if (link.name === "lo") {
    link.flags.add("LOOPBACK");
    link.fields.link_type = "loopback";
  }
  network.refresh(link);
  link.fields.operstate = operstate;
}

// A listing that names another end than the commands did is about another pair.
function checkPeer(network: PastedNetwork, link: LinkModel, fields: Record<string, unknown>): void {
  const { peer } = link;
  if (peer === null) return;
  const end = typeof fields.link === "string" ? fields.link : null;
  if (end === null) return;
  const index = /^if(\d+)$/.exec(end);
  if (index === null) {
    if (peer.home === link.home && peer.name === end) return;
    link.peer = network.peerOf({ ...link, peer: null, fields });
    return;
  }
  if (peer.index === null) peer.index = Number(index[1]);
  else if (peer.index !== Number(index[1])) link.peer = null;
}
