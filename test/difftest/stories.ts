// Pings that are answered in part: a rule for some of them, a change while they run. Here the whole report is held against
// what happened, for no single walk is.

import type { LabCommand, TimedCommand } from "../../src/lab/scenario.ts";
import type { Code } from "../../src/model/code.ts";
import type { Random } from "../fuzz/random.ts";
import { routersOf, space } from "./family.ts";
import { bridged, chain, type Network, pair } from "./networks.ts";

/** What happens to a network while it is pinged, and which causes tell it. */
export interface Story {
  readonly name: string;
  readonly network: Network;
  readonly during: readonly TimedCommand[];
  /** Causes that are the truth; any other may be suspected, and none of them told for certain. */
  readonly truth: readonly Code[];
}

/** Milliseconds from the first of six pings, 200 ms apart, to the change. */
const CHANGE_AT = 520;

type Tell = (random: Random) => Story;

interface Hooked {
  readonly at: string;
  readonly hook: "input" | "output" | "forward";
  readonly type: "echo-request" | "echo-reply";
  readonly codes: readonly Code[];
}

/** A host, one of its hooks, and which of the two packets it is to lose there. */
function anyHook(network: Network, random: Random): Hooked {
  const [router] = routersOf(network);
  const back = { type: "echo-reply", codes: ["nft-reply-drop", "iptables-drop"] } as const;
  return random.pick<Hooked>([
    { at: network.asker, hook: "output", type: "echo-request", codes: ["nft-output-drop", "iptables-drop"] },
    { at: network.target, hook: "input", type: "echo-request", codes: ["nft-input-drop", "iptables-drop"] },
    { at: network.target, hook: "output", ...back },
    { at: network.asker, hook: "input", ...back },
    ...(router === undefined
      ? []
      : [{ at: router, hook: "forward", type: "echo-request", codes: ["nft-forward-drop", "iptables-drop"] } as const]),
  ]);
}

const plain =
  (shape: (random: Random) => Network): ((random: Random) => Network) =>
  (random) => {
    for (;;) {
      const network = shape(random);
      if (network.source === "10.0.1.1" && Object.keys(network.spaces).length <= 4) return network;
    }
  };

const anywhere = (random: Random): Network => random.pick([pair, chain, bridged].map(plain))(random);

function byRule(name: string, rules: (hooked: Hooked, random: Random) => { nft?: string; iptables?: string[] }): Tell {
  return (random) => {
    const network = anywhere(random);
    const hooked = anyHook(network, random);
    const { nft, iptables } = rules(hooked, random);
    const own = space(network, hooked.at);
    if (nft !== undefined)
      own.nft.push(
        `table ip t {\n chain c {\n type filter hook ${hooked.hook} priority 0; policy accept;\n ${nft}\n }\n }`,
      );
    own.iptables.push(...(iptables ?? []));
    return { name, network, during: [], truth: hooked.codes };
  };
}

function byChange(
  name: string,
  change: (
    network: Network,
    random: Random,
  ) => { readonly commands: readonly LabCommand[]; readonly truth: readonly Code[] },
): Tell {
  return (random) => {
    const network = anywhere(random);
    const { commands, truth } = change(network, random);
    return { name, network, truth, during: commands.map((command) => ({ ...command, afterMs: CHANGE_AT })) };
  };
}

const STORIES: readonly Tell[] = [
  byRule("partial: limit", ({ type }) => ({
    nft: `icmp type ${type} limit rate 1/minute burst 2 packets counter accept\n icmp type ${type} counter drop`,
  })),
  byRule("partial: limit over", ({ type }) => ({
    nft: `icmp type ${type} limit rate over 1/minute burst 3 packets counter drop`,
  })),
  byRule("partial: quota", ({ type }, random) => ({
    nft: `icmp type ${type} quota over ${random.pick([100, 200, 300])} bytes counter drop`,
  })),
  byRule("partial: every so many", ({ type }, random) => ({
    nft: `icmp type ${type} numgen inc mod ${random.pick([2, 3])} 0 counter drop`,
  })),
  byRule("partial: iptables limit", ({ hook, type }) => {
    const match = `-A ${hook.toUpperCase()} -p icmp -m icmp --icmp-type ${type === "echo-request" ? 8 : 0}`;
    return { iptables: [`${match} -m limit --limit 1/min --limit-burst 2 -j ACCEPT`, `${match} -j DROP`] };
  }),
  byRule("partial: iptables statistic", ({ hook, type }) => ({
    iptables: [
      `-A ${hook.toUpperCase()} -p icmp -m icmp --icmp-type ${type === "echo-request" ? 8 : 0} -m statistic --mode nth --every 2 --packet 0 -j DROP`,
    ],
  })),
  byChange("changed: echoes ignored from then on", (n) => ({
    commands: [{ netns: n.target, argv: ["sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1"] }],
    truth: ["icmp-echo-ignore-all"],
  })),
  byChange("changed: echoes answered from then on", (n) => {
    space(n, n.target).sysctl["net.ipv4.icmp_echo_ignore_all"] = "1";
    return {
      commands: [{ netns: n.target, argv: ["sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=0"] }],
      truth: ["icmp-echo-ignore-all"],
    };
  }),
  byChange("changed: a rule comes", (n, random) => {
    const { at, hook, type, codes } = anyHook(n, random);
    space(n, at).nft.push(`table ip t {\n chain c {\n type filter hook ${hook} priority 0; policy accept;\n }\n }`);
    return {
      commands: [{ netns: at, argv: ["nft", "add", "rule", "ip", "t0", "c", "icmp", "type", type, "counter", "drop"] }],
      truth: codes,
    };
  }),
  byChange("changed: a rule goes", (n, random) => {
    const { at, hook, type, codes } = anyHook(n, random);
    space(n, at).nft.push(
      `table ip t {\n chain c {\n type filter hook ${hook} priority 0; policy accept;\n icmp type ${type} counter drop\n }\n }`,
    );
    return { commands: [{ netns: at, argv: ["nft", "flush", "chain", "ip", "t0", "c"] }], truth: codes };
  }),
  byChange("changed: the target's cable goes down", (n) => ({
    commands: [{ netns: n.target, argv: ["ip", "link", "set", "e0", "down"] }],
    truth: [
      "peer-down",
      "peer-down-neigh-known",
      "link-admin-down",
      "forward-next-hop-arp-failed",
      "gateway-arp-failed",
    ],
  })),
  byChange("changed: the address goes", (n) => ({
    commands: [{ netns: n.target, argv: ["ip", "address", "flush", "dev", "e0"] }],
    truth: [
      "target-has-no-address",
      "arp-no-local-owner",
      "ip-forward-off",
      "missing-return-route",
      "interface-without-address",
    ],
  })),
  byChange("changed: the way back is refused", (n) => ({
    commands: [{ netns: n.target, argv: ["ip", "route", "add", "blackhole", "10.0.1.1/32"] }],
    truth: ["route-blackhole", "missing-return-route", "missing-return-route-rp-filter"],
  })),
];

/** One story, whose name holds `only`. */
export function randomStory(random: Random, only: string): Story {
  for (;;) {
    const story = random.pick(STORIES)(random);
    if (story.name.includes(only)) return story;
  }
}

/** What the names of stories begin with. */
export const STORY_KINDS: readonly string[] = ["partial:", "changed:"];
