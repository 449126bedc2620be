// `wg show` as people read it, and WireGuard's own configuration files, as `wg show all dump` would print them.

import type { PastedLine } from "../clean.ts";
import type { PastedBlock } from "../state/pasted.ts";
import { type Converted, listed } from "./converted.ts";

interface Peer {
  readonly number: number;
  key: string;
  endpoint: string;
  allowed: string;
  handshake: boolean;
}

interface Device {
  readonly name: string;
  readonly number: number;
  key: string;
  port: string;
  readonly peers: Peer[];
}

const NONE = "(none)";
const SECTION = /^\[(Interface|Peer)\]$/;

/** Whether these lines are either. */
export function isWireGuard({ lines }: PastedBlock): boolean {
  const texts = lines.map(({ text }) => text.trim());
  return (
    (texts.some((text) => /^interface: \S+$/.test(text)) &&
      texts.some((text) => /^(?:public key|peer): /.test(text))) ||
    (texts.some((text) => SECTION.test(text)) && texts.some((text) => /^(?:AllowedIPs|PrivateKey)\s*=/i.test(text)))
  );
}

/** Its interfaces and peers; keys are public ones only. */
export function fromWireGuard({ command, lines }: PastedBlock, netns: string | null): Converted {
  const file = command?.argv.find((word) => word.endsWith(".conf"));
  const devices: Device[] = [];
  const unknown: PastedLine[] = [];
  let label = nameOf(file);
  for (const line of lines) {
    const text = line.text.trim();
    const named = LABEL.exec(text)?.[1];
    if (named !== undefined) {
      label = named;
      continue;
    }
    const [, key = "", value = ""] = /^([A-Za-z][\w -]*?)\s*[:=]\s*(.*)$/.exec(text) ?? [];
    const section = SECTION.exec(text)?.[1];
    if (section === "Interface" || key === "interface")
      devices.push({ name: section ? label : value, number: line.number, key: NONE, port: "0", peers: [] });
    else if (section === "Peer" || key === "peer")
      devices.at(-1)?.peers.push({ ...NEW, number: line.number, key: section ? "?" : asName(value) });
    else if (key !== "" && devices.length > 0)
      take(devices.at(-1) as Device, key.toLowerCase().replace(/ /g, ""), value);
    else if (text !== "" && !text.startsWith("#")) unknown.push(line);
  }
  const dump = ofThisHost(devices, command !== null).flatMap(dumped);
  return { blocks: dump.length === 0 ? [] : [listed(netns, ["wg", "show", "all", "dump"], dump)], unknown };
}

// People paste both ends one below the other: a second interface of the same name, or of one that is a person's or a
// machine's, is the other end's.
function ofThisHost(devices: readonly Device[], isCommand: boolean): Device[] {
  const seen = new Set<string>();
  return devices.filter(
    ({ name }, at) => (isCommand || at === 0 || /^wg/.test(name)) && !seen.has(name) && seen.add(name) !== null,
  );
}

/** The file's name above what stands in it. */
const LABEL = /^(?:#+\s*)?(?:\S*\/)?([\w-]{1,15})\.conf\s*:?$/;

// A key is only a name; people put words in its place.
function asName(key: string): string {
  return key.replace(/\s+/g, "-") || "?";
}

const NEW = { endpoint: NONE, allowed: NONE, handshake: false } as const;

function nameOf(file: string | undefined): string {
  return /([\w.-]+)\.conf$/.exec(file ?? "")?.[1] ?? "wg0";
}

function take(device: Device, key: string, written: string): void {
  const value = written.replace(/\s+#.*$/, "");
  const peer = device.peers.at(-1);
  if (peer === undefined) {
    if (key === "publickey") device.key = asName(value);
    else if (key === "listeningport" || key === "listenport") device.port = asName(value);
    return;
  }
  switch (key) {
    case "publickey":
      peer.key = asName(value);
      break;
    case "endpoint":
      peer.endpoint = asName(value);
      break;
    case "allowedips":
      peer.allowed =
        [peer.allowed === NONE ? "" : peer.allowed, value.replace(/\s+/g, "")].filter(Boolean).join() || NONE;
      break;
    case "latesthandshake":
      peer.handshake = true;
  }
}

// How long ago a handshake was counts less than whether there was one.
function dumped({ name, number, key, port, peers }: Device): PastedLine[] {
  const own = [name, NONE, key, port, "off"].join("\t");
  return [
    { number, text: own },
    ...peers.map((peer) => ({
      number: peer.number,
      text: [name, peer.key, NONE, peer.endpoint, peer.allowed, peer.handshake ? "1" : "0", "0", "0", "off"].join("\t"),
    })),
  ];
}
