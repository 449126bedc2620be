// Builds the network of a state file in namespaces of a run: links, settings, addresses, routes, rules, in the kernel's own order.

import { setTimeout as sleep } from "node:timers/promises";
import { elapsedMs } from "../../clock.ts";
import { ownValue } from "../../model/own-value.ts";
import type { SystemState } from "../../model/system-state.ts";
import { printable, text } from "../../model/text.ts";
import { collectState } from "../../system/collect.ts";
import { type Fields, textField } from "../../system/parse/shape.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";
import { batch, writeSysctls } from "../build.ts";
import { type Finished, inside, must, start } from "../command.ts";
import { BASELINE, groupWrites } from "../plan.ts";
import { UNSEEN } from "../run-name.ts";
import { bridgeLines, stackLines } from "./difference.ts";
import { rulesOf } from "./firewall.ts";
import { asList, type LeftOut, leftOutOf } from "./left-out.ts";
import { addressLines, linkPlan, upLines } from "./links.ts";
import { settingsNotThere, settingsToWrite } from "./settings.ts";

/** How long links may take until they are as the state shows them. */
const CARRIER_MS = 3000;

/** A network that stands. */
export interface Laid {
  readonly leftOut: readonly LeftOut[];
  /** The devices that are up, by the lab's name of their namespace. */
  readonly standing: ReadonlyMap<string, readonly string[]>;
}

/** One namespace while it is being built. */
interface Standing {
  readonly key: string;
  readonly name: string;
  readonly real: string;
  readonly wanted: NamespaceFile;
}

/** Builds everything that can be built, and tells what cannot. */
export async function layNetwork(
  file: StateFile,
  state: SystemState,
  names: ReadonlyMap<string, string>,
  realNameOf: (logical: string) => string,
): Promise<Laid> {
  const leftOut = leftOutOf(file);
  const labName = (key: string) => names.get(key) as string;
  const links = linkPlan(file, state, { labName, realName: realNameOf, outside: UNSEEN });
  leftOut.push(...links.leftOut);
  const all = Object.entries(file.namespaces).map(
    ([key, wanted]): Standing => ({ key, name: labName(key), real: realNameOf(labName(key)), wanted }),
  );
  const made = [...all.map(({ real }) => real), ...(links.leadsOut ? [realNameOf(UNSEEN)] : [])];
  await batch(
    ["ip"],
    made.map((real) => `netns add ${real}`),
  );
  await Promise.all(made.map((real) => writeSysctls(real, groupWrites(BASELINE))));
  const make = new Tolerant(leftOut);
  for (const { name, real } of all) await make.batch(name, inside(real, ["ip"]), links.lines.get(name)?.make ?? []);
  const bare = await stateOfAll(all);
  await Promise.all(
    all.map(async (one) => {
      const has = bare.get(one.key) ?? {};
      await writeSettings(make, one, has);
      const lines = links.lines.get(one.name)?.raise ?? [];
      await make.batch(one.name, inside(one.real, ["ip"]), [
        ...lines,
        ...addressLines(file, one.key),
        ...upLines(file, one.key),
      ]);
    }),
  );
  if (links.leadsOut) await raiseFarEnds(realNameOf(UNSEEN));
  await Promise.all(all.map(settle));
  const up = await stateOfAll(all);
  await Promise.all(
    all.map(async (one) => {
      const has = up.get(one.key) ?? {};
      await make.batch(one.name, inside(one.real, ["bridge"]), bridgeLines(one.wanted, has));
      await make.batch(one.name, inside(one.real, ["ip"]), [
        ...stackLines(one.wanted, has),
        ...(links.lines.get(one.name)?.afterwards ?? []),
      ]);
      for (const { tool, argv, input } of rulesOf(one.wanted))
        await make.feed(one.name, inside(one.real, argv), input, tool);
    }),
  );
  return { leftOut, standing: new Map(all.map(({ key, name }) => [name, devicesUp(up.get(key))])) };
}

function devicesUp(ns: NamespaceFile | undefined): string[] {
  const up = asList(ns?.link).filter((link) => Array.isArray(link.flags) && link.flags.includes("UP"));
  return up.flatMap((link) => textField(link, "ifname") ?? []);
}

// Commands that the kernel may refuse: what it said is told, and the rest goes on.
class Tolerant {
  readonly #leftOut: LeftOut[];

  constructor(leftOut: LeftOut[]) {
    this.#leftOut = leftOut;
  }

  async batch(name: string, [tool = "", ...options]: readonly string[], lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const done = await start([tool, "-force", ...options, "-batch", "-"], `${lines.join("\n")}\n`).finished;
    if (done.exitCode === 0) return;
    const refused = [...done.stderr.matchAll(/^(.*)\nCommand failed \S+:(\d+)$/gm)];
    if (refused.length > 0) {
      for (const [, said = "", number] of refused) this.#refused(name, `${tool} ${lines[Number(number) - 1]}`, said);
      return;
    }
    // A word that the tool itself does not take ends it: then each line is for itself.
    for (const line of lines) {
      const one = await start([tool, ...options, ...line.split(" ")]).finished;
      if (one.exitCode !== 0 && !/File exists|already/.test(one.stderr))
        this.#refused(name, `${tool} ${line}`, one.stderr);
    }
  }

  async feed(name: string, argv: readonly string[], input: string, tool: string): Promise<void> {
    const done = await start(argv, input).finished;
    if (done.exitCode !== 0) this.#refused(name, tool, firstWords(done));
  }

  async setting(name: string, real: string, value: string, files: readonly string[]): Promise<void> {
    const done = await start(inside(real, ["tee", "--", ...files]), value).finished;
    if (done.exitCode !== 0)
      this.#refused(name, `sysctl ${files.join(" ").replaceAll("/proc/sys/", "")}`, firstWords(done));
  }

  lacking(name: string, keys: readonly string[]): void {
    const shown = keys.slice(0, 4).join(", ") + (keys.length > 4 ? ", …" : "");
    this.#leftOut.push({
      reason: "kernel",
      text: text(`${name}: this kernel does not have ${shown}.`, `${name}：本机内核没有 ${shown}。`),
    });
  }

  #refused(name: string, command: string, said: string): void {
    const why = printable(said.trim().split("\n")[0] ?? "");
    const typed = printable(command);
    this.#leftOut.push({
      reason: "kernel",
      text: text(`${name}: ${typed} was refused: ${why}`, `${name}：${typed} 被拒绝：${why}`),
    });
  }
}

function firstWords(done: Finished): string {
  return done.stderr.trim() || `status ${done.exitCode}`;
}

async function stateOfAll(all: readonly Standing[]): Promise<ReadonlyMap<string, NamespaceFile>> {
  const { namespaces } = await collectState({ namespaces: all.map(({ real }) => real), current: false });
  return new Map(all.map(({ key, real }) => [key, ownValue(namespaces, real) ?? {}]));
}

async function writeSettings(make: Tolerant, { name, real, wanted }: Standing, has: NamespaceFile): Promise<void> {
  for (const { value, files } of groupWrites(settingsToWrite(wanted, has)))
    await make.setting(name, real, value, files);
  const lacking = settingsNotThere(wanted, has);
  if (lacking.length > 0) make.lacking(name, lacking);
}

async function raiseFarEnds(real: string): Promise<void> {
  const links = JSON.parse((await must(inside(real, ["ip", "-j", "link"]))).stdout.toString()) as readonly Fields[];
  const names = links.flatMap((link) => textField(link, "ifname") ?? []).filter((name) => name.startsWith("far"));
  await batch(
    inside(real, ["ip"]),
    names.map((name) => `link set ${name} up`),
  );
}

// The kernel tells a link's new state from a work queue: routes and ports follow it.
async function settle({ real, wanted }: Standing): Promise<void> {
  const deadline = elapsedMs() + CARRIER_MS;
  const states = new Map(asList(wanted.link).map((link) => [textField(link, "ifname"), textField(link, "operstate")]));
  for (;;) {
    const links = JSON.parse((await must(inside(real, ["ip", "-j", "link"]))).stdout.toString()) as readonly Fields[];
    const waiting = links.filter((link) => {
      const state = states.get(textField(link, "ifname"));
      return state !== undefined && state !== null && state !== textField(link, "operstate");
    });
    if (waiting.length === 0 || elapsedMs() > deadline) return;
    await sleep(20);
  }
}
