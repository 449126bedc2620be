// A state file with very many of one thing beside what it holds: containers' links, a full routing table, a large segment.

/** What there are many of. */
export type Plenty = "links" | "addresses" | "routes" | "neighbours" | "rules";

type Json = Record<string, unknown>;
interface Parts {
  readonly link?: readonly Json[];
  readonly addr?: readonly Json[];
  readonly route?: readonly Json[];
  readonly neigh?: readonly Json[];
}
interface Namespaces {
  readonly namespaces: Readonly<Record<string, Parts>>;
}

/** A copy of a state file in which one namespace, the first with a name, holds so many more. */
export function crowdedState(file: Namespaces, kind: Plenty, count: number): Namespaces {
  const [key, ns] = Object.entries(file.namespaces).find(([name]) => name !== "") ?? [];
  if (key === undefined || ns === undefined) throw new Error("no namespace with a name");
  const device = ns.link?.map((one) => Object(one).ifname).find((name) => name !== "lo");
  const more = (part: keyof Parts, each: (n: number) => Json): Json => ({
    [part]: [...(ns[part] ?? []), ...Array.from({ length: count }, (_, n) => each(n))],
  });
  const parts = {
    links: () => ({
      ...more("link", link),
      ...more("route", (n) => ({ dst: address(n), dev: `d${n}`, scope: "link", flags: [] })),
    }),
    addresses: () => ({
      ...more("link", link),
      ...more("addr", (n) => ({
        ifindex: 1000 + n,
        ifname: `d${n}`,
        addr_info: [{ family: "inet", local: address(n), prefixlen: 32, scope: "global", label: `d${n}` }],
      })),
      ...more("route", (n) => ({
        type: "local",
        dst: address(n),
        dev: `d${n}`,
        table: "local",
        protocol: "kernel",
        scope: "host",
        prefsrc: address(n),
        flags: [],
      })),
    }),
    routes: () => more("route", (n) => ({ dst: address(n), dev: device, scope: "link", flags: [] })),
    neighbours: () =>
      more("neigh", (n) => ({ dst: address(n), dev: device, lladdr: mac(n), state: [n % 7 ? "REACHABLE" : "STALE"] })),
    rules: () => ({ nft: { nftables: ruleset(count) } }),
  };
  return { ...file, namespaces: { ...file.namespaces, [key]: { ...ns, ...parts[kind]() } } };
}

function link(n: number): Json {
  return {
    ifindex: 1000 + n,
    ifname: `d${n}`,
    mtu: 1500,
    flags: ["BROADCAST", "UP", "LOWER_UP"],
    operstate: "UP",
    link_type: "ether",
    address: mac(n + 1000),
    linkinfo: { info_kind: "dummy" },
  };
}

// Half of them in the way of what is sent, half of what comes in; none of them matches.
function ruleset(count: number): Json[] {
  const chain = (name: string, handle: number): Json => ({
    chain: { family: "inet", table: "crowd", name, handle, type: "filter", hook: name, prio: 0, policy: "accept" },
  });
  return [
    { table: { family: "inet", name: "crowd", handle: 900 } },
    chain("output", 1),
    chain("input", 2),
    ...Array.from({ length: count }, (_, n): Json => {
      const left = { payload: { protocol: "ip", field: n % 2 ? "daddr" : "saddr" } };
      const expr = [
        { match: { op: "==", left, right: address(n) } },
        { counter: { packets: 0, bytes: 0 } },
        { drop: null },
      ];
      return { rule: { family: "inet", table: "crowd", chain: n % 2 ? "output" : "input", handle: n + 10, expr } };
    }),
  ];
}

function address(n: number): string {
  return `172.${16 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
}

function mac(n: number): string {
  return [2, 0, n >> 24, n >> 16, n >> 8, n].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join(":");
}
