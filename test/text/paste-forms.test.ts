// The same output in the forms in which people paste it reads the same.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { explainPasted } from "./pasted.ts";

const ADDRESSES = `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether fe:fc:fe:9e:1a:b6 brd ff:ff:ff:ff:ff:ff
    inet 10.0.0.5/24 brd 10.0.0.255 scope global noprefixroute eth0
       valid_lft forever preferred_lft forever`;
const ROUTES = "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5";
const REFUSED = "ping: connect: Network is unreachable";

/** A session with this prompt. */
function session(prompt: string, addresses = ADDRESSES): string {
  return [`${prompt}ip addr`, addresses, `${prompt}ip route`, ROUTES, `${prompt}ping -c 1 8.8.8.8`, REFUSED].join("\n");
}

const unindented = (text: string) => text.replace(/^\s+/gm, "");
const indented = (text: string, by: string) => text.replace(/^/gm, by);

describe("a session reads the same", async () => {
  const plain = await explainPasted(session("$ "));

  it.each([
    ["behind ❯", session("❯ ")],
    ["behind an arrow and a directory", session("➜  ~ ")],
    ["behind »", session("» ")],
    ["behind λ", session("λ ")],
    ["behind the second line of a theme", session("└─$ ")],
    ["without its indentation", session("$ ", unindented(ADDRESSES))],
    ["indented by four blanks", indented(session("$ "), "    ")],
    ["indented by a tab", indented(session("$ "), "\t")],
    ["quoted", indented(session("$ "), "> ")],
  ])("%s", async (_, pasted) => {
    expect(await explainPasted(pasted)).toEqual(plain);
  });

  it("and says what it holds", async () => {
    expect(plain).toMatchObject({ code: "no-route", unknown: [] });
    expect(plain.evidence).toContain(ROUTES);
  });
});

describe("what ip -j prints", () => {
  const { namespaces } = JSON.parse(
    gunzipSync(readFileSync(join(import.meta.dirname, "../../fixtures/no-route/state.json.gz"))).toString(),
  );
  const { link, addr, route, rule } = namespaces.net0;
  const asked = (write: (value: unknown) => string) =>
    [
      "$ ip -j -d link show",
      write(link),
      "$ ip -j addr",
      write(addr),
      "$ ip -j route show table all",
      write(route),
      "$ ip -j rule",
      write(rule),
      "$ ping -c 1 198.51.100.9",
      REFUSED,
    ].join("\n");

  it.each([
    ["on one line", asked((value) => JSON.stringify(value))],
    ["indented (-p)", asked((value) => JSON.stringify(value, null, 4))],
  ])("is read, %s", async (_, pasted) => {
    const read = await explainPasted(pasted);
    expect(read).toMatchObject({ code: "no-route", unknown: [] });
    expect(read.evidence).toContain("192.168.2.0/24 dev veth0");
  });
});

describe("a capture reads", () => {
  it("names in place of addresses, and asks for addresses", async () => {
    const read = await explainPasted(
      "09:00:00.200180 IP shadow > web1.lan: ICMP echo request, id 4712, seq 12, length 64",
    );
    expect(read.problems).toContainEqual(expect.stringContaining("Capture again with -n"));
  });

  it("a packet that NAT has rewritten as one, by its ICMP id, sequence and moment", async () => {
    const read =
      await explainPasted(`listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes
09:00:00.100000 docker0 In  IP 172.17.0.9 > 9.9.9.9: ICMP echo request, id 77, seq 1, length 64
09:00:00.100090 eth0 Out IP 192.0.2.5 > 9.9.9.9: ICMP echo request, id 77, seq 1, length 64
09:00:00.110090 eth0 In  IP 9.9.9.9 > 192.0.2.5: ICMP echo reply, id 77, seq 1, length 64
09:00:00.110130 docker0 Out IP 9.9.9.9 > 172.17.0.9: ICMP echo reply, id 77, seq 1, length 64`);
    expect(read).toMatchObject({ flows: 1, verdict: "worked", sent: 1 });
  });

  it("-i any without interfaces as one place that shows all that a packet passes", async () => {
    const read = await explainPasted(`listening on any, link-type LINUX_SLL (Linux cooked), capture size 65535 bytes
09:00:00.100100 IP 172.17.0.9 > 9.9.9.9: ICMP echo request, id 12, seq 1, length 64
09:00:00.100110 IP 172.17.0.9 > 9.9.9.9: ICMP echo request, id 12, seq 1, length 64`);
    expect(read).toMatchObject({ flows: 1, sent: 1 });
  });

  it("a lone ARP reply without guessing who asked", async () => {
    const read = await explainPasted("09:00:00.200171 ARP, Reply 172.18.0.9 is-at 02:42:ac:12:00:09, length 28");
    expect(read).toMatchObject({ flows: 1, src: null });
  });

  it("the way of a packet at one interface by the addresses of the state", async () => {
    const read = await explainPasted(`# sysctl net.ipv4.ip_forward
net.ipv4.ip_forward = 0
# ip -4 addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0
3: br1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    inet 10.9.0.1/24 brd 10.9.0.255 scope global br1
# ip route
default via 192.0.2.1 dev eth0
10.9.0.0/24 dev br1 proto kernel scope link src 10.9.0.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.5
# tcpdump -ni br1 icmp
listening on br1, link-type EN10MB (Ethernet), snapshot length 262144 bytes
09:00:00.900384 IP 10.9.0.7 > 9.9.9.9: ICMP echo request, id 90, seq 1, length 64`);
    expect(read).toMatchObject({ code: "ip-forward-off", certainty: "likely" });
  });
});
