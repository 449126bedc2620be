// Findings as OTLP logs, sent by the real command to a real HTTP server that looks at their shape.

import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OTLP_ATTRIBUTES, otlpLogs } from "../../src/render/export/otlp.ts";
import { findingRows, type RowSource } from "../../src/render/export/rows.ts";
import { withState } from "../recorded.ts";
import { pktwhyBeside } from "./run-cli.ts";

const fixture = join(import.meta.dirname, "../../fixtures/rp-filter-strict");
const source: RowSource = { host: "b", source: "case", time: 5n };
const got: { path: string; type: string; body: string }[] = [];
let server: Server;
let status = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      got.push({ path: request.url ?? "", type: request.headers["content-type"] ?? "", body });
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => server.close());

const url = (): string => `http://127.0.0.1:${Object(server.address()).port}`;

/** What of a request's body is not as opentelemetry-proto has it. */
function misshapen(body: string): string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  const attributes = (list: unknown): void => {
    for (const { key, value } of list as { key: unknown; value: Record<string, unknown> }[]) {
      const kinds = Object.keys(value);
      check(typeof key === "string" && kinds.length === 1, `attribute ${key}`);
      check(["stringValue", "boolValue", "intValue"].includes(kinds[0] ?? ""), `kind of ${key}`);
      if ("intValue" in value)
        check(typeof value.intValue === "string" && /^-?\d+$/.test(value.intValue), `number ${key}`);
      if ("stringValue" in value) check(typeof value.stringValue === "string", `words ${key}`);
    }
  };
  for (const { resource, scopeLogs } of JSON.parse(body).resourceLogs) {
    attributes(resource.attributes);
    for (const { scope, logRecords } of scopeLogs) {
      check(scope.name === "pktwhy", "scope");
      for (const one of logRecords) {
        check(/^\d+$/.test(one.timeUnixNano) && /^\d+$/.test(one.observedTimeUnixNano), "time");
        check(one.severityNumber >= 1 && one.severityNumber <= 24, "severity");
        check(typeof one.body.stringValue === "string" && one.body.stringValue !== "", "body");
        attributes(one.attributes);
      }
    }
  }
  return wrong;
}

it("tells each column under one name, OpenTelemetry's where it has one", () => {
  const names = OTLP_ATTRIBUTES.map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  const own = new Set(["source.address", "destination.address", "destination.port", "network.interface.name"]);
  for (const name of names) expect(own.has(name) || name.startsWith("pktwhy.")).toBe(true);
});

it("holds what the report says", async () => {
  const report = await withState("rp-filter-strict");
  const body = otlpLogs(findingRows(report, source), "1.2.3", 7n);
  expect(misshapen(body)).toEqual([]);
  const [{ resource, scopeLogs }] = JSON.parse(body).resourceLogs;
  expect(JSON.stringify(resource)).toContain('"host.name"');
  const [first] = scopeLogs[0].logRecords;
  const told = Object.fromEntries(
    first.attributes.map(({ key, value }: { key: string; value: object }) => [key, Object.values(value)[0]]),
  );
  expect(told).toMatchObject({
    "pktwhy.cause": "rp-filter-strict",
    "error.type": "rp-filter-strict",
    "source.address": "192.168.3.11",
    "destination.address": "192.168.2.1",
    "network.protocol.name": "icmp",
    "pktwhy.netns": "net1",
    "network.interface.name": "veth1",
  });
  expect(first.severityText).toBe("ERROR");
});

it("is sent by the command, to OTLP's own path where none is named", async () => {
  got.length = 0;
  const run = await pktwhyBeside(["explain", fixture, "-q", "--otlp", url()]);
  expect(run.stderr).toBe("");
  expect(got.map(({ path, type }) => [path, type])).toEqual([["/v1/logs", "application/json"]]);
  expect(misshapen(got[0]?.body ?? "")).toEqual([]);
});

it("says in one sentence what failed, and the report is whole", async () => {
  status = 503;
  const run = await pktwhyBeside(["explain", fixture, "-q", "--otlp", `${url()}/elsewhere`]);
  status = 200;
  expect(run.stdout).toContain("rp-filter-strict");
  expect(run.stderr.trim().split("\n")).toHaveLength(1);
  expect(run.stderr).toContain("HTTP 503");
  const refused = await pktwhyBeside(["explain", fixture, "-q", "--otlp", "ftp://x"]);
  expect(refused.status).toBe(2);
});
