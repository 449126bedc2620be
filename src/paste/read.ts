// Sorts a paste: captures, what ping said, state to be replayed, names that ping resolved, and lines nobody understood.

import { formatIpv4, type Ipv4, parseIpv4 } from "../model/address.ts";
import type { LoggedPacket } from "../model/firewall-log.ts";
import { type PingLine, readPingLine } from "../model/ping-line.ts";
import { readCapture, type TextCapture } from "./capture/capture-text.ts";
import type { PastedLine } from "./clean.ts";
import type { PastedContainer } from "./enter.ts";
import { loggedIn } from "./foreign/firewall-log.ts";
import { tracesIn } from "./foreign/traces.ts";
import type { TypedCommand } from "./prompt.ts";
import { placeOf } from "./state/pasted.ts";
import type { ToolSaid } from "./tools/said.ts";
import { readTool } from "./tools/tools.ts";
import { type Block, cutTranscript } from "./transcript.ts";

/** One ping as pasted. */
interface PastedPing {
  /** The command as typed; null where the paste shows only what ping printed. */
  readonly command: TypedCommand | null;
  /** Words after sudo and namespace wrappers; made from the first line of the output where no command was typed. */
  readonly argv: readonly string[];
  /** Namespace it ran in; null where none was named. */
  readonly netns: string | null;
  readonly output: string;
  /** What it said, where it is another program than ping. */
  readonly said?: Pick<ToolSaid, "printed" | "path">;
  /** Line of the paste at which it stands. */
  readonly number: number;
  /** Typed at a prompt that names no machine, beside others that do. */
  readonly otherPrompt?: true;
}

export interface Paste {
  readonly source: string;
  readonly captures: readonly TextCapture[];
  readonly pings: readonly PastedPing[];
  /** Commands and listings, in order: what `stateFromText` replays. */
  readonly state: readonly Block[];
  /** Packets that a firewall has logged. */
  readonly logged: readonly LoggedPacket[];
  /** Addresses of names, from `PING name (address)`. */
  readonly names: ReadonlyMap<string, Ipv4>;
  /** Lines of captures and pings that were not understood; those of state are told by `stateFromText`. */
  readonly unknown: readonly PastedLine[];
  /** Names of the hosts at whose prompts something was typed, where there are several: each stands for a namespace. */
  readonly hosts: readonly string[];
  /** Containers and pods in which something was typed: each stands for a namespace, too. */
  readonly containers: readonly PastedContainer[];
  /** Lines that are not blank. */
  readonly lines: number;
}

/** Reads a whole paste; never throws, whatever the text. */
export function readPaste(pasted: string, source: string): Paste {
  const blocks = cutTranscript(pasted);
  const captures: TextCapture[] = [];
  const pings: PastedPing[] = [];
  const state: Block[] = [];
  const logged: LoggedPacket[] = [];
  const names = new Map<string, Ipv4>();
  const unknown: PastedLine[] = [];
  let lines = 0;
  for (const block of blocks) {
    lines += block.lines.filter((line) => line.text.trim() !== "").length + (block.command === null ? 0 : 1);
    if (block.kind === "capture") {
      const capture = readCapture(block);
      // Only the command: it shows nothing, not even that nothing was seen.
      if (capture.packets.length > 0 || capture.captured !== null || saysListening(block)) captures.push(capture);
      for (const line of capture.unknown) unknown.push(line);
    } else if (block.kind === "ping") {
      for (const line of block.lines) learnName(line.text, names);
      const ping = pastedPing(block);
      const begun = ping === null ? -1 : pings.findLastIndex((one) => isOutputOf(ping, one));
      if (ping !== null && begun >= 0) pings[begun] = { ...(pings[begun] as PastedPing), output: ping.output };
      else if (ping !== null) pings.push(ping);
      else for (const line of block.lines) if (line.text.trim() !== "") unknown.push(line);
    } else if (block.kind === "tool") takeTool(block, { captures, pings, unknown, names });
    else takeOther(block, { captures, state, logged });
  }
  const named = [...new Set(blocks.flatMap((block) => block.command?.host ?? block.place ?? []))];
  // Beside prompts that name a machine, one that names none need not be of that machine.
  const isNamed = blocks.some(({ command }) => command?.host !== undefined);
  const places = {
    hosts:
      named.length > 1 || blocks.some(({ command, place }) => command?.remote || place !== undefined)
        ? named.filter((name) => !CONTAINER_ID.test(name))
        : [],
    containers: containersOf(blocks),
  };
  return {
    source,
    captures,
    pings: pings.map((ping) => (isNamed && isUnnamed(ping) ? { ...ping, otherPrompt: true as const } : ping)),
    state,
    logged,
    names,
    ...places,
    unknown: unknown.sort((a, b) => a.number - b.number),
    lines,
  };
}

interface Taken {
  readonly captures: TextCapture[];
  readonly pings: PastedPing[];
  readonly unknown: PastedLine[];
  readonly names: Map<string, Ipv4>;
}

function takeTool(block: Block, { captures, pings, unknown, names }: Taken): void {
  const { family, command, lines } = block;
  if (family === undefined) return;
  for (const line of lines) learnName(line.text, names);
  const { said, arping } = readTool(family, lines, command);
  const written = lines.filter(({ text }) => text.trim() !== "");
  const netns = placeOf(block);
  const number = written[0]?.number ?? 0;
  const output = written.map(({ text }) => text).join("\n");
  for (const { argv, printed, path } of said)
    pings.push({ command, argv, netns, output, said: { printed, path }, number });
  if (arping !== null) {
    const capture = readCapture({ kind: "capture", command: null, lines: arping.packets });
    captures.push({ ...capture, netns, interface: arping.interface, filter: "arp" });
    pings.push({ command, argv: arping.argv, netns, output, number });
  }
  if (said.length === 0 && arping === null) for (const line of written) unknown.push(line);
}

// A firewall's trace is both: where packets passed, and a part of its rules.
function takeOther(
  block: Block,
  { captures, state, logged }: Pick<Taken, "captures"> & { readonly state: Block[]; readonly logged: LoggedPacket[] },
): void {
  const netns = placeOf(block);
  const log = loggedIn(block.lines, netns);
  logged.push(...log.logged);
  const isLog = log.rest.length < block.lines.length;
  const traced = tracesIn(log.rest);
  if (traced === null) {
    if (!isLog) state.push(block);
    else if (log.rest.some(({ text }) => text.trim() !== "")) state.push({ ...block, lines: log.rest });
    return;
  }
  const { packets, rules, rest } = traced;
  if (packets.length > 0)
    captures.push({ ...readCapture({ kind: "capture", command: null, lines: packets }), netns, filter: "nftrace" });
  for (const { argv, lines } of rules)
    state.push({ kind: "other", command: { argv, netns, line: argv.join(" ") }, lines });
  if (rest.length > 0) state.push({ ...block, lines: rest });
}

// `ping A; echo`: what it printed comes behind another command of the same line.
function isOutputOf(shown: PastedPing, typed: PastedPing): boolean {
  const target = shown.argv.at(-1);
  return shown.command === null && typed.output.trim() === "" && target !== undefined && typed.argv.includes(target);
}

function isUnnamed({ command, netns }: PastedPing): boolean {
  return command !== null && command.host === undefined && netns === null;
}

// A container has its id as its host name, unless it was given another.
const CONTAINER_ID = /^[0-9a-f]{12}$/;

function containersOf(blocks: readonly Block[]): PastedContainer[] {
  const found = new Map<string, PastedContainer>();
  for (const { command } of blocks) {
    const { container, host = "" } = command ?? {};
    if (container !== undefined) found.set(container.name, container);
    if (CONTAINER_ID.test(host) && !found.has(host)) found.set(host, { name: host, runtime: "docker" });
  }
  return [...found.values()];
}

function saysListening(block: Block): boolean {
  return block.lines.some((line) => /listening on \S+/.test(line.text));
}

function pastedPing(block: Block): PastedPing | null {
  const output = block.lines.map((line) => line.text).join("\n");
  const { command } = block;
  const number = block.lines[0]?.number ?? 0;
  const printed = block.lines.flatMap((line) => readPingLine(line.text) ?? []);
  const head = printed.find((line) => line.kind === "head");
  // Windows' options have other meanings: its first line says what they came to.
  if (command !== null && !head?.windows) {
    return { command, argv: withoutRedirection(command.argv), netns: placeOf(block), output, number };
  }
  const over6 = printed.find((line) => line.kind === "ipv6");
  if (over6 !== undefined) return { command, argv: ["ping", over6.destination], netns: placeOf(block), output, number };
  const destination = head?.destination ?? askedFor(printed);
  if (destination === null) return null;
  // `from A:` appears only with -I: `from A veth0:` with a device, else with an address.
  const bound = head?.device ?? (head?.source ? formatIpv4(head.source) : null);
  const argv = ["ping", ...(bound === null ? [] : ["-I", bound]), formatIpv4(destination)];
  return { command, argv, netns: placeOf(block), output, number };
}

// Without its first line a ping is known by its last ones, or by the one address that answers.
function askedFor(printed: readonly PingLine[]): Ipv4 | null {
  const ends = printed.flatMap((line) => (line.kind === "statistics" ? (line.destination ?? []) : []));
  if (ends[0] !== undefined) return ends[0];
  const replies = new Set(printed.flatMap((line) => (line.kind === "reply" ? [line.from] : [])));
  const [only] = replies;
  return replies.size === 1 && only !== undefined ? only : null;
}

function withoutRedirection(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => /^(?:[|&>]|\d>)/.test(word));
  return [...(end < 0 ? argv : argv.slice(0, end))];
}

function learnName(line: string, names: Map<string, Ipv4>): void {
  const match =
    /^(?:PING|\s*traceroute to) (\S+) \(([\d.]+)\)/.exec(line) ??
    /^\d+ (?:bytes from|字节，来自) (\S+) \(([\d.]+)\):/.exec(line);
  const address = parseIpv4(match?.[2] ?? "");
  const name = match?.[1];
  if (name !== undefined && address !== null && parseIpv4(name) === null && !names.has(name)) names.set(name, address);
}

/** Text of a file or pipe: UTF-8, or UTF-16 with its mark, as some editors and terminals save it. */
export function pasteText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes.subarray(2));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const swapped = bytes.slice(2, bytes.length - (bytes.length % 2));
    for (let at = 0; at + 1 < swapped.length; at += 2) {
      const high = swapped[at] as number;
      swapped[at] = swapped[at + 1] as number;
      swapped[at + 1] = high;
    }
    return new TextDecoder("utf-16le").decode(swapped);
  }
  return new TextDecoder("utf-8").decode(bytes);
}

const LOOKED_AT = 4096;

/** Whether these first bytes are text that somebody pasted, and neither a capture nor JSON. */
export function looksLikePaste(bytes: Uint8Array): boolean {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const head = bytes.subarray(0, LOOKED_AT);
  if (!wide && head.includes(0)) return false;
  const text = pasteText(head);
  if (text.trim() === "" || /^\ufeff?\s*(?:\{|\[\s*[{\]"])/.test(text)) return false;
  let odd = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    // Tab, line ends and the escape of colours belong to text; so does one cut character at the end.
    if (code === 0xfffd || (code < 0x20 && code !== 9 && code !== 10 && code !== 13 && code !== 27 && code !== 8))
      odd++;
  }
  return odd * 50 <= text.length;
}
