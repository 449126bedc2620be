// Questions in words: who is said not to reach whom, and the walk that answers it.

import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import { questionsIn } from "../../src/paste/question.ts";

const HOSTS = new Map<string, Ipv4>([
  ["web", parseIpv4("10.0.0.7") as Ipv4],
  ["db", parseIpv4("10.0.0.8") as Ipv4],
]);

function asked(text: string): string[] {
  const lines = text.split("\n").map((line, at) => ({ number: at + 1, text: line }));
  return questionsIn(lines, HOSTS).map(({ from, to }) => `${from === null ? "?" : formatIpv4(from)} ${formatIpv4(to)}`);
}

describe("who asks whom", () => {
  it.each([
    ["why does 10.1.2.3 not answer?", "? 10.1.2.3"],
    ["Why doesn't 10.1.2.3 reply to ping from 10.0.0.9?", "10.0.0.9 10.1.2.3"],
    ["10.0.0.1 cannot reach 10.0.0.2", "10.0.0.1 10.0.0.2"],
    ["10.0.0.1 can't ping 10.0.0.2.", "10.0.0.1 10.0.0.2"],
    ["I can not ping 10.0.0.2 from 10.0.0.1", "10.0.0.1 10.0.0.2"],
    ["From 10.0.0.1 I am unable to reach 10.0.0.2", "10.0.0.1 10.0.0.2"],
    ["ping from 10.0.0.1 to 10.0.0.2 fails", "10.0.0.1 10.0.0.2"],
    ["10.0.0.2 is unreachable from 10.0.0.1", "10.0.0.1 10.0.0.2"],
    ["10.0.0.2 is not reachable", "? 10.0.0.2"],
    ["there is no reply from 10.0.0.2", "? 10.0.0.2"],
    ["I get no answer from 10.0.0.2 when pinging\nfrom 10.0.0.1", "10.0.0.1 10.0.0.2"],
    ["I can ping 10.0.0.254 but not 10.0.0.2", "? 10.0.0.2"],
    ["Pinging 10.0.0.2 times out", "? 10.0.0.2"],
    ["web cannot reach db", "10.0.0.7 10.0.0.8"],
    ["db does not answer", "? 10.0.0.8"],
    ["为什么 ping 不通 10.1.2.3", "? 10.1.2.3"],
    ["10.0.0.1 ping 不通 10.0.0.2", "10.0.0.1 10.0.0.2"],
    ["从 10.0.0.1 ping 10.0.0.2 不通", "10.0.0.1 10.0.0.2"],
    ["10.0.0.1 到 10.0.0.2 不通", "10.0.0.1 10.0.0.2"],
    ["10.0.0.1 访问不了 10.0.0.2", "10.0.0.1 10.0.0.2"],
    ["能 ping 通 10.0.0.254，但是 ping 不通 10.0.0.2", "? 10.0.0.2"],
    ["10.0.0.2 没有响应", "? 10.0.0.2"],
    ["容器里无法访问 8.8.8.8", "? 8.8.8.8"],
    ["The phone (10.0.0.9) is connected, but from the phone ping 10.0.0.2 gets no answer.", "10.0.0.9 10.0.0.2"],
  ])("%s", (text, ends) => expect(asked(text)).toEqual([ends]));

  it.each([
    ["10.0.0.1 can ping 10.0.0.2"],
    ["The network is 10.0.0.0/24 and does not have a gateway"],
    ["my IP is 10.0.0.5"],
    ["version 1.2.3.4 does not compile"],
    ["I cannot reach the server"],
    ['curl answers if `host: undefined` is set, but not `host: "127.0.0.1"`.'],
    ["ping works, but not with bind-address = 127.0.0.1"],
    ['The page cannot be reached with listen: "10.0.0.2"'],
  ])("%s: nobody", (text) => expect(asked(text)).toEqual([]));
});

const LISTING = `$ ip -4 addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 10.0.0.1/24 scope global eth0
$ ip route
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1
`;

async function answer(content: string) {
  const { report, problems, unknown } = await reportOfPastes({ pastes: [{ source: "paste.txt", content }] });
  return { report, problems, unknown };
}

describe("a listing and a question", () => {
  it.each([[`why does 10.1.2.3 not answer?\n\n${LISTING}`], [`${LISTING}\n为什么 ping 不通 10.1.2.3`]])(
    "is walked as predict walks: %j",
    async (content) => {
      const { report, unknown } = await answer(content);
      expect(report?.answer).toMatchObject({ code: "no-route", verdict: "failed" });
      expect(report?.command).toBeNull();
      expect(unknown).toEqual([]);
    },
  );

  it("says who is taken to ask, where several hosts could", async () => {
    const host = (name: string, address: string) => `root@${name}:~# ip -4 addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet ${address}/24 scope global eth0
root@${name}:~# ip route
10.0.0.0/24 dev eth0 proto kernel scope link src ${address}
`;
    const { report } = await answer(
      `${host("one", "10.0.0.1")}${host("two", "10.0.0.2")}\nwhy does 10.1.2.3 not answer?`,
    );
    expect(report?.flows[0]?.flow.netns).toBe("one");
    expect(report?.notes.map(({ en }) => en).join("\n")).toContain("taken to be one");
    expect(report?.notes.map(({ zh }) => zh).join("\n")).toContain("按 one 处理");
  });

  it("without any listing names what it could be, and no more than possible", async () => {
    const { report } = await answer("10.0.0.1 cannot reach 10.0.0.2");
    expect(report?.answer).toMatchObject({ code: "echo-no-reply", certainty: "possible", verdict: "failed" });
    expect(report?.flows[0]?.findings[0]?.lookalikes.length).toBeGreaterThan(3);
  });

  it("a question about a ping that the paste shows is left to that ping", async () => {
    const { report } = await answer(`10.0.0.1 cannot reach 10.9.9.9\n${LISTING}$ ping -c 1 8.8.8.8
ping: connect: Network is unreachable`);
    expect(report?.flows.map(({ flow }) => formatIpv4(flow.dst))).toEqual(["8.8.8.8"]);
  });
});

const ROUTER = `The client (10.13.13.2) on wg0 cannot ping 198.51.100.8. On the server:

$ ip route
default via 172.18.0.1 dev eth1
10.13.13.2 dev wg0 scope link
172.18.0.0/16 dev eth1 proto kernel scope link src 172.18.0.3
$ ip -4 addr
3: eth1@if22: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    inet 172.18.0.3/16 brd 172.18.255.255 scope global eth1
4: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN
    inet 10.13.13.1/32 scope global wg0
$ sysctl net.ipv4.ip_forward
net.ipv4.ip_forward = 1
`;

describe("an asker that is none of the hosts that were shown", () => {
  const about = async (rules: string) => {
    const { report } = await reportOfPastes({ pastes: [{ source: "question", content: `${ROUTER}${rules}` }] });
    const first = report?.flows[0]?.findings[0];
    return {
      code: report?.answer?.code,
      alike: first?.lookalikes,
      settle: first?.settle.map(({ command }) => command),
    };
  };

  it("is forwarded for: it is not the server that lacks its address", async () => {
    const { code, settle } = await about("");
    expect(code).toBe("echo-no-reply");
    expect(settle?.join()).not.toContain("(asker)");
  });

  it("finds no way back where the translation that was shown leaves it out", async () => {
    const { alike } = await about(
      "$ iptables -t nat -S\n-P POSTROUTING ACCEPT\n-A POSTROUTING -o eth0 -j MASQUERADE\n",
    );
    expect(alike?.[0]).toBe("missing-return-route");
    const translated = await about(
      "$ iptables -t nat -S\n-P POSTROUTING ACCEPT\n-A POSTROUTING -o eth1 -j MASQUERADE\n",
    );
    expect(translated.alike).not.toContain("missing-return-route");
  });

  it("is stopped by the chain that forwards for nobody", async () => {
    const { code } = await about("$ sudo iptables -S\n-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n");
    expect(code).toBe("iptables-drop");
  });
});
