// The server for agents, asked by the protocol's own client.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { root } from "./run-cli.ts";

const client = new Client({ name: "test", version: "0" });
const STATE = "fixtures/veth-one-address/state.json.gz";
const QUESTION = { address: "192.168.2.1", interface: "veth0", state: STATE };

beforeAll(async () => {
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [inject("program"), "mcp"], cwd: root }),
  );
});

afterAll(async () => {
  await client.close();
});

interface Told {
  readonly schema: string;
  readonly answer: { readonly code: string } | null;
}

async function told(name: string, given: Record<string, unknown>): Promise<unknown> {
  const result = await client.callTool({ name, arguments: given });
  expect(result.isError, JSON.stringify(result.content)).not.toBe(true);
  return result.structuredContent;
}

it("lists tools that only read", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(["causes", "check_fix", "explain", "predict", "snapshot"]);
  for (const { annotations } of tools) expect(annotations?.readOnlyHint).toBe(true);
});

it("explains a bundle and a paste", async () => {
  const bundle = (await told("explain", { inputs: ["fixtures/veth-one-address"] })) as Told;
  expect(bundle).toMatchObject({ schema: "pktwhy/1", answer: { code: "arp-no-local-owner" } });
  const paste =
    "$ ping -c 1 10.0.0.2\nPING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\n--- 10.0.0.2 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n";
  expect(((await told("explain", { paste })) as Told).answer).not.toBeNull();
});

it("predicts, and checks a fix by walking again", async () => {
  expect(await told("predict", QUESTION)).toMatchObject({ answer: { code: "arp-no-local-owner" } });
  const useless = await told("check_fix", { ...QUESTION, commands: ["ip link set veth0 up"] });
  expect(useless).toMatchObject({ works: false, after: { answer: { code: "arp-no-local-owner" } } });
  const further = (await told("check_fix", { ...QUESTION, commands: ["ip addr add 192.168.2.1/24 dev veth1"] })) as {
    readonly after: Told;
  };
  expect(further.after.answer?.code).not.toBe("arp-no-local-owner");
});

it("prints the manual of causes", async () => {
  expect(await told("causes", { code: "reply-via-lo" })).toMatchObject({ code: "reply-via-lo" });
  expect(((await told("causes", {})) as { causes: unknown[] }).causes.length).toBeGreaterThan(180);
});

it("says what is wrong with an argument, and goes on", async () => {
  for (const [name, given, words] of [
    ["predict", { address: "example.org" }, /no IPv4 address/],
    ["predict", { ...QUESTION, state: "fixtures/nowhere.json" }, /no such file/],
    ["causes", { code: "reply-via-l" }, /Did you mean reply-via-lo\?/],
    ["explain", {}, /Give paths/],
    ["explain", { inputs: [3] }, /list of strings/],
  ] as const) {
    const result = await client.callTool({ name, arguments: given });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toMatch(words);
  }
  await expect(client.callTool({ name: "run", arguments: {} })).rejects.toThrow(/no tool/);
});

it("runs nothing of what it is given", async () => {
  const place = mkdtempSync(join(tmpdir(), "pktwhy-mcp-"));
  const mark = join(place, "mark");
  const hostile = `$(touch ${mark}); touch ${mark} | touch ${mark}`;
  for (const [name, given] of [
    ["explain", { inputs: [hostile] }],
    ["explain", { paste: `# ${hostile}` }],
    ["predict", { ...QUESTION, interface: hostile }],
    ["predict", { ...QUESTION, netns: hostile }],
    ["check_fix", { ...QUESTION, commands: [hostile, `ip addr add 192.168.2.1/24 dev veth1; ${hostile}`] }],
    ["causes", { code: hostile }],
    ["snapshot", { netns: [hostile] }],
  ] as const) {
    await client.callTool({ name, arguments: given });
  }
  expect(existsSync(mark)).toBe(false);
  rmSync(place, { recursive: true });
});
