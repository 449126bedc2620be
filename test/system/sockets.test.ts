// Sockets as ss, netstat and /proc of one host showed them at one moment, and which of them gets a packet.

import { describe, expect, test } from "vitest";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Namespace, PortSocket } from "../../src/model/system-state.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { lookupSocket, type SocketKey } from "../../src/system/lookup/listener.ts";
import { netstatSockets, ssSockets } from "../../src/system/parse/ss-text.ts";
import { parseState } from "../../src/system/parse.ts";

const SS = `udp   UNCONN 832    0                 0.0.0.0:53        0.0.0.0:*    users:(("python3",pid=1948,fd=16))
udp   UNCONN 0      0                       *:55              *:*    users:(("python3",pid=1948,fd=18))
tcp   LISTEN 0      5                 0.0.0.0:80        0.0.0.0:*    users:(("python3",pid=1948,fd=3)) 
tcp   LISTEN 0      5              0.0.0.0%lo:85        0.0.0.0:*    users:(("python3",pid=1948,fd=8)) 
tcp   LISTEN 1      0               127.0.0.1:88        0.0.0.0:*    users:(("python3",pid=1948,fd=12))
tcp   LISTEN 0      5               127.0.0.1:81        0.0.0.0:*    users:(("python3",pid=1948,fd=4)) 
tcp   LISTEN 0      5            127.0.0.1%lo:87        0.0.0.0:*    users:(("python3",pid=1948,fd=11))
tcp   LISTEN 0      5                   [::1]:84           [::]:*    users:(("python3",pid=1948,fd=7)) 
tcp   LISTEN 0      5                    *%lo:89              *:*    users:(("python3",pid=1948,fd=13))
tcp   LISTEN 0      5                    [::]:83           [::]:*    users:(("python3",pid=1948,fd=6)) 
tcp   LISTEN 0      5                       *:82              *:*    users:(("python3",pid=1948,fd=5)) 
tcp   LISTEN 0      5      [::ffff:127.0.0.1]:86              *:*    users:(("python3",pid=1948,fd=9)) `;

const NETSTAT = `Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    
tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      1948/python3        
tcp        0      0 0.0.0.0:85              0.0.0.0:*               LISTEN      1948/python3        
tcp        1      0 127.0.0.1:88            0.0.0.0:*               LISTEN      1948/python3        
tcp        0      0 127.0.0.1:81            0.0.0.0:*               LISTEN      1948/python3        
tcp        0      0 127.0.0.1:87            0.0.0.0:*               LISTEN      1948/python3        
tcp6       0      0 ::1:84                  :::*                    LISTEN      1948/python3        
tcp6       0      0 :::89                   :::*                    LISTEN      1948/python3        
tcp6       0      0 :::83                   :::*                    LISTEN      1948/python3        
tcp6       0      0 :::82                   :::*                    LISTEN      1948/python3        
tcp6       0      0 127.0.0.1:86            :::*                    LISTEN      1948/python3        
udp      832      0 0.0.0.0:53              0.0.0.0:*                           1948/python3        
udp6       0      0 :::55                   :::*                                1948/python3        `;

const TCP = `   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620157 1 00000000f6744744 100 0 0 10 0
   1: 00000000:0055 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620162 1 000000001b4bb579 100 0 0 10 0
   2: 0100007F:0058 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 42620165 2 00000000fc281974 100 0 0 10 0
   3: 0100007F:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620158 1 00000000bbf3ea81 100 0 0 10 0
   4: 0100007F:0057 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620164 1 00000000fba29aa4 100 0 0 10 0
   5: 0100007F:E7E6 0100007F:0058 01 00000000:00000000 00:00000000 00000000     0        0 42620167 2 00000000b3f18087 20 0 0 10 -1`;
const TCP6 = `   0: 00000000000000000000000001000000:0054 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620161 1 00000000f9bc8a6c 100 0 0 10 0
   1: 00000000000000000000000000000000:0059 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620166 1 00000000626c5d16 100 0 0 10 0
   2: 00000000000000000000000000000000:0053 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620160 1 000000008f4e57e7 100 0 0 10 0
   3: 00000000000000000000000000000000:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620159 1 00000000470d680e 100 0 0 10 0
   4: 0000000000000000FFFF00000100007F:0056 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42620163 1 000000001837a274 100 0 0 10 0`;
const UDP = `13611: 00000000:0035 00000000:0000 07 00000000:00000340 00:00000000 00000000     0        0 42620169 2 00000000099416e4 0      `;

const named = ({ protocol, family, address, address6, port, waiting, program }: PortSocket) =>
  `${protocol} ${family} ${address6 ?? (address === null ? "*" : formatIpv4(address))}:${port} ${waiting} ${program}`;

describe("listings", () => {
  test("ss tells address, device, families, queues and who holds it", () => {
    const sockets = ssSockets(SS);
    expect(sockets).toHaveLength(12);
    const on = (port: number) => sockets.find((one) => one.port === port);
    expect(on(85)).toMatchObject({ address: null, device: "lo", family: "ipv4", v6only: false });
    expect(on(88)).toMatchObject({ waiting: 1, backlog: 0, device: null });
    expect(on(84)).toMatchObject({ address6: "::1", family: "ipv6" });
    expect(on(83)).toMatchObject({ v6only: true, address: null });
    expect(on(82)).toMatchObject({ v6only: false, address: null, family: "ipv6" });
    expect(on(86)).toMatchObject({ address: parseIpv4("127.0.0.1"), family: "ipv6", v6only: false });
    expect(on(53)).toMatchObject({ protocol: "udp", waiting: 832, backlog: null, program: "python3" });
  });
  test("-e names who holds it by the inode", () => {
    const line = "tcp LISTEN 0 5 *%lo:89 *:* ino:42620166 sk:1007 cgroup:unreachable:1 v6only:0 <->";
    expect(ssSockets(line, new Map([["42620166", "nginx"]]))).toMatchObject([{ program: "nginx", device: "lo" }]);
  });
  test("netstat and /proc name the same sockets as ss", () => {
    const all = ssSockets(SS).map(named).sort();
    expect(netstatSockets(NETSTAT).map(named).sort()).toEqual(all);
    const socketTables = { tcp: TCP, tcp6: TCP6, udp: UDP };
    const file = { pktwhy: "state/1", namespaces: { "": { socketTables } } };
    const sockets = parseState(file, "state.json").state.namespaces.get("")?.sockets ?? [];
    const withoutPrograms = all.map((one) => one.replace("python3", "null"));
    expect(sockets.map(named).sort()).toEqual(withoutPrograms.filter((one) => !one.includes(":55")));
  });
  test("a state without the listing does not tell of any", () => {
    const file = { pktwhy: "state/1", namespaces: { "": {} } };
    expect(parseState(file, "state.json").state.namespaces.get("")?.sockets).toBeUndefined();
  });
});

const KEY: SocketKey = {
  protocol: "tcp",
  source: parseIpv4("10.0.0.1") as Ipv4,
  sourcePort: null,
  destination: parseIpv4("10.0.0.2") as Ipv4,
  destinationPort: 80,
  device: "eth0",
  vrf: null,
  acrossVrfs: false,
};

function found(listing: string, key: Partial<SocketKey> = {}) {
  const result = lookupSocket({ sockets: ssSockets(listing) } as unknown as Namespace, { ...KEY, ...key });
  if (result.kind === "sockets") return result.sockets.map(({ program }) => program);
  return result.kind === "nobody" ? result.passed.map(({ why }) => why) : result.kind;
}

const line = (local: string, program: string, protocol = "tcp LISTEN 0 5", peer = "0.0.0.0:*") =>
  `${protocol} ${local} ${peer} users:(("${program}",pid=1,fd=3))`;

describe("who gets it", () => {
  test("one bound to the address comes before one that takes every address", () => {
    expect(found([line("0.0.0.0:80", "every"), line("10.0.0.2:80", "this")].join("\n"))).toEqual(["this"]);
    expect(found([line("0.0.0.0:80", "every"), line("10.0.0.3:80", "other")].join("\n"))).toEqual(["every"]);
  });
  test("one bound to the interface counts more, one of IPv6 less", () => {
    expect(found([line("0.0.0.0:80", "any"), line("0.0.0.0%eth0:80", "bound")].join("\n"))).toEqual(["bound"]);
    expect(found([line("*:80", "both"), line("0.0.0.0%eth1:80", "elsewhere")].join("\n"))).toEqual(["both"]);
    expect(found([line("0.0.0.0:80", "a"), line("0.0.0.0:80", "b")].join("\n"))).toEqual(["a", "b"]);
  });
  test("nobody, and why not", () => {
    expect(found(line("127.0.0.1:80", "x"))).toEqual(["other-address"]);
    expect(found(line("0.0.0.0%lo:80", "x"))).toEqual(["other-device"]);
    expect(found(line("[::]:80", "x"))).toEqual(["ipv6-only"]);
    expect(found(line("[::1]:80", "x"))).toEqual(["ipv6-only"]);
    expect(found(line("0.0.0.0:81", "x"))).toEqual([]);
  });
  test("a UDP socket that is connected to another sender takes nothing of this one", () => {
    const udp = { protocol: "udp", destinationPort: 53 } as const;
    const connected = line("10.0.0.2:53", "x", "udp ESTAB 0 0", "10.0.0.9:53");
    expect(found(connected, udp)).toEqual(["other-peer"]);
    expect(found(line("0.0.0.0:53", "x", "udp UNCONN 0 0"), udp)).toEqual(["x"]);
  });
  test("what a listing does not tell is open, unless a socket of IPv4 stands beside it", () => {
    const netstat = (text: string) => lookupSocket({ sockets: netstatSockets(text) } as unknown as Namespace, KEY).kind;
    const six = "tcp6 0 0 :::80 :::* LISTEN 1/x";
    expect(netstat(six)).toBe("unsure");
    expect(netstat(`${six}\ntcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN 1/x`)).toBe("sockets");
    expect(lookupSocket({} as Namespace, KEY).kind).toBe("unknown");
  });
});

describe("pasted", () => {
  const pasted = (paste: string) =>
    stateFromText(
      readPaste(`$ ip -br a\nlo UNKNOWN 127.0.0.1/8\neth0 UP 10.0.0.2/24\n${paste}`, "paste").state,
    ).state?.namespaces.get("");
  const asked = (ns: Namespace | undefined, protocol: "tcp" | "udp", port: number) =>
    ns && lookupSocket(ns, { ...KEY, protocol, destinationPort: port }).kind;
  test("ss -lntup and netstat -lntp are the sockets of the host", () => {
    const all = pasted(
      `$ sudo ss -lntup\nNetid State  Recv-Q Send-Q      Local Address:Port Peer Address:PortProcess\n${SS}\n`,
    );
    expect(all?.sockets).toHaveLength(12);
    expect([asked(all, "tcp", 80), asked(all, "tcp", 443), asked(all, "udp", 99)]).toEqual([
      "sockets",
      "nobody",
      "nobody",
    ]);
    const tcp = pasted(`$ netstat -lntp\nActive Internet connections (only servers)\n${NETSTAT}\n`);
    expect([asked(tcp, "tcp", 80), asked(tcp, "tcp", 443), asked(tcp, "udp", 99)]).toEqual([
      "sockets",
      "nobody",
      "unknown",
    ]);
  });
  test("a part of them leaves the others unknown", () => {
    const one = 'LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=1,fd=3))';
    for (const command of ["ss -lnt sport = :80", "ss -lnt | grep 80", "ss -nt"]) {
      const ns = pasted(`$ ${command}\n${one}\n`);
      expect([asked(ns, "tcp", 80), asked(ns, "tcp", 443)]).toEqual(["sockets", "unknown"]);
    }
  });
});
