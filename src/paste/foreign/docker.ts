// docker inspect and docker network inspect (podman's print the same): each container is a host of its own, each network a
// bridge of the host.

import { ownValue } from "../../model/own-value.ts";
import type { PastedContainer } from "../enter.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { addressLines, type Converted, listed, type ShownLink } from "./converted.ts";

type Fields = Readonly<Record<string, unknown>>;

// What people write below a listing that ends with its last bracket is no part of it.
function ownLines({ lines }: PastedBlock): PastedBlock["lines"] {
  let depth = 0;
  for (const [at, { text }] of lines.entries()) {
    const before = depth;
    for (const char of text.replace(/"(?:[^"\\]|\\.)*"/g, ""))
      depth += "[{".includes(char) ? 1 : "]}".includes(char) ? -1 : 0;
    if (before > 0 && depth === 0 && /^[\]}],?\s*$/.test(text)) return lines.slice(0, at + 1);
  }
  return lines;
}

/** The objects of such a listing; null where the lines are none. */
function inspected(block: PastedBlock): Fields[] | null {
  const text = ownLines(block)
    .map((line) => line.text)
    .join("\n");
  if (!/"(?:NetworkSettings|IPAM|EndpointID)"/.test(text)) return null;
  for (const whole of [text, `{${text.trim().replace(/,$/, "")}}`]) {
    try {
      const value: unknown = JSON.parse(whole);
      return (Array.isArray(value) ? value : [value]).filter(isFields);
    } catch {
      // A part of it, as people cut it out: tried with braces around it.
    }
  }
  return [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether these lines are such a listing. */
export function isDocker(block: PastedBlock): boolean {
  return inspected(block) !== null;
}

const textOf = (fields: Fields, key: string): string => {
  const value = ownValue(fields, key);
  return typeof value === "string" ? value : "";
};
const partOf = (fields: Fields, key: string): Fields => {
  const value = ownValue(fields, key);
  return isFields(value) ? value : {};
};

/** One such listing, with the containers that it names. */
export function fromDocker(
  block: PastedBlock,
  netns: string | null,
): Converted & { readonly containers: readonly PastedContainer[] } {
  const objects = inspected(block) ?? [];
  const number = block.lines.find((line) => line.text.trim() !== "")?.number ?? 0;
  if (objects.length === 0) return { blocks: [], unknown: block.lines, containers: [] };
  const runtime = block.command?.argv[0] === "podman" ? "podman" : "docker";
  const hosts: Host[] = [];
  const bridges: ShownLink[] = [];
  for (const one of objects) {
    if (ownValue(one, "IPAM") !== undefined) {
      const bridge = bridgeOf(one, number);
      if (bridge !== null) bridges.push(bridge);
      hosts.push(...membersOf(one, number));
    } else {
      const host = containerOf(one, number);
      if (host !== null) hosts.push(host);
    }
  }
  const blocks = hosts.flatMap((host) => [
    listed(host.name, ["ip", "addr"], addressLines([LO, ...host.links])),
    ...(host.routes === null ? [] : [listed(host.name, ["ip", "route"], host.routes)]),
  ]);
  const own =
    bridges.length === 0
      ? []
      : [listed(netns, ["ip", "-4", "addr", "show", "dev", bridges[0]?.name ?? ""], addressLines(bridges))];
  return {
    blocks: [...own, ...blocks],
    unknown: block.lines.slice(ownLines(block).length).filter(({ text }) => text.trim() !== ""),
    containers: hosts.map(({ name }) => ({ name, runtime })),
  };
}

interface Host {
  readonly name: string;
  readonly links: readonly ShownLink[];
  readonly routes: { number: number; text: string }[] | null;
}

const LO: ShownLink = {
  name: "lo",
  number: 0,
  up: true,
  carrier: true,
  mtu: 65536,
  mac: null,
  addresses: [{ address: "127.0.0.1/8", number: 0 }],
  loopback: true,
};

// Only what runs has a network of its own; with `--network host` it has that of its host.
function containerOf(one: Fields, number: number): Host | null {
  const settings = partOf(one, "NetworkSettings");
  const networks = partOf(settings, "Networks");
  const parts = Object.values(networks).filter(isFields);
  const ends = (parts.length > 0 ? parts : [settings]).filter((end) => textOf(end, "IPAddress") !== "");
  const name = (textOf(one, "Name") || textOf(one, "Id").slice(0, 12) || "container").replace(/^\//, "");
  if (ends.length === 0) return null;
  const links = ends.map((end, at) =>
    linkOf(
      `eth${at}`,
      `${textOf(end, "IPAddress")}/${Number(ownValue(end, "IPPrefixLen") ?? 16)}`,
      textOf(end, "MacAddress"),
      number,
    ),
  );
  const gateway = ends.map((end) => textOf(end, "Gateway")).find((one) => one !== "");
  const routes = links.map(({ name: device, addresses: [first] }) => ({
    number,
    text: `${subnetOf(first?.address ?? "")} dev ${device} proto kernel scope link`,
  }));
  const up = ends.findIndex((end) => textOf(end, "Gateway") !== "");
  return {
    name,
    links,
    routes: [...(gateway === undefined ? [] : [{ number, text: `default via ${gateway} dev eth${up}` }]), ...routes],
  };
}

function linkOf(name: string, address: string, mac: string, number: number): ShownLink {
  return {
    name,
    number,
    up: true,
    carrier: true,
    mtu: 1500,
    mac: mac === "" ? null : mac,
    addresses: [{ address, number }],
  };
}

function membersOf(network: Fields, number: number): Host[] {
  const internal = ownValue(network, "Internal") === true;
  const gateway = gatewayOf(network);
  return Object.values(partOf(network, "Containers"))
    .filter(isFields)
    .flatMap((one) => {
      const address = textOf(one, "IPv4Address");
      if (address === "") return [];
      const routes = [
        ...(internal || gateway === null ? [] : [{ number, text: `default via ${gateway.address} dev eth0` }]),
        { number, text: `${subnetOf(address)} dev eth0 proto kernel scope link` },
      ];
      return [
        { name: textOf(one, "Name"), links: [linkOf("eth0", address, textOf(one, "MacAddress"), number)], routes },
      ];
    });
}

function gatewayOf(network: Fields): { address: string; length: string } | null {
  const config = ownValue(partOf(network, "IPAM"), "Config");
  const first = Array.isArray(config)
    ? config.find((one) => isFields(one) && textOf(one, "Subnet").includes("."))
    : undefined;
  if (!isFields(first)) return null;
  const address = textOf(first, "Gateway").replace(/\/.*$/, "");
  return address === "" ? null : { address, length: textOf(first, "Subnet").split("/")[1] ?? "16" };
}

// The gateway of a bridge network is the bridge's own address.
function bridgeOf(network: Fields, number: number): ShownLink | null {
  const gateway = gatewayOf(network);
  if (textOf(network, "Driver") !== "bridge" || gateway === null) return null;
  const named = textOf(partOf(network, "Options"), "com.docker.network.bridge.name");
  const name = named || (textOf(network, "Name") === "bridge" ? "docker0" : `br-${textOf(network, "Id").slice(0, 12)}`);
  return linkOf(name, `${gateway.address}/${gateway.length}`, "", number);
}

function subnetOf(address: string): string {
  const [local = "", length = "32"] = address.split("/");
  const value = local.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  const net = Math.floor(value / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(net / 2 ** shift) % 256).join(".")}/${length}`;
}
