// Windows: ipconfig, route print and arp -a, in English, German and Chinese.

import { parseIpv4 } from "../../model/address.ts";
import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { maskLength } from "../state/route-text.ts";
import { addressLines, type Converted, listed, oneWord, type ShownLink } from "./converted.ts";

const ADAPTER =
  /^(\S.{0,60}?(?:adapter|Adapter|适配器|配接器))\s+(.{1,80}?)\s*[:：]$|^(\S.{0,60}?-Adapter)\s+(.{1,80}?)\s*:$/;
const FIELD = /^\s+(\S.*?)[ .]*[:：] ?(.*)$/;
const IS_ADDRESS =
  /^(?:IPv4[ -]?Address|IP Address|Autoconfiguration IPv4 Address|IPv4-Adresse|IPv4 地址|自动配置 IPv4 地址)/i;
const IS_MASK = /^(?:Subnet Mask|Subnetzmaske|子网掩码)/i;
const IS_GATEWAY = /^(?:Default Gateway|Standardgateway|默认网关)/i;
const IS_MAC = /^(?:Physical Address|Physische Adresse|Physikalische Adresse|物理地址)/i;
const IS_STATE = /^(?:Media State|Medienstatus|媒体状态)/i;

/** Whether these lines are such a listing. */
export function isWindows({ lines }: PastedBlock): boolean {
  return lines.some(
    ({ text }) =>
      /^(?:Windows(?: 2000)? IP[ -]Configuration|Windows IP 配置|Windows-IP-Konfiguration)/.test(text) ||
      ADAPTER.test(text) ||
      /^(?:IPv4 Route Table|IPv4-Routentabelle|IPv4 路由表)/.test(text) ||
      /^(?:Interface|Schnittstelle|接口)[:：] \d+\.\d+\.\d+\.\d+ --- 0x/.test(text),
  );
}

interface Adapter {
  readonly name: string;
  readonly number: number;
  mac: string | null;
  connected: boolean;
  readonly addresses: { address: string; length: number; number: number }[];
  readonly gateways: { address: string; number: number }[];
}

/** All such listings of one host, which name its interfaces by their addresses. */
export function fromWindows(blocks: readonly PastedBlock[], netns: string | null): Converted {
  const lines = blocks.flatMap((block) => block.lines).filter(({ text }) => text.trim() !== "");
  const unknown: PastedLine[] = [];
  const adapters: Adapter[] = [];
  const routes: PastedLine[] = [];
  const neighbours: PastedLine[] = [];
  const deviceOf = (address: string): string =>
    adapters.find((one) => one.addresses.some((own) => own.address === address))?.name ?? `if-${address}`;
  let arp: string | null = null;
  // arp -a names each interface by its address; how long the prefix is, it does not say: the usual length.
  const named: { address: string; number: number }[] = [];
  let isGateway = false;
  let table: "v4" | "v6" | "persistent" | null = null;
  for (const line of lines) {
    const { text, number } = line;
    const adapter = ADAPTER.exec(text);
    const current = adapters.at(-1);
    const on = /^(?:Interface|Schnittstelle|接口)[:：] (\S+) --- /.exec(text);
    if (adapter) {
      const name = oneWord(adapter[2] ?? adapter[4] ?? "");
      adapters.push({ name, number, mac: null, connected: true, addresses: [], gateways: [] });
    } else if (on) {
      arp = on[1] ?? null;
      if (arp !== null) named.push({ address: arp, number });
    } else if (
      /^(?:IPv[46] Route Table|IPv[46]-Routentabelle|IPv[46] 路由表|Active Routes|Persistent Routes|永久路由|活动路由|Interface List)/.test(
        text,
      )
    ) {
      if (/IPv/.test(text)) table = /IPv6/.test(text) ? "v6" : "v4";
      if (/Persistent|永久/.test(text)) table = "persistent";
    } else if (table === "v4" && routeOf(text)) routes.push(line);
    else if (arp !== null && NEIGHBOUR.test(text)) neighbours.push({ number, text: `${arp} ${text.trim()}` });
    else if (current && FIELD.test(text)) {
      isGateway = takeField(current, FIELD.exec(text) as RegExpExecArray, number);
    } else if (current && isGateway && parseIpv4(text.trim()) !== null) {
      current.gateways.push({ address: text.trim(), number });
    } else if (!KNOWN.test(text) && table === null && arp === null) unknown.push(line);
  }
  for (const { address, number } of named)
    if (!adapters.some((one) => one.addresses.some((own) => own.address === address)))
      adapters.push({
        ...NEW,
        name: `if-${address}`,
        number,
        addresses: [{ address, length: 24, number }],
        gateways: [],
      });
  return {
    blocks: blocksOf(netns, { adapters, routes, neighbours, deviceOf }),
    unknown,
    systems: new Map([[netns ?? "", "Windows"]]),
  };
}

const NEW = { mac: null, connected: true } as const;

const KNOWN =
  /^(?:Windows|\s{2,}|={5,}|Network Destination|Netzwerkziel|网络目标|Internet Address|Internetadresse|Internet 地址|\s*None$|\s*\d+\.{3})/;
const NEIGHBOUR = /^\s*(\d+\.\d+\.\d+\.\d+)\s+((?:[\da-f]{2}-){5}[\da-f]{2})\s+(\S+)/i;

// Whether what follows may be a further gateway.
function takeField(adapter: Adapter, [, key = "", value = ""]: RegExpExecArray, number: number): boolean {
  const said = value
    .trim()
    .replace(/\((?:Preferred|Bevorzugt|首选|Tentative|Duplicate)\)/i, "")
    .trim();
  if (IS_ADDRESS.test(key) && parseIpv4(said) !== null) adapter.addresses.push({ address: said, length: 32, number });
  else if (IS_MASK.test(key)) {
    const last = adapter.addresses.at(-1);
    if (last) last.length = maskLength(said) ?? last.length;
  } else if (IS_GATEWAY.test(key)) {
    if (parseIpv4(said) !== null) adapter.gateways.push({ address: said, number });
    return true;
  } else if (IS_MAC.test(key)) adapter.mac = said.toLowerCase().replaceAll("-", ":");
  else if (IS_STATE.test(key)) adapter.connected = !/disconnect|getrennt|断开/i.test(said);
  return false;
}

function routeOf(text: string) {
  const match =
    /^\s*(\d+\.\d+\.\d+\.\d+)\s+(\d+\.\d+\.\d+\.\d+)\s+(\S+|Auf Verbindung|在链路上)\s+(\d+\.\d+\.\d+\.\d+)\s+(\d+)$/.exec(
      text,
    );
  const length = match === null ? null : maskLength(match[2] as string);
  return match === null || length === null
    ? null
    : { to: match[1] as string, length, via: match[3] as string, at: match[4] as string, metric: match[5] as string };
}

interface Read {
  readonly adapters: readonly Adapter[];
  readonly routes: readonly PastedLine[];
  readonly neighbours: readonly PastedLine[];
  deviceOf(address: string): string;
}

function blocksOf(netns: string | null, { adapters, routes, neighbours, deviceOf }: Read): PastedBlock[] {
  const links = adapters.map(
    ({ name, number, mac, connected, addresses }): ShownLink => ({
      name,
      number,
      up: true,
      carrier: connected,
      mtu: null,
      mac: mac !== null && mac.length === 17 ? mac : null,
      addresses: addresses.map((one) => ({ address: `${one.address}/${one.length}`, number: one.number })),
    }),
  );
  const table = routes.flatMap(({ text, number }) => {
    const route = routeOf(text);
    if (route === null || parseIpv4(route.at) === null || route.at.startsWith("127.")) return [];
    const dst = route.length === 0 ? "default" : `${route.to}/${route.length}`;
    // Its own addresses, broadcasts and groups stand among the routes.
    if (route.length === 32 || route.to.startsWith("224.")) return [];
    const via = parseIpv4(route.via) === null ? "" : ` via ${route.via}`;
    return [{ number, text: `${dst}${via} dev ${deviceOf(route.at)} metric ${route.metric}` }];
  });
  // Without route print, what it comes to is told by addresses and gateways.
  const derived = adapters.flatMap(({ name, addresses, gateways, connected }) =>
    connected
      ? [
          ...addresses.map((one) => ({
            number: one.number,
            text: `${subnet(one)} dev ${name} proto kernel scope link src ${one.address}`,
          })),
          ...gateways.map((one) => ({ number: one.number, text: `default via ${one.address} dev ${name}` })),
        ]
      : [],
  );
  const entries = neighbours.flatMap(({ text, number }) => {
    const [at = "", address = "", mac = "", kind = ""] = text.split(/\s+/);
    if (/^ff-ff|^01-00-5e/i.test(mac)) return [];
    const state = /stati|静态/i.test(kind) ? "PERMANENT" : "STALE";
    return [
      { number, text: `${address} dev ${deviceOf(at)} lladdr ${mac.toLowerCase().replaceAll("-", ":")} ${state}` },
    ];
  });
  return [
    ...(links.length === 0 ? [] : [listed(netns, ["ip", "-4", "addr"], addressLines(links))]),
    ...(table.length + derived.length === 0
      ? []
      : [listed(netns, ["ip", "route"], table.length > 0 ? table : derived)]),
    ...(entries.length === 0 ? [] : [listed(netns, ["ip", "neigh"], entries)]),
  ];
}

function subnet({ address, length }: { readonly address: string; readonly length: number }): string {
  const value = parseIpv4(address) ?? 0;
  const net = length === 0 ? 0 : (value & ((0xffffffff << (32 - length)) >>> 0)) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (net >>> shift) & 255).join(".")}/${length}`;
}
