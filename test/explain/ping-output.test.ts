import { expect, test } from "vitest";
import { parsePingOutput } from "../../src/explain/ping-output.ts";
import { formatIpv4 } from "../../src/model/address.ts";

test("errors of one's own kernel are grouped and counted", () => {
  const output = parsePingOutput(`PING 192.168.2.1 (192.168.2.1) from 192.168.2.11 veth0: 56(84) bytes of data.
From 192.168.2.11 icmp_seq=1 Destination Host Unreachable
From 192.168.2.11 icmp_seq=2 Destination Host Unreachable

--- 192.168.2.1 ping statistics ---
4 packets transmitted, 0 received, +2 errors, 100% packet loss, time 3015ms
pipe 3
`);
  expect(output).toMatchObject({ boundInterface: "veth0", transmitted: 4, received: 0, answers: 0 });
  expect(output?.errors).toHaveLength(1);
  expect(output?.errors[0]).toMatchObject({ words: "Destination Host Unreachable", count: 2 });
  expect(formatIpv4(output?.source as never)).toBe("192.168.2.11");
});

test("what ping itself complains of is kept", () => {
  expect(parsePingOutput("ping: connect: Network is unreachable\n")?.refusals).toMatchObject([
    { call: "connect", errno: "ENETUNREACH", line: "ping: connect: Network is unreachable", count: 1 },
  ]);
  expect(parsePingOutput("hello\n")).toBeNull();
});

test.each([
  [
    "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\nping: => missing cap_net_raw+p capability or setuid?\n",
  ],
  ["ping: socket: Operation not permitted\n"],
  ["ping: icmp open socket: Operation not permitted\n"],
  ["ping: socket: 不允许的操作\n"],
  ["ping: permission denied (are you root?)\n"],
  ["PING 10.0.0.1 (10.0.0.1): 56 data bytes\nping: permission denied (are you root?)\n"],
  ["ping: Lacking privilege for icmp socket.\n"],
])("no socket: %j", (said) => {
  const output = parsePingOutput(said);
  expect(output?.socketRefused).not.toBeNull();
  expect(said).toContain(output?.socketRefused);
});

test.each([
  ["ping: connect: Operation not permitted\n"],
  ["ping: socket: Address family not supported by protocol\n"],
  // A socket is there; the output firewall refuses what it sends.
  [
    "PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\nping: sendmsg: Operation not permitted\n\n--- 10.0.0.1 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n",
  ],
])("another fault than the socket: %j", (said) => {
  expect(parsePingOutput(said)).toMatchObject({ socketRefused: null });
});

test("the numbers of the answers are kept where each was printed with one", () => {
  const lines = (from: string): string =>
    `PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\n64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.1 ms\n${from}`;
  expect(parsePingOutput(lines("64 bytes from 10.0.0.1: icmp_seq=4 ttl=64 time=0.1 ms\n"))?.heard).toEqual([1, 4]);
  expect(parsePingOutput("64 bytes from 10.0.0.1: seq=0 ttl=64 time=0.123 ms\n")?.heard).toEqual([0]);
  expect(parsePingOutput(lines("Reply from 10.0.0.1: bytes=32 time<1ms TTL=64\n"))?.heard).toBeUndefined();
});
