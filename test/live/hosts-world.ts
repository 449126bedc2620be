// Hosts for the tests of several machines: each has network, mount, process and host-name namespaces of its own and a real
// sshd in them, reachable over a wire of its own; what lies between the hosts lies in namespaces that none of them can see.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { Collection, parseHosts } from "../../src/hosts/collect.ts";
import { type Done, isAlive, startPktwhy, until } from "./run-world.ts";

/** Why hosts cannot be made here; null where they can. With PKTWHY_REQUIRE_ALL=1 a reason is an error. */
export function whyNoHosts(): string | null {
  const missing = ["ssh", "sshd", "ssh-keygen", "unshare", "nsenter", "tcpdump"].filter(
    (tool) => spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${tool}`]).status !== 0,
  );
  const reason =
    process.getuid?.() !== 0 ? "hosts need root" : missing.length > 0 ? `no ${missing.join(", ")} here` : null;
  if (reason === null) return null;
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

let worlds = 0;

interface Host {
  readonly child: ChildProcess;
  /** Its first process, by the number it has for us. */
  readonly pid: number;
  readonly address: string;
}

let keys: string | null = null;

/** One key for all hosts of this process, and a configuration of ssh that names it, where ssh looks for the caller's own. */
function keyDirectory(): string {
  if (keys !== null) return keys;
  const directory = mkdtempSync(join(tmpdir(), "pw-ssh-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  keys = directory;
  chmodSync(directory, 0o755);
  for (const key of ["host_key", "id"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, key)]);
  const home = join(directory, "ssh");
  mkdirSync(home, { mode: 0o700 });
  const config = [
    `IdentityFile ${join(directory, "id")}`,
    `UserKnownHostsFile ${join(directory, "known")}`,
    "StrictHostKeyChecking accept-new",
    "LogLevel ERROR",
  ];
  writeFileSync(join(home, "config"), `Host *\n  ${config.join("\n  ")}\n`, { mode: 0o600 });
  const server = [
    `HostKey ${join(directory, "host_key")}`,
    `AuthorizedKeysFile ${join(directory, "id.pub")}`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "PidFile none",
    "UseDNS no",
  ];
  writeFileSync(join(directory, "sshd_config"), `${server.join("\n")}\n`);
  // Only in the mount namespace of this test file.
  const own = join(userInfo().homedir, ".ssh");
  mkdirSync(own, { recursive: true, mode: 0o700 });
  execFileSync("mount", ["--bind", home, own]);
  return directory;
}

/** Hosts and what connects them; gone after `remove`. */
export class HostsWorld {
  readonly directory = mkdtempSync(join(tmpdir(), "pw-hosts-"));
  readonly #hosts = new Map<string, Host>();
  readonly #between: string[] = [];
  readonly #number = worlds++;
  readonly #disks: string[] = [];
  #cases = 0;

  static async of(...names: readonly string[]): Promise<HostsWorld> {
    const world = new HostsWorld();
    try {
      world.#wire();
      await Promise.all(names.map((name, at) => world.#add(name, at)));
      return world;
    } catch (error) {
      world.remove();
      throw error;
    }
  }

  /** Commands on a host. */
  run(host: string, ...commands: readonly string[]): string {
    return execFileSync("nsenter", [...this.inside(host), "sh", "-ec", commands.join("\n")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Words that enter a host. */
  inside(host: string): string[] {
    return ["-t", String(this.pid(host)), "-n", "-m", "-p", "-u", "--"];
  }

  pid(host: string): number {
    const found = this.#hosts.get(host);
    if (found === undefined) throw new Error(`no host ${host} in this world`);
    return found.pid;
  }

  /** How pktwhy is told of the host: `b=root@…`. */
  spec(host: string): string {
    return `${host}=root@${this.#hosts.get(host)?.address}`;
  }

  /** A namespace that no host can see. */
  between(name: string, ...commands: readonly string[]): void {
    const real = `pw${process.pid.toString(36)}h${this.#number}${name}`;
    execFileSync("ip", ["netns", "add", real]);
    this.#between.push(real);
    this.inBetween(name, "ip link set lo up", "sysctl -qw net.ipv6.conf.all.disable_ipv6=1", ...commands);
  }

  inBetween(name: string, ...commands: readonly string[]): void {
    const real = this.#between.find((one) => one.endsWith(name)) ?? name;
    execFileSync("ip", ["netns", "exec", real, "sh", "-ec", commands.join("\n")], { stdio: "pipe" });
  }

  /** A cable from a host's new interface to one in between. */
  cable(host: string, device: string, name: string, port: string): void {
    const real = this.#between.find((one) => one.endsWith(name)) ?? name;
    const made = `${port}x${this.#number}`;
    execFileSync("ip", ["-n", real, "link", "add", port, "type", "veth", "peer", "name", made]);
    execFileSync("ip", ["-n", real, "link", "set", made, "netns", String(this.pid(host)), "name", device]);
    execFileSync("ip", ["-n", real, "link", "set", port, "up"]);
    this.run(host, `ip link set ${device} up`);
  }

  /** A switch with one port for each of these hosts, by their eth0; addresses 10.8.0.1, 10.8.0.2 and so on. */
  switched(...hosts: readonly string[]): void {
    this.between("sw", "ip link add br0 type bridge forward_delay 0 mcast_snooping 0", "ip link set br0 up");
    for (const [at, host] of hosts.entries()) {
      this.cable(host, "eth0", "sw", `p${at}`);
      this.inBetween("sw", `ip link set p${at} master br0`);
      this.run(host, `ip addr add 10.8.0.${at + 1}/24 dev eth0`);
    }
  }

  /** a 10.8.0.1 - r 10.8.0.2 and 10.9.0.1 - b 10.9.0.2, over a switch each; r forwards. */
  routed(): void {
    for (const [name, near, far] of [
      ["sw", "a", "r"],
      ["tw", "r", "b"],
    ] as const) {
      this.between(name, "ip link add br0 type bridge forward_delay 0 mcast_snooping 0", "ip link set br0 up");
      this.cable(near, near === "a" ? "eth0" : "eth1", name, `${name}0`);
      this.cable(far, "eth0", name, `${name}1`);
      this.inBetween(name, `ip link set ${name}0 master br0`, `ip link set ${name}1 master br0`);
    }
    this.run("a", "ip addr add 10.8.0.1/24 dev eth0", "ip route add 10.9.0.0/24 via 10.8.0.2");
    this.run(
      "r",
      "ip addr add 10.8.0.2/24 dev eth0",
      "ip addr add 10.9.0.1/24 dev eth1",
      "sysctl -qw net.ipv4.ip_forward=1",
    );
    this.run("b", "ip addr add 10.9.0.2/24 dev eth0", "ip route add 10.8.0.0/24 via 10.9.0.1");
  }

  /** net1 10.7.0.2 behind the host, which forwards for a. */
  inner(host: string): void {
    this.run(
      host,
      "ip netns add net1",
      "ip link add v0 type veth peer name v1 netns net1",
      "ip addr add 10.7.0.1/24 dev v0",
      "ip link set v0 up",
      "ip -n net1 addr add 10.7.0.2/24 dev v1",
      "ip -n net1 link set v1 up",
      "ip -n net1 route add default via 10.7.0.1",
      "sysctl -qw net.ipv4.ip_forward=1",
    );
    this.run("a", "ip route add 10.7.0.0/24 via 10.8.0.2");
  }

  /** A ping, answered or not. */
  ping(host: string, words: string): Promise<void> {
    const child = spawn("nsenter", [...this.inside(host), "ping", ...words.split(" ")], { stdio: "ignore" });
    return new Promise((resolve) => child.on("close", () => resolve()));
  }

  /** Collects from these hosts while `during` runs, in this process; where the case is. */
  async collect(hosts: readonly string[], during: () => Promise<void>): Promise<string> {
    const path = this.#newCase();
    const asked = { hosts: parseHosts({ host: hosts.map((host) => this.spec(host)) }), path, longest: 600 };
    const collection = await Collection.start(asked);
    await during();
    await collection.finish();
    if (collection.problems.length > 0) throw new Error(collection.problems.map(({ text }) => text.en).join("\n"));
    return path;
  }

  /** The same with the command, which may be asked for other hosts too: what it came to. */
  async collectByCommand(
    hosts: readonly string[],
    during: () => Promise<void>,
    others: readonly string[] = [],
    path = this.#newCase(),
  ): Promise<Done & { readonly path: string }> {
    const asked = [...hosts.map((host) => this.spec(host)), ...others].flatMap((one) => ["--host", one]);
    // Where nothing is to be left behind.
    const env = { TMPDIR: join(this.directory, "tmp") };
    const going = startPktwhy(["collect", ...asked, "-o", path], { env });
    await going.said(/capturing on|no host could be/);
    await during();
    going.child.kill("SIGINT");
    return { ...(await going.done), path };
  }

  /** `pktwhy run --host` of these with a ping, typed on another host. */
  runByCommand(host: string, others: readonly string[], ping: string): Promise<Done> {
    return this.runAny(host, others, ["ping", ...ping.split(" ")]);
  }

  /** The same with any command. */
  runAny(
    host: string,
    others: readonly string[],
    command: readonly string[],
    options: readonly string[] = [],
  ): Promise<Done> {
    const asked = others.flatMap((other) => ["--host", this.spec(other)]);
    const env = { TMPDIR: join(this.directory, "tmp") };
    const through = ["nsenter", ...this.inside(host)];
    return startPktwhy(["run", ...asked, ...options, "--json", "--", ...command], { env, through }).done;
  }

  #newCase(): string {
    return join(this.directory, `case${++this.#cases}`);
  }

  /** pktwhy in a host's PATH, as if it was installed there. */
  install(host: string): void {
    const command = `#!/bin/sh\nexec ${process.execPath} ${inject("program")} "$@"\n`;
    this.run(
      host,
      "mount -t tmpfs -o mode=755 tmpfs /usr/local/bin",
      `cat >/usr/local/bin/pktwhy <<'END'\n${command}END`,
      "chmod 755 /usr/local/bin/pktwhy",
    );
  }

  /** What of a capture or a script of ours still runs on a host, though it has had time to end. */
  async leftOver(host: string): Promise<string[]> {
    const left = () => this.processes(host).filter((line) => /tcpdump|^sh -s|PKTWHY|far-side|^node -e/.test(line));
    await until(() => left().length === 0, 20, "").catch(() => {});
    return left();
  }

  /** Ends all connections to a host at its side, without a word to the other. */
  killSessions(host: string): void {
    this.signalSessions(host, "KILL");
  }

  /** A signal to what serves the connections to a host. */
  signalSessions(host: string, signal: "KILL" | "STOP" | "CONT"): void {
    this.run(
      host,
      `for pid in $(ps -eo pid=,args= | awk '/sshd: root@notty/ && !/awk/ { print $1 }'); do kill -${signal} $pid; done`,
    );
  }

  address(host: string): string {
    return this.#hosts.get(host)?.address ?? "";
  }

  /** Processes on a host, by what they run. */
  processes(host: string): string[] {
    return this.run(host, "ps -eo args=")
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^ps -eo|^sh -ec/.test(line));
  }

  /** A disk in the world's directory that is full after some kilobytes. */
  smallDisk(name: string): void {
    const path = join(this.directory, name);
    mkdirSync(path);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=48k", "tmpfs", path]);
    this.#disks.push(path);
  }

  remove(): void {
    for (const path of this.#disks) spawnSync("umount", [path]);
    for (const { child } of this.#hosts.values()) child.kill("SIGKILL");
    for (const name of this.#between) spawnSync("ip", ["netns", "del", name]);
    spawnSync("ip", ["link", "del", this.#bridge]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #bridge(): string {
    return `pwm${this.#number}`;
  }

  get #subnet(): string {
    return `192.168.${100 + this.#number}`;
  }

  // The wire by which we reach the hosts.
  #wire(): void {
    chmodSync(this.directory, 0o755);
    mkdirSync(join(this.directory, "tmp"));
    execFileSync("ip", ["link", "add", this.#bridge, "type", "bridge", "mcast_snooping", "0"]);
    execFileSync("ip", ["addr", "add", `${this.#subnet}.254/24`, "dev", this.#bridge]);
    execFileSync("ip", ["link", "set", this.#bridge, "up"]);
  }

  async #add(name: string, at: number): Promise<void> {
    const shared = keyDirectory();
    const start = [
      `mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/netns /run/sshd`,
      // What bash reads when sshd starts it is the machine's own affair.
      `for file in ~root/.bashrc ~root/.profile; do [ ! -e $file ] || mount --bind /dev/null $file; done`,
      `hostname ${name}; ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1`,
      // The first process takes in orphans, which a shell does.
      `$(command -v sshd || echo /usr/sbin/sshd) -D -e -f ${join(shared, "sshd_config")} 2>${join(this.directory, `${name}.log`)}`,
      "exit $?",
    ];
    const child = spawn(
      "unshare",
      [
        "--net",
        "--mount",
        "--pid",
        "--uts",
        "--fork",
        "--kill-child=KILL",
        "--mount-proc",
        "sh",
        "-c",
        start.join("\n"),
      ],
      { stdio: "ignore" },
    );
    const first = (): number | undefined =>
      (readdirSync(`/proc/${child.pid}/task/${child.pid}`) &&
        Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ")[0])) ||
      undefined;
    await until(() => first() !== undefined, 20, `host ${name}`);
    const pid = first() as number;
    const address = `${this.#subnet}.${at + 1}`;
    this.#hosts.set(name, { child, pid, address });
    await until(() => this.#hasRun(name), 20, `host ${name} with its own /run`);
    const port = `${this.#bridge}h${at}`;
    execFileSync("ip", ["link", "add", port, "type", "veth", "peer", "name", `${port}x`]);
    execFileSync("ip", ["link", "set", `${port}x`, "netns", String(pid), "name", "mgmt0"]);
    execFileSync("ip", ["link", "set", port, "master", this.#bridge, "up"]);
    this.run(name, `ip addr add ${address}/24 dev mgmt0`, "ip link set mgmt0 up");
    await until(() => this.#listens(name), 20, `sshd on ${name}`);
  }

  #hasRun(name: string): boolean {
    return (
      isAlive(this.pid(name)) && spawnSync("nsenter", [...this.inside(name), "test", "-d", "/run/sshd"]).status === 0
    );
  }

  #listens(name: string): boolean {
    return spawnSync("nsenter", [...this.inside(name), "sh", "-c", "ss -Hltn | grep -q ':22 '"]).status === 0;
  }
}
