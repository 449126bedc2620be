// How recorded connections and exchanges over UDP ended, by their packets alone.

import { describe, expect, test } from "vitest";
import { statusOf } from "../../src/case/exit-status.ts";
import { type ConnectionEnd, endsOf } from "../../src/model/connection.ts";
import type { Flow } from "../../src/model/flow.ts";
import { packetsAlone, withState } from "../recorded.ts";

async function connectionOf(name: string): Promise<Flow> {
  const flows = (await packetsAlone(name))?.flows.map(({ flow }) => flow) ?? [];
  const found = flows.find(({ transportOutcomes }) => transportOutcomes !== undefined);
  if (found === undefined) throw new Error(`no connection in ${name}`);
  return found;
}

const endOf = async (name: string): Promise<ConnectionEnd | undefined> => endsOf(await connectionOf(name))[0]?.end;

describe("ends so", () => {
  test.each<[string, Partial<ConnectionEnd>]>([
    ["tcp-answered-ok", { kind: "connected" }],
    ["port-ok", { kind: "connected" }],
    ["port-no-listener", { kind: "refused" }],
    ["nft-reject-tcp", { kind: "refused" }],
    ["nft-input-drop-tcp", { kind: "silent", answered: false }],
    ["tcp-forward-drop", { kind: "silent", answered: false }],
    ["tcp-forward-no-route", { kind: "error" }],
    ["tcp-reset", { kind: "reset", by: "target" }],
    ["tcp-zero-window", { kind: "window-closed", by: "target" }],
    ["tcp-data-not-acknowledged", { kind: "stalled", sender: "asker", size: 8 }],
    ["udp-ok", { kind: "connected" }],
    ["udp-port-no-listener", { kind: "error" }],
    ["udp-input-drop", { kind: "silent", answered: false }],
    ["dns-error-answer", { kind: "connected" }],
    ["dns-no-answer", { kind: "silent", answered: false }],
    ["dhcp-no-offer", { kind: "silent", answered: false }],
  ])("%s", async (name, end) => {
    expect(await endOf(name)).toMatchObject(end);
  });
});

test.each(["tcp-reset", "tcp-zero-window", "tcp-data-not-acknowledged"])(
  "a program that says it was answered has its connection, whatever came behind the answer: %s",
  async (name) => {
    const flow: Flow = { ...(await connectionOf(name)), heard: true };
    expect(endsOf(flow).map(({ end }) => end.kind)).toEqual(["connected"]);
  },
);

test.each(["tcp-forward-drop", "port-no-listener"])(
  "nobody was answered on one that never came about: %s",
  async (name) => {
    const flow = await connectionOf(name);
    expect(endsOf({ ...flow, heard: true })).toEqual(endsOf(flow));
  },
);

test("a command that failed ends in no success, though its connection stood", async () => {
  const report = await withState("dns-error-answer");
  expect([report.answer?.code, report.answer?.verdict, statusOf(report)]).toEqual([
    "dns-error-answer",
    "cannot-tell",
    1,
  ]);
});
