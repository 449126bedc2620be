// Builds a scenario's namespaces and takes them down again.

import { setTimeout as sleep } from "node:timers/promises";
import { elapsedMs } from "../clock.ts";
import { ownValue } from "../model/own-value.ts";
import { inside, must, start } from "./command.ts";
import { prepare, told } from "./lacking.ts";
import { listen } from "./listeners.ts";
import { type NamespacePlan, planOf, type SysctlWrite } from "./plan.ts";
import { namespacesOfDeadRuns } from "./registry.ts";
import type { Scenario } from "./scenario.ts";
import { interfacesOf } from "./scenario.ts";

/** How long interfaces may take until both ends of a cable know of each other, in milliseconds. */
const CARRIER_MS = 3000;

/** Makes the namespaces and everything in them; what `realNameOf` gives is what `ip netns` shows. */
export async function build(scenario: Scenario, realNameOf: (logical: string) => string): Promise<void> {
  try {
    await prepare(scenario);
    await make(scenario, realNameOf);
  } catch (error) {
    throw told(scenario, error);
  }
}

async function make(scenario: Scenario, realNameOf: (logical: string) => string): Promise<void> {
  const plans = planOf(scenario, realNameOf);
  const all = [...plans].map(([name, plan]) => ({ name, real: realNameOf(name), plan }));
  await batch(
    ["ip"],
    all.map(({ real }) => `netns add ${real}`),
  );
  await each(all, ({ real, plan }) => writeSysctls(real, plan.baseline));
  // One after another: the scenario's order gives the interfaces their indexes.
  for (const { real, plan } of all) await batch(inside(real, ["ip"]), plan.make);
  await each(all, ({ real, plan }) => writeSysctls(real, plan.sysctl));
  await each(all, ({ real, plan }) => batch(inside(real, ["ip"]), plan.raise));
  await each(all, ({ name, real, plan }) => configure(scenario, name, real, plan));
}

async function configure(scenario: Scenario, name: string, real: string, plan: NamespacePlan): Promise<void> {
  await carrier(scenario, name, real);
  await batch(inside(real, ["bridge"]), plan.bridge);
  await batch(inside(real, ["ip"]), plan.route);
  // Older nft opens its standard input by name, which a socket does not allow: cat makes it a pipe.
  if (plan.nft !== null) await must(inside(real, ["sh", "-c", "cat | nft -f -"]), plan.nft);
  if (plan.iptables !== null) await must(inside(real, ["iptables-nft-restore"]), `${plan.iptables}\n`);
  for (const [device, lines] of Object.entries(plan.wireguard))
    await must(inside(real, ["sh", "-c", 'cat | wg setconf "$0" /dev/stdin', device]), `${lines}\n`);
  await batch(inside(real, ["tc"]), plan.tc);
  if (plan.listens.length > 0) await listen(real, plan.listens);
}

/** Deletes namespaces; one that is gone already is no fault. */
export async function demolish(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await start(["ip", "-force", "-batch", "-"], names.map((name) => `netns delete ${name}\n`).join("")).finished;
}

/** Deletes what runs left whose process was killed; returns the names. */
export async function sweep(): Promise<string[]> {
  const names = namespacesOfDeadRuns();
  await demolish(names);
  return names;
}

/** Gives all lines to one `ip -batch`, which ends at the first that the kernel refuses. */
export async function batch(command: readonly string[], lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await must([...command, "-batch", "-"], `${lines.join("\n")}\n`);
}

/** /proc/sys/net shows the namespace of whoever opens it, so that a tee in there is all it takes. */
export async function writeSysctls(real: string, writes: readonly SysctlWrite[]): Promise<void> {
  for (const { value, files } of writes) await must(inside(real, ["tee", "--", ...files]), value);
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work));
}

// The kernel tells a link's new state from a work queue: a state file taken at once would still say "down".
async function carrier(scenario: Scenario, name: string, real: string): Promise<void> {
  const down = ownValue(scenario.namespaces, name)?.down ?? [];
  const wanted = interfacesOf(scenario, name).filter((link) => !down.includes(link));
  const deadline = elapsedMs() + CARRIER_MS;
  for (;;) {
    const links = JSON.parse((await must(inside(real, ["ip", "-j", "link"]))).stdout.toString()) as {
      readonly ifname: string;
      readonly flags: readonly string[];
      readonly operstate: string;
    }[];
    const settled = links
      .filter((link) => wanted.includes(link.ifname))
      .every(({ flags, operstate }) =>
        // Without carrier (the other end stays down) the state is "down" or "lowerlayerdown".
        // Tunnels and the like never tell of a state (IF_OPER_UNKNOWN).
        flags.includes("LOWER_UP") ? operstate === "UP" || operstate === "UNKNOWN" : operstate.endsWith("DOWN"),
      );
    if (settled) return;
    if (elapsedMs() > deadline) throw new Error(`${scenario.name}: interfaces of ${name} did not settle`);
    await sleep(20);
  }
}
