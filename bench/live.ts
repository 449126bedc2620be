// Measures a live capture under load: `npm run bench:live`. Small UDP packets flood a veth pair between two namespaces
// beside a ping every 10 ms; pktwhy and plain `tcpdump -w` watch one after another, with the default filter and without.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { CpuWatch } from "./live-cpu.ts";
import { type Flood, LoadWorld } from "./live-load.ts";
import { versionOf } from "./measure.ts";
import { markdown, type Row } from "./table.ts";

const root = join(import.meta.dirname, "..");
const pktwhy = join(root, "bin/pktwhy.js");
const RATE = 50_000;
const PINGS = 300;
// From 10 ms on ping sleeps in whole ticks of the kernel, which with 100 of them a second makes 20 ms of 10.
const EVERY = 0.009;
const FLOOD_SECONDS = 3.5;
const LISTENING_MS = 300;
const DEFAULT_FILTER = "arp or icmp";

interface ReportOfRun {
  readonly answer: { readonly verdict: string; readonly code: string; readonly certainty: string };
  readonly inputs: readonly {
    readonly netns: string | null;
    readonly interface: string;
    readonly packets: number;
    readonly droppedByKernel: number | null;
    readonly problems: readonly string[];
  }[];
  readonly flows: readonly {
    readonly kind: string;
    readonly dst: string;
    readonly requests: number;
    readonly replies: number;
    readonly verdict: string;
  }[];
}

if (process.getuid?.() !== 0) throw new Error("namespaces and captures need root");
if (!existsSync(join(root, "dist/start.cjs")))
  throw new Error("bin/pktwhy.js runs what `npm run build` makes: run that first");

const directory = mkdtempSync(join(tmpdir(), "pktwhy-bench-live-"));
const world = new LoadWorld(`pwload${process.pid.toString(36)}`);
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  world.remove();
  rmSync(directory, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

tell(
  `pktwhy bench:live on ${cpus()[0]?.model.trim()}, ${cpus().length} CPUs, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
);
tell(`  Node ${process.versions.node}; ${versionOf("tcpdump") ?? "tcpdump: not installed"}`);
const rows: Row[] = [];
for (const filter of [DEFAULT_FILTER, null]) {
  await withTcpdump(filter);
  await withPktwhy(filter);
}
console.log(`\n${markdown(rows)}`);
process.exit(rows.some((row) => row.met === false) ? 1 : 0);

async function withPktwhy(filter: string | null): Promise<void> {
  const name = `pktwhy run, ${filter === null ? "no filter" : `'${filter}'`}`;
  tell(`${name} …`);
  const flood = await world.flood(RATE, FLOOD_SECONDS);
  const words = filter === null ? ["--filter", ""] : [];
  const child = started(process.execPath, [pktwhy, "run", "--json", ...words, "--", ...pingCommand()]);
  const cpu = new CpuWatch(child.pid as number);
  const output = { stdout: "", stderr: "" };
  let flooding: Promise<Flood> | null = null;
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => {
      output[stream] += chunk;
      if (output.stderr.includes("watching")) flooding ??= flood.start();
    });
  }
  await ended(child);
  const seconds = cpu.stop();
  if (flooding === null) throw new Error(`pktwhy did not watch: ${output.stderr}`);
  load(name, await flooding);
  world.calm();

  const report = JSON.parse(output.stdout) as ReportOfRun;
  const answered = answeredOf(output.stderr);
  const flow = report.flows.find((one) => one.kind === "ping" && one.dst === world.target);
  const dropped = report.inputs.map((one) => one.droppedByKernel);
  const lost = dropped.includes(null) ? null : dropped.reduce<number>((most, one) => Math.max(most, one ?? 0), 0);
  const requests = flow?.requests ?? 0;
  const replies = flow?.replies ?? 0;
  const whole = requests === PINGS && replies === answered;
  rows.push({
    what: `${name}: pings seen and explained`,
    measured: `${requests} of ${PINGS}, ${replies} answered; ping itself: ${answered} answered`,
    target: filter === null ? "" : `all ${PINGS}`,
    met: filter === null ? null : whole,
  });
  rows.push({
    what: `${name}: lost by the kernel, as reported`,
    measured:
      lost === null ? "not known" : `${report.inputs.map((one) => `${place(one)} ${one.droppedByKernel}`).join(", ")}`,
    target: filter === null ? "" : "0",
    met: filter === null ? null : lost === 0,
  });
  // What ping itself has heard is no absence.
  const honest =
    whole || report.answer.certainty !== "certain" || (report.answer.code === "answered" && answered === PINGS);
  rows.push({
    what: `${name}: answer`,
    measured: `${report.answer.code}, ${report.answer.certainty}`,
    target: "certain of no absence with loss",
    met: honest,
  });
  const { ping: _ping, ...own } = seconds;
  rows.push({ what: `${name}: CPU`, measured: cpuWords(own), target: "", met: null });
}

async function withTcpdump(filter: string | null): Promise<void> {
  const name = `tcpdump -w, ${filter === null ? "no filter" : `'${filter}'`}`;
  tell(`${name} …`);
  const flood = await world.flood(RATE, FLOOD_SECONDS);
  const captures = [world.a, world.b].map((space) => {
    const file = join(directory, `${space}.pcap`);
    const words = ["-Z", "root", "-p", "-n", "-i", "any", "-w", file, ...(filter === null ? [] : [filter])];
    const child = started("nsenter", [`--net=/run/netns/${space}`, "--", "tcpdump", ...words]);
    let said = "";
    const ready = new Promise<void>((resolve) => {
      child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
        said += chunk;
        if (said.includes("listening on")) resolve();
      });
    });
    return { child, file, ready, cpu: new CpuWatch(child.pid as number), said: () => said };
  });
  await Promise.all(captures.map((one) => one.ready));
  const flooding = flood.start();
  const [program = "", ...words] = pingCommand();
  const ping = started(program, words);
  let printed = "";
  ping.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk;
  });
  await ended(ping);
  await sleep(LISTENING_MS);
  for (const { child } of captures) child.kill("SIGINT");
  await Promise.all(captures.map(({ child }) => ended(child)));
  load(name, await flooding);
  world.calm();
  const seconds = captures.map(({ cpu }) => cpu.stop());
  const counted = captures.map(({ file, said }, at) => {
    const { stdout } = spawnSync("tcpdump", ["-n", "-t", "-r", file, "icmp[icmptype] == icmp-echo"], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    const requests = stdout.split("\n").filter((line) => line.includes("echo request")).length;
    const number = (what: string) =>
      Number(new RegExp(`^(\\d+) packets? ${what}`, "m").exec(said())?.[1] ?? Number.NaN);
    const [captured, received, dropped] = [
      number("captured"),
      number("received by filter"),
      number("dropped by kernel"),
    ];
    // What tcpdump had not read when it was told to end, it does not count.
    const unread = Math.max(0, received - dropped - captured);
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    return { at, requests, captured, dropped, unread, megabytes };
  });
  const sides = (words: (one: (typeof counted)[number]) => string) =>
    counted.map((one) => `${one.at === 0 ? "a" : "b"}: ${words(one)}`).join("; ");
  rows.push({
    what: `${name}: pings seen`,
    measured: `${sides((one) => `${one.requests} of ${PINGS}`)}; ping itself: ${answeredOf(printed)} answered`,
    target: "",
    met: null,
  });
  rows.push({
    what: `${name}: lost by the kernel, and not read at the end`,
    measured: sides((one) => `${one.dropped} and ${one.unread} of ${one.captured + one.dropped + one.unread}`),
    target: "",
    met: null,
  });
  const total = seconds.reduce((sum, one) => sum + Object.values(one).reduce((a, b) => a + b, 0), 0);
  rows.push({ what: `${name}: CPU`, measured: cpuWords({ "tcpdump ×2": total }), target: "", met: null });
}

function pingCommand(): string[] {
  return ["ip", "netns", "exec", world.a, "ping", "-i", String(EVERY), "-c", String(PINGS), world.target];
}

function answeredOf(printed: string): number {
  return Number(/(\d+) received/.exec(printed)?.[1] ?? Number.NaN);
}

function load(name: string, { sent, seconds }: Flood): void {
  rows.push({
    what: `${name}: load`,
    measured: `${Math.round(sent / seconds).toLocaleString("en")} UDP packets/s for ${seconds.toFixed(1)} s`,
    target: "",
    met: null,
  });
}

// Whatever pktwhy starts to read the state counts as one.
function cpuWords(seconds: Readonly<Record<string, number>>): string {
  const own: Record<string, number> = {};
  for (const [program, taken] of Object.entries(seconds)) {
    const name = /^(node|tcpdump)/.test(program) ? program : "reading the state";
    own[name] = (own[name] ?? 0) + taken;
  }
  const parts = Object.entries(own).map(([name, taken]) => `${name} ${taken.toFixed(2)}`);
  const sum = Object.values(own).reduce((total, taken) => total + taken, 0);
  return parts.length > 1 ? `${sum.toFixed(2)} s (${parts.join(", ")})` : `${sum.toFixed(2)} s`;
}

function place({ netns, interface: name }: ReportOfRun["inputs"][number]): string {
  return `${netns === world.a ? "a" : netns === world.b ? "b" : ""}:${name}`;
}

function started(program: string, words: readonly string[]): ChildProcess {
  const env = { ...process.env, LC_ALL: "C", PKTWHY_LANG: "en" };
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return Promise.resolve();
  return new Promise((resolve) => child.once("close", () => resolve()));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
