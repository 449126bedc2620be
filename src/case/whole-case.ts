// What a case is, whatever it lies in: the state before its ping, the ping, and what was reported of it.

import { attemptOfCommand } from "../explain/attempt.ts";
import { parsePingCommand } from "../explain/command/ping-command.ts";
import { FlowTracker } from "../flow/tracker.ts";
import { ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import { predict } from "../predict/predict.ts";
import { drive } from "../savefile/inputs/drive.ts";
import { resolveInputs } from "../savefile/open.ts";
import { parseState } from "../system/parse.ts";
import type { StateFile } from "../system/state-file.ts";
import { PARTS, readParts } from "./bundle.ts";
import { forecast } from "./predict-report.ts";
import { reportOf } from "./read-report.ts";
import { parseRunFile } from "./run-file.ts";
import { readJson, writtenOnly } from "./state-file.ts";
import { usageError } from "./usage-error.ts";

/** A command of the case, with the key of the namespace it ran in. */
export interface CaseCommand {
  readonly argv: readonly string[];
  readonly netns: string;
  readonly exitCode: number | null;
}

/** A case as it was handed over. */
export interface WholeCase {
  readonly path: string;
  readonly file: StateFile;
  readonly state: SystemState;
  /** The state after it; null where none was taken. */
  readonly stateAfter: SystemState | null;
  /** What was typed, pings and others; empty where nothing tells it. */
  readonly commands: readonly CaseCommand[];
  /** Whether the packets of the ping are there, so that what was reported rests on more than the state. */
  readonly hasPackets: boolean;
}

/** Reads a state file, a bundle or a capture with its state inside. */
export async function readCase(path: string): Promise<WholeCase> {
  const inputs = resolveInputs([path]);
  const companions = writtenOnly(inputs.companions);
  const inside = companions.state === null && inputs.captures.length > 0 ? await partsInside(path) : null;
  const stateJson =
    inside?.get(PARTS.state) ?? (companions.state === null ? await jsonOf(path) : await readJson(companions.state));
  if (stateJson === undefined) throw noState(path);
  const { state } = parseState(stateJson, path);
  const run = inside?.get(PARTS.run) ?? (companions.run === null ? null : await readJson(companions.run));
  const after =
    inside?.get(PARTS.stateAfter) ?? (companions.stateAfter === null ? null : await readJson(companions.stateAfter));
  return {
    path,
    file: stateJson as StateFile,
    state,
    stateAfter: after === undefined || after === null ? null : parseState(after, path).state,
    commands: commandsOf(run, state),
    hasPackets: inputs.captures.length > 0 && run !== null,
  };
}

async function jsonOf(path: string): Promise<unknown> {
  const { captures, problems } = resolveInputs([path]);
  const unreadable = problems.find(({ kind }) => kind === "no-such-file" || kind === "no-permission");
  if (unreadable !== undefined) throw new ProblemError(unreadable);
  const isCapture = captures.some(({ content }) => content === "pcap" || content === "pcapng");
  if (isCapture || problems.some((problem) => problem.severity === "error")) throw noState(path);
  return readJson(path);
}

async function partsInside(path: string): Promise<ReadonlyMap<string, unknown>> {
  const inputs = resolveInputs([path]);
  if (inputs.captures.every((capture) => capture.content !== "pcapng")) return new Map();
  const { custom } = await drive(inputs.captures, new FlowTracker({}));
  return readParts(custom, path).parts;
}

/** What was typed, by a run.json. */
export function commandsOf(run: unknown, state: SystemState): CaseCommand[] {
  const { command } = parseRunFile(run);
  if (command === null) return [];
  const outer = run as { readonly further?: unknown };
  const further = Array.isArray(outer.further) ? outer.further.flatMap((one) => parseRunFile(one).command ?? []) : [];
  return [command, ...further].map(({ argv, netns, exitCode }) => ({
    argv,
    netns: parsePingCommand(argv)?.netns ?? netns ?? onlyNamespace(state),
    exitCode,
  }));
}

function onlyNamespace(state: SystemState): string {
  const keys = [...state.namespaces.keys()];
  return keys.length === 1 ? (keys[0] ?? "") : "";
}

/** The ping that was asked for on the command line, in the namespace that it names. */
export function askedCommand(argv: readonly string[], { state }: WholeCase): CaseCommand {
  const ping = parsePingCommand(argv);
  if (ping === null) {
    throw usageError(
      argv.join(" "),
      text(
        "What stands behind -- has to be a ping, for instance: ip netns exec net0 ping -c 2 192.168.2.1",
        "-- 之后必须是一条 ping 命令，例如：ip netns exec net0 ping -c 2 192.168.2.1",
      ),
    );
  }
  return { argv, netns: ping.netns ?? onlyNamespace(state), exitCode: null };
}

/** What was reported of the case; for another ping, or without packets, what the state alone foretells. */
export async function reportedOf(one: WholeCase, asked: CaseCommand | null): Promise<Report | null> {
  if (asked === null && one.hasPackets) return (await reportOf([one.path])).report;
  const command = asked ?? one.commands.at(-1);
  const ping = command && parsePingCommand(command.argv);
  if (command === undefined || !ping || ping.destination === null) return null;
  return forecast(predict(one.state, attemptOfCommand(ping.destination, command.netns, ping)), [], one.state);
}

/** Nothing there is a state. */
export function noState(path: string) {
  const name = printable(path);
  return usageError(
    path,
    text(
      `There is no state in ${name}. Name a state file (pktwhy snapshot), or a bundle that holds one (pktwhy run -w DIR/).`,
      `${name} 里没有状态。请给出状态文件（pktwhy snapshot），或带有状态的一组文件（pktwhy run -w 目录/）。`,
    ),
  );
}
