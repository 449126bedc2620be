// What is configured held against what was shown to be in force: only what differs is told, and what cannot be right by itself.

import {
  formatIpv4,
  formatPrefix,
  type Ipv4,
  inPrefix,
  type Prefix,
  parseIpv4,
  parsePrefix,
} from "../../model/address.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { LinkModel, NamespaceModel, PastedNetwork } from "../state/network.ts";
import type { Configured, Written } from "./written.ts";

/** The configuration of a namespace. */
export interface ConfiguredIn {
  readonly netns: string;
  readonly configured: readonly Configured[];
}

const MOST_NOTES = 6;
const ROUTERS_FILE = "/etc/config/network";

/** Sentences about the configuration, each with its line. */
export function configurationNotes(network: PastedNetwork, all: readonly ConfiguredIn[]): Text[] {
  const notes = all.flatMap(({ netns, configured }) => {
    const ns = network.namespaces.get(netns) ?? null;
    return configured.flatMap((one) => {
      const wrong = ofItself(one);
      const against = ns === null ? [] : againstState(one, { ns, configured, knowsGateway: wrong.length > 0 });
      return [...wrong, ...against, ...withoutGateway(one, configured, ns)];
    });
  });
  if (notes.length > 0 || all.length === 0) return notes.slice(0, MOST_NOTES);
  const files = [...new Set(all.flatMap(({ configured }) => configured.map(({ file }) => file)))];
  if (files.length === 0) return [];
  const [en, zh] = [files.map(printable).join(", "), files.map(printable).join("、")];
  return [
    text(
      `${en}: read as what is configured, not as what is in force; nothing shown contradicts it.`,
      `${zh}：按“配置”读取，而不是当作实际状态；与贴出的状态没有矛盾。`,
    ),
  ];
}

// A gateway that no address of the interface has on its subnet: the kernel refuses the route.
function ofItself(one: Configured): Text[] {
  const subnets = one.addresses.flatMap(({ value }) => subnetOf(value) ?? []);
  if (subnets.length === 0 || one.dynamic) return [];
  return one.gateways.flatMap(({ value, number }) => {
    const gateway = parseIpv4(value);
    if (gateway === null || subnets.some((subnet) => inPrefix(gateway, subnet))) return [];
    const [en, zh] = [subnets.map(formatPrefix).join(", "), subnets.map(formatPrefix).join("、")];
    return at(
      one,
      number,
      `gives ${printable(one.name)} the gateway ${value}, which is on none of its subnets (${en}): the kernel refuses such a route`,
      `给 ${printable(one.name)} 配的网关是 ${value}，不在它的任何子网（${zh}）内：内核会拒绝这条路由`,
    );
  });
}

function subnetOf(value: string): Prefix | null {
  const prefix = value.includes("/") ? parsePrefix(value) : null;
  if (prefix === null || prefix.length === 0) return null;
  const mask = (0xffffffff << (32 - prefix.length)) >>> 0;
  return { address: ((prefix.address & mask) >>> 0) as Ipv4, length: prefix.length };
}

interface Shown {
  readonly ns: NamespaceModel;
  readonly configured: readonly Configured[];
  /** Whether it is said already why there is no route by its gateway. */
  readonly knowsGateway: boolean;
}

function againstState(one: Configured, shown: Shown): Text[] {
  const { ns, knowsGateway } = shown;
  const link = ns.links.get(one.name);
  if (link === undefined) return ns.linksListed ? missing(one, shown) : [];
  const routesShown = ns.tablesListed.has("main") && !knowsGateway;
  return [
    ...one.ports.slice(0, MOST_NOTES).flatMap((port) => portNote(one, port, shown)),
    ...one.addresses.slice(0, MOST_NOTES).flatMap((address) => addressNote(one, address, link)),
    ...(routesShown ? one.gateways.flatMap((gateway) => gatewayNote(one, gateway, ns)) : []),
  ];
}

function missing(one: Configured, shown: Shown): Text[] {
  const isPort = shown.configured.some(({ ports }) => ports.some(({ value }) => value === one.name));
  if (/[*?]/.test(one.name) || isPort) return [];
  const other = unconfigured(shown);
  return at(
    one,
    one.number,
    `configures ${printable(one.name)}, and the interfaces listed have no ${printable(one.name)}${other.en}`,
    `配置了 ${printable(one.name)}，而列出的接口里没有 ${printable(one.name)}${other.zh}`,
  );
}

const HARDWARE = /^(?:en|eth|wl)[a-z0-9]+$/;

// A card that was moved or replaced comes back by another name.
function unconfigured({ ns, configured }: Shown): Text {
  const known = new Set(configured.flatMap(({ name, ports }) => [name, ...ports.map(({ value }) => value)]));
  const free = [...ns.links.values()].filter(
    ({ name, master }) => HARDWARE.test(name) && !known.has(name) && master === null,
  );
  if (free.length === 0) return text("", "");
  const [en, zh] = [free.map(({ name }) => name).join(", "), free.map(({ name }) => name).join("、")];
  return text(
    `; ${en} ${free.length === 1 ? "is" : "are"} listed and configured nowhere`,
    `；${zh} 在列表里，但哪里都没有配置`,
  );
}

function portNote(one: Configured, { value, number }: Written, shown: Shown): Text[] {
  const { ns } = shown;
  const [bridge, port] = [printable(one.name), printable(value)];
  const there = ns.links.get(value);
  if (there === undefined) {
    const other = unconfigured(shown);
    return ns.linksListed
      ? at(
          one,
          number,
          `makes ${port} a port of ${bridge}, and the interfaces listed have no ${port}${other.en}`,
          `把 ${port} 配成 ${bridge} 的端口，而列出的接口里没有 ${port}${other.zh}`,
        )
      : [];
  }
  if (there.master === one.name || there.index === null) return [];
  return at(
    one,
    number,
    `makes ${port} a port of ${bridge}, and ${port} is shown ${there.master === null ? "in no bridge" : `in ${printable(there.master)}`}`,
    `把 ${port} 配成 ${bridge} 的端口，而 ${port} ${there.master === null ? "不在任何网桥里" : `在 ${printable(there.master)} 里`}`,
  );
}

function addressNote(one: Configured, { value, number }: Written, link: LinkModel): Text[] {
  const [address = "", length] = value.split("/");
  if (parseIpv4(address) === null || link.addresses === undefined) return [];
  const own = link.addresses.find(({ fields }) => fields.local === address);
  const name = printable(one.name);
  if (own === undefined)
    return at(
      one,
      number,
      `gives ${name} ${value}, and ${name} is shown without it`,
      `给 ${name} 配了 ${value}，而 ${name} 上没有这个地址`,
    );
  if (length === undefined || String(own.fields.prefixlen) === length) return [];
  return at(
    one,
    number,
    `gives ${name} ${value}, and it is shown with /${String(own.fields.prefixlen)}`,
    `给 ${name} 配的是 ${value}，而实际是 /${String(own.fields.prefixlen)}`,
  );
}

function gatewayNote(one: Configured, { value, number }: Written, ns: NamespaceModel): Text[] {
  const gateway = parseIpv4(value);
  if (gateway === null || defaultsOf(ns).some(({ fields }) => fields.gateway === formatIpv4(gateway))) return [];
  return at(
    one,
    number,
    `gives ${printable(one.name)} the gateway ${value}, and the routes listed have no default route by it`,
    `给 ${printable(one.name)} 配了网关 ${value}，而列出的路由里没有经过它的默认路由`,
  );
}

function defaultsOf(ns: NamespaceModel): NamespaceModel["routes"] {
  return ns.routes.filter(({ fields }) => /^(?:default|0\.0\.0\.0(?:\/0)?)$/.test(String(fields.dst)));
}

// Fixed addresses and nowhere a gateway: only where the routes do not show one either.
function withoutGateway(one: Configured, all: readonly Configured[], ns: NamespaceModel | null): Text[] {
  const isFirst = all.find(({ addresses, dynamic }) => addresses.length > 0 && !dynamic) === one;
  // A router's own network needs none.
  if (!isFirst || one.file === ROUTERS_FILE || all.some(({ gateways, dynamic }) => dynamic || gateways.length > 0))
    return [];
  if (ns !== null && defaultsOf(ns).length > 0) return [];
  return at(
    one,
    one.number,
    `gives ${printable(one.name)} an address and no gateway: without one there is no default route`,
    `给 ${printable(one.name)} 配了地址，但没有网关：没有网关就没有默认路由`,
  );
}

function at(one: Configured, number: number, en: string, zh: string): Text[] {
  const file = printable(one.file);
  return [text(`${file} (line ${number}) ${en}.`, `${file}（第 ${number} 行）${zh}。`)];
}
