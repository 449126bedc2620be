// Cuts a paste into blocks: each command with its output, and output that came without a command, by what it looks like.

import { cleanLines, type PastedLine } from "./clean.ts";
import { parseHead } from "./head.ts";
import { parseTyped, type TypedCommand } from "./prompt.ts";

export interface Block {
  /** "capture": tcpdump's lines. "ping": what ping printed. "other": state, or nothing anybody here understands. */
  readonly kind: "capture" | "ping" | "other";
  readonly command: TypedCommand | null;
  readonly lines: readonly PastedLine[];
}

/** Blocks in the order of the paste. */
export function cutTranscript(pasted: string): Block[] {
  const blocks: Block[] = [];
  let command: TypedCommand | null = null;
  let kind: Block["kind"] | null = null;
  let lines: PastedLine[] = [];
  const close = (): void => {
    if (command !== null || lines.some((l) => l.text !== "")) blocks.push({ kind: kind ?? "other", command, lines });
    command = null;
    kind = null;
    lines = [];
  };
  for (const line of cleanLines(pasted)) {
    const typed = parseTyped(line.text);
    if (typed !== null) {
      close();
      command = typed;
      kind = kindOfCommand(typed);
      continue;
    }
    const looks = looksLike(line.text);
    if (looks === "listening" && kind === "capture" && lines.some((l) => looksLike(l.text) === "listening")) {
      close();
      kind = "capture";
    } else if (looks !== null && looks !== "listening" && kind !== looks) {
      if (kind !== null || lines.some((l) => l.text !== "")) close();
      kind = looks;
    } else if (looks === "listening" && kind !== "capture") {
      close();
      kind = "capture";
    }
    lines.push(line);
  }
  close();
  return blocks;
}

function kindOfCommand({ argv }: TypedCommand): Block["kind"] {
  if (argv[0] === "tcpdump") return "capture";
  return argv[0] === "ping" || argv[0] === "ping4" ? "ping" : "other";
}

function looksLike(text: string): "capture" | "listening" | "ping" | null {
  if (/^(tcpdump: )?listening on \S+/.test(text) || /^tcpdump: verbose output suppressed/.test(text))
    return "listening";
  if (/^PING \S+ \(\d/.test(text)) return "ping";
  const head = parseHead(text);
  return head !== null &&
    (head.network === "arp" || head.network === "ip" || head.network === "ip6") &&
    head.stamp.kind !== "none"
    ? "capture"
    : null;
}
