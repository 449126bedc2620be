// The numbers of a watch, and that the reader of their format refuses what is none.

import { expect, it } from "vitest";
import { WatchMetrics } from "../../src/live/watch/metrics.ts";
import { metricsAddress } from "../../src/live/watch/metrics-server.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import { text } from "../../src/model/text.ts";
import type { WatchedExchange } from "../../src/render/watch-line.ts";
import { misshapen, samplesOf } from "./exposition.ts";

const answered: WatchedExchange = {
  ...{ kind: "exchange", time: null, type: "echo", flow: 1, netns: "", src: null, dst: 1 as Ipv4, icmpId: 1 },
  ...{ sequence: 1, what: text("", ""), path: [], outcome: "answered", rttMs: 0.3, correction: null, answer: null },
};

it("counts by outcome and cause, corrections apart, and round trips in buckets", () => {
  const metrics = new WatchMetrics();
  expect(misshapen(metrics.text())).toEqual([]);
  const answer = { code: 'a"b\\c', certainty: "certain", headline: text("", "") } as const;
  metrics.note(answered);
  metrics.note({ ...answered, rttMs: 2000 });
  metrics.note({ ...answered, outcome: "failed", rttMs: null, answer });
  metrics.note({ ...answered, correction: "late" });
  metrics.note({ kind: "mark", time: null, change: "loss", tone: "bad", text: text("", "") });
  const page = metrics.text();
  expect(misshapen(page)).toEqual([]);
  const value = (name: string, ...labels: readonly (readonly [string, string])[]) =>
    samplesOf(page).find((one) => one.name === name && labels.every(([key, words]) => one.labels[key] === words))
      ?.value;
  expect(value("pktwhy_exchanges_total", ["outcome", "answered"])).toBe(2);
  expect(value("pktwhy_exchanges_total", ["outcome", "failed"], ["code", 'a\\"b\\\\c'])).toBe(1);
  expect(value("pktwhy_corrections_total", ["correction", "late"])).toBe(1);
  expect(value("pktwhy_marks_total", ["change", "loss"])).toBe(1);
  expect(value("pktwhy_rtt_seconds_bucket", ["le", "0.00025"])).toBe(0);
  expect(value("pktwhy_rtt_seconds_bucket", ["le", "0.0005"])).toBe(1);
  expect(value("pktwhy_rtt_seconds_bucket", ["le", "+Inf"])).toBe(2);
  expect(value("pktwhy_rtt_seconds_sum")).toBeCloseTo(2.0003, 6);
});

it("listens on loopback unless told otherwise", () => {
  expect(metricsAddress("9091")).toEqual({ host: "127.0.0.1", port: 9091 });
  expect(metricsAddress(":9091")).toEqual({ host: "127.0.0.1", port: 9091 });
  expect(metricsAddress("localhost:9091")).toEqual({ host: "127.0.0.1", port: 9091 });
  expect(metricsAddress("10.0.0.1:9091")).toEqual({ host: "10.0.0.1", port: 9091 });
  expect(metricsAddress("[::1]:9091")).toEqual({ host: "::1", port: 9091 });
  for (const none of ["", "x", "::1:9091", "9091x", "10.0.0.1", "10.0.0.1:65536", "[10.0.0.1:1"])
    expect(() => metricsAddress(none), none).toThrow(/is no address to serve metrics at/);
});

it("is read by one that refuses what is not the format", () => {
  const good = '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n';
  expect(misshapen(good)).toEqual([]);
  for (const bad of [
    good.trimEnd(),
    `${good}a_total{b="c"} 2\n`,
    good.replace('"c"', "c"),
    good.replace(" 1\n", " one\n"),
    good.replace("counter", "number"),
    'a_total{b="c"} 1\n',
    '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n',
  ])
    expect(misshapen(bad), bad).not.toEqual([]);
});
