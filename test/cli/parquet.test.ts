// A report as Parquet tables: written as the command writes them, read back by DuckDB with the queries of docs/fleet.md.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import { FORMATS } from "../../src/case/report-writer.ts";
import { TableFiles } from "../../src/case/table-files.ts";
import type { Report } from "../../src/model/report.ts";
import { pktwhy, root } from "./run-cli.ts";

const made = mkdtempSync(join(tmpdir(), "pktwhy-parquet-"));
afterAll(() => rmSync(made, { recursive: true }));

// Two hosts with one fault, a third with another, and one where all is well.
const FLEET = { h1: "rp-filter-strict", h2: "rp-filter-strict", h3: "veth-one-address", h4: "two-namespaces" } as const;
const reports = new Map<string, Report>();
let duck: DuckDBConnection;

beforeAll(async () => {
  mkdirSync(join(made, "fleet"));
  for (const [host, name] of Object.entries(FLEET)) {
    const { report } = await reportOf([join(root, "fixtures", name)]);
    if (report === null) throw new Error(name);
    reports.set(host, report);
    const files = await TableFiles.open(join(made, "fleet", host));
    expect(await files.write(report, { host, source: name, time: 5n }, false)).toBeNull();
    await files.close();
  }
  duck = await (await DuckDBInstance.create()).connect();
  await duck.run(`SET file_search_path = '${made}'`);
});

const page = readFileSync(join(root, "docs/fleet.md"), "utf8");
const queries = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, query = ""]) => query);

async function rows(query: string) {
  return (await duck.runAndReadAll(query)).getRowObjectsJson();
}

it("answers the first query of the page: which cause, on how many hosts, since when", async () => {
  const found = await rows(queries[0] ?? "");
  const codes = found.map(({ code, hosts }) => [code, hosts]);
  expect(codes).toContainEqual(["rp-filter-strict", "2"]);
  expect(codes).toContainEqual(["arp-no-local-owner", "1"]);
  const flow = reports.get("h3")?.flows.find(({ flow }) => flow.id === reports.get("h3")?.answer?.flow)?.flow;
  const since = String(found.find(({ code }) => code === "arp-no-local-owner")?.since);
  expect(Date.parse(`${since.slice(0, 23)}Z`)).toBe(Number((flow?.from ?? 0n) / 1_000_000n));
});

it("answers the second: what is to be typed where", async () => {
  const found = await rows(queries[1] ?? "");
  expect(found.map(({ on_host, code }) => `${on_host} ${code}`)).toEqual([
    "h1 rp-filter-strict",
    "h2 rp-filter-strict",
    "h3 arp-no-local-owner",
  ]);
  expect(found[2]).toMatchObject({ netns: "", fix: "sudo ip addr add 192.168.2.1/24 dev veth1" });
});

it("answers the third: where requests without a reply were seen last", async () => {
  const found = await rows(queries[2] ?? "");
  expect(found.map(({ reporter }) => reporter)).toEqual(expect.arrayContaining(["h1", "h2"]));
  expect(found.map(({ reporter }) => reporter)).not.toContain("h4");
  const [flow] = reports.get("h1")?.flows ?? [];
  expect(found.find(({ reporter }) => reporter === "h1")).toMatchObject({ requests: String(flow?.flow.requests) });
});

it("has three queries, and no other", () => {
  expect(queries).toHaveLength(3);
});

it("is written by the command, each cell as in the JSON report", async () => {
  const directory = join(made, "command");
  const run = pktwhy(["explain", "fixtures/rp-filter-strict", "-f", "parquet", "-o", directory]);
  expect([run.stderr, run.stdout, run.status]).toEqual(["", "", 1]);
  expect(readdirSync(directory).sort()).toEqual(["findings.parquet", "journeys.parquet", "sightings.parquet"]);
  const json = JSON.parse(pktwhy(["explain", "fixtures/rp-filter-strict", "--json"]).stdout);
  const findings = await rows(
    `SELECT flow, code, certainty, severity, netns, interface, host FROM '${directory}/findings.parquet'`,
  );
  const told = json.flows.flatMap(({ id, causes }: { id: number; causes: Record<string, unknown>[] }) =>
    causes.map(({ code, certainty, severity, netns, interface: name, host }) => ({
      ...{ flow: String(id), code, certainty, severity, netns, interface: name, host },
    })),
  );
  expect(findings).toEqual(told);
  // Every sighting belongs to a journey, and each journey has as many as it says.
  const [counted] = await rows(
    `SELECT count(*) AS wrong FROM '${directory}/journeys.parquet' j LEFT JOIN
     (SELECT journey, count(*) AS seen FROM '${directory}/sightings.parquet' GROUP BY journey) s USING (journey)
     WHERE s.seen IS DISTINCT FROM j.sightings`,
  );
  expect(counted).toEqual({ wrong: "0" });
});

it("has the hosts of a case", async () => {
  const directory = join(made, "hosts");
  expect(pktwhy(["explain", "test/hosts/three-hosts", "-f", "parquet", "-o", directory]).status).toBe(0);
  const seen = await rows(`SELECT DISTINCT host, netns FROM '${directory}/sightings.parquet' ORDER BY host`);
  expect(seen).toEqual(["a", "b", "r"].map((host) => ({ host, netns: "" })));
});

it("holds no address of the captures with --redact", async () => {
  const directory = join(made, "redacted");
  const args = ["explain", "fixtures/rp-filter-strict", "-f", "parquet", "-o", directory];
  expect(pktwhy([...args, "--redact"]).status).toBe(1);
  const addresses = (from: string, columns: string) =>
    rows(`SELECT DISTINCT unnest([${columns}]) AS one FROM '${from}/sightings.parquet'`);
  for (const columns of ["src, dst", "src_mac, dst_mac"]) {
    const before = await addresses(join(made, "command"), columns);
    const after = (await addresses(directory, columns)).map(({ one }) => one);
    const own = before
      .map(({ one }) => one)
      .filter((one) => one !== null && !/^(?:ff:|00:00:00:00|0\.0|255)/.test(String(one)));
    expect(own.length).toBeGreaterThan(1);
    expect(after.filter((one) => own.includes(one))).toEqual([]);
  }
});

it("says in one sentence where it cannot be written", () => {
  const file = join(made, "file");
  writeFileSync(file, "");
  const explain = ["explain", "fixtures/rp-filter-strict", "-f", "parquet"];
  for (const [args, sentence] of [
    [explain, /-f parquet writes 3 files .*-o DIR\//],
    [[...explain, "-o", "-"], /-f parquet writes 3 files/],
    [[...explain, "-o", file], /file is a file, and -f parquet writes several/],
    [[...explain, "-o", join(made, "not/there")], /could not be written \(ENOENT\)/],
    [
      ["predict", "10.0.0.1", "--state", "fixtures/two-namespaces/state.json.gz", "--netns", "net0", "-f", "parquet"],
      /-f parquet is for what was captured/,
    ],
  ] as const) {
    const run = pktwhy(args);
    expect(run.stderr.trim().split("\n"), args.join(" ")).toHaveLength(1);
    expect(run.stderr).toMatch(sentence);
    expect(run.status).toBe(2);
  }
  expect(existsSync(join(made, "not"))).toBe(false);
  expect(FORMATS).toContain("parquet");
});
