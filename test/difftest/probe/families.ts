// What is broken for a probe: nothing, what listens, firewalls, NAT, policy routing, or whatever breaks a ping.

import type { Random } from "../../fuzz/random.ts";
import { randomCase } from "../families.ts";
import { asker, type Fault, type PingDraft, plainPing, routersOf, space, target } from "../family.ts";
import { anyFault } from "../faults.ts";
import { anyNetwork, bridged, bridgedRouter, chain, doubleLink, type Network, pair, triangle } from "../networks.ts";
import { tidy } from "../tidy.ts";
import type { ListenerDraft, ProbeDraft } from "./sockets.ts";

/** A case, before it is built. */
interface ProbeCase {
  readonly family: string;
  readonly network: Network;
  readonly listeners: Record<string, ListenerDraft[]>;
  readonly asked: ProbeDraft;
}

/** What a family may change. */
interface Draft {
  readonly network: Network;
  readonly random: Random;
  readonly listeners: Record<string, ListenerDraft[]>;
  asked: ProbeDraft;
}

interface Family {
  readonly name: string;
  readonly networks: readonly ((random: Random) => Network)[];
  readonly fault: (draft: Draft) => void;
}

const PORT = 8080;
const everywhere = [pair, chain, bridged, triangle, doubleLink, bridgedRouter];
const routed = [chain, triangle, bridgedRouter];

function hookChain(
  family: string,
  type: string,
  hook: string,
  priority: number,
  rules: string,
  policy = "accept",
): string {
  return `table ${family} t {\n chain c {\n type ${type} hook ${hook} priority ${priority}; policy ${policy};\n ${rules}\n }\n }`;
}

const filter = (hook: string, rules: string, policy = "accept"): string =>
  hookChain("ip", "filter", hook, 0, rules, policy);

function dropOrReject(random: Random, protocol: "tcp" | "udp", hook: string): string {
  if (hook === "prerouting" || hook === "postrouting") return "drop";
  return random.pick([
    "drop",
    "reject",
    "reject with icmp type admin-prohibited",
    "reject with icmp type host-unreachable",
    "reject with icmp type net-unreachable",
    ...(protocol === "tcp" ? ["reject with tcp reset", "reject with tcp reset"] : []),
  ]);
}

function portMatch(random: Random, { protocol, port }: ProbeDraft): string {
  return random.pick([
    `${protocol} dport ${port}`,
    `${protocol} dport { 22, ${port} }`,
    `${protocol} dport 8000-9000`,
    `${protocol} dport != 22`,
    `meta l4proto ${protocol} th dport ${port}`,
    `meta l4proto { tcp, udp }`,
    `ip protocol ${protocol}`,
    `${protocol} dport 22`,
    `${protocol} sport 1024-65535`,
    `${protocol} sport < 1024`,
    `ip protocol . th dport { ${protocol} . ${port} }`,
    ...(protocol === "tcp" ? ["tcp flags syn / fin,syn,rst,ack", "tcp flags & (syn | ack) == syn | ack"] : []),
  ]);
}

const listener: Family["fault"] = (draft) => {
  const { random, network, asked } = draft;
  const own = Object.entries(target(network).addresses).flatMap(([device, list]) =>
    list.map((one) => ({ device, address: one.split("/")[0] as string })),
  );
  const { address, device } = random.pick(own);
  const base = { protocol: asked.protocol, port: asked.port } as const;
  draft.listeners[network.target] = random.pick<() => ListenerDraft[]>([
    () => [],
    () => [{ ...base, address: "127.0.0.1" }],
    () => [{ ...base, address }],
    () => [{ ...base, address: asked.destination }],
    () => [{ ...base, address: "0.0.0.0", device }],
    () => [{ ...base, address: "0.0.0.0", device: "lo" }],
    () => [{ ...base, address: "0.0.0.0", port: 8081 }],
    () => [{ ...base, protocol: asked.protocol === "tcp" ? "udp" : "tcp", address: "0.0.0.0" }],
    () => [{ ...base, address: "::", v6only: random.chance(0.5) }],
    () => [{ ...base, address: "0.0.0.0", full: asked.protocol === "tcp" }],
    () => [
      { ...base, address: "127.0.0.1" },
      { ...base, address },
    ],
  ])();
};

const firewall: Family["fault"] = ({ network, random, asked }) => {
  const names = Object.keys(network.spaces).filter((name) => name !== "s" && name !== "s2");
  const name = random.pick(names);
  const isRouter = routersOf(network).includes(name);
  const hook = random.pick(
    isRouter ? ["forward", "forward", "prerouting", "postrouting"] : ["input", "output", "prerouting", "postrouting"],
  );
  const rule = `${portMatch(random, asked)} counter ${dropOrReject(random, asked.protocol, hook)}`;
  space(network, name).nft.push(filter(hook, rule));
};

const stateful: Family["fault"] = ({ network, random, asked }) => {
  const names = Object.keys(network.spaces).filter((name) => name !== "s" && name !== "s2");
  const name = random.pick(names);
  const hook = routersOf(network).includes(name) ? "forward" : random.pick(["input", "output"]);
  const states = random.pick(["established,related", "established", "established,related", "related"]);
  const open = random.pick([
    `${asked.protocol} dport ${asked.port} accept`,
    `${asked.protocol} dport ${asked.port} ct state new accept`,
    "tcp dport 22 accept",
    "ct state new accept",
    `${asked.protocol} dport ${asked.port} ct state new counter reject`,
    "ct state new counter drop",
  ]);
  const invalid = random.chance(0.4) ? "ct state invalid counter drop\n" : "";
  space(network, name).nft.push(
    filter(hook, `${invalid}ct state ${states} accept\n${open}`, random.pick(["drop", "drop", "accept"])),
  );
};

const answersDropped: Family["fault"] = ({ network, random, asked }) => {
  const name = random.pick(Object.keys(network.spaces).filter((one) => one !== "s" && one !== "s2"));
  const hook = routersOf(network).includes(name) ? "forward" : name === network.asker ? "input" : "output";
  const rule = random.pick([
    `${asked.protocol} sport ${asked.port}`,
    ...(asked.protocol === "tcp"
      ? ["tcp flags syn,ack / syn,ack", "tcp flags rst", "tcp flags & (fin|syn|rst|ack) == ack"]
      : []),
    "icmp type destination-unreachable",
  ]);
  if (random.chance(0.3)) listener({ network, random, asked, listeners: {} });
  space(network, name).nft.push(filter(hook, `${rule} counter ${dropOrReject(random, asked.protocol, hook)}`));
};

const tables: Family["fault"] = ({ network, random, asked }) => {
  const name = random.pick(Object.keys(network.spaces).filter((one) => one !== "s" && one !== "s2"));
  const chainName = routersOf(network).includes(name) ? "FORWARD" : random.pick(["INPUT", "OUTPUT"]);
  const { protocol: p, port } = asked;
  const match = random.pick([
    `-p ${p} -m ${p} --dport ${port}`,
    `-p ${p} -m multiport --dports 22,80,${port}`,
    `-p ${p} -m multiport --ports ${port}`,
    `-p ${p} -m ${p} --dport 8000:9000`,
    `-p ${p} -m ${p} ! --dport 22`,
    `-p ${p} -m ${p} --sport ${port}`,
    `-p ${p} -m conntrack --ctstate NEW`,
    `-m conntrack --ctstate INVALID`,
    ...(p === "tcp"
      ? ["-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", "-p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK"]
      : []),
  ]);
  const how = random.pick([
    "DROP",
    "REJECT --reject-with icmp-port-unreachable",
    "REJECT --reject-with icmp-host-prohibited",
    ...(p === "tcp" && match.startsWith("-p tcp") ? ["REJECT --reject-with tcp-reset"] : []),
  ]);
  space(network, name).iptables.push(`-A ${chainName} ${match} -j ${how}`);
};

/** An address of a router on the side of the asker. */
function facing(network: Network, router: string): string {
  const own = Object.values(space(network, router).addresses).flat();
  return ((own[0] ?? "10.0.1.2/24").split("/")[0] ?? "10.0.1.2") as string;
}

const published: Family["fault"] = (draft) => {
  const { network, random, asked } = draft;
  const router = random.pick(routersOf(network));
  const inside = asked.destination;
  const outside = facing(network, router);
  const port = random.pick([80, 80, 8080, 443]);
  const to = random.pick([`${inside}:${asked.port}`, `${inside}:${asked.port}`, `${inside}:9`, inside, "10.0.9.9:80"]);
  const how = random.pick([`dnat to ${to}`, `dnat to ${to}`, `dnat to ${to}`, `redirect to :${asked.port}`]);
  space(network, router).nft.push(
    hookChain("ip", "nat", "prerouting", -100, `${asked.protocol} dport ${port} ip daddr ${outside} counter ${how}`),
  );
  if (random.chance(0.4))
    space(network, router).nft.push(
      hookChain("ip", "nat", "postrouting", 100, `ip protocol ${asked.protocol} counter masquerade`),
    );
  if (random.chance(0.4))
    space(network, router).nft.push(
      filter(
        "forward",
        random.pick([
          `${asked.protocol} dport ${asked.port} accept`,
          "ct status dnat accept",
          "ct state established accept",
        ]),
        "drop",
      ),
    );
  if (random.chance(0.2))
    draft.listeners[router] = [{ protocol: asked.protocol, address: "0.0.0.0", port: asked.port }];
  draft.asked = { ...asked, destination: outside, port: random.chance(0.9) ? port : 81 };
};

const ownNat: Family["fault"] = (draft) => {
  const { network, random, asked } = draft;
  const rule = random.pick([
    `${asked.protocol} dport 80 dnat to ${asked.destination}:${asked.port}`,
    `${asked.protocol} dport 80 redirect to :${asked.port}`,
    `ip daddr 203.0.113.9 ${asked.protocol} dport 80 dnat to ${asked.destination}:${asked.port}`,
  ]);
  asker(network).nft.push(hookChain("ip", "nat", "output", -100, rule));
  if (random.chance(0.5))
    draft.listeners[network.asker] = [{ protocol: asked.protocol, address: "0.0.0.0", port: asked.port }];
  draft.asked = { ...asked, port: 80, destination: random.pick([asked.destination, asked.destination, "203.0.113.9"]) };
};

const masquerade: Family["fault"] = ({ network, random, asked }) => {
  const router = random.pick(routersOf(network));
  space(network, router).nft.push(
    hookChain(
      "ip",
      "nat",
      "postrouting",
      100,
      random.pick([
        "masquerade",
        `ip saddr ${network.source} masquerade`,
        `${asked.protocol} dport ${asked.port} masquerade`,
      ]),
    ),
  );
  if (random.chance(0.5)) target(network).routes.splice(0);
};

const policy: Family["fault"] = ({ network, random, asked }) => {
  const name = random.pick([network.asker, network.asker, network.target, ...routersOf(network)]);
  const { protocol: p, port } = asked;
  const selector = random.pick([
    `ipproto ${p}`,
    `ipproto ${p} dport ${port}`,
    `ipproto ${p} dport 8000-9000`,
    `ipproto ${p} sport ${port}`,
    `dport ${port}`,
    `sport ${port}`,
    "ipproto icmp",
    `dport 22`,
  ]);
  const action = random.pick(["prohibit", "blackhole", "unreachable", "lookup 100"]);
  space(network, name).rules.push(`pref 100 ${selector} ${action}`);
  space(network, name).routes.push(random.pick(["unreachable default table 100", "throw default table 100"]));
};

const bound: Family["fault"] = (draft) => {
  const { network, random, asked } = draft;
  const own = Object.entries(asker(network).addresses);
  const [device = "e0", list = []] = random.pick(own);
  draft.asked = random.pick([
    { ...asked, device },
    { ...asked, source: (list[0] ?? "10.0.1.1/24").split("/")[0] as string },
    { ...asked, source: "192.0.2.7" },
    { ...asked, destination: "10.0.1.255" },
    { ...asked, destination: "127.0.0.1" },
    { ...asked, destination: network.source },
  ]);
};

const pingFault: Fault = (network: Network, ping: PingDraft, random: Random) => anyFault(network, ping, random);

const FAMILIES: readonly Family[] = [
  { name: "healthy", networks: [anyNetwork], fault: () => undefined },
  { name: "listener", networks: everywhere, fault: listener },
  { name: "firewall", networks: everywhere, fault: firewall },
  { name: "stateful", networks: everywhere, fault: stateful },
  { name: "answers dropped", networks: everywhere, fault: answersDropped },
  { name: "iptables", networks: everywhere, fault: tables },
  { name: "published port", networks: routed, fault: published },
  { name: "nat at the asker", networks: everywhere, fault: ownNat },
  { name: "masquerade", networks: routed, fault: masquerade },
  { name: "policy routing by ports", networks: everywhere, fault: policy },
  { name: "bound", networks: everywhere, fault: bound },
];

/** One case: half of them of these families, half broken as a ping is; now and then one more fault. */
export function randomProbe(random: Random, only: string | null): ProbeCase {
  const named = FAMILIES.filter(({ name }) => only !== null && name.includes(only));
  if (only === null && random.chance(0.4)) return asPing(random);
  const { name, networks, fault } = random.pick(named.length > 0 ? named : FAMILIES);
  const network = random.pick(networks)(random);
  const draft: Draft = { network, random, listeners: {}, asked: plainProbe(random, network.destination) };
  usual(draft);
  fault(draft);
  if (random.chance(0.15)) pingFault(network, plainPing(network.destination), random);
  tidy(network);
  return { family: name, network, listeners: draft.listeners, asked: draft.asked };
}

function plainProbe(random: Random, destination: string): ProbeDraft {
  return { protocol: random.pick(["tcp", "tcp", "udp"]), destination, port: PORT, source: null, device: null };
}

function usual({ network, listeners, asked }: Draft): void {
  listeners[network.target] = [{ protocol: asked.protocol, address: "0.0.0.0", port: asked.port }];
}

function asPing(random: Random): ProbeCase {
  const { family, network, ping } = randomCase(random);
  const isDevice = ping.bind !== null && !/^\d/.test(ping.bind);
  const asked = {
    ...plainProbe(random, ping.destination),
    device: isDevice ? ping.bind : null,
    source: isDevice ? null : ping.bind,
  };
  const draft: Draft = { network, random, listeners: {}, asked };
  usual(draft);
  return { family: `ping: ${family}`, network, listeners: draft.listeners, asked };
}
