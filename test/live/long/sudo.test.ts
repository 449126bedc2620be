// `sudo pktwhy run` by an ordinary user, with the real sudo: whose the files are, who reads the packets, Ctrl-C.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { copied } from "../../program/bundle.ts";
import { descendants, isAlive, type LiveWorld, twoNamespaces, until, whyNoCaptures } from "../run-world.ts";

const USER = "pwsudo";
const UID = 61_999;

// The user and his rule exist in a mount namespace of its own only, and are gone with its last process.
const AS_USER = String.raw`
sed "\$a ${USER}:*:${UID}:${UID}::/:/bin/sh" /etc/passwd >"$1/passwd"
mount --bind "$1/passwd" /etc/passwd
mount -t tmpfs -o mode=755 tmpfs /etc/sudoers.d
echo "${USER} ALL=(ALL:ALL) NOPASSWD: ALL" >/etc/sudoers.d/${USER}
shift
exec setpriv --reuid=${UID} --regid=${UID} --clear-groups -- "$@"
`;

function whyNoSudo(): string | null {
  const captures = whyNoCaptures();
  if (captures !== null) return captures;
  const missing = ["sudo", "unshare", "script"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
  if (missing.length === 0) return null;
  const reason = `no ${missing.join(", ")} here`;
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

describe.skipIf(whyNoSudo() !== null)("sudo pktwhy run", () => {
  let world: LiveWorld;
  let place: string;
  let program: string;
  let home: string;
  beforeAll(() => {
    ({ place, program } = copied(inject("program")));
    world = twoNamespaces();
    home = mkdtempSync(join(tmpdir(), "pktwhy-sudo-"));
    mkdirSync(join(home, "own"));
    for (const directory of [home, join(home, "own")]) chownSync(directory, UID, UID);
  });
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) {
      for (const { pid } of [...descendants(child.pid as number), { pid: child.pid as number }]) {
        if (isAlive(pid)) spawnSync("kill", ["-9", String(pid)]);
      }
    }
  });
  afterAll(() => {
    world?.remove();
    for (const directory of [place, home]) if (directory) rmSync(directory, { recursive: true, force: true });
  });

  /** `sudo pktwhy ARGS` by the user; in a terminal of its own where `terminal` is set. */
  function start(args: readonly string[], terminal = false): { child: ChildProcess; said: () => string } {
    const pktwhy = ["sudo", process.execPath, program, ...args];
    const words = terminal ? ["script", "-qefc", pktwhy.join(" "), "/dev/null"] : pktwhy;
    const { NO_COLOR: _color, PKTWHY_LANG: _language, ...env } = process.env;
    const child = spawn("unshare", ["-m", "sh", "-ec", AS_USER, "sh", home, ...words], {
      cwd: join(home, "own"),
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    started.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        said += chunk;
      });
    }
    return { child, said: () => said };
  }
  const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on("close", resolve));
  const ping = (...words: readonly string[]) => ["--", "ip", "netns", "exec", world.name("a"), "ping", "-n", ...words];
  const uids = (pid: number) => /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]?.split(/\s+/);

  it("writes files that are the caller's, with packets read by the caller", async () => {
    const { child, said } = start([
      "run",
      "-w",
      "case/",
      "-o",
      "report.txt",
      ...ping("-c", "6", "-i", "0.3", "10.7.0.2"),
    ]);
    const over = ended(child);
    await until(() => said().includes("icmp_seq=2"), 60, "the ping runs");
    const below = descendants(child.pid as number);
    const reader = below.find(({ words }) => words.endsWith("live-explainer"));
    expect(uids(reader?.pid as number)).toEqual(Array(4).fill(String(UID)));
    // Those that capture cannot be the caller's; they read no packet themselves.
    const capture = below.find(({ words }) => words.startsWith("tcpdump"));
    expect(uids(capture?.pid as number)?.[0]).toBe("0");
    expect(await over, said()).toBe(0);
    const files = ["report.txt", ...readdirSync(join(home, "own/case")).map((name) => `case/${name}`), "case"];
    expect(files).toHaveLength(8);
    for (const name of files) expect(statSync(join(home, "own", name)).uid, name).toBe(UID);
    expect(readFileSync(join(home, "own/report.txt"), "utf8")).toMatch(/6 sent, 6 answered/);
  });

  it("writes nothing where only root might", async () => {
    const there = join(place, "case");
    const { child, said } = start(["run", "-w", `${there}/`, ...ping("-c", "1", "10.7.0.2")]);
    expect(await ended(child), said()).toBe(2);
    expect(said()).toMatch(/could not be written \(EACCES\)/);
  });

  it("passes Ctrl-C on the terminal to the ping, explains, and leaves nothing running", async () => {
    const { child, said } = start(["run", ...ping("10.7.0.2")], true);
    const over = ended(child);
    await until(() => said().includes("icmp_seq=2"), 60, "the ping runs");
    const below = descendants(child.pid as number);
    child.stdin?.write("\x03");
    expect(await over, said()).toBe(0);
    expect(said()).toMatch(/packets transmitted[\s\S]*works/);
    await until(() => below.every(({ pid }) => !isAlive(pid)), 60, "all processes end");
  });

  it("shows the ping's first line on the terminal before there is any answer", async () => {
    const { child, said } = start(["run", ...ping("-c", "3", "10.7.0.99")], true);
    const over = ended(child);
    await until(() => said().includes("bytes of data"), 60, "ping's first line");
    // The first error comes after 3 s; alone at a pipe ping would keep its first line until then.
    expect(said()).not.toMatch(/Unreachable|statistics/);
    expect(await over, said()).toBe(1);
  });

  it("ends with the terminal, and leaves nothing running", async () => {
    const { child, said } = start(["run", ...ping("10.7.0.2")], true);
    const over = ended(child);
    await until(() => said().includes("icmp_seq=2"), 60, "the ping runs");
    const below = descendants(child.pid as number);
    const terminal = below.find(({ words }) => words.startsWith("script "));
    process.kill(terminal?.pid ?? (child.pid as number), "SIGKILL");
    await over;
    await until(() => below.every(({ pid }) => !isAlive(pid)), 60, "all processes end");
  });

  it("leaves neither the user nor his rule behind", () => {
    expect(readFileSync("/etc/passwd", "utf8")).not.toContain(USER);
    expect(readdirSync("/etc/sudoers.d")).not.toContain(USER);
  });
});
