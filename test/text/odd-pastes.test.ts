// What copying, mailing, narrow terminals and old versions of tcpdump do to text, and text that is none.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIpv4 } from "../../src/model/address.ts";
import type { Packet } from "../../src/model/packet.ts";
import { packetsOf } from "../../src/paste/capture/packets.ts";
import { looksLikePaste, pasteText, readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

function told(pasted: string): string[] {
  const paste = readPaste(pasted, "paste");
  return paste.captures.flatMap((capture) =>
    packetsOf(
      capture,
      (name, netns) => ({ id: 0, netns, interface: name, source: "paste" }),
      (name) => paste.names.get(name) ?? null,
    ).packets.map(sentence),
  );
}

function sentence({ frame, network }: Packet): string {
  const where = `${frame.vantage.interface}#${frame.number}${frame.direction === null ? "" : ` ${frame.direction}`}`;
  const a = (address: number | null) => (address === null ? "?" : formatIpv4(address as never));
  if (network.kind === "arp") return `${where} arp ${network.operation} ${a(network.senderIp)} ${a(network.targetIp)}`;
  if (network.kind !== "icmp") return `${where} other`;
  const body = network.icmp?.body;
  const what =
    body?.kind === "echo"
      ? `${body.reply ? "reply" : "request"} ${body.id} ${body.sequence}`
      : `${network.icmp?.type ?? "?"}/${network.icmp?.code ?? "?"}`;
  return `${where} ${a(network.ip.source)} ${a(network.ip.destination)} ${what}`;
}

const REQUEST = "20:20:18.285230 ARP, Request who-has 192.168.2.1 tell 192.168.2.11, length 28";
const ECHO = "20:20:19.285230 IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 24169, seq 1, length 64";
const HEAD = "$ sudo tcpdump -n -i veth0\nlistening on veth0, link-type EN10MB (Ethernet), capture size 262144 bytes\n";
const BOTH = ["veth0#1 arp 1 192.168.2.11 192.168.2.1", "veth0#2 192.168.2.11 192.168.2.1 request 24169 1"];

describe("copied text", () => {
  test.each([
    ["as it is", `${HEAD}${REQUEST}\n${ECHO}\n`],
    ["CRLF", `${HEAD}${REQUEST}\n${ECHO}\n`.replaceAll("\n", "\r\n")],
    ["quoted", `${HEAD}${REQUEST}\n${ECHO}\n`.replace(/^/gm, "> ")],
    ["colours", `${HEAD}\u001b[1;32m${REQUEST}\u001b[0m\n${ECHO}\u001b[K\n`],
    ["code fences", `\`\`\`console\n${HEAD}${REQUEST}\n${ECHO}\n\`\`\`\n`],
    [
      "summary lines",
      `${HEAD}${REQUEST}\n${ECHO}\n^C\n2 packets captured\n2 packets received by filter\n0 packets dropped by kernel\n`,
    ],
  ])("%s", (_, pasted) => {
    expect(told(pasted)).toEqual(BOTH);
    expect(readPaste(pasted, "paste").unknown).toEqual([]);
  });

  test("wrapped at every column", () => {
    for (let width = 24; width < 90; width++) {
      const wrapped = [REQUEST, ECHO].flatMap((line) => cut(line, width)).join("\n");
      expect(`${width}: ${told(HEAD + wrapped).join(" | ")}`).toBe(`${width}: ${BOTH.join(" | ")}`);
    }
  });

  test("wrapped at blanks, by a mail program", () => {
    expect(told(`${HEAD}${REQUEST.replace("tell ", "tell\n")}\n${ECHO.replace("echo ", "echo\n")}`)).toEqual(BOTH);
  });

  test("a remark below a packet is not understood, and the packet is", () => {
    const pasted = `${HEAD}${REQUEST}\nand here it stops working\n${ECHO}`;
    expect(told(pasted)).toEqual(BOTH);
    expect(readPaste(pasted, "paste").unknown.map((line) => `${line.number} ${line.text}`)).toEqual([
      "4 and here it stops working",
    ]);
  });
});

function cut(line: string, width: number): string[] {
  return line.match(new RegExp(`.{1,${width}}`, "g"))?.map((piece) => piece.trimEnd()) ?? [];
}

describe("forms of tcpdump", () => {
  test.each([
    [
      "-e",
      "20:20:18.285230 02:42:ac:11:00:02 (oui Unknown) > Broadcast, ethertype ARP (0x0806), length 42: Request who-has 192.168.2.1 tell 192.168.2.11, length 28",
      "x#1 arp 1 192.168.2.11 192.168.2.1",
    ],
    [
      "-e -q",
      "20:20:18.285230 02:42:ac:11:00:02 > ff:ff:ff:ff:ff:ff, ARP, length 42: Request who-has 192.168.2.1 tell 192.168.2.11, length 28",
      "x#1 arp 1 192.168.2.11 192.168.2.1",
    ],
    [
      "-i any, new",
      "20:20:18.285230 veth1 In  IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "veth1#1 in 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-i any, new, broadcast",
      "20:20:18.285230 veth1 B   ARP, Request who-has 192.168.2.1 tell 192.168.2.11, length 28",
      "veth1#1 in arp 1 192.168.2.11 192.168.2.1",
    ],
    [
      "-i any -e, old",
      "20:20:18.285230 Out 02:42:ac:11:00:02 ethertype IPv4 (0x0800), length 100: 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 out 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-t",
      "IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-tt",
      "1700000000.285230 IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-ttt",
      " 00:00:00.000000 IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-ttt of tcpdump 3",
      "000012 IP 192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 request 7 2",
    ],
    [
      "-tttt",
      "2026-01-02 20:20:18.285230 IP 192.168.2.11 > 192.168.2.1: ICMP echo reply, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 reply 7 2",
    ],
    [
      "tcpdump 3, ARP",
      "20:20:18.285230 arp who-has 192.168.2.1 tell 192.168.2.11",
      "x#1 arp 1 192.168.2.11 192.168.2.1",
    ],
    [
      "tcpdump 3, ARP reply",
      "20:20:18.285230 arp reply 192.168.2.1 is-at 02:42:ac:11:00:02",
      "x#1 arp 2 192.168.2.1 ?",
    ],
    [
      "tcpdump 3, echo",
      "20:20:18.285230 IP 192.168.2.11 > 192.168.2.1: icmp 64: echo request seq 1",
      "x#1 192.168.2.11 192.168.2.1 request 0 1",
    ],
    [
      "-v on two lines",
      "20:20:18.285230 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto ICMP (1), length 84)\n    192.168.2.11 > 192.168.2.1: ICMP echo request, id 7, seq 2, length 64",
      "x#1 192.168.2.11 192.168.2.1 request 7 2",
    ],
    ["truncated", "20:20:18.285230 IP 192.168.2.11 > 192.168.2.1: [|icmp]", "x#1 192.168.2.11 192.168.2.1 ?/?"],
    [
      "host unreachable",
      "20:20:18.285230 IP 192.168.2.11 > 192.168.2.11: ICMP host 192.168.2.1 unreachable, length 92",
      "x#1 192.168.2.11 192.168.2.11 3/1",
    ],
  ])("%s", (_, lines, expected) => {
    expect(told(`# tcpdump -i x\n${lines}\n`)).toEqual([expected]);
  });

  test("an ARP reply goes to who asked, an error to the ping that runs", () => {
    const pasted = `# tcpdump -i x\n${REQUEST}\n20:20:18.285232 ARP, Reply 192.168.2.1 is-at 02:42:ac:11:00:02, length 28\n${ECHO}\n20:20:19.285260 IP 192.168.2.99 > 192.168.2.11: ICMP time exceeded in-transit, length 92\n`;
    const { packets } = packetsOf(
      readPaste(pasted, "paste").captures[0] as never,
      (name, netns) => ({ id: 0, netns, interface: name, source: "paste" }),
      () => null,
    );
    const [, reply, , error] = packets;
    expect(reply?.network.kind === "arp" && reply.network.targetIp).toBe(0xc0a8020b);
    const body = error?.network.kind === "icmp" ? error.network.icmp?.body : null;
    expect(body?.kind === "error" && body.quoted?.icmp?.id).toBe(24169);
  });

  test("a name that ping resolved", () => {
    const pasted = `# tcpdump -i x\n${ECHO.replace("192.168.2.1:", "gateway.lan:")}\n# ping gateway.lan\nPING gateway.lan (192.168.2.1) 56(84) bytes of data.\n`;
    expect(told(pasted)).toEqual(["x#1 192.168.2.11 192.168.2.1 request 24169 1"]);
  });

  test("two captures in one paste, each with its interface; a capture in the background", () => {
    const pasted = `# tcpdump -ni veth0\n${ECHO}\n# ip netns exec net1 tcpdump -nli veth1 icmp &\n[1] 4242\n# ping -c 1 192.168.2.1\nPING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n${ECHO}\n64 bytes from 192.168.2.1: icmp_seq=1 ttl=64 time=0.04 ms\n`;
    const paste = readPaste(pasted, "paste");
    expect(paste.captures.map((c) => `${c.netns}:${c.interface} ${c.filter} ${c.packets.length}`)).toEqual([
      "null:veth0 null 1",
      "net1:veth1 icmp 1",
    ]);
    expect(paste.pings).toHaveLength(1);
    expect(paste.pings[0]?.output).toContain("64 bytes from");
  });
});

describe("what is a paste", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  test.each([
    [true, bytes(HEAD)],
    [true, bytes("[root@box ~]# ip a\n")],
    [true, bytes("抓包：\n$ ip a\n")],
    [true, Uint8Array.from([0xff, 0xfe, ...[..."# ip a\n"].flatMap((c) => [c.charCodeAt(0), 0])])],
    [false, bytes('{"pktwhy":"state/1"}')],
    [false, bytes('[\n  {"ifname":"lo"}]')],
    [false, bytes("")],
    [false, Uint8Array.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0])],
    [false, Uint8Array.from([0x1f, 0x8b, 8, 1, 9, 9, 9, 3, 0xc3, 0xf1])],
  ])("%s", (expected, head) => {
    expect(looksLikePaste(head)).toBe(expected);
  });

  test("UTF-16 of either order is read", () => {
    expect(pasteText(Uint8Array.from([0xff, 0xfe, 0x41, 0]))).toBe("A");
    expect(pasteText(Uint8Array.from([0xfe, 0xff, 0, 0x41]))).toBe("A");
  });
});

describe("any text", () => {
  const words = fc.constantFrom(
    ..."20:20:18.285230 IP ARP, Request who-has tell 192.168.2.1 192.168.2.11/24 > : ICMP echo request, id 1, seq length 64 ( ) [ ] < > # $ ip link addr add set route rule neigh netns exec dev veth0 veth1 type peer name up down master via table from lookup 0x0000: 4500 | && ; ' \" \\ tcpdump ping PING -i inet link/ether 02:00:00:00:00:01 1: 2: table { } *filter COMMIT -A INPUT Chain policy sysctl -w = echo /proc/sys/net/ipv4/ip_forward bridge fdb vlan brctl addif".split(
      " ",
    ),
  );
  const line = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.array(words, { maxLength: 14 }).map((w) => w.join(" ")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  test("never throws, and is read twice alike", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const pasted = lines.join("\n");
        const paste = readPaste(pasted, "paste");
        const state = stateFromText(paste.state);
        expect(stateFromText(readPaste(pasted, "paste").state).understood).toBe(state.understood);
        told(pasted);
      }),
      { numRuns: 600 },
    );
  });

  // A line that makes some pattern look again and again from each of its places would take minutes here.
  test.each([
    ["digits", "0".repeat(200_000)],
    ["hex dump", `${REQUEST}\n\t0x0000:  ${"ab".repeat(100_000)}!`],
    ["hex blanks", `${REQUEST}\n\t0x0000:  ${"abcd ".repeat(40_000)}!`],
    ["blanks", `${" ".repeat(200_000)}x`],
    [
      "parentheses",
      `20:20:18.285230 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto ICMP (1), length 84${"(".repeat(100_000)}`,
    ],
    ["prompts", "a@b:".repeat(50_000)],
    ["quotes", "$ ip link add '".repeat(20_000)],
    ["escapes", "\u001b]".repeat(100_000)],
    ["words", `# ip addr add ${"dev veth0 ".repeat(30_000)}`],
    ["for", `for i in ${"/proc/sys/net/ipv4/conf/x/y ".repeat(10_000)}; do`],
    ["stamps", `${REQUEST.slice(0, 30)}\n`.repeat(5000)],
    ["pieces", `${HEAD}${"20:20:18.285230 IP a\nb c\nd e\nf g\nh i\nj k\nl m\n".repeat(300)}`],
    ["braces", "table ip x {\n".repeat(3000)],
    ["greater", `20:20:18.285230 IP ${"a > ".repeat(50_000)}: ICMP`],
    ["marks", "> ".repeat(100_000)],
    [
      "links",
      Array.from({ length: 2000 }, (_, i) => `${i}: if${i}@if${i + 1}: <UP,LOWER_UP> mtu 1500 state UP`).join("\n"),
    ],
  ])("hostile lines: %s", (_, pasted) => {
    const paste = readPaste(pasted, "paste");
    stateFromText(paste.state);
    told(pasted);
  });
});
