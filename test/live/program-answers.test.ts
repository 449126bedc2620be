// A program that holds a packet socket may answer where the kernel keeps silent: it is collected by its name, and opens the
// walk there; a capture, which everybody has, does not.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { predict } from "../../src/predict/predict.ts";
import { World } from "./predict-world.ts";
import { whyNoCaptures } from "./run-world.ts";

const CABLE = `
  a: ip link add e0 type veth peer name e0 netns {b}
  a: ip addr add 10.79.1.1/24 dev e0
  a: ip link set e0 up
  b: ip link set e0 up
`;

// tcpdump under another name: the kernel sees a packet socket of a program that nobody knows.
async function listening(world: World, program: string, filter: string): Promise<ChildProcess> {
  const argv = [
    "netns",
    "exec",
    world.name("b"),
    program,
    "-Z",
    "root",
    "-p",
    "-U",
    "-i",
    "e0",
    "-w",
    "/dev/null",
    filter,
  ];
  const child = spawn("ip", argv, { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (said) => String(said).includes("listening") && resolve());
    child.on("exit", () => reject(new Error(`${program} has ended`)));
  });
  return child;
}

async function foretold(program: (directory: string) => string, script = "", filter = "arp or icmp") {
  const directory = mkdtempSync(join(tmpdir(), "pwlisten"));
  const world = await World.of(["a", "b"]);
  let child: ChildProcess | null = null;
  try {
    await world.run(CABLE + script);
    child = await listening(world, program(directory), filter);
    const trace = predict(await world.state(), world.attempt({ from: "a", to: "10.79.1.2" }));
    return trace.disposition;
  } finally {
    child?.kill();
    rmSync(directory, { recursive: true, force: true });
    await world.remove();
  }
}

function stranger(directory: string): string {
  const copy = join(directory, "pwanswerd");
  copyFileSync(execFileSync("sh", ["-c", "command -v tcpdump"], { encoding: "utf8" }).trim(), copy);
  return copy;
}
const capture = () => "tcpdump";

describe.skipIf(whyNoCaptures() !== null)("what a program may answer", () => {
  it.concurrent("an ARP question for an address that the kernel does not have is open, by the program's name", async () => {
    expect(await foretold(stranger)).toMatchObject({
      kind: "open",
      missing: ["sockets"],
      question: { en: expect.stringMatching(/^pwanswerd in \S+ holds a packet socket/) },
      candidates: ["target-has-no-address"],
    });
  });

  it.concurrent("an echo request that the kernel ignores is open", async () => {
    const script = "b: ip addr add 10.79.1.2/24 dev e0\nb: sysctl -qw net.ipv4.icmp_echo_ignore_all=1";
    expect(await foretold(stranger, script)).toMatchObject({ kind: "open", candidates: ["icmp-echo-ignore-all"] });
  });

  it.concurrent("what the kernel answers is answered", async () => {
    expect(await foretold(stranger, "b: ip addr add 10.79.1.2/24 dev e0")).toMatchObject({ kind: "answered" });
  });

  it.concurrent("a capture answers nothing", async () => {
    expect(await foretold(capture)).toMatchObject({ kind: "stopped", hit: { code: "target-has-no-address" } });
  });
});
