// What this machine lacks for a scenario, in words: never a fault of ours, and never told as one.

import { existsSync } from "node:fs";
import { release } from "node:os";
import { type Problem, ProblemError } from "../model/problem.ts";
import { type Text, text } from "../model/text.ts";
import { CommandFailed, start } from "./command.ts";
import { FEATURES, type Feature, isBefore } from "./features.ts";
import type { Scenario } from "./scenario.ts";

// The words of iproute2, nft, iptables, wg and the kernel where they do not know what they are asked for.
const LACKS =
  /Unknown device type|not supported|Unknown|unknown|unrecognized|What is|is a garbage|syntax error|Protocol not found|Could not process rule|No such file|not found|Invalid argument/;

/** What a scenario needs beyond namespaces, veth pairs and bridges. */
export function neededBy({ needs = [], links }: Pick<Scenario, "needs" | "links">): Feature[] {
  const ofLinks = links.flatMap((link): Feature[] =>
    link.kind === "device" ? [link.type] : link.kind === "macvlan" ? ["macvlan"] : [],
  );
  return [...new Set([...ofLinks, ...needs])];
}

/** Loads what a machine that will be thrown away may load, and says what this kernel is too old for. */
export async function prepare(scenario: Scenario): Promise<void> {
  for (const feature of neededBy(scenario)) {
    const { module, since } = FEATURES[feature];
    if (since !== null && isBefore(release(), since)) throw new ProblemError(lacking(scenario.name, [feature], null));
    if (module !== null && process.env.PKTWHY_THROWAWAY === "1") await start(["modprobe", module]).finished;
  }
  if (neededBy(scenario).includes("br-netfilter") && !existsSync("/proc/sys/net/bridge"))
    throw new ProblemError(lacking(scenario.name, ["br-netfilter"], null));
}

/** An error of the building in words, where a tool or the kernel does not know what it was asked for. */
export function told(scenario: Scenario, error: unknown): unknown {
  if (!(error instanceof CommandFailed) || !LACKS.test(error.said)) return error;
  return new ProblemError(lacking(scenario.name, neededBy(scenario), error));
}

function lacking(name: string, features: readonly Feature[], failed: CommandFailed | null): Problem {
  const needs = features.map(wordsOf);
  const said =
    failed === null ? text("", "") : text(` ${failed.command}: ${failed.said}`, `${failed.command}：${failed.said}`);
  const en = needs.map((one) => one.en).join(", ");
  const zh = needs.map((one) => one.zh).join("、");
  const words =
    needs.length === 0
      ? text(
          `The kernel or a tool of this machine lacks what ${name} is built with.${said.en}`,
          `本机的内核或工具缺少搭建 ${name} 所需的功能。${said.zh}`,
        )
      : text(
          `${name} needs ${en}, which this machine (Linux ${release()}) does not have.${said.en}`,
          `${name} 需要${zh}，本机（Linux ${release()}）没有。${said.zh}`,
        );
  return { kind: "no-feature", severity: "error", place: name, text: words };
}

function wordsOf(feature: Feature): Text {
  const { words, module, since, iproute2 } = FEATURES[feature];
  const en = [
    ...(module === null ? [] : [`module ${module}`]),
    ...(since === null ? [] : [`Linux ${since} or later`]),
    ...(iproute2 === null ? [] : [`iproute2 ${iproute2} or later`]),
  ];
  const zh = [
    ...(module === null ? [] : [`模块 ${module}`]),
    ...(since === null ? [] : [`Linux ${since} 或更新`]),
    ...(iproute2 === null ? [] : [`iproute2 ${iproute2} 或更新`]),
  ];
  return text(`${words.en} (${en.join(", ")})`, `${words.zh}（${zh.join("、")}）`);
}
