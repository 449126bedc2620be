// Connections that failed in a paste by what a program printed: typed (curl, nc, ssh and their like), or told by a message alone.

import type { ToldConnection } from "../explain/case.ts";
import { wantedConnections } from "../explain/command/connect-command.ts";
import { type Ipv4, isLoopback, parseIpv4 } from "../model/address.ts";
import type { SystemState } from "../model/system-state.ts";
import type { PastedLine } from "../paste/clean.ts";
import { endIn, failureIn, type NamedEnd } from "../paste/connection-words.ts";
import { parseTypedLine, type TypedCommand } from "../paste/prompt.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import { NOT_ASKED, SOMEWHERE, type Wondered } from "./paste-questions.ts";

/** The address that a name stands for, where the paste tells it. */
type AddressOf = (name: string, port: number) => Ipv4 | null;

/** The first that failed by its own words; null where none did. */
export function failedConnection(
  lines: readonly PastedLine[],
  state: SystemState | null,
  addressOf: AddressOf,
): Wondered | null {
  const blocks = blocksOf(lines);
  for (const block of [...blocks.filter(({ typed }) => typed !== null), ...blocks]) {
    const failed = failedIn(block, addressOf);
    if (failed === null) continue;
    const { to, line } = failed;
    const argv = block.typed?.argv ?? ["connect", to.host, String(to.port)];
    const command = {
      argv,
      exitCode: null,
      output: block.lines.map(({ text }) => text).join("\n"),
      netns: placeOf(block.typed, to.address, { state, isOneHost: isOneHost(blocks) }),
      told: failed,
    };
    const used = new Set([...block.used, ...block.lines.filter(({ text }) => text.includes(line))].map(numberOf));
    return { ...NOT_ASKED, connections: [command], lines: used };
  }
  return null;
}

const numberOf = ({ number }: PastedLine): number => number;

/** A command with what it printed, or lines at no prompt. */
interface Printed {
  readonly typed: TypedCommand | null;
  readonly lines: readonly PastedLine[];
  /** Lines that nobody else reads. */
  readonly used: readonly PastedLine[];
}

const RESOLVES = /^(?:k?dig|host|nslookup)$/;

function blocksOf(lines: readonly PastedLine[]): Printed[] {
  const starts = lines.flatMap((_, at) => {
    const commands = typedAt(lines, at);
    return commands.length === 0 ? [] : [{ at, typed: connecting(commands) ?? commands.at(-1) ?? null }];
  });
  const first = starts[0]?.at ?? lines.length;
  const bare: Printed = { typed: null, lines: lines.slice(0, first), used: [] };
  return [
    ...starts.map(({ at, typed }, place): Printed => {
      const output = lines.slice(at + 1, starts[place + 1]?.at ?? lines.length);
      // A name server that nobody named is one of resolv.conf.
      const isKnown = typed !== null && (connecting([typed]) !== undefined || RESOLVES.test(typed.argv[0] ?? ""));
      return { typed, lines: output, used: isKnown ? [lines[at] as PastedLine, ...output] : [] };
    }),
    ...(bare.lines.length > 0 ? [bare] : []),
  ];
}

// Copied without its prompt, a command is one where what stands below it says that a connection failed.
function typedAt(lines: readonly PastedLine[], at: number): readonly TypedCommand[] {
  const line = lines[at]?.text.trim() ?? "";
  const prompted = parseTypedLine(lines[at]?.text ?? "");
  if (prompted.length > 0 || !/^[\w./-]+ \S/.test(line) || failureIn([line]) !== null) return prompted;
  if (failureIn(lines.slice(at + 1, at + 1 + AROUND).map(({ text }) => text)) === null) return prompted;
  const bare = parseTypedLine(`$ ${line}`);
  const names = (connecting(bare)?.argv ?? []).length > 0 && wantedBy(bare).some(({ address }) => address !== null);
  return names ? bare : prompted;
}

function wantedBy(commands: readonly TypedCommand[]) {
  return commands.flatMap(({ argv }) => wantedConnections(argv));
}

function connecting(commands: readonly TypedCommand[]): TypedCommand | undefined {
  return commands.find(({ argv }) => wantedConnections(argv).length > 0);
}

// Tools print little else; of a script, or of lines at no prompt, the message itself must name the end.
function failedIn({ typed, lines }: Printed, addressOf: AddressOf): ToldConnection | null {
  const texts = lines.map(({ text }) => text);
  const wanted = typed === null ? [] : wantedConnections(typed.argv);
  const [first] = wanted;
  const near = first === undefined ? nearFailure(texts) : texts;
  const told = failureIn(near);
  const named = endIn(near);
  const to = endOf(first ?? null, named, addressOf);
  if (told === null || to === null) return null;
  if (first === undefined && named === null) return null;
  const protocol = first?.protocol ?? (BY_UDP.test(told.line) ? "udp" : "tcp");
  return { to, protocol, failure: told.failure, line: told.line };
}

// Of a name server that a file or a resolver named.
const BY_UDP = /#\d+: |no servers could be reached/;

/** So many lines around the message may name the end: a traceback, a hint in the line below. */
const AROUND = 3;

function nearFailure(texts: readonly string[]): readonly string[] {
  const at = texts.findIndex((text) => (failureIn([text])?.failure ?? null) !== null);
  if (at < 0) return texts.filter((text) => endIn([text]) !== null && failureIn([text]) !== null);
  if (endIn([texts[at] as string]) !== null) return [texts[at] as string];
  return texts.slice(Math.max(0, at - AROUND), at + AROUND + 1);
}

// A name on the command line stands for what the program printed of it.
function endOf(
  wanted: { readonly host: string; readonly address: Ipv4 | null; readonly port: number } | null,
  named: NamedEnd | null,
  addressOf: AddressOf,
): ToldConnection["to"] | null {
  if (wanted === null) {
    const address = named === null ? null : (named.address ?? addressOf(named.host, named.port));
    return named === null || address === null ? null : { host: named.host, address, port: named.port };
  }
  const { host, port } = wanted;
  const printed = named !== null && named.port === port ? named.address : null;
  const address =
    wanted.address ?? (host === "localhost" ? parseIpv4("127.0.0.1") : null) ?? printed ?? addressOf(host, port);
  return address === null ? null : { host, address, port };
}

// Who asks for an address that was listed is another host than the one that has it, unless all prompts name the same one.
function placeOf(
  typed: TypedCommand | null,
  to: Ipv4,
  { state, isOneHost }: { readonly state: SystemState | null; readonly isOneHost: boolean },
): string {
  if (typed?.netns != null) return typed.netns;
  const { host = "" } = typed ?? {};
  if (state === null || state.namespaces.has(host)) return isUnsure(host, to, state, isOneHost) ? SOMEWHERE : host;
  const [only, ...others] = state.namespaces.keys();
  // Beside listings of named hosts, any other prompt is of none of them for certain.
  if (only === undefined || others.length > 0 || only !== "") return host || SOMEWHERE;
  return isUnsure(only, to, state, isOneHost) ? host || SOMEWHERE : only;
}

function isUnsure(key: string, to: Ipv4, state: SystemState | null, isOneHost: boolean): boolean {
  if (key !== "" || state === null || isOneHost || isLoopback(to)) return false;
  return ownersOf(state, to).some(({ netns }) => netns === key);
}

function isOneHost(blocks: readonly Printed[]): boolean {
  const hosts = new Set(blocks.flatMap(({ typed }) => (typed === null ? [] : [typed.host ?? ""])));
  return hosts.size === 1 && !hosts.has("");
}
