// NetworkManager and systemd-networkd: nmcli, nmcli device show, networkctl status.

import { parseIpv4 } from "../../model/address.ts";
import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { addressLines, type Converted, listed, type ShownLink } from "./converted.ts";

/** Whether these lines are what nmcli prints of devices. */
export function isNmcli({ lines }: PastedBlock): boolean {
  return lines.some(({ text }) => /^\s*GENERAL\.DEVICE:\s/.test(text) || HEAD.test(text));
}

const HEAD =
  /^([\w.@-]{1,32}): (connected|disconnected|unavailable|unmanaged|connecting|disconnecting)(?: \([^)]*\))?(?: to .{1,80}| - .{0,60})?$/;

interface Device {
  readonly name: string;
  readonly number: number;
  mac: string | null;
  mtu: number | null;
  up: boolean;
  carrier: boolean;
  readonly addresses: { address: string; number: number }[];
  readonly routes: PastedLine[];
  gateway: PastedLine | null;
}

/** One such listing. */
export function fromNmcli({ lines }: PastedBlock, netns: string | null): Converted {
  const devices: Device[] = [];
  const unknown: PastedLine[] = [];
  for (const line of lines) {
    const { text, number } = line;
    const field = /^\s*([A-Z][A-Z0-9-]+)\.([A-Z0-9-]+)(?:\[\d+\])?:\s*(.*)$/.exec(text);
    const head = HEAD.exec(text);
    if (field?.[2] === "DEVICE" && field[1] === "GENERAL") devices.push(deviceOf(field[3] ?? "", number, true));
    else if (head) devices.push(deviceOf(head[1] ?? "", number, head[2] === "connected"));
    else {
      const current = devices.at(-1);
      const isTaken =
        current !== undefined &&
        (field ? takeField(current, `${field[1]}.${field[2]}`, field[3] ?? "", number) : takeDetail(current, line));
      if (!isTaken && text.trim() !== "") unknown.push(line);
    }
  }
  return { blocks: blocksOf(devices, netns), unknown };
}

function deviceOf(name: string, number: number, up: boolean): Device {
  return { name, number, mac: null, mtu: null, up, carrier: up, addresses: [], routes: [], gateway: null };
}

function takeField(device: Device, key: string, value: string, number: number): true {
  if (key === "GENERAL.HWADDR") device.mac = value.toLowerCase();
  else if (key === "GENERAL.MTU") device.mtu = Number(value) || null;
  else if (key === "GENERAL.STATE") {
    // 20 unavailable is a link without carrier, 10 one that somebody else keeps.
    device.up = !/^(?:20|30) /.test(value) || device.up;
    if (/^20 /.test(value)) device.carrier = false;
  } else if (key === "WIRED-PROPERTIES.CARRIER") device.carrier = value === "on";
  else if (key === "IP4.ADDRESS") device.addresses.push({ address: value, number });
  else if (key === "IP4.GATEWAY" && parseIpv4(value) !== null) {
    device.gateway = { number, text: `default via ${value} dev ${device.name}` };
  } else if (key === "IP4.ROUTE") {
    const [, dst = "", hop = "", metric] = /dst = (\S+?),\s*nh = (\S+?)(?:,\s*mt = (\d+))?(?:,|$)/.exec(value) ?? [];
    if (dst !== "")
      device.routes.push({ number, text: routeLine(device.name, dst, hop === "0.0.0.0" ? null : hop, metric) });
  }
  return true;
}

// nmcli alone: `inet4 192.168.1.5/24`, `route4 192.168.1.0/24 metric 100`.
function takeDetail(device: Device, { text, number }: PastedLine): boolean {
  if (!/^\s/.test(text)) return false;
  const address = /^\s+inet4 (\S+\/\d+)/.exec(text)?.[1];
  if (address !== undefined) device.addresses.push({ address, number });
  const route = /^\s+route4 (\S+)(?: via (\S+))?(?: metric (\d+))?/.exec(text);
  if (route) device.routes.push({ number, text: routeLine(device.name, route[1] ?? "", route[2] ?? null, route[3]) });
  const mac = /\b((?:[\dA-F]{2}:){5}[\dA-F]{2})\b/i.exec(text)?.[1];
  if (mac !== undefined) device.mac = mac.toLowerCase();
  const mtu = /\bmtu (\d+)/.exec(text)?.[1];
  if (mtu !== undefined) device.mtu = Number(mtu);
  return true;
}

function routeLine(device: string, dst: string, via: string | null, metric: string | undefined): string {
  const to = dst === "0.0.0.0/0" ? "default" : dst;
  return `${to}${via === null ? "" : ` via ${via}`} dev ${device}${metric === undefined ? "" : ` metric ${metric}`}`;
}

function blocksOf(devices: readonly Device[], netns: string | null): PastedBlock[] {
  if (devices.length === 0) return [];
  const links = devices.map(
    ({ name, number, up, carrier, mtu, mac, addresses }): ShownLink => ({
      name,
      number,
      up: up || addresses.length > 0,
      carrier,
      mtu,
      mac,
      addresses,
      loopback: name === "lo",
    }),
  );
  const routes = devices.flatMap((one) =>
    one.gateway === null || one.routes.some(({ text }) => text.startsWith("default "))
      ? one.routes
      : [...one.routes, one.gateway],
  );
  return [
    // One device's listing leaves out the others.
    listed(
      netns,
      ["ip", "-4", "addr", ...(devices.length === 1 ? ["show", "dev", devices[0]?.name ?? ""] : [])],
      addressLines(links),
    ),
    ...(routes.length === 0
      ? []
      : [
          listed(
            netns,
            ["ip", "route", ...(devices.length === 1 ? ["show", "dev", devices[0]?.name ?? ""] : [])],
            routes,
          ),
        ]),
  ];
}
