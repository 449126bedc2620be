// A scenario as a person would paste it who sits at one host: what tcpdump prints there at one interface, and what that host's
// own tools print of its state. The host is the one at which the recorded answer stands.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { inside, start } from "../../src/lab/command.ts";
import { type Recording, recordStanding, withLab } from "../../src/lab/runner.ts";
import { ownNamespaces, type Scenario } from "../../src/lab/scenario.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import type { Report } from "../../src/model/report.ts";
import { canBeBuiltHere } from "./buildable.ts";

const root = join(import.meta.dirname, "../..");

/** A recorded answer and where it stands; null is not told. */
export interface Told {
  readonly name: string;
  readonly scenario: Scenario;
  readonly code: string;
  readonly netns: string | null;
  readonly interface: string | null;
}

function toldOf(scenario: Scenario): Told[] {
  const report = JSON.parse(readFileSync(join(root, "fixtures", scenario.name, "report.json"), "utf8"));
  const flow = report.flows.find(({ id }: { id: number }) => id === report.answer?.flow);
  const cause = flow?.causes[0];
  if (cause?.code !== report.answer?.code) return [];
  const [only, ...others] = ownNamespaces(scenario);
  const netns = others.length === 0 ? (only ?? null) : cause.netns;
  return [{ name: scenario.name, scenario, code: cause.code, netns, interface: cause.interface }];
}

/** Every recorded answer whose scenario this kernel can build. */
export const told: readonly Told[] = scenarios.filter(canBeBuiltHere).flatMap(toldOf);

/** Runs the scenario and gives what is pasted of it. */
export async function pasteOf(one: Told): Promise<string> {
  return withLab(one.scenario, async (realNameOf) => {
    const recording = await recordStanding(one.scenario, realNameOf);
    const tap = tapOf(recording, one);
    const printed = await start(["tcpdump", "-n", "-r", "-"], tap.bytes).finished;
    const prompt = `root@${tap.netns}:~# `;
    const packets = printed.stdout.toString();
    const asked = recording.commands
      .filter(({ netns }) => netns === tap.netns)
      .map(({ argv, output }) => `${prompt}${argv.map(quoted).join(" ")}\n${output}`);
    const listed = await listings(one.scenario, tap.netns, realNameOf(tap.netns));
    const state = listed.map(({ command, output }) => `${prompt}${command}\n${output}`);
    const capture = `${prompt}tcpdump -n -i ${tap.interface}\nlistening on ${tap.interface}, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n${packets}`;
    const pasted = [capture, ...asked, ...state].join("\n");
    return Object.keys(one.scenario.namespaces).reduce((text, name) => text.replaceAll(realNameOf(name), name), pasted);
  });
}

// Where the answer stands, else where that host saw most; a host that saw nothing has nothing to show, and the asker pastes.
function tapOf({ taps, scenario }: Recording, one: Told): Recording["taps"][number] {
  const asker = scenario.commands[0].netns;
  for (const netns of [one.netns ?? asker, asker]) {
    const seen = taps.filter((tap) => tap.netns === netns && tap.captured > 0);
    const most = seen.toSorted(
      (a, b) => Number(a.interface === "lo") - Number(b.interface === "lo") || b.captured - a.captured,
    );
    const chosen = seen.find((tap) => tap.interface === one.interface) ?? most[0];
    if (chosen !== undefined) return chosen;
  }
  return (taps.find(({ netns }) => netns === asker) ?? taps[0]) as Recording["taps"][number];
}

const SETTINGS =
  "rp_filter|accept_local|arp_|forward|icmp_|route_localnet|src_valid_mark|ignore_routes_with_linkdown|bridge-nf|l3mdev|shared_media|proxy|mtu_probing|mcast_solicit|ucast_solicit|drop_";

// What a person looks at on such a host: bridges where there are bridges, rules where there are rules, sockets where somebody connects.
async function listings({ namespaces, links, commands }: Scenario, netns: string, real: string) {
  const here = links.filter((link) => link.kind !== "veth" && link.at.startsWith(`${netns}:`));
  const kinds = new Set(here.map((link) => (link.kind === "device" ? link.type : link.kind)));
  const settings = namespaces[netns];
  const wanted = [
    "ip addr",
    ...(here.some(({ kind }) => kind === "device") ? ["ip -d link"] : []),
    "ip route show table all",
    "ip rule",
    "ip neigh",
    ...(kinds.has("bridge") ? ["bridge -d link", "bridge vlan", "bridge fdb"] : []),
    ...(kinds.has("vxlan") ? ["bridge fdb"] : []),
    ...(kinds.has("wireguard") ? ["wg"] : []),
    ...(settings?.nft === undefined ? [] : ["nft list ruleset"]),
    ...(settings?.iptables === undefined ? [] : ["iptables-nft-save"]),
    ...(settings?.tc === undefined ? [] : ["tc -s qdisc"]),
    `sysctl -a 2>/dev/null | grep -E '${SETTINGS}'`,
    ...(commands.some(({ argv }) => argv[0] !== "ping") ? ["ss -ltnu"] : []),
  ];
  const listed = [];
  for (const command of wanted) {
    const { output } = await start(inside(real, ["sh", "-c", command])).finished;
    listed.push({ command, output });
  }
  return listed;
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a paste came to: at which place the recorded code is named, the answer's being the first, and how sure the answer is. */
export interface Named {
  /** 0 is the answer; -1 is not named. */
  readonly place: number;
  readonly answer: string;
  readonly certain: boolean;
  readonly named: readonly string[];
  readonly report: Report | null;
}

/** Explains a paste. */
export async function namedIn(content: string, code: string): Promise<Named> {
  const { report } = await reportOfPastes({ pastes: [{ source: "paste.txt", content }] });
  const finding = report?.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings[0];
  const answer = report?.answer;
  // That no reply came is what was asked about, not what is wrong.
  const named = finding ? [...(finding.code === "echo-no-reply" ? [] : [finding.code]), ...finding.lookalikes] : [];
  const place = code === answer?.code ? 0 : named.indexOf(code as never);
  return { place, answer: answer?.code ?? "nothing", certain: answer?.certainty === "certain", named, report };
}
