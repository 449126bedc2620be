// Small forms of pasted text that decide: marks of inline code, tcpdump's words for errors about what has no ports, who
// prints an error, and on which side of a router a packet was seen.

import { describe, expect, it, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { cleanLines } from "../../src/paste/clean.ts";

async function told(content: string) {
  const { report } = await reportOfPastes({ pastes: [{ source: "paste", content }] });
  const flow = report?.flows.find((one) => one.flow.id === report.answer?.flow);
  return {
    code: report?.answer?.code,
    alike: flow?.findings[0]?.lookalikes ?? [],
    errors: flow?.flow.errors,
    first: flow?.steps[0],
    flows: report?.flows.length,
  };
}

test("marks of inline code are no part of a line, the shell's own are", () => {
  const lines = ["`$ ip a", "1: lo: <LOOPBACK>", "`", "`$ ping 10.0.0.1`", "# ip route get `cat to`", "see `ip a`"];
  expect(cleanLines(lines.join("\n")).map(({ text }) => text)).toEqual([
    "$ ip a",
    "1: lo: <LOOPBACK>",
    "",
    "$ ping 10.0.0.1",
    "# ip route get `cat to`",
    "see `ip a`",
  ]);
});

test("an ICMP error about an echo request, for which tcpdump prints a port, belongs to its ping", async () => {
  const one = await told(
    "listening on eth0, link-type EN10MB\n07:41:17.101010 IP 10.1.0.9 > 10.3.0.20: ICMP echo request, id 4, seq 0, length 64\n07:41:17.101055 IP 10.2.0.12 > 10.1.0.9: ICMP 10.3.0.20 protocol 1 port 2048 unreachable, length 92\n",
  );
  expect(one).toMatchObject({ code: "nft-reject", errors: 1, flows: 1 });
});

describe("an error that another machine's ping printed", () => {
  const ROUTER =
    "[root@gw ~]# ip -4 addr\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.168.5.254/24 scope global eth0\n";
  const PING =
    "PING 10.20.0.15 (10.20.0.15) 56(84) bytes of data.\nFrom 192.168.5.254 icmp_seq=1 Packet filtered\n\n--- 10.20.0.15 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n";

  it("is the router's where it was typed at a prompt that names no machine", async () => {
    expect((await told(`$ ping 10.20.0.15\n${PING}\n${ROUTER}`)).code).toBe("nft-reject");
  });

  it("is the router's where it was typed in a container", async () => {
    expect((await told(`root@4d01a46cd8c7:/# ping 10.20.0.15\n${PING}\n${ROUTER}`)).code).toBe("nft-reject");
  });
});

test("a private source seen outside of its router was not translated", async () => {
  const one = await told(
    "# ip -4 addr\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.168.0.30/24 scope global eth0\n3: wlan0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 10.33.141.1/24 scope global wlan0\n# tcpdump -ni eth0 icmp\nlistening on eth0, link-type EN10MB\n18:00:11.000001 IP 10.33.141.57 > 8.8.8.8: ICMP echo request, id 2, seq 1, length 64\n18:00:12.000001 IP 10.33.141.57 > 8.8.8.8: ICMP echo request, id 2, seq 2, length 64\n",
  );
  expect(one.first?.direction).toBe("out");
  expect(one.alike[0]).toBe("missing-return-route");
});

test("of interfaces that are all down the card is meant", async () => {
  const down = ["bond0: <BROADCAST,MULTICAST,MASTER>", "dummy0: <BROADCAST,NOARP>", "eth0: <BROADCAST,MULTICAST>"];
  const listed = down.map((link, at) => `${at + 2}: ${link} mtu 1500 qdisc noop state DOWN\n`).join("");
  const { report } = await reportOfPastes({
    pastes: [
      {
        source: "paste",
        content: `$ ip addr\n1: lo: <LOOPBACK> mtu 65536 state DOWN\n${listed}$ ping 8.8.8.8\nping: connect: Network is unreachable\n`,
      },
    ],
  });
  expect(report?.flows[0]?.findings[0]).toMatchObject({ code: "link-admin-down", interface: "eth0" });
});
