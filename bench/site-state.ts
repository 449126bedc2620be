// A state file of a whole site: a router, switches, and hosts behind them, each a namespace, from what one recording holds.

type Json = Record<string, unknown>;
type Space = Record<string, unknown> & {
  readonly link: readonly Json[];
  readonly sysctl: Readonly<Record<string, string>>;
};

/** A recorded state file whose hosts `a` and `switch` are copied. */
export interface Recorded {
  readonly namespaces: Readonly<Record<string, Json>>;
}

/** How large the site is, and what is wrong in it: changes of a host's part of the file. */
export interface Site {
  readonly subnets: number;
  readonly hostsEach: number;
  readonly faults?: Readonly<Record<string, (host: Json) => Json>>;
}

/** Its state file: router `core` 10.0.S.1, switches `swS`, hosts `hS-N` 10.0.S.(10+N). */
export function siteState(recorded: Recorded, { subnets, hostsEach, faults = {} }: Site): Recorded {
  const host = recorded.namespaces.a as Space;
  const spaces: Record<string, Json> = {};
  const numbers = Array.from({ length: subnets }, (_, s) => s);
  const uplinks = numbers.map(
    (s): Wire => ({ name: `net${s}`, index: 2 + s, peer: 3, peerNs: `sw${s}`, nsid: s, mac: macOf(s, 1) }),
  );
  spaces.core = {
    ...host,
    ...parts(
      host,
      uplinks.map((wire, s) => ({ ...wire, address: `10.0.${s}.1` })),
    ),
    nsid: numbers.map((s) => ({ nsid: s, name: `sw${s}` })),
    sysctl: {
      ...sysctlOf(host, uplinks),
      "net.ipv4.ip_forward": "1",
      "net.ipv4.conf.all.forwarding": "1",
      ...Object.fromEntries(
        [...uplinks.map(({ name }) => name), "default", "lo"].map((name) => [`net.ipv4.conf.${name}.forwarding`, "1"]),
      ),
    },
  };
  for (const s of numbers) {
    const ports = Array.from(
      { length: hostsEach },
      (_, n): Wire => ({
        name: `p${n}`,
        index: 4 + n,
        peer: 2,
        peerNs: `h${s}-${n}`,
        nsid: n + 1,
        mac: macOf(s, 100_000 + n),
      }),
    );
    spaces[`sw${s}`] = switchOf(host, s, ports, uplinks[s] as Wire);
    for (const [n, port] of ports.entries()) {
      const wire: Wire = { name: "eth0", index: 2, peer: port.index, peerNs: `sw${s}`, nsid: 0, mac: macOf(s, 10 + n) };
      const made = parts(host, [{ ...wire, address: `10.0.${s}.${10 + n}` }], `10.0.${s}.1`);
      const plain = { ...host, ...made, nsid: [{ nsid: 0, name: `sw${s}` }], sysctl: sysctlOf(host, [wire]) };
      spaces[`h${s}-${n}`] = faults[`h${s}-${n}`]?.(plain) ?? plain;
    }
  }
  return { ...recorded, namespaces: spaces };
}

/** An interface that is one end of a veth pair. */
interface Wire {
  readonly name: string;
  readonly index: number;
  readonly peer: number;
  readonly peerNs: string;
  readonly nsid: number;
  readonly mac: string;
  readonly address?: string;
}

function switchOf(host: Space, s: number, ports: readonly Wire[], uplink: Wire): Json {
  const up: Wire = { name: "up", index: 3, peer: uplink.index, peerNs: "core", nsid: 0, mac: macOf(s, 99_999) };
  const wires = [up, ...ports];
  const { link } = parts(host, wires);
  const bridge = {
    ifindex: 2,
    ifname: "br0",
    flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
    mtu: 1500,
    operstate: "UP",
    link_type: "ether",
    address: macOf(s, 99_998),
    linkinfo: { info_kind: "bridge", info_data: { stp_state: 0, vlan_filtering: 0 } },
  };
  const slaves = link.map((one) => (one.ifname === "lo" ? one : { ...one, master: "br0" }));
  return {
    ...host,
    link: [...slaves, bridge],
    addr: [...slaves, bridge].map(({ ifindex, ifname }) => ({
      ifindex,
      ifname,
      addr_info: ifname === "lo" ? LOOPBACK : [],
    })),
    route: LOCAL,
    nsid: [{ nsid: 0, name: "core" }, ...ports.map(({ nsid, peerNs }) => ({ nsid, name: peerNs }))],
    bridge: {
      link: wires.map(({ index, name }) => ({
        ifindex: index,
        ifname: name,
        flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
        mtu: 1500,
        master: "br0",
        state: "forwarding",
        priority: 32,
        cost: 2,
        ...PORT,
      })),
      fdb: [],
    },
    sysctl: sysctlOf(host, [...wires, { ...up, name: "br0" }]),
    qdisc: [],
  };
}

const PORT = {
  hairpin: false,
  guard: false,
  root_block: false,
  fastleave: false,
  learning: true,
  flood: true,
  mcast_flood: true,
  bcast_flood: true,
  neigh_suppress: false,
  isolated: false,
  locked: false,
};
const LOOPBACK = [{ family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host", label: "lo" }];
const LOCAL = [
  {
    type: "local",
    dst: "127.0.0.0/8",
    dev: "lo",
    table: "local",
    protocol: "kernel",
    scope: "host",
    prefsrc: "127.0.0.1",
    flags: [],
  },
  {
    type: "local",
    dst: "127.0.0.1",
    dev: "lo",
    table: "local",
    protocol: "kernel",
    scope: "host",
    prefsrc: "127.0.0.1",
    flags: [],
  },
  {
    type: "broadcast",
    dst: "127.255.255.255",
    dev: "lo",
    table: "local",
    protocol: "kernel",
    scope: "link",
    prefsrc: "127.0.0.1",
    flags: [],
  },
];

function parts(
  host: Space,
  wires: readonly Wire[],
  gateway?: string,
): { readonly link: readonly Json[]; readonly addr: readonly Json[]; readonly route: readonly Json[] } {
  const lo = host.link.filter((one) => one.ifname === "lo");
  const link = wires.map(
    (wire): Json => ({
      ...(host.link.find((one) => one.ifname !== "lo") ?? {}),
      ifindex: wire.index,
      ifname: wire.name,
      link_index: wire.peer,
      link_netnsid: wire.nsid,
      link_netns: wire.peerNs,
      address: wire.mac,
    }),
  );
  return {
    link: [...lo, ...link],
    addr: [
      { ifindex: 1, ifname: "lo", addr_info: LOOPBACK },
      ...wires.map(({ index, name, address }) => ({
        ifindex: index,
        ifname: name,
        addr_info:
          address === undefined
            ? []
            : [
                {
                  family: "inet",
                  local: address,
                  prefixlen: 24,
                  broadcast: ended(address, 255),
                  scope: "global",
                  label: name,
                },
              ],
      })),
    ],
    route: [
      ...LOCAL,
      ...wires.flatMap(({ name: dev, address }) =>
        address === undefined
          ? []
          : [
              {
                type: "unicast",
                dst: `${ended(address, 0)}/24`,
                dev,
                table: "main",
                protocol: "kernel",
                scope: "link",
                prefsrc: address,
                flags: [],
              },
              {
                type: "local",
                dst: address,
                dev,
                table: "local",
                protocol: "kernel",
                scope: "host",
                prefsrc: address,
                flags: [],
              },
              {
                type: "broadcast",
                dst: ended(address, 255),
                dev,
                table: "local",
                protocol: "kernel",
                scope: "link",
                prefsrc: address,
                flags: [],
              },
            ],
      ),
      ...(gateway === undefined
        ? []
        : [
            {
              type: "unicast",
              dst: "default",
              gateway,
              dev: wires[0]?.name,
              table: "main",
              protocol: "boot",
              scope: "global",
              flags: [],
            },
          ]),
    ],
  };
}

function ended(address: string, last: number): string {
  return address.replace(/\d+$/, String(last));
}

// Each interface has the settings that the recorded one has.
function sysctlOf({ sysctl, link }: Space, wires: readonly { readonly name: string }[]): Record<string, string> {
  const own = link.map((one) => String(one.ifname)).find((name) => name !== "lo") ?? "";
  const made: Record<string, string> = {};
  for (const [key, value] of Object.entries(sysctl)) {
    if (!key.includes(`.${own}.`)) made[key] = value;
    else for (const { name } of wires) made[key.replace(`.${own}.`, `.${name}.`)] = value;
  }
  return made;
}

function macOf(subnet: number, n: number): string {
  return [2, subnet, n >> 24, n >> 16, n >> 8, n].map((byte) => (byte & 255).toString(16).padStart(2, "0")).join(":");
}
