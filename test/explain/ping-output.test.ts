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
  expect(parsePingOutput("ping: connect: Network is unreachable\n")?.complaints).toEqual([
    "ping: connect: Network is unreachable",
  ]);
  expect(parsePingOutput("hello\n")).toBeNull();
});
