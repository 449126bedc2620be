// A connection that went by a gateway, by the packets of its asker alone: the gateway's ARP is not what it is about.

import { expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";

it("a healthy connection is told as connected, not by the gateway's answer to ARP", async () => {
  const { report } = await reportOf(["fixtures/tcp-routed-ok/net0.veth0.pcap"]);
  expect(report?.answer).toMatchObject({ code: "connected" });
});
