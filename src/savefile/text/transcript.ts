// Cuts a paste into blocks: each command with its output, and output that came without a command, by what it looks like.

import { readPingLine } from "../../model/ping-line.ts";
import { cleanLines, type PastedLine } from "./clean.ts";
import { parseHead, startsLikeStamp } from "./head.ts";
import { parseTypedLine, type TypedCommand } from "./prompt.ts";

export interface Block {
  /** "capture": tcpdump's lines. "ping": what ping printed. "other": state, or nothing anybody here understands. */
  readonly kind: "capture" | "ping" | "other";
  readonly command: TypedCommand | null;
  readonly lines: readonly PastedLine[];
}

interface OpenBlock {
  kind: Block["kind"] | null;
  command: TypedCommand | null;
  lines: PastedLine[];
  /** Whether packets, "listening on", "PING …" or the line that ends it stand in it: looking again would take its square. */
  readonly holds: Set<"capture" | "listening" | "ping-start" | "ping-over">;
}

/** Blocks in the order of the paste. */
export function cutTranscript(pasted: string): Block[] {
  const blocks: OpenBlock[] = [];
  let current: OpenBlock | null = null;
  // A tcpdump in the background goes on printing below other commands.
  const captures: OpenBlock[] = [];
  const open = (kind: Block["kind"] | null, command: TypedCommand | null): OpenBlock => {
    const block: OpenBlock = { kind, command, lines: [], holds: new Set() };
    blocks.push(block);
    if (kind === "capture") captures.push(block);
    return block;
  };
  for (const line of joinContinued(cleanLines(pasted))) {
    const typed = parseTypedLine(line.text);
    if (typed.length > 0) {
      for (const command of typed) current = open(kindOfCommand(command), command);
      continue;
    }
    const looks = looksLike(line.text);
    if (current === null) current = open(null, null);
    if (looks === "listening") {
      if (current.kind !== "capture" || current.holds.has("capture") || current.holds.has("listening")) {
        current = open("capture", null);
      }
    } else if (looks === "capture" && current.kind !== "capture") {
      const running = captures.at(-1);
      if (running && isBackground(running)) {
        running.holds.add(looks);
        running.lines.push(line);
        continue;
      }
      current = open("capture", null);
    } else if (looks === "ping-start" && (current.kind !== "ping" || current.holds.has("ping-start"))) {
      current = open("ping", null);
    } else if (looks === "ping" && current.kind !== "ping") {
      const running = blocks.findLast((block) => block.kind === "ping");
      if (running && isBackground(running)) {
        running.lines.push(line);
        continue;
      }
      current = open("ping", null);
    } else if (looks === null && current.kind === "ping" && current.holds.has("ping-over") && !isPingsEnd(line.text)) {
      // What somebody pasted below it, without a prompt.
      current = open(null, null);
    }
    if (looks === "capture" || looks === "ping-start") current.holds.add(looks);
    else if (saysListening(line.text)) current.holds.add("listening");
    else if (saysPingIsOver(line.text)) current.holds.add("ping-over");
    current.lines.push(line);
  }
  return placeHosts(placeShells(blocks.filter((b) => b.command !== null || !isEmpty(b)).map(closed)));
}

function closed(block: OpenBlock): Block {
  return { kind: block.kind ?? "other", command: block.command, lines: block.lines };
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
  const hosts = new Set(blocks.flatMap((b) => b.command?.host ?? []));
  if (hosts.size < 2) return [...blocks];
  return blocks.map((block) => {
    const { command } = block;
    if (command?.host === undefined) return block;
    const netns = command.netns === null ? command.host : `${command.host}/${command.netns}`;
    return { ...block, command: { ...command, netns } };
  });
}

function kindOfCommand({ argv }: TypedCommand): Block["kind"] {
  if (argv[0] === "tcpdump") return "capture";
  return argv[0] === "ping" || argv[0] === "ping4" ? "ping" : "other";
}

function saysPingIsOver(text: string): boolean {
  return /^\d+ packets transmitted, /.test(text);
}

function isPingsEnd(text: string): boolean {
  return text === "" || /^(?:rtt |round-trip |, ?pipe |pipe )|^\d+ packets transmitted, /.test(text);
}

function saysListening(text: string): boolean {
  return /^(?:tcpdump: )?listening on \S+/.test(text);
}

function looksLike(text: string): "capture" | "listening" | "ping-start" | "ping" | null {
  if (saysListening(text) || /^tcpdump: verbose output suppressed/.test(text)) return "listening";
  const said = readPingLine(text)?.kind ?? "rest";
  if (said === "head") return "ping-start";
  if (said !== "rest" && said !== "pipe" && said !== "damage") return "ping";
  const head = parseHead(text);
  if (head === null) return startsLikeStamp(text) ? "capture" : null;
  return head.network !== "other" &&
    (head.stamp.kind !== "none" || /^\S+ > \S+: ICMP |^(?:Request who-has|Reply )/.test(head.rest))
    ? "capture"
    : null;
}
