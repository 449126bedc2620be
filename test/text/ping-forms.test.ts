// What the pings of different systems and languages print: the same words mean the same.

import { describe, expect, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { formatIpv4 } from "../../src/model/address.ts";
import { type PingLine, readPingLine } from "../../src/model/ping-line.ts";
import type { Report } from "../../src/model/report.ts";

function short(line: PingLine | null): string {
  switch (line?.kind) {
    case "head":
      return `head ${[line.destination, line.source].map((a) => (a === null ? "-" : formatIpv4(a))).join(" ")} ${line.device ?? "-"}`;
    case "reply":
      return `reply ${line.from === null ? "-" : formatIpv4(line.from)}${line.duplicate ? " dup" : ""}${line.otherAddress ? " other" : ""}${line.damaged ? " damaged" : ""}`;
    case "error":
      return `error ${line.from === null ? "-" : formatIpv4(line.from)} ${line.icmp ? `${line.icmp.type}/${line.icmp.code}` : "?"}${line.icmp?.mtu ? ` mtu ${line.icmp.mtu}` : ""}${line.icmp?.gateway ? ` to ${line.icmp.gateway}` : ""}`;
    case "refusal":
      return `refusal ${line.call} ${line.errno ?? "?"}${line.name === null ? "" : ` ${line.name}`}${line.mtu === null ? "" : ` mtu ${line.mtu}`}`;
    case "summary":
      return `summary ${line.transmitted} ${line.received}`;
    case "statistics":
      return `statistics ${line.destination === null ? "-" : formatIpv4(line.destination)}`;
    case "pipe":
      return `pipe ${line.depth}`;
    default:
      return line?.kind ?? "no line of ping's";
  }
}

describe("lines", () => {
  test.each([
    // iputils
    ["PING 10.0.2.2 (10.0.2.2) 56(84) bytes of data.", "head 10.0.2.2 - -"],
    ["PING a.example (10.0.2.2) from 10.0.1.1 veth0: 56(84) bytes of data.", "head 10.0.2.2 10.0.1.1 veth0"],
    ["64 bytes from 10.0.2.2: icmp_seq=1 ttl=63 time=0.114 ms", "reply 10.0.2.2"],
    ["[1763740000.123456] 64 bytes from a.example (10.0.2.2): icmp_seq=1 ttl=63 time=0.1 ms", "reply 10.0.2.2"],
    ["64 bytes from 10.0.2.2: icmp_seq=1 ttl=64 time=0.1 ms (DUP!)", "reply 10.0.2.2 dup"],
    ["64 bytes from 10.0.2.3: icmp_seq=1 ttl=64 time=0.1 ms (DIFFERENT ADDRESS!)", "reply 10.0.2.3 other"],
    ["64 bytes from 10.0.2.2: icmp_seq=1 ttl=64 (truncated)", "reply 10.0.2.2 damaged"],
    ["From 10.0.1.254 icmp_seq=1 Destination Host Unreachable", "error 10.0.1.254 3/1"],
    ["From gw (10.0.1.254) icmp_seq=1 Destination Net Unreachable", "error 10.0.1.254 3/0"],
    ["From 10.0.1.254 icmp_seq=1 Destination Protocol Unreachable", "error 10.0.1.254 3/2"],
    ["From 10.0.1.254 icmp_seq=1 Destination Port Unreachable", "error 10.0.1.254 3/3"],
    ["From 10.0.1.254 icmp_seq=1 Destination Net Prohibited", "error 10.0.1.254 3/9"],
    ["From 10.0.1.254 icmp_seq=1 Destination Host Prohibited", "error 10.0.1.254 3/10"],
    ["From 10.0.1.254 icmp_seq=1 Packet filtered", "error 10.0.1.254 3/13"],
    ["From 10.0.1.254 icmp_seq=1 Frag needed and DF set (mtu = 1400)", "error 10.0.1.254 3/4 mtu 1400"],
    ["From 10.0.1.254 icmp_seq=1 Time to live exceeded", "error 10.0.1.254 11/0"],
    ["From 10.0.1.254: icmp_seq=1 Redirect Host(New nexthop: 10.0.1.2)", "error 10.0.1.254 5/1 to 10.0.1.2"],
    ["[1763740000.123456] From 10.0.1.254 icmp_seq=1 Something new", "error 10.0.1.254 ?"],
    ["[1763740000.123456] no answer yet for icmp_seq=1", "silence"],
    ["4 packets transmitted, 0 received, +4 errors, 100% packet loss, time 3015ms", "summary 4 0"],
    ["^C--- 10.0.2.2 ping statistics ---", "statistics 10.0.2.2"],
    ["pipe 3", "pipe 3"],
    ["rtt min/avg/max/mdev = 0.185/261.228/783.297/369.158 ms, pipe 2", "pipe 2"],
    ["rtt min/avg/max/mdev = 0.088/0.099/0.114/0.010 ms", "rest"],
    ["wrong data byte #16 should be 0x10 but was 0x0", "damage"],
    ["connect: Network is unreachable", "refusal connect ENETUNREACH"],
    ["ping: connect: Network is unreachable", "refusal connect ENETUNREACH"],
    ["ping: connect: No route to host", "refusal connect EHOSTUNREACH"],
    ["ping: connect: Invalid argument", "refusal connect EINVAL"],
    ["ping: sendmsg: Operation not permitted", "refusal sendmsg EPERM"],
    ["ping: sendmsg: No buffer space available", "refusal sendmsg ENOBUFS"],
    ["ping: sendmsg: Message too long", "refusal sendmsg EMSGSIZE"],
    ["ping: local error: message too long, mtu=1400", "refusal sendmsg EMSGSIZE mtu 1400"],
    ["ping: local error: Message too long, mtu=1400", "refusal sendmsg EMSGSIZE mtu 1400"],
    ["ping: bind: Cannot assign requested address", "refusal bind EADDRNOTAVAIL"],
    ["ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules", "refusal connect EACCES"],
    ["ping: unknown iface: veth9", "refusal device ENODEV veth9"],
    ["ping: SO_BINDTODEVICE veth9: No such device", "refusal device ENODEV veth9"],
    ["ping: a.example: Name or service not known", "refusal resolve ? a.example"],
    ["ping: a.example: Temporary failure in name resolution", "refusal resolve ? a.example"],
    ["ping: socket: Operation not permitted", "refusal socket EPERM"],
    ["ping: Warning: source address might be selected on device other than: veth0", "rest"],
    // iputils in Chinese
    ["PING 192.168.2.1 (192.168.2.1) 56(84) 字节的数据。", "head 192.168.2.1 - -"],
    [
      "PING 192.168.2.1 (192.168.2.1) 来自 192.168.2.11 veth0: 56(84) 字节的数据。",
      "head 192.168.2.1 192.168.2.11 veth0",
    ],
    ["64 字节，来自 192.168.2.1: icmp_seq=1 ttl=64 时间=0.052 毫秒", "reply 192.168.2.1"],
    ["64 比特，来自 192.168.2.1: icmp_seq=1 ttl=64 时间=0.052 毫秒 (重复!)", "reply 192.168.2.1 dup"],
    ["来自 192.168.2.11 icmp_seq=1 目标主机不可达", "error 192.168.2.11 3/1"],
    ["来自 10.0.1.254 icmp_seq=1 目标网络不可达", "error 10.0.1.254 3/0"],
    ["来自 10.0.1.254 icmp_seq=1 数据包被过滤", "error 10.0.1.254 3/13"],
    ["来自 10.0.1.254 icmp_seq=1 超过生存时间", "error 10.0.1.254 11/0"],
    ["来自 10.0.1.254 icmp_seq=1 需要分段但是设置了 DF （mtu = 1400）", "error 10.0.1.254 3/4 mtu 1400"],
    ["来自 10.0.1.254: icmp_seq=1 重定向主机(新的下一跳: 10.0.1.2)", "error 10.0.1.254 5/1 to 10.0.1.2"],
    ["icmp_seq=1 未响应", "silence"],
    ["--- 192.168.2.1 ping 统计 ---", "statistics 192.168.2.1"],
    ["已发送 4 个包， 已接收 0 个包, +4 错误, 100% 包丢失, 耗时 3015 毫秒", "summary 4 0"],
    ["管道 3", "pipe 3"],
    ["ping: connect: 网络不可达", "refusal connect ENETUNREACH"],
    ["ping: sendmsg: 不允许的操作", "refusal sendmsg EPERM"],
    ["ping: 本地错误：消息太长，mtu=1400", "refusal sendmsg EMSGSIZE mtu 1400"],
    ["ping: a.example: 未知的名称或服务", "refusal resolve ? a.example"],
    ["ping: 您想要 ping 广播地址吗？若是则加上参数 -b，否则检查你的本地防火墙规则", "refusal connect EACCES"],
    // busybox, BSD
    ["PING 10.0.2.2 (10.0.2.2): 56 data bytes", "head 10.0.2.2 - -"],
    ["64 bytes from 10.0.2.2: seq=0 ttl=63 time=0.120 ms", "reply 10.0.2.2"],
    ["4 packets transmitted, 0 packets received, 100% packet loss", "summary 4 0"],
    ["ping: sendto: Network unreachable", "refusal sendmsg ENETUNREACH"],
    ["ping: sendto: Host is unreachable", "refusal sendmsg EHOSTUNREACH"],
    ["ping: bad address 'a.example'", "refusal resolve ? a.example"],
    ["ping: permission denied (are you root?)", "refusal socket EPERM"],
    ["92 bytes from gw (10.0.1.254): Destination Host Unreachable", "error 10.0.1.254 3/1"],
    ["Request timeout for icmp_seq 0", "silence"],
    // Windows
    ["Pinging 10.0.2.2 with 32 bytes of data:", "head 10.0.2.2 - -"],
    ["正在 Ping a.example [10.0.2.2] 具有 32 字节的数据:", "head 10.0.2.2 - -"],
    ["Reply from 10.0.2.2: bytes=32 time<1ms TTL=64", "reply 10.0.2.2"],
    ["来自 10.0.2.2 的回复: 字节=32 时间=1ms TTL=64", "reply 10.0.2.2"],
    ["Reply from 10.0.1.1: Destination host unreachable.", "error 10.0.1.1 3/1"],
    ["来自 10.0.1.1 的回复: 无法访问目标主机。", "error 10.0.1.1 3/1"],
    ["来自 10.0.1.254 的回复: TTL 传输中过期。", "error 10.0.1.254 11/0"],
    ["Request timed out.", "silence"],
    ["请求超时。", "silence"],
    ["    Packets: Sent = 4, Received = 4, Lost = 0 (0% loss),", "summary 4 4"],
    ["    数据包: 已发送 = 4，已接收 = 0，丢失 = 4 (100% 丢失)，", "summary 4 0"],
    ["10.0.2.2 的 Ping 统计信息:", "statistics 10.0.2.2"],
    ["Ping 请求找不到主机 a.example。请检查该名称，然后重试。", "refusal resolve ? a.example"],
    // not ping's
    ["20:20:18.285230 ARP, Request who-has 192.168.2.1 tell 192.168.2.11, length 28", "no line of ping's"],
    ["From: somebody <a@b.example>", "no line of ping's"],
    ["default via 10.0.1.254 dev eth0", "no line of ping's"],
  ])("%s", (printed, meaning) => {
    expect(short(readPingLine(printed))).toBe(meaning);
  });
});

async function explained(content: string): Promise<Report | null> {
  const pastes = [{ source: "paste.txt", content, interface: null, netns: null }];
  return (await reportOfPastes({ pastes, captures: [], state: null, problems: [] })).report;
}

async function answered(content: string): Promise<string> {
  const answer = (await explained(content))?.answer;
  return answer ? `${answer.code}, ${answer.certainty}` : "nothing";
}

test("Chinese iputils is told like English", async () => {
  const zh = `$ ping -c 4 192.168.2.1
PING 192.168.2.1 (192.168.2.1) 56(84) 字节的数据。
来自 192.168.2.11 icmp_seq=1 目标主机不可达
来自 192.168.2.11 icmp_seq=2 目标主机不可达

--- 192.168.2.1 ping 统计 ---
已发送 4 个包， 已接收 0 个包, +2 错误, 100% 包丢失, 耗时 3015 毫秒
管道 3
`;
  expect(await answered(zh)).toBe("arp-no-answer, likely");
});

test("what Windows counts as received is no answer", async () => {
  const windows = String.raw`C:\Users\a>ping 192.168.1.99

正在 Ping 192.168.1.99 具有 32 字节的数据:
来自 192.168.1.5 的回复: 无法访问目标主机。
来自 192.168.1.5 的回复: 无法访问目标主机。

192.168.1.99 的 Ping 统计信息:
    数据包: 已发送 = 2，已接收 = 2，丢失 = 0 (0% 丢失)，
`;
  const report = await explained(windows);
  expect(report?.answer).toMatchObject({ verdict: "failed", code: "arp-no-answer" });
  // There is no lo and no Linux kernel to speak of.
  expect(report?.flows[0]?.findings.map((f) => f.code)).not.toContain("host-unreachable-is-local");
});

test.each([
  [
    "an error of the target's own is a rule of the target's",
    "From 10.0.2.2 icmp_seq=1 Destination Host Unreachable",
    "nft-reject, likely",
  ],
  ["a TTL of 64 that is used up is a loop", "From 10.0.7.2 icmp_seq=1 Time to live exceeded", "routing-loop, likely"],
  ["a router without a route", "From 10.0.1.254 icmp_seq=1 Destination Net Unreachable", "forward-no-route, likely"],
  [
    "nobody knows whose address it is",
    "From 10.0.1.254 icmp_seq=1 Destination Host Unreachable",
    "arp-no-answer, possible",
  ],
])("%s", async (_, line, expected) => {
  expect(await answered(`$ ping 10.0.2.2\nPING 10.0.2.2 (10.0.2.2) 56(84) bytes of data.\n${line}\n^C\n`)).toBe(
    expected,
  );
});

test("the pasted addresses tell whose error it is", async () => {
  const own = `$ ip -4 addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet 10.0.1.254/24 scope global eth0
$ ping 10.0.2.2
PING 10.0.2.2 (10.0.2.2) 56(84) bytes of data.
From 10.0.1.254 icmp_seq=1 Destination Host Unreachable
^C
`;
  expect(await answered(own)).toBe("arp-no-answer, likely");
  expect(await answered(own.replace("inet 10.0.1.254", "inet 10.0.1.7"))).toBe("forward-next-hop-arp-failed, possible");
});

test("a name without an address is about names", async () => {
  const report = await explained("$ ping a.example\nping: a.example: Name or service not known\n");
  expect(report?.answer).toBeNull();
  expect(report?.notes.map((note) => note.en).join()).toContain("getent hosts a.example");
});

test("duplicates, strangers and damage are remarked on", async () => {
  const report = await explained(`$ ping 10.0.2.2
PING 10.0.2.2 (10.0.2.2) 56(84) bytes of data.
64 bytes from 10.0.2.2: icmp_seq=1 ttl=64 time=0.1 ms
64 bytes from 10.0.2.2: icmp_seq=1 ttl=64 time=0.2 ms (DUP!)
64 bytes from 10.0.2.9: icmp_seq=2 ttl=64 time=0.2 ms
wrong data byte #16 should be 0x10 but was 0x0
`);
  const notes = report?.notes.map((note) => note.en).join("\n") ?? "";
  expect(notes).toMatch(/DUP!/);
  expect(notes).toMatch(/10\.0\.2\.9, not from 10\.0\.2\.2/);
  expect(notes).toMatch(/damaged/);
});

test("a ping in the background goes on printing below other commands", async () => {
  const report = await explained(`$ ping 10.0.2.2 &
PING 10.0.2.2 (10.0.2.2) 56(84) bytes of data.
$ ip -br link
lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>
64 bytes from 10.0.2.2: icmp_seq=1 ttl=64 time=0.1 ms
`);
  expect(report?.flows).toHaveLength(1);
  expect(report?.flows[0]?.verdict).toBe("worked");
});
