// Lines of tcpdump as people post them: a key's echo in front, names in place of addresses, a link header that is none.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { cleanLines } from "../../src/paste/clean.ts";
import { parseTypedLine } from "../../src/paste/prompt.ts";
import { renderText } from "../../src/render/text.ts";

async function told(content: string) {
  const { report } = await reportOfPastes({ pastes: [{ source: "capture", content, interface: "eth0" }] });
  if (report === null) throw new Error("nothing was read");
  return { report, text: renderText(report, { language: "en", width: 80, color: false, verbose: false }) };
}

it("a prompt with two blanks is one, also before a tool that connects", () => {
  const [typed] = parseTypedLine("➜  ~ nc -z -v 192.0.2.237 25565");
  expect(typed?.argv).toEqual(["nc", "-z", "-v", "192.0.2.237", "25565"]);
});

it("the echo of a key is no part of the packet or the prompt behind it", () => {
  const texts = cleanLines(
    "^C23:21:14.295227 IP 192.0.2.1 > 192.0.2.2: x\n^Croot@host:~# ls\n^C4 packets captured\n",
  ).map(({ text }) => text);
  expect(texts).toEqual(["23:21:14.295227 IP 192.0.2.1 > 192.0.2.2: x", "root@host:~# ls", "^C4 packets captured", ""]);
});

it.each([
  "16:59:48.820853 ethertype IPv4, IP 198.51.100.7 > 203.0.113.5: ICMP 198.51.100.7 unreachable - need to frag (mtu 1420), length 556",
  "16:59:48.820853 IP gw.example > 203.0.113.5: ICMP gw.example unreachable - need to frag (mtu 1420), length 556",
  "16:59:48.820853 IP router.lan > host.lan: ICMP 10.0.0.2 unreachable - need to frag (mtu 1420), length 556",
])("the MTU that an error tells needs no address of its sender: %s", async (line) => {
  const { report, text } = await told(`${line}\n`);
  expect(report.answer).toMatchObject({ code: "frag-needed-df", certainty: "likely" });
  expect(text.replace(/\s+/g, " ")).toContain("no more than 1420 bytes can pass");
});

const REDACTED = `root@pi:~# tcpdump -v
tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
^C23:21:14.295227 IP (tos 0x0, ttl 64, id 30808, offset 0, flags [DF], proto UDP (17), length 79)
    172.30.0.3.34616 > <server>.domain: 13241+ [1au] A? example.com. (51)
23:21:14.296468 IP (tos 0x0, ttl 64, id 21176, offset 0, flags [DF], proto UDP (17), length 83)
    172.30.0.1.domain > 172.30.0.3.34616: 13241 1/0/1 example.com. A 192.0.2.78 (55)
23:21:14.296487 IP (tos 0xc0, ttl 64, id 29017, offset 0, flags [none], proto ICMP (1), length 111)
    172.30.0.3 > 172.30.0.1: ICMP 172.30.0.3 udp port 34616 unreachable, length 91
`;

it("a server that somebody would not name is one all the same, and its answer comes from another address", async () => {
  const { report, text } = await told(REDACTED);
  expect(report.answer?.code).toBe("udp-answered-from-elsewhere");
  expect(text).toMatch(/^UDP 172\.30\.0\.3 -> <server>:53/m);
});
