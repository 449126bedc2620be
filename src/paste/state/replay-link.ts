// Commands that make, change and move links, with what the kernel does by itself when they are given.

import { putOwn } from "../../model/own-value.ts";
import type { LinkModel, NamespaceModel, PastedNetwork } from "./network.ts";
import { addAddress, linkWentDown, linkWentUp } from "./replay-address.ts";
import { attachPort, detachPort, forgetLearned, portFollows, setPort } from "./replay-port.ts";

/** `ip link add …`; false where the words are not understood. */
export function addLink(network: PastedNetwork, ns: NamespaceModel, words: readonly string[], line: string): boolean {
  const at = words.indexOf("type");
  const kind = at < 0 ? null : (words[at + 1] ?? null);
  if (kind === null) return false;
  const own = words.slice(0, at);
  const typeWords = words.slice(at + 2);
  const peerAt = typeWords.indexOf("peer");
  const name = nameIn(own) ?? nameIn(peerAt < 0 ? typeWords : typeWords.slice(0, peerAt), true);
  if (kind === "veth")
    return addVeth(network, ns, { own, name, peer: peerAt < 0 ? [] : typeWords.slice(peerAt + 1) }, line);
  const link = network.addLink(ns, name ?? freeName(ns, kind), kind);
  link.addresses = [];
  link.typed.push(line);
  const lower = after(own, "link");
  if (lower !== undefined) {
    link.fields.link = lower;
    link.peer = ns.links.get(lower) ?? null;
  }
  link.fields.mtu = link.peer?.fields.mtu ?? 1500;
  link.fields.info_data = dataOf(kind, typeWords);
  if (kind === "dummy") link.flags = new Set(["BROADCAST", "NOARP"]);
  applySettings(link, own);
  network.refresh(link);
  return true;
}

function addVeth(
  network: PastedNetwork,
  ns: NamespaceModel,
  { own, name, peer }: { own: readonly string[]; name: string | null; peer: readonly string[] },
  line: string,
): boolean {
  const peerHome = after(peer, "netns");
  const home = after(own, "netns");
  const here = home === undefined ? ns : network.namespace(home);
  const there = peerHome === undefined ? ns : network.namespace(peerHome);
  const made = network.addLink(here, name ?? freeName(here, "veth"), "veth");
  const other = network.addLink(there, nameIn(peer, true) ?? freeName(there, "veth"), "veth");
  made.peer = other;
  other.peer = made;
  for (const link of [made, other]) {
    link.fields.mtu = 1500;
    link.addresses = [];
    link.typed.push(line);
  }
  applySettings(made, own);
  applySettings(other, peer);
  for (const link of [made, other]) network.refresh(link);
  return true;
}

// iplink_parse: `dev NAME` may stand anywhere, and a bare name after `up` or `down`.
function deviceFirst(words: readonly string[]): readonly string[] {
  const at = words.indexOf("dev");
  if (at >= 0 && words[at + 1] !== undefined)
    return [words[at + 1] as string, ...words.slice(0, at), ...words.slice(at + 2)];
  const [first = "", second, ...more] = words;
  return /^(?:up|down)$/.test(first) && second !== undefined ? [second, first, ...more] : words;
}

/** `ip link set …`; false where the words are not understood. */
export function setLink(network: PastedNetwork, ns: NamespaceModel, words: readonly string[], line: string): boolean {
  const rest = deviceFirst(words);
  const name = rest[0];
  if (name === undefined || name === "group") return false;
  const link = network.link(ns, name);
  link.typed.push(line);
  let understood = false;
  for (let at = 1; at < rest.length; at++) {
    const word = rest[at] as string;
    const value = rest[at + 1];
    if (word === "up" || word === "down") setUp(network, link, word === "up", line);
    else if (word === "nomaster") setMaster(network, link, null);
    else if (word === "arp" && value !== undefined) {
      const before = link.flags.has("NOARP");
      if (value === "off") link.flags.add("NOARP");
      else link.flags.delete("NOARP");
      if (before !== link.flags.has("NOARP")) forgetNeighbours(link);
      at++;
    } else if (word === "xdp" && value === "off") {
      delete link.fields.xdp;
      at++;
    } else if (value === undefined) continue;
    else if (word === "netns") {
      moveLink(network, link, value);
      at++;
    } else if (word === "master") {
      setMaster(network, link, value);
      at++;
    } else if (word === "name") {
      ns.links.delete(link.name);
      link.name = value;
      ns.links.set(value, link);
      at++;
    } else if (["address", "mtu", "promisc", "type", "txqueuelen", "alias", "multicast"].includes(word)) {
      if (word === "address") setMac(link, value);
      if (word === "mtu") link.fields.mtu = Number(value);
      if (word === "type") {
        const before = Number(data(link).stp_state ?? 0);
        Object.assign(data(link), dataOf(value, rest.slice(at + 2), {}));
        if (before !== 0 && data(link).stp_state === 0) unblockPorts(link);
      }
      at++;
    } else continue;
    understood = true;
  }
  return understood;
}

/** `ip link del NAME`: both ends of a veth pair go. */
export function deleteLink(ns: NamespaceModel, words: readonly string[]): boolean {
  const name = words[0] === "dev" ? words[1] : words[0];
  const link = name === undefined ? undefined : ns.links.get(name);
  if (!link) return false;
  removeLink(link);
  if (link.peer && link.kind === "veth") removeLink(link.peer);
  return true;
}

/** A namespace is deleted, and with it the veth ends in it and their peers. */
export function deleteNamespace(network: PastedNetwork, key: string): void {
  const ns = network.namespaces.get(key);
  if (!ns) return;
  for (const link of ns.links.values()) if (link.peer && link.kind === "veth") removeLink(link.peer);
  network.namespaces.delete(key);
}

/** `ip link set … up|down`, `ifconfig … up|down`. */
export function setUp(network: PastedNetwork, link: LinkModel, up: boolean, line: string): void {
  if (link.up === up && link.fields.operstate !== undefined) return;
  link.up = up;
  link.upSince = link.home.step;
  spread(network, link, line, new Set());
  if (!up) {
    linkWentDown(link);
    forgetLearned(link);
  } else {
    // inetdev_event: a loopback device that comes up gets its address.
    if (link.fields.link_type === "loopback" && (link.addresses ?? []).length === 0)
      addAddress(link, { family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host", label: "lo" }, line);
    linkWentUp(link);
  }
}

// Carrier and state of a link, of its other end, of what stands on it, of its bridge and its ports.
function spread(network: PastedNetwork, link: LinkModel, line: string | null, seen: Set<LinkModel>): void {
  if (seen.has(link)) return;
  const before = link.fields.operstate;
  network.refresh(link);
  portFollows(link);
  if (line !== null && seen.size > 0 && link.kind === "veth" && link.fields.operstate !== before) link.typed.push(line);
  seen.add(link);
  const peer = link.kind === "veth" || link.kind === null ? network.peerOf(link) : null;
  const master = link.master === null ? undefined : link.home.links.get(link.master);
  const others = [...link.home.links.values()].filter(
    (other) => other.master === link.name || (other.peer === link && other.kind !== "veth" && other.kind !== null),
  );
  for (const other of [...(peer ? [peer] : []), ...others, ...(master ? [master] : [])])
    spread(network, other, line, seen);
}

function forgetNeighbours({ home, name }: LinkModel): void {
  home.neighbours = home.neighbours?.filter(({ fields }) => fields.dev !== name);
}

// NETDEV_CHANGEADDR: neighbours are forgotten, and the bridge knows the new address as its own.
function setMac(link: LinkModel, mac: string): void {
  const before = link.fields.address;
  if (before === mac) return;
  link.fields.address = mac;
  forgetNeighbours(link);
  link.home.fdb = link.home.fdb?.map((told) => {
    const { fields } = told;
    const own = fields.state === "permanent" && fields.ifname === link.name && fields.mac === before;
    return own && fields.master !== undefined ? { fields: { ...fields, mac }, typed: told.typed } : told;
  });
}

// br_port_state_selection: without a spanning tree nothing stays blocked.
function unblockPorts(bridge: LinkModel): void {
  for (const { fields } of bridge.home.bridgeLinks ?? [])
    if (fields.master === bridge.name && fields.state === "blocking")
      setPort(bridge.home, String(fields.ifname), { state: "forwarding" });
}

/** `master B`, `brctl addif`: the port takes its place; the bridge's carrier follows its ports. */
export function setMaster(network: PastedNetwork, link: LinkModel, master: string | null): void {
  if (link.master === master) return;
  const before = link.master === null ? undefined : link.home.links.get(link.master);
  link.master = master;
  link.fields.info_slave_data = undefined;
  const bridge = master === null ? undefined : network.link(link.home, master);
  if (before) {
    detachPort(link);
    spread(network, before, null, new Set());
  }
  if (bridge) {
    attachPort(link, bridge);
    spread(network, bridge, null, new Set());
  }
}

// dev_change_net_namespace: the device is closed, loses its addresses, routes and master, and starts down.
function moveLink(network: PastedNetwork, link: LinkModel, target: string): void {
  const to = network.namespace(
    /^\d+$/.test(target) && !network.namespaces.has(target) ? (target === "1" ? "" : `pid-${target}`) : target,
  );
  linkWentDown(link);
  removeLink(link);
  link.home = to;
  to.links.set(link.name, link);
  link.addresses = [];
  link.master = null;
  link.up = false;
  for (const key of ["link", "link_index", "link_netns", "link_netnsid"]) if (link.peer) delete link.fields[key];
  network.refresh(link);
  if (link.peer) {
    for (const key of ["link", "link_index", "link_netns", "link_netnsid"]) delete link.peer.fields[key];
    network.refresh(link.peer);
  }
}

function removeLink(link: LinkModel): void {
  link.home.links.delete(link.name);
  link.home.routes = link.home.routes.filter((route) => route.fields.dev !== link.name);
}

function applySettings(link: LinkModel, words: readonly string[]): void {
  const mac = after(words, "address");
  const mtu = after(words, "mtu");
  if (mac !== undefined) link.fields.address = mac;
  if (mtu !== undefined) link.fields.mtu = Number(mtu);
  if (words.includes("up")) link.up = true;
}

function data(link: LinkModel): Record<string, unknown> {
  const known = link.fields.info_data;
  const fresh = typeof known === "object" && known !== null ? { ...known } : {};
  link.fields.info_data = fresh;
  return fresh as Record<string, unknown>;
}

function dataOf(
  kind: string,
  words: readonly string[],
  usual: Record<string, unknown> = kind === "bridge"
    ? { vlan_filtering: 0, stp_state: 0 }
    : kind === "macvlan"
      ? { mode: "vepa" }
      : {},
): Record<string, unknown> {
  const fields = usual;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const value = words[at + 1];
    if (value === undefined || ["peer", "name"].includes(word)) continue;
    if (
      [
        "id",
        "mode",
        "vlan_filtering",
        "stp_state",
        "forward_delay",
        "table",
        "protocol",
        "proto",
        "remote",
        "local",
        "dstport",
        "dev",
        "vlan_default_pvid",
      ].includes(word)
    ) {
      putOwn(fields, word === "proto" ? "protocol" : word, /^\d+$/.test(value) ? Number(value) : value);
      at++;
    }
  }
  return fields;
}

const KEYWORDS = new Set([
  "link",
  "name",
  "dev",
  "address",
  "mtu",
  "netns",
  "txqueuelen",
  "numtxqueues",
  "numrxqueues",
  "index",
  "up",
  "down",
  "peer",
  "type",
  "brd",
  "broadcast",
  "group",
]);

// `name X`, `dev X`, or a bare X that is no keyword's value.
function nameIn(words: readonly string[], onlyNamed = false): string | null {
  const named = after(words, "name") ?? after(words, "dev");
  if (named !== undefined) return named;
  if (onlyNamed) {
    const first = words[0];
    return first !== undefined && !KEYWORDS.has(first) && words.length === 1 ? first : null;
  }
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (!KEYWORDS.has(word)) return word;
    if (word !== "up" && word !== "down") at++;
  }
  return null;
}

function after(words: readonly string[], key: string): string | undefined {
  const at = words.indexOf(key);
  return at < 0 ? undefined : words[at + 1];
}

// dev_alloc_name: the first free number.
function freeName(ns: NamespaceModel, prefix: string): string {
  for (let number = 0; ; number++) if (!ns.links.has(`${prefix}${number}`)) return `${prefix}${number}`;
}
