// A ping through a real VXLAN, captured on both tunnel devices and on both devices below them.

import { join } from "node:path";
import { expect, test } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Packet } from "../../src/model/packet.ts";

const folder = join(import.meta.dirname, "tunnel");
const tunnels = join(import.meta.dirname, "../wire/tunnels");

function placeOf({ frame: { vantage }, outer }: Packet): string {
  return `${vantage.netns ?? ""}:${vantage.interface}${outer === undefined ? "" : ` in ${outer.kind} ${outer.number}`}`;
}

test("is one journey past four places, inside the tunnel where it is", async () => {
  const { report } = await reportOf([folder]);
  const flows = report?.flows.filter(({ flow }) => flow.kind === "ping") ?? [];
  expect(flows).toHaveLength(1);
  const exchange = flows[0]?.flow.echoOutcomes[0]?.first;
  expect(exchange?.kind).toBe("echo");
  if (exchange?.kind !== "echo") return;
  expect(exchange.request?.sightings.map(placeOf)).toEqual(["a:t0", "a:va in vxlan 42", "b:vb in vxlan 42", "b:t1"]);
  expect(exchange.replies[0]?.sightings.map(placeOf)).toEqual(["b:t1", "b:vb in vxlan 42", "a:va in vxlan 42", "a:t0"]);
});

test("is seen at each place that the walk passes, and the report says inside of what", async () => {
  const { report } = await reportOf([folder]);
  expect(report?.answer).toMatchObject({ code: "answered", certainty: "certain" });
  const steps = report?.flows[0]?.steps.filter(({ basis }) => basis === "seen") ?? [];
  expect(steps).toHaveLength(8);
  const inside = steps.filter((step) => step.inside !== undefined);
  expect(inside.map((step) => `${step.netns}:${step.interface} ${step.direction}`)).toEqual([
    "a:va out",
    "b:vb in",
    "b:vb out",
    "a:va in",
  ]);
  expect(inside[0]?.inside).toMatchObject([{ kind: "vxlan", number: 42, from: "10.0.0.1", to: "10.0.0.2" }]);
  expect(inside[0]?.text.en).toContain("inside VXLAN 42 from 10.0.0.1 to 10.0.0.2");
  expect(inside[0]?.text.zh).toContain("封装在 VXLAN 42（10.0.0.1 发往 10.0.0.2） 里");
});

test("what carries packets and cannot be followed is counted by its name in the notes", async () => {
  const { report } = await reportOf([join(tunnels, "not-followed.pcap"), join(tunnels, "esp.pcap")]);
  const notes = report?.notes.map(({ en }) => en).join("\n") ?? "";
  for (const name of ["3 esp", "1 erspan", "1 wireguard", "1 macsec", "1 l2tp", "3 gre"]) expect(notes).toContain(name);
  expect(notes).not.toContain("tcp inside vxlan");
});
