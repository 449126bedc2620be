// Measures pktwhy as people run it, against the programs that read the same file: `npm run bench [-- --full | -- --growth]`; the latter only
// how time grows.
// Ratios are of runs on one machine, in turns; the quickest of five counts for each program.

import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { audits } from "./audits.ts";
import { growth } from "./growth.ts";
import { chunksOf, type Haystack } from "./haystack.ts";
import { best, bestOf, type Command, medians, once, type Taken, versionOf } from "./measure.ts";
import { duration, markdown, type Row, times } from "./table.ts";

const root = join(import.meta.dirname, "..");
const pktwhy = join(root, "bin/pktwhy.js");
const full = process.argv.includes("--full");
const RUNS = 5;
const STARTS = 21;
const HAYSTACK = 1_500_000;
// tshark takes minutes for the whole haystack; of a tenth of it explain's time is mostly start-up, so that the target is
// judged with --full only.
const FOR_TSHARK = full ? HAYSTACK : 150_000;
const PINGS = 2_000_000;
const MEMORY = 150;
// Packets of 10 MB, 100 MB, 1 GB and 10 GB.
const SIZES = [22_000, 220_000, 2_200_000, ...(full ? [22_000_000] : [])];

const directory = mkdtempSync(join(tmpdir(), "pktwhy-bench-"));
const remove = (): void => rmSync(directory, { recursive: true, force: true });
process.once("exit", remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const rows: Row[] = [];

if (!existsSync(join(root, "dist/start.cjs")))
  throw new Error("bin/pktwhy.js runs what `npm run build` makes: run that first");
tell(`pktwhy bench on ${cpus()[0]?.model.trim()}, ${cpus().length} CPUs, ${gigabytes(totalmem())}, Linux ${release()}`);
tell(`  Node ${process.versions.node}`);
for (const program of ["tcpdump", "tshark", "capinfos"]) tell(`  ${versionOf(program) ?? `${program}: not installed`}`);
if (!process.argv.includes("--growth")) await all();
rows.push(...(await audits(directory, join(root, "fixtures"))));
rows.push(...(await growth({ directory, fixtures: join(root, "fixtures"), explain })));
console.log(`\n${markdown(rows)}`);
remove();
process.exitCode = rows.some((row) => row.met === false) ? 1 : 0;

async function all(): Promise<void> {
  await haystack("pcapng");
  await haystack("pcap");
  await againstTshark();
  await onlyPings();
  await sizes();
  await piped();
  startUp();
}

/** The haystack against programs that read it from end to end. */
async function haystack(format: Haystack["format"]): Promise<void> {
  const file = make(`haystack.${format}`, { format, packets: HAYSTACK, everyNth: 100 });
  const bytes = statSync(file).size;
  const explained = await compare(file, RUNS, [
    { name: "tcpdump -n -q", argv: ["tcpdump", "-n", "-q", "-r", file], least: 8 },
    { name: "capinfos -c", argv: ["capinfos", "-c", file], least: 1 / 1.5 },
    { name: "cat", argv: ["cat", file], least: null },
  ]);
  rows.push({
    what: `explain ${HAYSTACK / 1e6} M packets, ${megabytes(bytes)} ${format}, 1 % ARP and ICMP`,
    measured: `${duration(explained.seconds)}: ${(HAYSTACK / explained.seconds / 1e6).toFixed(1)} M packets/s, ${megabytes(bytes / explained.seconds)}/s`,
    target: "",
    met: null,
  });
  memory(`peak memory, ${format}`, explained);
  rmSync(file);
}

async function againstTshark(): Promise<void> {
  const file = make("tshark.pcapng", { format: "pcapng", packets: FOR_TSHARK, everyNth: 100 });
  const name = `tshark -Y 'arp||icmp'${full ? "" : ", a tenth of the file (--full: all)"}`;
  const argv = ["tshark", "-n", "-r", file, "-Y", "arp||icmp"] as const;
  await compare(file, full ? 1 : RUNS, [{ name, argv, least: full ? 100 : null }]);
  rmSync(file);
}

async function onlyPings(): Promise<void> {
  const file = make("pings.pcapng", { format: "pcapng", packets: PINGS, everyNth: 1 });
  const taken = await best(explain(file), RUNS);
  const perSecond = PINGS / taken.seconds;
  rows.push({
    what: `explain ${PINGS / 1e6} M frames of nothing but pings on 3 interfaces`,
    measured: `${duration(taken.seconds)}: ${Math.round(perSecond / 1000)} k frames/s`,
    target: "≥ 500 k frames/s",
    met: perSecond >= 500_000,
  });
  memory("peak memory, pings only", taken);
  rmSync(file);
}

/** Time over size: a straight line, once what every start costs is taken off. */
async function sizes(): Promise<void> {
  const empty = make("empty.pcapng", { format: "pcapng", packets: 0, everyNth: 100 });
  const start = await best(explain(empty), RUNS);
  const perPacket: number[] = [];
  for (const packets of SIZES) {
    const file = make("size.pcapng", { format: "pcapng", packets, everyNth: 100 });
    const bytes = statSync(file).size;
    const taken = await best(explain(file), packets > 1e7 ? 1 : RUNS);
    const each = ((taken.seconds - start.seconds) / packets) * 1e9;
    perPacket.push(each);
    rows.push({
      what: `explain ${megabytes(bytes)}`,
      measured: `${duration(taken.seconds)}, ${Math.round(each)} ns a packet after start-up, ${memoryOf(taken)}`,
      target: `< ${MEMORY} MB`,
      met: taken.megabytes === null ? null : taken.megabytes < MEMORY,
    });
    rmSync(file);
  }
  const middle = perPacket[1] ?? Number.NaN;
  const last = perPacket.at(-1) ?? Number.NaN;
  rows.push({
    what: `time grows with size: ns a packet, last over second`,
    measured: times(last / middle),
    target: "≤ 1.5×",
    met: last / middle <= 1.5,
  });
}

async function piped(): Promise<void> {
  const packets = full ? 22_000_000 : 2_200_000;
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  const argv = [tsx, join(root, "bench/stream.ts"), "pcapng", String(packets), "100"];
  const source = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const taken = await once([process.execPath, pktwhy, "explain", "-"], source.stdout);
  memory(`peak memory, ${full ? "10 GB" : "1 GB (10 GB with --full)"} from a pipe`, taken);
}

function startUp(): void {
  const fixture = join(root, "fixtures/veth-one-address");
  const some = existsSync(fixture) ? fixture : make("few.pcapng", { format: "pcapng", packets: 12, everyNth: 1 });
  const [empty = Number.NaN, help = Number.NaN, explained = Number.NaN] = medians(
    [
      { name: "node", argv: [process.execPath, "-e", "0"] },
      { name: "help", argv: [process.execPath, pktwhy, "--help"] },
      explain(some),
    ],
    STARTS,
  );
  rows.push(
    { what: "node -e 0", measured: duration(empty / 1000), target: "", met: null },
    started("pktwhy --help", help, empty, 1.6),
    started("pktwhy explain, a small capture", explained, empty, 2.5),
  );
}

function started(what: string, taken: number, empty: number, limit: number): Row {
  const ratio = taken / empty;
  const measured = `${duration(taken / 1000)}: ${times(ratio)} node -e 0`;
  return { what, measured, target: `≤ ${limit}×`, met: ratio <= limit };
}

interface Rival extends Command {
  /** How many times explain's time it should take; null is not judged. */
  readonly least: number | null;
}

/** Explains a file in turns with other programs that read it. */
async function compare(file: string, runs: number, rivals: readonly Rival[]): Promise<Taken> {
  const here = rivals.filter((rival) => spawnSync(rival.argv[0], ["--version"]).error === undefined);
  tell(`  against ${here.map((rival) => rival.argv[0]).join(", ")} …`);
  const [explained, ...others] = await bestOf([explain(file), ...here], runs);
  if (explained === undefined) throw new Error("nothing measured");
  for (const rival of rivals) {
    const taken = others[here.indexOf(rival)];
    const target = rival.least === null ? "" : `≥ ${times(rival.least)}`;
    if (taken === undefined) {
      rows.push({ what: rival.name, measured: `skipped: ${rival.argv[0]} is not installed`, target, met: null });
      continue;
    }
    const ratio = taken.seconds / explained.seconds;
    const measured = `${duration(taken.seconds)}: ${times(ratio)} explain's ${duration(explained.seconds)}`;
    rows.push({ what: rival.name, measured, target, met: rival.least === null ? null : ratio >= rival.least });
  }
  return explained;
}

function memory(what: string, taken: Taken): void {
  const met = taken.megabytes === null ? null : taken.megabytes < MEMORY;
  rows.push({ what, measured: memoryOf(taken), target: `< ${MEMORY} MB`, met });
}

function memoryOf(taken: Taken): string {
  return taken.megabytes === null ? "memory not known here" : `${Math.round(taken.megabytes)} MB`;
}

function explain(file: string): Command {
  tell(`explaining ${file.slice(directory.length + 1) || file} …`);
  return { name: "explain", argv: [process.execPath, pktwhy, "explain", file] };
}

function make(name: string, wish: Haystack): string {
  const path = join(directory, name);
  const file = openSync(path, "w");
  try {
    for (const chunk of chunksOf(wish)) writeSync(file, chunk);
  } finally {
    closeSync(file);
  }
  return path;
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
