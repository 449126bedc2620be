// Random small networks of 1 to 6 namespaces that work, before anything is broken in them.

import type { LabLink, LabNamespace, Place } from "../../src/lab/scenario.ts";
import type { Random } from "../fuzz/random.ts";

/** A namespace that may still be changed. */
export interface Draft {
  addresses: Record<string, string[]>;
  down: string[];
  sysctl: Record<string, string>;
  links: string[];
  /** Nexthop objects. */
  nexthops: string[];
  routes: string[];
  rules: string[];
  withoutRules: string[];
  neighbours: string[];
  bridge: string[];
  nft: string[];
  /** Rules of iptables, in its filter table. */
  iptables: string[];
}

/** One cable and the subnet on it. */
interface Cable {
  readonly ends: readonly [Place, Place];
  readonly subnet: string;
}

export interface Network {
  readonly shape: string;
  readonly spaces: Record<string, Draft>;
  readonly links: LabLink[];
  readonly cables: Cable[];
  readonly asker: string;
  readonly target: string;
  /** Address asked for, and one of the asker's own. */
  readonly destination: string;
  readonly source: string;
}

const draft = (): Draft => ({
  addresses: {},
  down: [],
  sysctl: {},
  links: [],
  nexthops: [],
  routes: [],
  rules: [],
  withoutRules: [],
  neighbours: [],
  bridge: [],
  nft: [],
  iptables: [],
});

/** One more address on an interface. */
export function addAddress(own: Draft, device: string, address: string): void {
  own.addresses[device] = [...(own.addresses[device] ?? []), address];
}

/** What the lab takes. */
export function finish(spaces: Record<string, Draft>): Record<string, LabNamespace> {
  return Object.fromEntries(
    Object.entries(spaces).map(([name, { nft, iptables, ...rest }]) => [
      name,
      {
        ...rest,
        ...(nft.length > 0
          ? { nft: nft.map((table, i) => table.replace(/^table (\w+) t\b/, `table $1 t${i}`)).join("\n") }
          : {}),
        ...(iptables.length > 0
          ? {
              iptables: [
                "*filter",
                ":INPUT ACCEPT [0:0]",
                ":FORWARD ACCEPT [0:0]",
                ":OUTPUT ACCEPT [0:0]",
                ...iptables,
                "COMMIT",
              ].join("\n"),
            }
          : {}),
      },
    ]),
  );
}

// A port that comes up starts the bridge's delay; where it runs out, a port that was put into listening or learning leaves
// it (br_forward_delay_timer_expired), on a slow machine before the ping.
const STAYS = "forward_delay 0";

/** One of the shapes that work. */
export function anyNetwork(random: Random): Network {
  return random.pick([pair, oneHost, chain, chain, doubleLink, triangle, bridged, twoSwitches, bridgedRouter])(random);
}

function cable(
  spaces: Record<string, Draft>,
  links: LabLink[],
  cables: Cable[],
  a: [string, string, string],
  b: [string, string, string],
  subnet: string,
  length = 24,
): void {
  const ends: [Place, Place] = [`${a[0]}:${a[1]}`, `${b[0]}:${b[1]}`];
  links.push({ kind: "veth", ends });
  cables.push({ ends, subnet });
  for (const [space, name, host] of [a, b]) {
    const own = spaces[space] as Draft;
    if (host !== "") addAddress(own, name, `${subnet}.${host}/${length}`);
  }
}

/** Two hosts on one cable; the target may have an address on lo too. */
export function pair(random: Random): Network {
  const spaces = { a: draft(), b: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  const length = random.pick([24, 24, 30, 16]);
  cable(spaces, links, cables, ["a", "e0", "1"], ["b", "e0", "2"], "10.0.1", length);
  if (random.chance(0.3)) addAddress(spaces.b, "lo", "10.9.9.9/32");
  const far = random.chance(0.3) && spaces.b.addresses.lo !== undefined;
  if (far) spaces.a.routes.push("10.9.9.0/24 via 10.0.1.2");
  return {
    shape: "pair",
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: far ? "10.9.9.9" : "10.0.1.2",
    source: "10.0.1.1",
  };
}

/** One host with both ends of a cable, each with an address. */
export function oneHost(_: Random): Network {
  const spaces = { h: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  cable(spaces, links, cables, ["h", "e0", "1"], ["h", "e1", "2"], "10.0.1");
  return {
    shape: "one host",
    spaces,
    links,
    cables,
    asker: "h",
    target: "h",
    destination: "10.0.1.2",
    source: "10.0.1.1",
  };
}

/** a - r1 - … - rn - b. */
export function chain(random: Random): Network {
  const routers = random.pick([1, 1, 2, 2, 3, 4]);
  const names = ["a", ...Array.from({ length: routers }, (_, i) => `r${i + 1}`), "b"];
  const spaces: Record<string, Draft> = Object.fromEntries(names.map((name) => [name, draft()]));
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  for (let i = 0; i + 1 < names.length; i++) {
    cable(
      spaces,
      links,
      cables,
      [names[i] as string, i === 0 ? "e0" : "e1", "1"],
      [names[i + 1] as string, "e0", "2"],
      `10.0.${i + 1}`,
    );
  }
  const last = names.length - 1;
  names.forEach((name, i) => {
    const own = spaces[name] as Draft;
    if (i > 0 && i < last) own.sysctl["net.ipv4.ip_forward"] = "1";
    if (i === 0) own.routes.push("default via 10.0.1.2");
    else if (i === last) own.routes.push(`default via 10.0.${last}.1`);
    else {
      for (let j = 1; j <= last; j++) {
        if (j < i) own.routes.push(`10.0.${j}.0/24 via 10.0.${i}.1`);
        if (j > i + 1) own.routes.push(`10.0.${j}.0/24 via 10.0.${i + 1}.2`);
      }
    }
  });
  return {
    shape: `chain of ${names.length}`,
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: `10.0.${last}.2`,
    source: "10.0.1.1",
  };
}

/** Two hosts with two cables, and addresses on lo that are reached by one of them. */
export function doubleLink(random: Random): Network {
  const spaces = { a: draft(), b: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  cable(spaces, links, cables, ["a", "e0", "1"], ["b", "e0", "2"], "10.0.1");
  cable(spaces, links, cables, ["a", "e1", "1"], ["b", "e1", "2"], "10.0.2");
  addAddress(spaces.b, "lo", "10.9.9.9/32");
  spaces.a.routes.push(`10.9.9.0/24 via ${random.pick(["10.0.1.2", "10.0.2.2"])}`);
  if (random.chance(0.5)) {
    addAddress(spaces.a, "lo", "10.8.8.8/32");
    spaces.b.routes.push(`10.8.8.0/24 via ${random.pick(["10.0.1.1", "10.0.2.1"])}`);
  }
  return {
    shape: "double link",
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: random.pick(["10.0.1.2", "10.0.2.2", "10.9.9.9"]),
    source: random.pick(["10.0.1.1", "10.0.2.1"]),
  };
}

/** a asks by r1; b may answer by r2. */
export function triangle(random: Random): Network {
  const spaces = { a: draft(), b: draft(), r1: draft(), r2: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  cable(spaces, links, cables, ["a", "e0", "1"], ["r1", "e0", "254"], "10.0.1");
  cable(spaces, links, cables, ["r1", "e1", "254"], ["b", "e0", "2"], "10.0.2");
  cable(spaces, links, cables, ["a", "e1", "1"], ["r2", "e0", "254"], "10.0.3");
  cable(spaces, links, cables, ["r2", "e1", "254"], ["b", "e1", "2"], "10.0.4");
  for (const router of [spaces.r1, spaces.r2]) router.sysctl["net.ipv4.ip_forward"] = "1";
  spaces.a.routes.push("10.0.2.0/24 via 10.0.1.254", "10.0.4.0/24 via 10.0.3.254");
  spaces.b.routes.push(`10.0.1.0/24 via ${random.pick(["10.0.2.254", "10.0.4.254"])}`, "10.0.3.0/24 via 10.0.4.254");
  spaces.r1.routes.push("10.0.3.0/24 via 10.0.1.1", "10.0.4.0/24 via 10.0.2.2");
  spaces.r2.routes.push("10.0.1.0/24 via 10.0.3.1", "10.0.2.0/24 via 10.0.4.2");
  return {
    shape: "triangle",
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: random.pick(["10.0.2.2", "10.0.4.2"]),
    source: "10.0.1.1",
  };
}

/** Hosts on a bridge in a namespace of its own. */
export function bridged(random: Random): Network {
  const hosts = ["a", "b", "c", "d"].slice(0, 2 + random.below(3));
  const spaces: Record<string, Draft> = { s: draft(), ...Object.fromEntries(hosts.map((name) => [name, draft()])) };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  hosts.forEach((name, i) => {
    links.push({ kind: "veth", ends: [`${name}:e0`, `s:p${i}`] });
    cables.push({ ends: [`${name}:e0`, `s:p${i}`], subnet: "10.0.1" });
    addAddress(spaces[name] as Draft, "e0", `10.0.1.${i + 1}/24`);
  });
  links.push({ kind: "bridge", at: "s:br0", ports: hosts.map((_, i) => `p${i}`), options: STAYS });
  if (random.chance(0.5)) addAddress(spaces.s as Draft, "br0", "10.0.1.100/24");
  return {
    shape: `bridge of ${hosts.length}`,
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: "10.0.1.2",
    source: "10.0.1.1",
  };
}

/** Two switches in a row with hosts on each, so that frames pass several ports. */
export function twoSwitches(random: Random): Network {
  const spaces: Record<string, Draft> = { s: draft(), s2: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  const ports: Record<string, string[]> = { s: [], s2: [] };
  const hosts = ["a", "b", "c", "d", "e"].slice(0, 2 + random.below(4));
  hosts.forEach((name, i) => {
    const on = i % 2 === 0 ? "s" : "s2";
    spaces[name] = draft();
    links.push({ kind: "veth", ends: [`${name}:e0`, `${on}:p${i}`] });
    cables.push({ ends: [`${name}:e0`, `${on}:p${i}`], subnet: "10.0.1" });
    ports[on]?.push(`p${i}`);
    addAddress(spaces[name] as Draft, "e0", `10.0.1.${i + 1}/24`);
  });
  links.push({ kind: "veth", ends: ["s:t0", "s2:t0"] });
  for (const on of ["s", "s2"]) {
    links.push({ kind: "bridge", at: `${on}:br0`, ports: [...(ports[on] as string[]), "t0"], options: STAYS });
    if (random.chance(0.3)) addAddress(spaces[on] as Draft, "br0", `10.0.1.${on === "s" ? 100 : 101}/24`);
  }
  return {
    shape: `bridges, two, of ${hosts.length}`,
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: "10.0.1.2",
    source: "10.0.1.1",
  };
}

/** A switch with two hosts and a router to a host beyond it. */
export function bridgedRouter(random: Random): Network {
  const spaces: Record<string, Draft> = { s: draft(), a: draft(), c: draft(), r1: draft(), b: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  for (const [i, [name, host]] of [["a", 1] as const, ["c", 3] as const, ["r1", 254] as const].entries()) {
    links.push({ kind: "veth", ends: [`${name}:e0`, `s:p${i}`] });
    cables.push({ ends: [`${name}:e0`, `s:p${i}`], subnet: "10.0.1" });
    addAddress(spaces[name] as Draft, "e0", `10.0.1.${host}/24`);
  }
  links.push({ kind: "bridge", at: "s:br0", ports: ["p0", "p1", "p2"], options: STAYS });
  cable(spaces, links, cables, ["r1", "e1", "254"], ["b", "e0", "2"], "10.0.2");
  (spaces.r1 as Draft).sysctl["net.ipv4.ip_forward"] = "1";
  for (const name of ["a", "c"]) (spaces[name] as Draft).routes.push("default via 10.0.1.254");
  (spaces.b as Draft).routes.push("default via 10.0.2.254");
  if (random.chance(0.3)) {
    addAddress(spaces.s as Draft, "br0", "10.0.1.100/24");
    (spaces.s as Draft).routes.push("default via 10.0.1.254");
  }
  return {
    shape: "bridge and router",
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: "10.0.2.2",
    source: "10.0.1.1",
  };
}

/** Two hosts with two cables in one subnet: the second of the target's addresses is asked for by the second cable. */
export function sameSubnet(_: Random): Network {
  const spaces = { a: draft(), b: draft() };
  const links: LabLink[] = [];
  const cables: Cable[] = [];
  cable(spaces, links, cables, ["a", "e0", "1"], ["b", "e0", "2"], "10.0.1");
  cable(spaces, links, cables, ["a", "e1", ""], ["b", "e1", "3"], "10.0.1");
  spaces.a.routes.push("10.0.1.3/32 dev e1");
  return {
    shape: "same subnet",
    spaces,
    links,
    cables,
    asker: "a",
    target: "b",
    destination: "10.0.1.3",
    source: "10.0.1.1",
  };
}
