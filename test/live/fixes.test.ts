// The command that mends it: the first fix of every recorded failure is typed in a fresh copy of its scenario, and the ping
// works then. What only a person can decide (which gateway, which address) is listed here with its reason.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inside, start } from "../../src/lab/command.ts";
import { withLab } from "../../src/lab/runner.ts";
import type { LabCommand, Scenario } from "../../src/lab/scenario.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { whyNoCaptures } from "./run-world.ts";

const root = join(import.meta.dirname, "../..");

const FOR_A_PERSON: Readonly<Record<string, string>> = {
  "arp-loopback-target": "nothing on a wire answers for 127.0.0.0/8",
  "echo-reply-no-socket": "which of the two hosts should give the address up",
  "ip-header-bad": "what damages the packets",
  "macvlan-host-isolation": "which address the host's own side should have",
  "directed-broadcast-not-forwarded": "which host of the subnet was meant",
  "forward-next-hop-arp-failed": "nobody has the address: is it wrong, or its host down?",
  "forward-no-route": "which router is next on the way",
  "gateway-arp-failed": "which address the gateway really has",
  "interface-without-address": "which address the interface should have",
  "martian-destination-loopback": "nothing off this host is in 127.0.0.0/8",
  "martian-source-invalid": "which of the two netmasks is wrong",
  "martian-source-loopback": "which address the sender should use",
  "nft-conntrack-invalid": "why the answers take another way than the questions",
  "no-route": "which gateway leads there",
  "policy-routing-wrong-table": "which gateway the table should name",
  "routing-loop": "which router of the circle is wrong",
  "wrong-netmask": "which prefix length is right",
};

// Mended, and the ping fails for another reason: the scenario has nobody at the address, or the fix is half of the way.
const STILL_UNANSWERED: Readonly<Record<string, string>> = {
  "arp-probe-sip-zero": "its further commands take the asker's addresses away",
  "broadcast-needs-b": "hosts leave a broadcast ping unanswered by default",
  "duplicate-mac": "the bridge learns the port of the address anew when its owner next speaks",
  "multicast-no-member": "members may answer then, and there is none",
  "pmtu-blackhole": "the error reaches ping, which then sends less",
  "policy-rule-reject": "nobody has the address",
  "proxy-arp-pvlan": "nobody has the address",
  "route-blackhole": "nobody has the address",
  "route-prohibit": "nobody has the address",
  "route-throw": "nobody has the address",
  "route-unreachable": "nobody has the address",
  "veth-other-addresses": "asker and answerer share a namespace: accept_local comes next",
};

interface Told {
  readonly verdict: string;
  readonly netns: string | null;
  readonly target: string;
  readonly command: string;
}

function firstFix(scenario: Scenario): Told | null {
  const report = JSON.parse(readFileSync(join(root, "fixtures", scenario.name, "report.json"), "utf8"));
  const flow = report.flows.find((one: { id: number }) => one.id === report.answer?.flow);
  const cause = flow?.causes[0];
  const fix = cause?.fixes.find((one: { command: string }) => one.command !== "");
  if (flow?.verdict !== "failed" || fix === undefined) return null;
  return { verdict: flow.verdict, netns: cause.netns, target: flow.dst, command: fix.command };
}

const failures = scenarios.flatMap((scenario) => {
  const fix = firstFix(scenario);
  return fix === null ? [] : [{ name: scenario.name, scenario, fix }];
});

// As a person would type it, but with the real name of the namespace; a ping without a count never ends.
function typed(scenario: Scenario, { command, netns }: Told, realNameOf: (logical: string) => string): string[] {
  const line = command.replaceAll("sudo ", "").replace(/\bping (?!-c)/, "ping -c 2 -W 1 ");
  const words = line.replace(/\bip netns exec (\S+)/g, (_, name: string) => `ip netns exec ${realNameOf(name)}`);
  if (words.startsWith("ip netns exec ")) return ["sh", "-c", words];
  const only = Object.keys(scenario.namespaces)[0] as string;
  return inside(realNameOf(netns || only), ["sh", "-c", words]);
}

const ended = async (argv: readonly string[]) => start(argv).finished;

async function afterFix(scenario: Scenario, fix: Told): Promise<string> {
  return withLab(scenario, async (realNameOf) => {
    const last = (scenario.commands.find(({ argv }) => argv.includes(fix.target)) ??
      scenario.commands[0]) as LabCommand;
    const earlier = scenario.commands.filter((one) => one !== last);
    for (const command of [...(scenario.before ?? []), ...(scenario.meanwhile ?? []), ...earlier])
      await ended(inside(realNameOf(command.netns), command.argv));
    const mended = await ended(typed(scenario, fix, realNameOf));
    const ping = /\bping /.test(fix.command);
    // 1: sent and not answered; 2 would be an error of ping's.
    if (ping && mended.exitCode === 1 && scenario.name in STILL_UNANSWERED) return "works";
    if (mended.exitCode !== 0) return `${fix.command}: exit ${mended.exitCode}\n${mended.output}`;
    if (ping) return "works";
    const again = await ended(inside(realNameOf(last.netns), last.argv));
    return again.exitCode === 0 || scenario.name in STILL_UNANSWERED ? "works" : `${fix.command}\n${again.output}`;
  });
}

describe.skipIf(whyNoCaptures() !== null)("the first fix", () => {
  it.concurrent.each(failures.filter(({ name }) => !(name in FOR_A_PERSON)))(
    "$name",
    { retry: 1 },
    async ({ scenario, fix }) => {
      expect(await afterFix(scenario, fix)).toBe("works");
    },
  );

  it("lists what is for a person with a reason each, and nothing that is no failure", () => {
    const listed = [...Object.keys(FOR_A_PERSON), ...Object.keys(STILL_UNANSWERED)];
    expect(listed.filter((name) => !failures.some((one) => one.name === name))).toEqual([]);
  });
});
