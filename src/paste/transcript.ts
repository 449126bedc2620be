// Cuts a paste into blocks: each command with its output, and output that came without a command, by what it looks like.

import { readPingLine } from "../model/ping-line.ts";
import { parseHead, startsLikeStamp } from "./capture/head.ts";
import { cleanLines, type PastedLine } from "./clean.ts";
import { isLogLine } from "./foreign/firewall-log.ts";
import { fromWireshark } from "./foreign/wireshark.ts";
import { hostLabel } from "./host-label.ts";
import { parseTypedLine, type TypedCommand } from "./prompt.ts";
import { saysUid } from "./state/route-text.ts";
import { beginsOutput, type Family, familyOf, isFirstLineOf, isLastLineOf, isLineOf } from "./tools/families.ts";
import { fromMtr } from "./tools/mtr-forms.ts";

export interface Block {
  /**
   * "capture": tcpdump's lines. "ping": what ping printed. "tool": what a program around it printed. "other": state, or
   * nothing anybody here understands.
   */
  readonly kind: "capture" | "ping" | "tool" | "other";
  /** Of "tool": which. */
  readonly family?: Family;
  readonly command: TypedCommand | null;
  readonly lines: readonly PastedLine[];
  /** The machine that a line above names ("On host A:"), where it was typed at no named prompt. */
  readonly place?: string;
}

interface OpenBlock {
  kind: Block["kind"] | null;
  place: string | null;
  family?: Family;
  command: TypedCommand | null;
  lines: PastedLine[];
  /** Whether packets, "listening on", "PING …" or the line that ends it stand in it: looking again would take its square. */
  readonly holds: Set<"capture" | "listening" | "ping-start" | "ping-over" | "tool" | "tool-body" | "tool-over">;
}

/** Blocks in the order of the paste. */
export function cutTranscript(pasted: string): Block[] {
  const blocks: OpenBlock[] = [];
  let current: OpenBlock | null = null;
  // A tcpdump in the background goes on printing below other commands.
  const captures: OpenBlock[] = [];
  let place: string | null = null;
  const open = (kind: Block["kind"] | null, command: TypedCommand | null): OpenBlock => {
    const block = opened(kind, command, place);
    blocks.push(block);
    if (kind === "capture") captures.push(block);
    return block;
  };
  const lastPing = (): OpenBlock | undefined => blocks.findLast(({ kind }) => kind === "ping");
  const lines = joinContinued(fromMtr(fromWireshark(cleanLines(pasted))));
  for (const [at, line] of lines.entries()) {
    const label = hostLabel(line.text);
    if (label !== null && startsSomething(lines, at + 1)) {
      place = label;
      current = open(null, null);
      continue;
    }
    const typed = parseTypedLine(line.text);
    if (typed.length > 0) {
      for (const command of typed) current = open(kindOfCommand(command), command);
      continue;
    }
    const begun = beginsOutput(line.text);
    // What the kernel logged stands below anything.
    if (isLogLine(line.text)) {
      if (current === null || (current.kind ?? "other") !== "other") current = open(null, null);
      current.lines.push(line);
      continue;
    }
    const goesOn = current !== null && takesOfTool(current, line.text, begun);
    if (goesOn || begun !== null) {
      if (!goesOn) current = Object.assign(open("tool", null), { family: begun });
      takeOfTool(current as OpenBlock, line);
      continue;
    }
    const looks = looksLike(line.text);
    if (current === null || (current.kind === "tool" && looks === null)) current = open(null, null);
    if (looks === "listening") {
      if (!isBeforeListening(current)) current = open("capture", null);
    } else if (looks === "capture" && current.kind !== "capture") {
      if (takesBehind(captures.at(-1), line, looks)) continue;
      current = open("capture", null);
    } else if (looks === "ping-start" && (current.kind !== "ping" || current.holds.has("ping-start"))) {
      current = open("ping", null);
    } else if (looks === "ping" && current.kind !== "ping") {
      if (takesBehind(lastPing(), line, looks)) continue;
      current = open("ping", null);
    } else if (looks === null && isOver(current, line.text)) {
      // What somebody pasted below it, without a prompt.
      current = open(null, null);
    }
    takeLine(current, line, looks);
  }
  return placeHosts(placeShells(blocks.filter((b) => b.command !== null || !isEmpty(b)).map(closed)));
}

function opened(kind: Block["kind"] | null, command: TypedCommand | null, place: string | null): OpenBlock {
  const family = kind === "tool" ? familyOf(command?.argv[0] ?? "") : null;
  return { kind, place, command, lines: [], holds: new Set(), ...(family === null ? {} : { family }) };
}

function isBeforeListening({ kind, holds }: OpenBlock): boolean {
  return kind === "capture" && !holds.has("capture") && !holds.has("listening");
}

// What runs in the background goes on printing below other commands.
function takesBehind(running: OpenBlock | undefined, line: PastedLine, looks: "capture" | "ping"): boolean {
  if (running === undefined || !isBackground(running)) return false;
  if (looks === "capture") running.holds.add(looks);
  running.lines.push(line);
  return true;
}

function takeLine({ holds, lines }: OpenBlock, line: PastedLine, looks: ReturnType<typeof looksLike>): void {
  if (looks === "capture" || looks === "ping-start") holds.add(looks);
  else if (saysListening(line.text)) holds.add("listening");
  else if (saysPingIsOver(line.text)) holds.add("ping-over");
  lines.push(line);
}

function closed({ kind, family, command, lines, place }: OpenBlock): Block {
  const told = { ...(family === undefined ? {} : { family }), ...(place === null ? {} : { place }) };
  return { kind: kind ?? "other", command, lines, ...told };
}

// Below a command of its own, what comes before the first line that is known may be a complaint in other words.
function takesOfTool({ kind, family, command, holds }: OpenBlock, text: string, begun: Family | null): boolean {
  if (kind !== "tool" || family === undefined) return false;
  if (text.trim() === "") return true;
  if (holds.has("tool-over") || (begun !== null && begun !== family && !isLineOf(family, text))) return false;
  if (isFirstLineOf(family, text) && holds.has("tool-body")) return false;
  if (isLineOf(family, text)) return true;
  return command !== null && !holds.has("tool") && looksLike(text) === null;
}

function takeOfTool({ family, lines, holds }: OpenBlock, line: PastedLine): void {
  lines.push(line);
  if (family === undefined || line.text.trim() === "") return;
  if (isLineOf(family, line.text)) holds.add(isFirstLineOf(family, line.text) ? "tool" : "tool-body").add("tool");
  if (isLastLineOf(family, line.text)) holds.add("tool-over");
}

// What follows a line that names a machine: a command, a listing, packets or what ping printed.
function startsSomething(lines: readonly PastedLine[], from: number): boolean {
  const next = lines.slice(from, from + 3).find(({ text }) => text.trim() !== "")?.text ?? "";
  return parseTypedLine(next).length > 0 || looksLike(next) !== null || LISTING.test(next);
}

const LISTING =
  /^(?:\d+: \S+: <|default via |[\d.]+(?:\/\d+)? (?:via|dev) |Chain \S+ \(|-[PA] \S+ |table \w+ |\*(?:filter|nat)$|Kernel IP routing|[a-z][\w.-]*:? +(?:flags=|Link encap)|net\.ipv4\.|Windows IP|interface: )/;

function isOver({ kind, holds }: OpenBlock, text: string): boolean {
  if (kind === "capture") return isAnswerOfRoute(text);
  return kind === "ping" && holds.has("ping-over") && !isPingsEnd(text);
}

// `ip route get` prints one line and a second, which no capture holds.
function isAnswerOfRoute(text: string): boolean {
  return saysUid(text) && LISTING.test(text.replace(/^(?:local|broadcast|unicast) /, ""));
}

function isEmpty(block: OpenBlock): boolean {
  return block.lines.every((line) => line.text === "");
}

function isBackground(block: OpenBlock): boolean {
  return block.command?.argv.at(-1)?.endsWith("&") ?? false;
}

// A command that ends in a backslash goes on in the next line.
function joinContinued(lines: readonly PastedLine[]): PastedLine[] {
  const joined: PastedLine[] = [];
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at] as PastedLine;
    while (
      line.text.endsWith("\\") &&
      line.text.length < 4000 &&
      lines[at + 1] !== undefined &&
      parseTypedLine(line.text).length > 0
    ) {
      at++;
      line = {
        number: line.number,
        text: `${line.text.slice(0, -1).trimEnd()} ${(lines[at] as PastedLine).text.replace(/^\s*(?:>\s)?\s*/, "")}`,
      };
    }
    joined.push(line);
  }
  return joined;
}

// `ip netns exec NAME bash`: what follows is typed in that namespace, until `exit`.
function placeShells(blocks: readonly Block[]): Block[] {
  const shells: (string | null)[] = [];
  return blocks.map((block) => {
    const { command } = block;
    if (command === null) return block;
    const name = command.argv[0] ?? "";
    const here = shells.at(-1) ?? null;
    if (/^(?:ba|z)?sh$/.test(name) && command.argv.every((word, i) => i === 0 || word.startsWith("-"))) {
      shells.push(command.netns ?? here);
      return block;
    }
    if (name === "exit") {
      shells.pop();
      return block;
    }
    return here !== null && command.netns === null ? { ...block, command: { ...command, netns: here } } : block;
  });
}

// Prompts of several hosts: what was typed on one says nothing about the others.
function placeHosts(blocks: readonly Block[]): Block[] {
  const hosts = new Set(blocks.flatMap((block) => hostOf(block) ?? []));
  const isMixed = blocks.some(({ place }) => place !== undefined) && blocks.some(isElsewhere);
  const isRemote = blocks.some(({ command }) => command?.remote !== undefined);
  if (hosts.size < 2 && !isRemote && !(hosts.size === 1 && isMixed))
    return blocks.map(({ place: _, ...block }) => block);
  return blocks.map((block) => {
    const { command } = block;
    const host = hostOf(block);
    if (host === null) return block;
    if (command === null) return { ...block, place: host };
    const netns = command.netns === null ? host : `${host}/${command.netns}`;
    return { ...block, command: { ...command, host, netns } };
  });
}

// Something was shown that no name says the machine of; what people say between is nothing shown.
function isElsewhere(block: Block): boolean {
  return hostOf(block) === null && (block.command !== null || block.kind !== "other");
}

function hostOf({ command, place }: Block): string | null {
  return command?.host ?? place ?? null;
}
function kindOfCommand({ argv }: TypedCommand): Block["kind"] {
  if (argv[0] === "tcpdump") return "capture";
  if (familyOf(argv[0] ?? "") !== null) return "tool";
  return /^ping[46]?$/.test(argv[0] ?? "") ? "ping" : "other";
}

function saysPingIsOver(text: string): boolean {
  return readPingLine(text)?.kind === "summary";
}

function isPingsEnd(text: string): boolean {
  return text === "" || /^(?:rtt |round-trip |, ?pipe |pipe )/.test(text) || saysPingIsOver(text);
}

function saysListening(text: string): boolean {
  return /^(?:tcpdump: )?listening on \S+/.test(text);
}

function looksLike(text: string): "capture" | "listening" | "ping-start" | "ping" | null {
  if (saysListening(text) || /^tcpdump: verbose output suppressed/.test(text)) return "listening";
  const said = readPingLine(text)?.kind ?? "rest";
  if (said === "head" || said === "ipv6") return "ping-start";
  if (said !== "rest" && said !== "pipe" && said !== "damage") return "ping";
  const head = parseHead(text);
  if (head === null) return startsLikeStamp(text) ? "capture" : null;
  return head.network !== "other" &&
    (head.stamp.kind !== "none" || /^\S+ > \S+: ICMP |^(?:Request who-has|Reply )/.test(head.rest))
    ? "capture"
    : null;
}
