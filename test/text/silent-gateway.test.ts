// "Destination Host Unreachable" from the asker itself, beside routes that say whom it asked.

import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";

const ADDRESS = `$ ip -4 addr show eth0
4: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 10.27.221.90/20 brd 10.27.223.255 scope global eth0
`;
const ROUTES = `$ netstat -nr
Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         10.27.221.1     0.0.0.0         UG        0 0          0 eth0
10.27.208.0     0.0.0.0         255.255.240.0   U         0 0          0 eth0
`;
const ERROR = "From 10.27.221.90 icmp_seq=1 Destination Host Unreachable\n";
const ping = (target: string, said: string) => `$ ping -c 2 ${target}
PING ${target} (${target}) 56(84) bytes of data.
${said}
--- ${target} ping statistics ---
2 packets transmitted, 0 received${said === "" ? "" : ", +1 errors"}, 100% packet loss, time 1006ms
`;

async function codeOf(content: string): Promise<string | undefined> {
  const { report } = await reportOfPastes({ pastes: [{ source: "question", content }] });
  return report?.answer?.code;
}

describe("a gateway that answers no ARP", () => {
  it("is named where the routes say that it was asked", async () => {
    const { report } = await reportOfPastes({
      pastes: [{ source: "question", content: `${ADDRESS}${ROUTES}${ping("9.9.9.9", ERROR)}` }],
    });
    expect(report?.answer).toMatchObject({ code: "gateway-arp-failed", certainty: "likely" });
    expect(report?.answer?.headline.en).toContain("10.27.221.1 on eth0");
    // Who else heard the question was not seen.
    expect(report?.flows[0]?.findings[0]?.summary.en).not.toContain("none of the hosts");
  });

  it("is named by its entry alone, where ping ended before it was told", async () => {
    const entry = "$ arp -an\n? (10.27.221.1) at <incomplete> on eth0\n";
    expect(await codeOf(`${ADDRESS}${ROUTES}${entry}${ping("9.9.9.9", "")}`)).toBe("gateway-arp-failed");
    expect(await codeOf(`${ADDRESS}${ROUTES}${ping("9.9.9.9", "")}`)).not.toBe("gateway-arp-failed");
  });

  it("is not blamed for a neighbour, for a router's error, or with its MAC address known", async () => {
    expect(await codeOf(`${ADDRESS}${ROUTES}${ping("10.27.208.7", ERROR)}`)).not.toBe("gateway-arp-failed");
    const others = ERROR.replace("10.27.221.90", "10.99.0.1");
    expect(await codeOf(`${ADDRESS}${ROUTES}${ping("9.9.9.9", others)}`)).not.toBe("gateway-arp-failed");
    const known = "$ arp -an\n? (10.27.221.1) at 00:15:5d:c1:54:2b [ether] on eth0\n";
    expect(await codeOf(`${ADDRESS}${ROUTES}${known}${ping("9.9.9.9", ERROR)}`)).not.toBe("gateway-arp-failed");
  });

  it("nor where there is no carrier", async () => {
    const down = ADDRESS.replace("<BROADCAST,MULTICAST,UP,LOWER_UP>", "<NO-CARRIER,BROADCAST,MULTICAST,UP>");
    expect(await codeOf(`${down}${ROUTES}${ping("9.9.9.9", ERROR)}`)).toBe("peer-down");
  });
});
