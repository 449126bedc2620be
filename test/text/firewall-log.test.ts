// What a firewall has logged of a packet is evidence for that packet, and for no other one.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import { verdictIn } from "../../src/model/firewall-log.ts";
import { loggedIn } from "../../src/paste/foreign/firewall-log.ts";

const SYN =
  "SRC=172.17.0.2 DST=172.17.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=40000 DPT=5432 WINDOW=64240 RES=0x00 SYN URGP=0";
const ECHO = "SRC=10.0.1.5 DST=10.0.2.9 LEN=84 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=ICMP TYPE=8 CODE=0 ID=12 SEQ=1";
const silentPing = (to: string): string => `$ ping -c 2 ${to}
PING ${to} (${to}) 56(84) bytes of data.

--- ${to} ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1012ms

`;
const TIMED_OUT = "$ nc -vz 172.17.0.1 5432\nnc: 172.17.0.1 (172.17.0.1:5432): Operation timed out\n";

async function told(content: string) {
  const { report, problems } = await reportOfPastes({ pastes: [{ source: "question", content }] });
  const flow = report?.flows.find((one) => one.flow.id === report.answer?.flow);
  const [finding] = flow?.findings ?? [];
  return {
    answer: report?.answer ?? null,
    place: finding && { netns: finding.netns, interface: finding.interface },
    facts: finding?.facts,
    evidence: finding?.evidence.map(({ basis, text }) => `${basis}: ${text.en}`) ?? [],
    fixes: finding?.fixes.map(({ command }) => command) ?? [],
    steps: flow?.steps.map(({ text }) => text.en) ?? [],
    flow: flow?.flow,
    problems,
  };
}

it.each([
  ["[UFW BLOCK]", "deny"],
  ["[UFW LIMIT BLOCK]", "deny"],
  ["Shorewall:net2fw:DROP", "drop"],
  ["IPTables-Dropped", "drop"],
  ["iptables denied", "deny"],
  ["FINAL_REJECT", "reject"],
  ["filter_IN_public_REJECT", "reject"],
  ["[UFW AUDIT]", null],
  ["[UFW ALLOW]", null],
  ["ACCEPT or DROP", null],
  ["LOG", null],
  ["droplet", null],
  ["", null],
] as const)("the prefix %s says %s", (prefix, verdict) => {
  expect(verdictIn(prefix)).toBe(verdict);
});

it.each([
  ["[12345.678901] [UFW BLOCK] ", "[UFW BLOCK]"],
  ["[Mon Nov 30 19:08:28 2026] [UFW BLOCK] ", "[UFW BLOCK]"],
  ["Dec 12 10:11:12 box kernel: [12345.678901] [UFW BLOCK] ", "[UFW BLOCK]"],
  ["Dec  2 10:11:12 box kernel: IPTables-Dropped: ", "IPTables-Dropped"],
  ["2026-01-05T10:11:12.123456+01:00 box kernel: [   77.1] DROP ", "DROP"],
  ["kern  :warn  : [  12.345678] Shorewall:net2fw:DROP:", "Shorewall:net2fw:DROP"],
  ["[UFW BLOCK] ", "[UFW BLOCK]"],
  ["", ""],
])("a line behind %s is read", (before, prefix) => {
  const { logged, rest } = loggedIn([{ number: 1, text: `${before}IN=docker0 OUT= MAC=02:42 ${SYN}` }], null);
  expect(rest).toEqual([]);
  expect(logged).toMatchObject([{ prefix, iif: "docker0", oif: null, protocol: "tcp", destinationPort: 5432 }]);
  expect(formatIpv4(logged[0]?.source ?? (0 as never))).toBe("172.17.0.2");
});

it("lines whose addresses are blackened are not understood, those over IPv6 are none of ours", () => {
  const lines = [SYN.replace("172.17.0.1", "xx.xx.xx.xx"), SYN.replace("172.17.0.2", "fe80::1"), "MAC=aa: hello"];
  const { logged, rest } = loggedIn(
    lines.map((text, at) => ({ number: at + 1, text: `IN=a OUT=b ${text}` })),
    null,
  );
  expect(logged).toEqual([]);
  expect(rest.map(({ number }) => number)).toEqual([1, 3]);
});

it("a connection whose very SYN was blocked is told so, with the line", async () => {
  const { answer, place, evidence, fixes, problems } = await told(`${TIMED_OUT}$ dmesg | tail -1
[12345.678901] [UFW BLOCK] IN=docker0 OUT= PHYSIN=veth1 MAC=02:42:5e:00:00:01:02:42:ac:11:00:02:08:00 ${SYN}
`);
  expect(answer).toMatchObject({ code: "iptables-drop", certainty: "likely" });
  expect(place).toEqual({ netns: null, interface: "docker0" });
  expect(evidence).toEqual([expect.stringMatching(/^seen: the kernel's log: \[UFW BLOCK\] IN=docker0 /)]);
  expect(fixes).toContain("sudo ufw allow in on docker0 to any port 5432 proto tcp");
  expect(problems).toEqual([]);
});

it("a paste of nothing but the log asks about what it dropped, the most often tried first", async () => {
  const scan = SYN.replace("172.17.0.2", "203.0.113.9").replace("DPT=5432", "DPT=23");
  const { answer, flow } = await told(`[ 1.5] [UFW BLOCK] IN=eth0 OUT= ${scan}
[ 2.5] [UFW BLOCK] IN=docker0 OUT= ${SYN}
[ 3.5] [UFW BLOCK] IN=docker0 OUT= ${SYN}
`);
  expect(answer).toMatchObject({ code: "iptables-drop", verdict: "failed", certainty: "likely" });
  expect(flow).toMatchObject({ kind: "tcp", dstPort: 5432 });
});

it("a name in the failing command stands for the address that the log tells for its port", async () => {
  const ask = (port: number): string =>
    `$ curl -m 5 http://db.internal:${port}\ncurl: (28) Connection timed out after 5001 milliseconds\nDROP IN=docker0 OUT= ${SYN}\n`;
  expect(await told(ask(5432))).toMatchObject({ answer: { code: "iptables-drop" }, facts: { target: "172.17.0.1" } });
  expect((await told(ask(9090))).answer?.code).not.toBe("iptables-drop");
});

it("the hook is told by the interfaces", async () => {
  const forward = await told(`${silentPing("10.0.2.9")}FW DROP IN=eth1 OUT=eth2 ${ECHO}\n`);
  expect(forward).toMatchObject({ answer: { code: "iptables-drop" }, facts: { chain: "filter FORWARD" } });
  const output = await told(`${silentPing("10.0.2.9")}FW DROP IN= OUT=eth2 ${ECHO}\n`);
  expect(output.answer?.code).toBe("nft-output-drop");
  const reply = ECHO.replace("SRC=10.0.1.5 DST=10.0.2.9", "SRC=10.0.2.9 DST=10.0.1.5").replace("TYPE=8", "TYPE=0");
  expect((await told(`${silentPing("10.0.2.9")}FW DROP IN= OUT=eth2 ${reply}\n`)).answer?.code).toBe("nft-reply-drop");
});

it("firewalld's reject is one, and is opened by firewall-cmd", async () => {
  const { answer, fixes } = await told(`$ curl http://172.17.0.1:5432
curl: (7) Failed to connect to 172.17.0.1 port 5432 after 3 ms: No route to host
[ 77.1] filter_IN_public_REJECT: IN=eth0 OUT= ${SYN}
`);
  expect(answer).toMatchObject({ code: "nft-reject", certainty: "likely" });
  expect(fixes).toContain("sudo firewall-cmd --zone=public --add-port=5432/tcp");
});

it("who is refused at once was not dropped silently", async () => {
  const refused = TIMED_OUT.replace("Operation timed out", "Connection refused");
  expect((await told(`${refused}[ 1.5] [UFW BLOCK] IN=docker0 OUT= ${SYN}\n`)).answer?.code).toBe("nft-reject");
  expect((await told(`${refused}[ 1.5] DROP IN=docker0 OUT= ${SYN}\n`)).answer?.code).toBe("tcp-refused");
});

it("a prefix without a verdict shows only that the packet got there", async () => {
  const { answer, steps } = await told(`${TIMED_OUT}[ 1.5] [UFW AUDIT] IN=docker0 OUT= ${SYN}\n`);
  expect(answer).toMatchObject({ code: "tcp-syn-no-answer", certainty: "possible" });
  expect(steps.at(-1)).toMatch(/^the firewall logs it at its hook input/);
  expect((await told(`[ 1.5] [UFW AUDIT] IN=docker0 OUT= ${SYN}\n`)).answer).toBeNull();
});

it.each([
  ["another host", `[UFW BLOCK] IN=docker0 OUT= ${SYN}`],
  ["another protocol", `[UFW BLOCK] IN=eth0 OUT= ${SYN.replace("172.17.0.1", "10.0.2.9")}`],
  ["another type of ICMP", `[UFW BLOCK] IN=eth1 OUT=eth2 ${ECHO.replace("TYPE=8", "TYPE=13")}`],
  ["a group", "[UFW BLOCK] IN=eth0 OUT= SRC=10.0.2.1 DST=224.0.0.1 LEN=36 TOS=0x00 PREC=0xC0 TTL=1 ID=0 DF PROTO=2"],
])("a ping is not explained by a line about %s", async (_, line) => {
  const alone = await told(silentPing("10.0.2.9"));
  const { answer, steps } = await told(`${silentPing("10.0.2.9")}${line}\n`);
  expect(answer).toEqual(alone.answer);
  expect(steps).toEqual(alone.steps);
});

it("an answered ping is answered, whatever was logged of it", async () => {
  const { answer } = await told(`$ ping -c 1 10.0.2.9
PING 10.0.2.9 (10.0.2.9) 56(84) bytes of data.
64 bytes from 10.0.2.9: icmp_seq=1 ttl=64 time=0.091 ms

--- 10.0.2.9 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms

DROP IN=eth1 OUT=eth2 ${ECHO}
`);
  expect(answer).toMatchObject({ code: "answered", verdict: "worked" });
});

it("a line made to be looked through for long is looked through in no time", () => {
  const lines = [
    "IN=a OUT=b SRC=1.2.3.4 DST=1.2.3.4 ".repeat(110),
    "IN= OUT= PROTO=".repeat(250),
    `${" IN=".repeat(900)}`,
  ];
  const begun = performance.now();
  for (let round = 0; round < 100; round++)
    loggedIn(
      lines.map((text, at) => ({ number: at + 1, text })),
      null,
    );
  expect(performance.now() - begun).toBeLessThan(2000);
});
