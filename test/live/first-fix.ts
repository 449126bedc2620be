// The first fix of every recorded failure: typed in a fresh copy of its scenario as it is printed, and pinged again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inside, start } from "../../src/lab/command.ts";
import { withLab } from "../../src/lab/runner.ts";
import type { LabCommand, Scenario } from "../../src/lab/scenario.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { canBeBuiltHere } from "./buildable.ts";

const root = join(import.meta.dirname, "../..");

/** A fix as a report prints it. */
export interface Told {
  readonly verdict: string;
  readonly netns: string | null;
  readonly target: string;
  readonly command: string;
  /** What the walk after it said. */
  readonly proof: string;
}

/** A recorded failure with its first fix; null where there is none. */
export interface Failure {
  readonly name: string;
  readonly scenario: Scenario;
  readonly fix: Told | null;
}

function failureOf(scenario: Scenario): Failure[] {
  const report = JSON.parse(readFileSync(join(root, "fixtures", scenario.name, "report.json"), "utf8"));
  const flow = report.flows.find((one: { id: number }) => one.id === report.answer?.flow);
  const cause = flow?.causes[0];
  if (flow?.verdict !== "failed") return [];
  const fix = cause?.fixes[0];
  const told = fix && {
    verdict: flow.verdict,
    netns: cause.netns,
    target: flow.dst,
    command: fix.command,
    proof: fix.proof,
  };
  return [{ name: scenario.name, scenario, fix: told ?? null }];
}

/** Every recorded failure that this kernel can build. */
export const failures: readonly Failure[] = scenarios.filter(canBeBuiltHere).flatMap(failureOf);

// As a person would type it, but with the real name of the namespace; a ping without a count never ends.
function typed(scenario: Scenario, { command, netns }: Told, realNameOf: (logical: string) => string): string[] {
  const line = command.replaceAll("sudo ", "").replace(/\bping (?!-c)/, "ping -c 2 -W 1 ");
  const words = line.replace(/\bip netns exec (\S+)/g, (_, name: string) => `ip netns exec ${realNameOf(name)}`);
  if (words.startsWith("ip netns exec ")) return ["sh", "-c", words];
  const only = Object.keys(scenario.namespaces)[0] as string;
  return inside(realNameOf(netns || only), ["sh", "-c", words]);
}

// The first of the scenario's pings to the target that failed when it was recorded; what comes after it is another story.
function failedPing({ name, commands }: Scenario, target: string): number {
  const run = JSON.parse(readFileSync(join(root, "fixtures", name, "run.json"), "utf8"));
  const ran: readonly { readonly argv: readonly string[]; readonly exitCode: number }[] = [run, ...(run.further ?? [])];
  const failed = ran.findIndex(({ argv, exitCode }) => argv.includes(target) && exitCode !== 0);
  const any = commands.findIndex(({ argv }) => argv.includes(target));
  return Math.max(0, failed >= 0 ? failed : any);
}

const ended = async (argv: readonly string[]) => start(argv).finished;

/** What became of a fix: typed without an error, and whether the ping works then. */
export interface Tried {
  readonly exitCode: number | null;
  readonly answered: boolean;
  /** What the command that failed, or the second ping, printed. */
  readonly output: string;
}

/** Types the fix in a fresh copy of the scenario and pings again; a fix that is itself a ping is that ping. */
export async function afterFix(scenario: Scenario, fix: Told): Promise<Tried> {
  return withLab(scenario, async (realNameOf) => {
    const at = failedPing(scenario, fix.target);
    const last = scenario.commands[at] as LabCommand;
    const earlier = scenario.commands.slice(0, at);
    for (const command of [...(scenario.before ?? []), ...(scenario.meanwhile ?? []), ...earlier])
      await ended(inside(realNameOf(command.netns), command.argv));
    const mended = await ended(typed(scenario, fix, realNameOf));
    if (mended.exitCode !== 0 || /\bping (?:.*\b)?\d/.test(fix.command.split(" && ").at(-1) ?? ""))
      return { exitCode: mended.exitCode, answered: mended.exitCode === 0, output: mended.output };
    const again = await ended(inside(realNameOf(last.netns), last.argv));
    return { exitCode: 0, answered: again.exitCode === 0, output: again.output };
  });
}
