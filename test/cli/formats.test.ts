// The forms of a report on the command line, and reports without addresses.

import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pktwhy, root } from "./run-cli.ts";

const failing = "fixtures/veth-one-address";
const recorded = existsSync(join(root, failing));

it("has the fixture it runs on", ({ skip }) => {
  if (!recorded && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("the fixture is not recorded here");
  expect(recorded).toBe(true);
});

describe("-f", () => {
  it("lists its forms in the help, in both languages", () => {
    for (const command of ["explain", "predict", "run"]) {
      expect(pktwhy([command, "--help"]).stdout.replace(/\s+/g, " ")).toContain(
        "text, json, jsonl, md, html, mermaid, pcapng",
      );
    }
    expect(pktwhy(["explain", "--help", "--lang", "zh"]).stdout).toContain("--redact");
  });

  it("names those that exist where one does not", () => {
    const wrong = pktwhy(["explain", "-f", "mermade", "x"]);
    expect(wrong.stderr).toBe(
      "pktwhy: There is no format mermade. Did you mean mermaid? There are: text, json, jsonl, md, html, mermaid, pcapng, parquet.\n",
    );
    expect(wrong.status).toBe(2);
    expect(pktwhy(["explain", "-f", "\u001b[31m", "x"]).stderr).not.toContain("\u001b");
  });
});

describe.skipIf(!recorded)("forms of a report", () => {
  it.each([
    ["md", /^### ping .*\n\n\*\*ARP dropped: no local owner of 192\.168\.2\.1\*\* /],
    ["html", /^<!doctype html>\n[\s\S]*<\/html>\n$/],
    ["mermaid", /^sequenceDiagram\n {2}participant p1 as veth0\n/],
    ["jsonl", /^\{"type":"report","schema":"pktwhy\/1",.*\n\{"type":"flow","id":1,.*\n$/],
  ])("%s holds the answer and nothing else, with the status of the verdict", (form, shape) => {
    const run = pktwhy(["explain", failing, "-f", form]);
    expect(run.stdout).toMatch(shape);
    expect(run.stdout).toContain("ARP dropped: no local owner of 192.168.2.1");
    expect(run.stderr).toBe("");
    expect(run.status).toBe(1);
  });

  it("a prediction has them too", () => {
    const state = [`${failing}/state.json.gz`, `${failing}/state.json`].find((file) => existsSync(join(root, file)));
    const run = pktwhy(["predict", "192.168.2.1", "--state", state as string, "-f", "md", "--redact"]);
    expect(run.stdout).toMatch(
      /^### ping 192\.0\.2\.2 -> 192\.0\.2\.1 would fail\n\n\*\*ARP dropped: no local owner of 192\.0\.2\.1\*\*/,
    );
    expect(run.stdout).not.toContain("192.168.");
  });
});

describe.skipIf(!recorded)("--redact", () => {
  it("hides addresses in file names and in what is told beside the report", () => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-redact-"));
    try {
      const capture = join(directory, "veth0-192-168-2-11.at-192.168.2.1.pcap");
      cpSync(join(root, failing, "veth0.pcap"), capture);
      cpSync(join(root, failing, "veth1.pcap"), join(directory, "192.168.2.77.pcap"));
      for (const form of ["text", "json", "md"]) {
        const run = pktwhy(["explain", "-v", directory, `veth0=${capture}`, "-f", form, "--redact"]);
        expect(run.stdout + run.stderr, form).not.toMatch(/192[.-]168/);
        expect(run.stdout, form).toContain("192.0.2.");
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("replaces alike in every form, and says that it did", () => {
    const text = pktwhy(["explain", failing, "--redact"]).stdout;
    expect(text).toMatch(/^ping 192\.0\.2\.2 -> 192\.0\.2\.1 failed/);
    expect(text).toContain("Addresses were replaced (--redact)");
    const { flows } = JSON.parse(pktwhy(["explain", failing, "--redact", "--json"]).stdout);
    expect(flows[0]).toMatchObject({ src: "192.0.2.2", dst: "192.0.2.1" });
  });
});
