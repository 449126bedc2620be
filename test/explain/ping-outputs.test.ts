// What two pings of one command printed: mixed on a terminal, and one after the other in an order of its own in a pipe.

import { describe, expect, test } from "vitest";
import { parsePingOutput } from "../../src/explain/ping-output.ts";
import { splitPingOutputs } from "../../src/explain/ping-outputs.ts";
import { formatIpv4 } from "../../src/model/address.ts";

// `ping -c 2 10.77.1.9 & ping -c 3 10.77.1.1 & wait`, iputils 20221126.
const PIPED = `PING 10.77.1.1 (10.77.1.1) 56(84) bytes of data.
64 bytes from 10.77.1.1: icmp_seq=1 ttl=64 time=0.110 ms
64 bytes from 10.77.1.1: icmp_seq=2 ttl=64 time=0.032 ms
64 bytes from 10.77.1.1: icmp_seq=3 ttl=64 time=0.045 ms

--- 10.77.1.1 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 415ms
rtt min/avg/max/mdev = 0.032/0.062/0.110/0.034 ms
PING 10.77.1.9 (10.77.1.9) 56(84) bytes of data.
From 10.77.1.1 icmp_seq=1 Destination Host Unreachable
From 10.77.1.1 icmp_seq=2 Destination Host Unreachable

--- 10.77.1.9 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 333ms
pipe 2`;

const MIXED = `PING 10.77.1.9 (10.77.1.9) 56(84) bytes of data.
PING 10.77.1.1 (10.77.1.1) 56(84) bytes of data.
64 bytes from 10.77.1.1: icmp_seq=1 ttl=64 time=0.015 ms
64 bytes from 10.77.1.1: icmp_seq=2 ttl=64 time=0.044 ms
64 bytes from 10.77.1.1: icmp_seq=3 ttl=64 time=0.036 ms

--- 10.77.1.1 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 428ms
rtt min/avg/max/mdev = 0.015/0.031/0.044/0.012 ms
From 10.77.1.1 icmp_seq=1 Destination Host Unreachable
From 10.77.1.1 icmp_seq=2 Destination Host Unreachable

--- 10.77.1.9 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 364ms
pipe 2`;

describe("the output of several pings", () => {
  test.each([
    ["in a pipe", PIPED],
    ["on a terminal", MIXED],
  ])("is told apart %s", (_, output) => {
    const told = splitPingOutputs(output).map(parsePingOutput);
    const counted = told.map((one) => [
      one?.destination ? formatIpv4(one.destination) : null,
      one?.transmitted,
      one?.received,
      one?.errors.reduce((sum, { count }) => sum + count, 0),
    ]);
    expect(counted.sort()).toEqual([
      ["10.77.1.1", 3, 3, 0],
      ["10.77.1.9", 2, 0, 2],
    ]);
  });
});
