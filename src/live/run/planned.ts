// What the watched command will run and where, as far as its words, and a script that they name, tell before it starts.

import { closeSync, openSync, readSync } from "node:fs";
import { type AskedCommand, addressesNamed, askedBy } from "../../explain/command/asked-command.ts";
import type { PingCommand } from "../../explain/command/ping-command.ts";
import { commandsOfScript } from "../../explain/command/shell-script.ts";
import { type InnerCommand, innerCommands } from "../../explain/command/wrappers.ts";
import { findNamespace, type NamespaceTarget } from "../../system/collect-namespaces.ts";
import { namespaceKey } from "../places.ts";

/** A command that it will run, or may. */
export interface PlannedCommand {
  readonly argv: readonly string[];
  /** Key of its namespace. */
  readonly netns: string;
  readonly asks: readonly AskedCommand[];
  /** What its packets are for: with what a ping may say of them where it is one. */
  readonly wants: readonly PingCommand[];
}

/** All that is planned. */
export interface Plan {
  readonly commands: readonly PlannedCommand[];
  /** Only for looking: what a script would run, of which nobody knows whether it does. */
  readonly maybe: readonly PlannedCommand[];
  /** Whether the words tell all: the command is what asks, behind at most one namespace. */
  readonly plain: boolean;
}

const SCRIPT_BYTES = 128 * 1024;
const MOST_WANTED = 8;

/** Throws a ProblemError where the command names a namespace that is not there and enters no other. */
export async function planOf(argv: readonly string[], targets: readonly NamespaceTarget[]): Promise<Plan> {
  const inner = innerCommands(argv);
  const [only] = inner;
  // What a script or a container's runtime names may come to be, or lie on another machine.
  const strict = inner.length === 1 && only?.isSure === true;
  const commands = await Promise.all(inner.map((one) => placed(one, targets, strict)));
  const scripts = inner.flatMap((one) => scriptOf(one));
  const maybe = await Promise.all(scripts.map((one) => placed(one, targets, false)));
  return { commands, maybe, plain: inner.length === 1 && scripts.length === 0 };
}

/** The one that the run is about: what asks, else what it runs last. */
export function mainOf({ commands }: Plan): PlannedCommand {
  const asking = commands.find(({ asks }) => asks.length > 0);
  return asking ?? commands.at(-1) ?? { argv: [], netns: "", asks: [], wants: [] };
}

/** Whether what it prints tells something: only of ping that is read. */
export function isRead({ asks }: PlannedCommand): boolean {
  return asks.some(({ program }) => /^ping[46]?$/.test(program));
}

async function placed(
  inner: InnerCommand,
  targets: readonly NamespaceTarget[],
  strict: boolean,
): Promise<PlannedCommand> {
  const { argv, netns } = inner;
  const key =
    netns === null
      ? ""
      : strict
        ? await namespaceKey(netns, targets)
        : ((await findNamespace(netns, targets))?.key ?? "");
  const asks = askedBy(inner);
  const own = asks.flatMap(({ ping, ipv6 }) => (ipv6 || ping.destination === null ? [] : [ping]));
  const wants = own.length > 0 ? own : addressesNamed(argv).map((address) => wantedPing(address, netns));
  return { argv, netns: key, asks, wants: wants.slice(0, MOST_WANTED) };
}

/** A packet to an address, as if a ping asked for it. */
export function wantedPing(destination: NonNullable<PingCommand["destination"]>, netns: string | null): PingCommand {
  return {
    netns,
    target: "",
    destination,
    bindInterface: null,
    bindAddress: null,
    payload: 56,
    options: 0,
    ttl: null,
    discovery: "dont",
    dontFragment: false,
    broadcast: true,
    mark: 0,
    tos: 0,
    count: null,
  };
}

// `bash check.sh`, `./check.sh`: whatever namespaces it names are worth a look from the start.
function scriptOf({ argv, netns }: InnerCommand): InnerCommand[] {
  const isShell = /^(?:.*\/)?(?:ba|da|a|z|k|mk)?sh$/.test(argv[0] ?? "");
  const file = isShell ? argv.slice(1).find((word) => !word.startsWith("-")) : argv[0];
  if (file === undefined || (!isShell && !file.includes("/"))) return [];
  const text = beginningOf(file);
  if (!isShell && !/^#!.*sh\b/.test(text)) return [];
  return commandsOfScript(text)
    .flatMap((words) => innerCommands(words))
    .map((inner) => ({ ...inner, netns: inner.netns ?? netns }))
    .filter((inner) => inner.netns !== null || askedBy(inner).length > 0);
}

function beginningOf(file: string): string {
  try {
    const handle = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(SCRIPT_BYTES);
      return bytes.subarray(0, readSync(handle, bytes, 0, SCRIPT_BYTES, 0)).toString("utf8");
    } finally {
      closeSync(handle);
    }
  } catch {
    return "";
  }
}
