// A BPF program on the way opens a case, and what is seen of the packet behind it closes it again.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";
import { read, fixtures as root, withState } from "../recorded.ts";

const scratch = mkdtempSync(join(tmpdir(), "pktwhy-bpf-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Program = Readonly<Record<string, string | number>>;

function stateWith(
  name: string,
  program: (inodes: Readonly<Record<string, number>>) => Program,
): Record<string, unknown> {
  const file = JSON.parse(gunzipSync(readFileSync(join(root, name, "state.json.gz"))).toString("utf8"));
  const places = Object.entries(file.namespaces as Record<string, { netnsInode: number }>);
  return { ...file, bpf: [program(Object.fromEntries(places.map(([key, { netnsInode }]) => [key, netnsInode])))] };
}

function readWith(name: string, program: Parameters<typeof stateWith>[1]): Promise<Report> {
  const folder = join(scratch, `${name}-${Math.trunc(performance.now())}`);
  cpSync(join(root, name), folder, { recursive: true });
  writeFileSync(join(folder, "state.json.gz"), gzipSync(JSON.stringify(stateWith(name, program))));
  return read([folder]);
}

const ofControlGroup = (): Program => ({ kind: "cgroup", program: 8, netnsInode: 1 });

it("leaves a forecast open", () => {
  const { state } = parseState(stateWith("nft-forward-drop", ofControlGroup), "test");
  const { disposition } = predict(state, ping("left", "10.0.2.2"));
  expect(disposition).toMatchObject({ kind: "open", missing: ["bpf"] });
  expect((disposition as { candidates?: readonly string[] }).candidates).toContain("nft-output-drop");
});

it("has let the packet pass that is seen at an interface behind it", async () => {
  const { answer } = await withState("nft-forward-drop");
  const told = await readWith("nft-forward-drop", ofControlGroup);
  expect(told.answer).toMatchObject({ code: "nft-forward-drop", certainty: answer?.certainty });
});

it("may be what ended the packet of which nothing is seen behind it, whatever would end it there as well", async () => {
  const name = "icmp-echo-ignore-all";
  const argv = JSON.parse(readFileSync(join(root, name, "run.json"), "utf8")) as { netns: string };
  const told = await readWith(name, (inodes) => {
    const [, inode = 0] = Object.entries(inodes).find(([key]) => key !== argv.netns) ?? [];
    return { kind: "netfilter", program: 5, netnsInode: inode, family: 2, hook: 1 };
  });
  expect(told.answer?.code).toBe("icmp-echo-ignore-all");
  expect(told.answer?.certainty).not.toBe("certain");
});
