// What ufw and firewalld say of their rules decides as the rules themselves would: by the walk, and never as certain.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import type { PastedBlock } from "../../src/paste/state/pasted.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

const HEAD =
  "Status: active\n\nTo                         Action      From\n--                         ------      ----\n";
const ADDRESS = `user@srv:~$ ip -4 addr show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0
`;
const timedOut = (port: number): string =>
  `user@laptop:~$ curl -m 5 http://192.0.2.5:${port}\ncurl: (28) Connection timed out after 5001 milliseconds\n`;
const noRoute = (port: number): string =>
  `user@laptop:~$ curl http://192.0.2.5:${port}\ncurl: (7) Failed to connect to 192.0.2.5 port ${port} after 3 ms: No route to host\n`;
const PING = `user@laptop:~$ ping -c 2 192.0.2.5
PING 192.0.2.5 (192.0.2.5) 56(84) bytes of data.

--- 192.0.2.5 ping statistics ---
2 packets transmitted, 0 received, 100% packet loss, time 1012ms

`;
const zone = (fields: Readonly<Record<string, string>>, head = "public (active)"): string =>
  [
    head,
    ...Object.entries({
      target: "default",
      "icmp-block-inversion": "no",
      interfaces: "eth0",
      sources: "",
      services: "ssh",
      ports: "",
      protocols: "",
      masquerade: "no",
      "forward-ports": "",
      "source-ports": "",
      "icmp-blocks": "",
      "rich rules": "",
      ...fields,
    }).map(([key, words]) => `  ${key}: ${words}`),
    "",
  ].join("\n");

async function told(content: string) {
  const { report, problems } = await reportOfPastes({ pastes: [{ source: "question", content }] });
  const [finding] = report?.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings ?? [];
  return {
    code: report?.answer?.code,
    certainty: report?.answer?.certainty,
    chain: finding?.facts.chain,
    frontEnd: finding?.facts.frontEnd,
    state: finding?.evidence.flatMap(({ state }) => state?.line ?? []) ?? [],
    inferred: finding?.evidence.flatMap(({ basis, text }) => (basis === "inferred" ? text.en : [])) ?? [],
    fixes: finding?.fixes.map(({ command }) => command) ?? [],
    notes: report?.notes.map(({ en }) => en) ?? [],
    problems: problems.map(({ text }) => text.en),
  };
}

const ufw = (rules: string, port = 8080, status = "ufw status"): Promise<Awaited<ReturnType<typeof told>>> =>
  told(`${timedOut(port)}${ADDRESS}user@srv:~$ sudo ${status}\n${HEAD}${rules}`);

it("a port that no line of ufw allows is dropped by its policy", async () => {
  const { code, certainty, chain, frontEnd, state, fixes, inferred, problems } = await ufw(
    "OpenSSH                    ALLOW       Anywhere\n80,443/tcp                 ALLOW       Anywhere\n22/tcp (v6)                ALLOW       Anywhere (v6)\n",
  );
  expect({ code, certainty, chain, frontEnd }).toEqual({
    code: "iptables-drop",
    certainty: "likely",
    chain: "filter INPUT",
    frontEnd: "ufw",
  });
  expect(state).toEqual([expect.stringMatching(/^filter: :INPUT DROP \[0:0\] # ufw: Status: active/)]);
  expect(fixes[0]).toBe("sudo ufw allow 8080/tcp");
  expect(inferred).toContainEqual(expect.stringMatching(/does not show ufw's default/));
  expect(problems).toEqual([]);
});

it("what verbose says of the default is quoted, and nothing is assumed of it", async () => {
  const verbose = `Status: active\nLogging: on (low)\nDefault: deny (incoming), allow (outgoing), disabled (routed)\nNew profiles: skip\n\n`;
  const { state, inferred } = await told(
    `${timedOut(8080)}${ADDRESS}user@srv:~$ sudo ufw status verbose\n${verbose}22/tcp                     ALLOW IN    Anywhere\n`,
  );
  expect(state).toEqual([
    "filter: :INPUT DROP [0:0] # ufw: Default: deny (incoming), allow (outgoing), disabled (routed)",
  ]);
  expect(inferred).not.toContainEqual(expect.stringMatching(/ufw's default/));
});

it.each([
  ["8080", "a port of both protocols"],
  ["8080/tcp", "a port"],
  ["8000:8100/tcp", "a range"],
  ["80,8080/tcp (Web Full)", "several ports, with the profile's name"],
  ["WWW Cache", "a profile of ufw's"],
  ["Anywhere", "everything"],
  ["8080/tcp on eth0", "on the interface"],
  ["192.0.2.5 8080/tcp", "at this address"],
])("%s (%s) lets the connection in", async (to) => {
  expect((await ufw(`${to.padEnd(26)} ALLOW       Anywhere\n`)).code).not.toBe("iptables-drop");
  expect((await ufw(`[ 1] ${to.padEnd(26)} LIMIT IN    Anywhere                   # mine\n`)).code).not.toBe(
    "iptables-drop",
  );
});

it.each(["8080/udp", "8081", "8080/tcp on eth9", "192.0.2.6 8080/tcp", "8080/tcp (v6)"])("%s does not", async (to) => {
  expect((await ufw(`${to.padEnd(26)} ALLOW       Anywhere\n`)).code).toBe("iptables-drop");
});

it("a source that is another one does not, either", async () => {
  expect((await ufw("8080                       ALLOW       203.0.113.0/24\n")).code).toBe("iptables-drop");
});

it("a line that denies is the rule, and what allows goes in front of it", async () => {
  const { code, state, fixes } = await ufw("8080/tcp                   DENY IN     Anywhere\n");
  expect(code).toBe("iptables-drop");
  expect(state).toEqual(["-A ufw-user-input -p tcp -m tcp --dport 8080 -j DROP # ufw: 8080/tcp DENY IN Anywhere"]);
  expect(fixes[0]).toBe("sudo ufw insert 1 allow 8080/tcp");
});

it("a profile that nobody knows leaves it open", async () => {
  expect((await ufw("Frobnicator                ALLOW       Anywhere\n")).certainty).toBe("possible");
});

it.each(["ufw status", "firewall-cmd --list-all"])("a port that Docker publishes may pass by %s", async (command) => {
  const rules = command.startsWith("ufw") ? `${HEAD}22/tcp                     ALLOW       Anywhere\n` : zone({});
  const asked = command.startsWith("ufw") ? timedOut(8080) : noRoute(8080);
  const published = (port: number): string =>
    `user@srv:~$ docker ps\nCONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES\n4f2d1c0b9a77   nginx   "x"   1 hour ago   Up 1 hour   0.0.0.0:${port}->80/tcp   web\n`;
  const of = (port: number) => told(`${asked}${ADDRESS}${published(port)}user@srv:~$ sudo ${command}\n${rules}`);
  expect((await of(8080)).certainty).toBe("possible");
  expect((await of(8081)).certainty).toBe("likely");
});

it("ufw accepts pings, and an inactive one has no rules", async () => {
  const rules = `${HEAD}22/tcp                     ALLOW       Anywhere\n`;
  const { code } = await told(`${PING}${ADDRESS}user@srv:~$ sudo ufw status\n${rules}`);
  expect(code).not.toBe("iptables-drop");
  const inactive = await told(`${timedOut(8080)}${ADDRESS}user@srv:~$ sudo ufw status\nStatus: inactive\n`);
  expect(inactive.code).not.toBe("iptables-drop");
  expect(inactive.problems).toEqual([]);
});

it("rules that were listed themselves are used instead", () => {
  const block = (argv: readonly string[], text: string): PastedBlock => ({
    command: { argv, netns: null, line: argv.join(" ") },
    lines: text.split("\n").map((line, at) => ({ number: at + 1, text: line })),
  });
  const status = block(["ufw", "status"], `${HEAD}22/tcp                     ALLOW       Anywhere`);
  const listing = block(["iptables", "-S", "INPUT"], "-P INPUT ACCEPT");
  const iptables = (blocks: readonly PastedBlock[]) => stateFromText(blocks).state?.namespaces.get("")?.iptables;
  expect(iptables([status])?.legacy).toMatch(/^:INPUT DROP /m);
  for (const blocks of [
    [status, listing],
    [listing, status],
  ])
    expect(iptables(blocks)?.legacy).toBe("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n");
});

it("a target that nobody shows is that of the one other host", async () => {
  const rules = `user@srv:~$ sudo ufw status\n${HEAD}22/tcp                     ALLOW       Anywhere\n`;
  const { code, notes } = await told(`${timedOut(8080)}${rules}`);
  expect(code).toBe("iptables-drop");
  expect(notes).toContainEqual(expect.stringMatching(/taken to be srv, the only other one/));
  const two = await told(`${timedOut(8080)}${rules}user@third:~$ ip -4 addr show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 192.0.2.9/24 scope global eth0
`);
  expect(two.code).not.toBe("iptables-drop");
  expect(two.notes).not.toContainEqual(expect.stringMatching(/the only other one/));
});

const firewalld = (fields: Readonly<Record<string, string>>, port = 8080, asked = noRoute(port)) =>
  told(`${asked}${ADDRESS}user@srv:~$ sudo firewall-cmd --list-all\n${zone(fields)}`);

it("a port that a zone of firewalld does not open is rejected", async () => {
  const { code, certainty, frontEnd, state, fixes, problems } = await firewalld({ ports: "9000/tcp" });
  expect({ code, certainty, frontEnd }).toEqual({
    code: "nft-reject",
    certainty: "likely",
    frontEnd: "firewalld public",
  });
  expect(state).toEqual([expect.stringMatching(/admin-prohibited # firewalld public: target: default$/)]);
  expect(fixes[0]).toBe("sudo firewall-cmd --zone=public --add-port=8080/tcp");
  expect(problems).toEqual([]);
});

it.each([
  [{ ports: "8080/tcp" }],
  [{ ports: "8000-8100/tcp" }],
  [{ target: "ACCEPT" }],
  [{ protocols: "tcp" }],
  [{ "rich rules": '\n\trule family="ipv4" port port="8080" protocol="tcp" accept' }],
])("%j lets it in", async (fields) => {
  expect((await firewalld(fields)).code).not.toBe("nft-reject");
});

it("services open their ports, and one that nobody knows leaves it open", async () => {
  expect((await firewalld({ services: "http https" }, 443)).code).not.toBe("nft-reject");
  expect((await firewalld({ services: "http" }, 443)).code).toBe("nft-reject");
  expect((await firewalld({ services: "http frobnicate" }, 443)).certainty).toBe("possible");
});

it("the target DROP tells the asker nothing", async () => {
  expect((await firewalld({ target: "DROP" }, 8080, timedOut(8080))).code).toBe("nft-input-drop");
});

it("the target DROP lets no ping in, the target default lets every ping in", async () => {
  expect((await firewalld({ target: "DROP" }, 0, PING)).code).toBe("nft-input-drop");
  expect((await firewalld({ target: "default" }, 0, PING)).code).not.toBe("nft-input-drop");
});

it("an ICMP block refuses pings, nothing else of a zone does", async () => {
  const asked = PING.replace(
    "\n---",
    "From 192.0.2.5 icmp_seq=1 Packet filtered\nFrom 192.0.2.5 icmp_seq=2 Packet filtered\n\n---",
  ).replace("0 received,", "0 received, +2 errors,");
  const { code, frontEnd, fixes } = await firewalld({ "icmp-blocks": "echo-request" }, 0, asked);
  expect({ code, frontEnd }).toEqual({ code: "nft-reject", frontEnd: "firewalld public" });
  expect(fixes[0]).toBe("sudo firewall-cmd --zone=public --remove-icmp-block=echo-request");
  expect((await firewalld({}, 0, asked)).frontEnd).toBeUndefined();
});

it("of several zones that of the interface decides", async () => {
  const zones = (open: string, other: string): string =>
    `${noRoute(8080)}${ADDRESS}user@srv:~$ sudo firewall-cmd --list-all-zones\nblock\n${zone({ interfaces: "" }, "").trimStart()}\n${zone({ ports: open }, "home (active)")}\n${zone({ ports: other, interfaces: "eth1" })}`;
  expect((await told(zones("", "8080/tcp"))).frontEnd).toBe("firewalld home");
  expect((await told(zones("8080/tcp", ""))).code).not.toBe("nft-reject");
});
