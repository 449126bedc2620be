// A container that a command names and that nobody shows, on the bridge of the host whose listings were pasted.

import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { entered } from "../../src/paste/enter.ts";

const HOST = `root@host:~# ip -4 addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.168.1.20/24 brd 192.168.1.255 scope global eth0
3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
root@host:~# ip route
default via 192.168.1.1 dev eth0
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
192.168.1.0/24 dev eth0 proto kernel scope link src 192.168.1.20
`;
const SECOND = `3: br-0a1b2c3d4e5f: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    inet 172.18.0.1/16 brd 172.18.255.255 scope global br-0a1b2c3d4e5f
`;
const OFF = "root@host:~# sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0\n";
const DROPS = `root@host:~# iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [3:252]
:OUTPUT ACCEPT [0:0]
COMMIT
`;
const lost = (command: string) => `root@host:~# ${command}
PING 9.9.9.9 (9.9.9.9): 56 data bytes

--- 9.9.9.9 ping statistics ---
3 packets transmitted, 0 packets received, 100% packet loss
`;

async function answerTo(content: string) {
  const { report } = await reportOfPastes({ pastes: [{ source: "question", content }] });
  return report?.answer;
}

describe("a container that the paste names", () => {
  it.each(["docker run --rm alpine ping -c 3 9.9.9.9", "docker exec -it web ping -c 3 9.9.9.9"])(
    "asks through its host: %s",
    async (command) => {
      expect(await answerTo(`${HOST}${lost(command)}${OFF}`)).toMatchObject({
        code: "ip-forward-off",
        certainty: "likely",
      });
      expect(await answerTo(`${HOST}${lost(command)}${DROPS}`)).toMatchObject({
        code: "iptables-drop",
        certainty: "likely",
      });
    },
  );

  it("is its host where it has its network, and nowhere where it may be on one of two bridges", async () => {
    const own = await answerTo(`${HOST}${lost("docker run --rm --network=host alpine ping -c 3 9.9.9.9")}${OFF}`);
    expect(own?.code).not.toBe("ip-forward-off");
    const two = HOST.replace("root@host:~# ip route", `${SECOND}root@host:~# ip route`);
    expect(await answerTo(`${two}${lost("docker run --rm alpine ping -c 3 9.9.9.9")}${DROPS}`)).toMatchObject({
      certainty: "possible",
    });
  });
});

describe("docker run", () => {
  it.each([
    ["docker run --rm -it -v /a:/b --dns 1.1.1.1 alpine:3 ping -c 3 9.9.9.9", "container", "ping -c 3 9.9.9.9"],
    ["docker run --name=web -d registry:5000/busybox nc 10.0.0.1 80", "web", "nc 10.0.0.1 80"],
    ["docker run --net host alpine ping 9.9.9.9", null, "ping 9.9.9.9"],
    ["podman run --rm curlimages/curl -m 5 http://10.0.0.1/", "container", "curl -m 5 http://10.0.0.1/"],
  ])("%s", (line, place, inner) => {
    expect(entered(line.split(" "))).toMatchObject({ place, words: inner.split(" ") });
  });

  it("without a command is nothing that anybody runs", () => {
    expect(entered("docker run --rm -d -p 80:80 nginx".split(" "))).toBeNull();
  });
});
