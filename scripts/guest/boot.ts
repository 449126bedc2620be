// Boots a guest, lets it run one command, and brings back what that printed and left in /share.

import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Debian, pack } from "./debian.ts";

/** What a guest is to do. */
export interface Errand {
  /** For bash, as root. */
  readonly command: string;
  /** Further files of this machine, by their path in the guest, besides the built tool in /pktwhy. */
  readonly files?: ReadonlyMap<string, string>;
  /** Where what it leaves in /share comes to. */
  readonly share: string;
  /** When it is given up, in seconds. */
  readonly limit: number;
  /** Hears what the command prints, as it prints it. */
  readonly onOutput: (text: string, stream: "stdout" | "stderr") => void;
}

/** How a guest ended. */
export interface Ended {
  /** The command's; null where the guest never told one. */
  readonly status: number | null;
  /** On the guest's own clock, and on ours. */
  readonly bootSeconds: number | null;
  readonly guestSeconds: number | null;
  readonly seconds: number;
  /** Last lines of the console. */
  readonly console: string;
}

/** What init.sh writes to the console once everything is there. */
const UP = "guest is up";
const ATTEMPTS = 2;
/** A boot costs ten seconds of a processor that nobody else wants. */
const LONGEST_BOOT_SECONDS = 300;

const MEMORY_MIB = 1536;
const LOOK_MS = 250;
const project = join(import.meta.dirname, "../..");
/** What of the project is the tool. */
const TOOL = ["bin", "dist", "fixtures", "package.json"];

// The clock counts instructions and skips the time in which the guest sleeps: how busy this machine is changes nothing
// in there, and a ping that waits costs nothing. It needs one processor.
const CLOCK = ["-accel", "tcg,thread=single,tb-size=512", "-smp", "1", "-icount", "shift=0,sleep=off"];

/** Boots, runs, ends; a machine that does not come to its end is started once more, while there is time. */
export async function boot(debian: Debian, errand: Errand): Promise<Ended> {
  const until = Date.now() + errand.limit * 1000;
  for (let attempt = 1; ; attempt++) {
    const ended = await bootOnce(debian, { ...errand, limit: (until - Date.now()) / 1000 });
    if (ended.status !== null || attempt === ATTEMPTS || Date.now() >= until) return ended;
    errand.onOutput(`The guest did not come to its end, and is started once more.\n${ended.console}\n`, "stderr");
  }
}

async function bootOnce(debian: Debian, errand: Errand): Promise<Ended> {
  const scratch = mkdtempSync(join(tmpdir(), "pktwhy-guest-"));
  const file = (name: string): string => join(scratch, name);
  try {
    await initrdOf(debian, errand, scratch);
    const began = process.hrtime.bigint();
    await emulate(machine(debian.kernel, file), file, errand);
    const seconds = Number((process.hrtime.bigint() - began) / 1_000_000n) / 1000;
    const told = mkdtempSync(file("told-"));
    // Cut off where the machine was stopped while it handed over.
    const whole = sizeOf(file("share")) > 0 && spawnSync("tar", ["-C", told, "-x", "-f", file("share")]).status === 0;
    const ended = {
      status: whole ? numberIn(join(told, ".status")) : null,
      bootSeconds: numberIn(join(told, ".booted")),
      guestSeconds: numberIn(join(told, ".ended")),
      seconds,
      console: lastLinesOf(file("console")),
    };
    for (const name of [".status", ".booted", ".ended"]) rmSync(join(told, name), { force: true });
    cpSync(told, errand.share, { recursive: true });
    return ended;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function lastLinesOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(-8).join("\n") : "";
}

async function initrdOf({ archives }: Debian, { command, files }: Errand, scratch: string): Promise<void> {
  const own = join(scratch, "own");
  for (const place of ["proc", "sys", "dev", "run", "tmp", "share"]) mkdirSync(join(own, place), { recursive: true });
  copyFileSync(join(import.meta.dirname, "init.sh"), join(own, "init"));
  chmodSync(join(own, "init"), 0o755);
  writeFileSync(join(own, "command"), `${command}\n`);
  for (const part of TOOL) cpSync(join(project, part), join(own, "pktwhy", part), { recursive: true });
  for (const [there, here] of files ?? []) cpSync(here, join(own, there), { recursive: true });
  mkdirSync(join(own, "usr/local/bin"), { recursive: true });
  writeFileSync(join(own, "usr/local/bin/pktwhy"), '#!/bin/sh\nexec node /pktwhy/bin/pktwhy.js "$@"\n', {
    mode: 0o755,
  });
  pack(own, join(scratch, "own.cpio"));
  for (const archive of [...archives, join(scratch, "own.cpio")])
    await pipeline(createReadStream(archive), createWriteStream(join(scratch, "initrd"), { flags: "a" }));
}

function machine(kernel: string, file: (name: string) => string): string[] {
  const words = "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on rdinit=/init";
  // In this order they are the first, second and third port in the guest.
  const ports = ["stdout", "stderr", "share"].flatMap((name) => [
    ...["-chardev", `file,id=${name},path=${file(name)}`],
    ...["-device", `virtserialport,chardev=${name},name=${name}`],
  ]);
  return [
    ...CLOCK,
    ...["-cpu", "Nehalem", "-m", String(MEMORY_MIB), "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-serial", `file:${file("console")}`, "-object", "rng-random,filename=/dev/urandom,id=rng"],
    ...["-device", "virtio-rng-pci,rng=rng", "-device", "virtio-serial-pci", ...ports],
    ...["-kernel", kernel, "-initrd", file("initrd"), "-append", words],
  ];
}

async function emulate(
  argv: readonly string[],
  file: (name: string) => string,
  { limit, onOutput }: Errand,
): Promise<void> {
  const child = spawn("qemu-system-x86_64", argv, { stdio: ["ignore", 2, 2] });
  const giveUp = (): boolean => child.kill("SIGKILL");
  const late = setTimeout(giveUp, limit * 1000);
  const notUp = setTimeout(() => {
    if (!readFileSync(file("console"), "utf8").includes(UP)) giveUp();
  }, LONGEST_BOOT_SECONDS * 1000);
  const told = { stdout: 0, stderr: 0 };
  const tell = (): void => {
    for (const stream of ["stdout", "stderr"] as const) {
      if (sizeOf(file(stream)) <= told[stream]) continue;
      const more = readFileSync(file(stream)).subarray(told[stream]);
      told[stream] += more.length;
      onOutput(more.toString(), stream);
    }
  };
  const looking = setInterval(tell, LOOK_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", () => resolve());
    });
  } finally {
    clearTimeout(late);
    clearTimeout(notUp);
    clearInterval(looking);
    tell();
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function numberIn(path: string): number | null {
  const text = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  return text === "" ? null : Number(text);
}
