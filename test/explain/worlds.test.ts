// Look-alikes are systems that would yield what was seen: few, and none that what was shown excludes.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import type { Report } from "../../src/model/report.ts";

const root = join(import.meta.dirname, "../..");
const shared = join(root, "../shared/cases/pastes");
const there = existsSync(shared);

async function ofPaste(content: string): Promise<Report> {
  const pastes = [{ source: "paste.txt", content, interface: null, netns: null }];
  return (await reportOfPastes({ pastes })).report as Report;
}

function toldFirst(report: Report) {
  const flow = report.flows.find(({ flow: { id } }) => id === report.answer?.flow);
  return flow?.findings[0];
}

interface Told {
  readonly flows: readonly {
    readonly causes: readonly {
      readonly code: string;
      readonly certainty: string;
      readonly lookalikes: readonly string[];
      readonly ruledOut: readonly { readonly code: string }[];
    }[];
  }[];
}

describe("every golden", () => {
  const goldens = readdirSync(join(root, "fixtures")).map((name) => join(root, "fixtures", name, "report.json"));
  const causes = goldens
    .filter((path) => existsSync(path))
    .flatMap((path) => (JSON.parse(readFileSync(path, "utf8")) as Told).flows.flatMap((flow) => flow.causes));

  it("has at most seven look-alikes", () => {
    expect(causes.length).toBeGreaterThan(130);
    for (const { lookalikes } of causes) expect(lookalikes.length).toBeLessThanOrEqual(7);
  });

  it("has none that the same facts exclude, and none where it is certain", () => {
    for (const { code, certainty, lookalikes, ruledOut } of causes) {
      for (const { code: excluded } of ruledOut) expect(lookalikes).not.toContain(excluded);
      expect(lookalikes).not.toContain(code);
      if (certainty === "certain") expect(lookalikes).toEqual([]);
    }
  });
});

const ROUTER = `# ip -4 addr
2: wan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 198.51.100.7/24 scope global wan0
3: lan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 10.44.0.1/16 scope global lan0
# ip route
default via 198.51.100.1 dev wan0
10.44.0.0/16 dev lan0 proto kernel scope link src 10.44.0.1
198.51.100.0/24 dev wan0 proto kernel scope link src 198.51.100.7
# tcpdump -ni lan0 icmp
listening on lan0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
16:08:00.900384 IP 10.44.3.3 > 203.0.113.5: ICMP echo request, id 9013, seq 1, length 64
`;

describe("what a paste shows", () => {
  it("leads where it stops the packet", async () => {
    const report = await ofPaste(`# sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0\n${ROUTER}`);
    expect(report.answer).toMatchObject({ code: "ip-forward-off", certainty: "likely" });
  });

  it("excludes what it shows to be otherwise", async () => {
    const finding = toldFirst(await ofPaste(`# sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 1\n${ROUTER}`));
    const named = [finding?.code, ...(finding?.lookalikes ?? [])];
    expect(named).not.toContain("ip-forward-off");
    expect(named).toContain("iptables-drop");
    expect(finding?.settle).toHaveLength(1);
  });

  it("excludes ARP's causes by an entry with a MAC address", async () => {
    const ping = `# ping -c 30 10.44.9.9
PING 10.44.9.9 (10.44.9.9) 56(84) bytes of data.

--- 10.44.9.9 ping statistics ---
30 packets transmitted, 0 received, 100% packet loss, time 29696ms
`;
    const listed = ROUTER.slice(0, ROUTER.indexOf("# tcpdump"));
    const entry = "# ip neigh\n10.44.9.9 dev lan0 lladdr 02:00:00:00:00:09 REACHABLE\n";
    const finding = toldFirst(await ofPaste(`${listed}${entry}${ping}`));
    expect(finding?.code).toBe("echo-no-reply");
    for (const code of ["no-route", "arp-no-answer", "arp-no-local-owner", "target-has-no-address"])
      expect(finding?.lookalikes).not.toContain(code);
  });

  it("lists no failure beside a ping that worked", async () => {
    const worked = `# ping -c 1 10.44.9.9
PING 10.44.9.9 (10.44.9.9) 56(84) bytes of data.
64 bytes from 10.44.9.9: icmp_seq=1 ttl=64 time=0.05 ms

--- 10.44.9.9 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
`;
    expect(toldFirst(await ofPaste(worked))?.lookalikes).toEqual([]);
  });
});

// What stands in the README beside them: the first, or one of the first five, and what must not be named.
const RIGHT: readonly (readonly [file: string, named: readonly string[], not?: readonly string[]])[] = [
  ["fo", ["ip-forward-off"]],
  ["fo10", ["ip-forward-off"]],
  ["16b", ["iptables-drop"]],
  ["11b", ["iptables-drop"]],
  ["o9", ["rp-filter-arp"]],
  ["o4", ["nft-arp-drop"], ["arp-no-local-owner"]],
  ["n3", ["br-netfilter-drop", "iptables-drop"], ["arp-no-answer"]],
  ["n4", ["br-netfilter-drop", "iptables-drop"], ["arp-no-answer"]],
  ["ak1", ["iptables-drop"], ["arp-no-answer", "no-route"]],
  ["ak2", ["iptables-drop"], ["arp-no-answer", "no-route"]],
];

it("has the shared pastes", () => {
  if (!there) console.warn("SKIPPED: the shared pastes are not here");
  expect(there || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

describe.skipIf(!there).each(RIGHT.map(([file, named, not = []]) => ({ file, named, not })))("$file", (one) => {
  const { file, named, not } = one;
  it("names the right cause among the first five, certain of none", async () => {
    const report = await ofPaste(readFileSync(join(shared, `${file}.txt`), "utf8"));
    const finding = report.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings[0];
    const told = [finding?.code, ...(finding?.lookalikes ?? [])];
    for (const code of named) expect(told.slice(0, 6)).toContain(code);
    for (const code of not) expect(told).not.toContain(code);
    expect(report.answer?.certainty).not.toBe("certain");
  });
});
