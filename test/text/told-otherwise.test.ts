// What a paste must not be turned into: a link that was set up into one that is down, output into a question, a rule that nobody
// showed into one that is quoted.

import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { renderText } from "../../src/render/text.ts";

const LISTED = "$ ip link\n2: eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default\n";

describe("what was pasted stays what it was", () => {
  it.each(["ip link set up dev eth0", "ip link set dev eth0 up", "ip link set up eth0", "ip link set eth0 up"])(
    "%s",
    (command) => {
      const { state } = stateFromText(readPaste(`${LISTED}$ ${command}\n`, "x").state);
      expect(
        state?.namespaces
          .get("")
          ?.links?.find(({ name }) => name === "eth0")
          ?.flags.has("UP"),
      ).toBe(true);
    },
  );

  it("output behind comment marks is output", async () => {
    const content = `docker exec -ti web ping 10.99.0.220

# PING 10.99.0.220 (10.99.0.220): 56 data bytes
# 92 bytes from 0e2f0da43c8a (10.99.0.100): Destination Host Unreachable
`;
    const { report } = await reportOfPastes({ pastes: [{ source: "question", content }] });
    expect(report?.answer?.code).toBe("arp-no-answer");
    expect(report?.flows[0]?.flow.dst).toBe(0x0a6300dc);
  });

  it("a routing rule that nobody showed is not quoted as if it had been", async () => {
    const content = `root@board:/ # ip addr show wlan0
5: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    inet 10.42.0.108/24 brd 10.42.0.255 scope global wlan0
root@board:/ # route
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
default         10.42.0.1       0.0.0.0         UG    0      0        0 wlan0
10.42.0.0       *               255.255.255.0   U     0      0        0 wlan0
root@board:/ # ping 10.42.0.1
connect: Network is unreachable
root@board:/ #
`;
    const { report } = await reportOfPastes({ pastes: [{ source: "question", content }] });
    expect(report?.answer?.code).toBe("policy-rule-reject");
    expect(report?.answer?.headline.en).not.toContain("pref");
    expect(report?.flows[0]?.findings[0]?.summary.en).not.toMatch(/\d+: from/);
    if (report === null) throw new Error("nothing was read");
    const text = renderText(report, { language: "en", width: 80, color: false, verbose: false });
    expect(text).not.toContain("may decide: .");
  });
});
