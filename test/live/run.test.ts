// `pktwhy run` as a process: streams, exit status, signals, bundles, privileges, and what it says when it cannot.

import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { longIt } from "../only-long.ts";
import { descendants, type LiveWorld, pktwhyLive, startPktwhy, twoNamespaces, whyNoCaptures } from "./run-world.ts";

describe.skipIf(whyNoCaptures() !== null)("pktwhy run", () => {
  let world: LiveWorld;
  let directory: string;
  beforeAll(() => {
    world = twoNamespaces();
  });
  afterAll(() => world.remove());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pktwhy-run-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const ping = (...words: readonly string[]) => [
    "--",
    "ip",
    "netns",
    "exec",
    world.name("a"),
    "ping",
    "-c",
    "2",
    "-i",
    "0.2",
    "-W",
    "1",
    ...words,
  ];

  it("passes ping's words on untouched, the report after them, and names where it looks", async () => {
    const done = await pktwhyLive(["run", ...ping("10.7.0.2")]);
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/^PING 10\.7\.0\.2 \(10\.7\.0\.2\) 56\(84\) bytes of data\.\n64 bytes from/);
    expect(done.stdout.indexOf("ping 10.7.0.1 -> 10.7.0.2 works")).toBeGreaterThan(done.stdout.indexOf("rtt min"));
    expect(done.stderr).toBe(
      `pktwhy: watching ${world.name("a")}:veth0, ${world.name("b")}:veth1, ${world.name("a")}:lo, ${world.name("b")}:lo\n`,
    );
  });

  longIt("writes the report as tables into a directory", async () => {
    const place = join(directory, "tables");
    const done = await pktwhyLive(["run", "-f", "parquet", "-o", place, ...ping("10.7.0.2")]);
    expect(done.status, done.stderr).toBe(0);
    expect(readdirSync(place).sort()).toEqual(["findings.parquet", "journeys.parquet", "sightings.parquet"]);
    for (const name of readdirSync(place)) expect(readFileSync(join(place, name)).subarray(-4).toString()).toBe("PAR1");
    const nowhere = await pktwhyLive(["run", "-f", "parquet", ...ping("10.7.0.2")]);
    expect([nowhere.status, nowhere.stdout]).toEqual([2, ""]);
    expect(nowhere.stderr).toMatch(/name a directory for them with -o DIR\//);
  });

  longIt("leaves standard output to the report where that is JSON, with --why in it", async () => {
    const done = await pktwhyLive(["run", "--json", "--why", ...ping("10.7.0.9")]);
    expect(done.status).toBe(1);
    const report = JSON.parse(done.stdout);
    expect(report.answer.code).toBe("arp-no-local-owner");
    expect(report.command.exitCode).toBe(1);
    expect(done.stderr).toContain("2 packets transmitted, 0 received");
    // The round ended in view, though ping had given up before.
    expect(report.flows[0].steps.map((step: { text: string }) => step.text).join("\n")).not.toMatch(/still open/);
    expect(report.inputs.every((input: { droppedByKernel: unknown }) => input.droppedByKernel === 0)).toBe(true);
    const why: readonly { kind: string }[] = report.flows[0].why;
    expect(why.find(({ kind }) => kind === "walk")).toMatchObject({
      end: { code: "arp-no-local-owner" },
      against: null,
    });
    expect(why.filter(({ kind }) => kind === "chosen" || kind === "checked")).toMatchObject([
      { kind: "chosen", walk: 1 },
      { kind: "checked", breaches: [] },
    ]);
  });

  longIt("sees the whole ARP round after a ping that gives up early", async () => {
    const done = await pktwhyLive([
      ...["run", "--json", "--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "1", "-w", "1", "10.7.0.77"],
    ]);
    const report = JSON.parse(done.stdout);
    // mcast_solicit is 3: all three questions, of which ping saw the first. What the tests before have left (an entry's
    // later check) is asked on the same wire.
    const asked = report.flows
      .flatMap(({ steps }: { steps: { text: string; interface: string | null }[] }) => steps)
      .filter((step: { interface: string | null }) => step.interface === "veth0")
      .map(({ text }: { text: string }) => text);
    expect(asked).toContain("the stack hands the ARP request for 10.7.0.77 to veth0 (3 times)");
  });

  longIt.each([
    ["a directory", "case/"],
    ["one file", "case.pcapng"],
  ])("keeps the run in %s that explains to the same bytes", async (_, name) => {
    const place = join(directory, name);
    const live = await pktwhyLive(["run", "--json", "-w", place, ...ping("10.7.0.2")]);
    expect(live.status, live.stderr).toBe(0);
    const again = await pktwhyLive(["explain", "--json", place]);
    expect(again.stdout).toBe(live.stdout);
    expect(again.status).toBe(0);
    expect(JSON.parse(live.stdout).command).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(live.stdout).answer).toMatchObject({ code: "answered", certainty: "certain" });
  });

  it("keeps a bundle with a file for each namespace, both states, and the command", async () => {
    const place = join(directory, "case/");
    await pktwhyLive(["run", "-q", "-w", place, ...ping("10.7.0.2")]);
    const [a, b] = [`${world.name("a")}.pcapng`, `${world.name("b")}.pcapng`];
    expect(readdirSync(place).sort()).toEqual(
      ["kernel-events.jsonl", a, b, "run.json", "state.after.json", "state.json"].sort(),
    );
    const run = JSON.parse(readFileSync(join(place, "run.json"), "utf8"));
    expect(run).toMatchObject({ netns: world.name("a"), exitCode: 0, backend: "tcpdump" });
    expect(run.output).toContain("2 packets transmitted, 2 received");
    expect(run.interfaces[world.name("b")].map((one: { name: string }) => one.name)).toContain("veth1");
  });

  longIt("does not mix a bundle with what is there already", async () => {
    const first = await pktwhyLive(["run", "-w", directory, ...ping("10.7.0.2")]);
    expect(first.status, first.stderr).toBe(0);
    const second = await pktwhyLive(["run", "-w", directory, ...ping("10.7.0.2")]);
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/is not empty/);
    expect(second.stdout).toBe("");
  });

  it("gives up being root: behind sudo for the caller, whose files they are", async () => {
    chmodSync(directory, 0o777);
    const place = join(directory, "case");
    const env = { SUDO_UID: "65533", SUDO_GID: "65533", SUDO_USER: "somebody" };
    const words = ["run", "-w", `${place}/`, "-o", join(directory, "report"), "--", "sleep", "100"];
    const running = startPktwhy(words, { env });
    await running.said(/watching/);
    const explainer = descendants(running.child.pid as number).find(({ words: own }) => own.includes("live-explainer"));
    expect(uidsOf(explainer?.pid as number)).toEqual(["65533", "65533", "65533", "65533"]);
    running.child.kill("SIGINT");
    const done = await running.done;
    expect(done.stderr).not.toMatch(/bug|root/);
    for (const name of readdirSync(place)) expect(statSync(join(place, name)).uid, name).toBe(65_533);
    expect(statSync(join(directory, "report")).uid).toBe(65_533);
  });

  longIt("reads packets as nobody where it was started by root himself", async () => {
    const place = join(directory, "case/");
    const running = startPktwhy(["run", "-w", place, "--", "sleep", "100"]);
    await running.said(/watching/);
    const explainer = descendants(running.child.pid as number).find(({ words }) => words.includes("live-explainer"));
    expect(uidsOf(explainer?.pid as number)).toEqual(["65534", "65534", "65534", "65534"]);
    running.child.kill("SIGINT");
    await running.done;
    expect(statSync(join(place, "run.json")).uid).toBe(0);
  });

  it("hands Ctrl-C to the command and still explains", async () => {
    const running = startPktwhy(["run", "--", "ip", "netns", "exec", world.name("a"), "ping", "10.7.0.2"]);
    await running.said(/icmp_seq=2/);
    running.child.kill("SIGINT");
    const done = await running.done;
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/packets transmitted[\s\S]*works/);
  });

  longIt("hands on Ctrl-C that comes the instant it watches, and still tells", async () => {
    const running = startPktwhy(["run", "--", "ip", "netns", "exec", world.name("a"), "ping", "10.7.0.2"]);
    await running.said(/watching/);
    running.child.kill("SIGINT");
    const done = await running.done;
    // Too early for a ping, or just in time for one: a report in either case.
    expect([0, 1], done.stderr).toContain(done.status);
    expect(done.stdout).toMatch(/packets read (?:on|in)/);
    if (done.status === 1) expect(done.stderr).toMatch(/ended before it printed anything/);
  });

  longIt("says that a ping over IPv6 is not followed", async () => {
    const done = await pktwhyLive(["run", "--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "1", "::1"]);
    expect(done.stdout).toMatch(
      /ping ::1 went over IPv6, which is not explained.* Over IPv4, ping 127\.0\.0\.1\s+would be answered/s,
    );
    expect(done.status).toBe(1);
  });

  longIt("knows a ping that got no socket, and one that needs no right for it", async () => {
    // The first setpriv loses root's capabilities, the second keeps ping's own from coming back.
    const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "setpriv", "--no-new-privs"];
    const words = ["ip", "netns", "exec", world.name("a"), ...user, "ping", "-c", "1", "-W", "1", "10.7.0.2"];
    const refused = JSON.parse((await pktwhyLive(["run", "--json", "--", ...words])).stdout);
    expect(refused.answer).toMatchObject({ code: "ping-permission", certainty: "certain", verdict: "failed" });
    const flow = refused.flows.find((one: { id: number }) => one.id === refused.answer.flow);
    const evidence = flow.causes[0].evidence.map((one: { text: string }) => one.text);
    expect(evidence).toContain("net.ipv4.ping_group_range = 1 0");
    expect(evidence).toContain("ping printed: ping: socket: Operation not permitted");
    world.run("a", 'sysctl -qw net.ipv4.ping_group_range="0 2147483647"');
    const letIn = JSON.parse((await pktwhyLive(["run", "--json", "--", ...words])).stdout);
    expect(letIn.answer).toMatchObject({ code: "answered", certainty: "certain" });
  });

  it("tells the exit status of any command, which keeps its own descriptors", async () => {
    const done = await pktwhyLive(["run", "--json", "--", "sh", "-c", "echo out; echo err >&2; exit 7"]);
    expect(JSON.parse(done.stdout).command).toEqual({
      argv: ["sh", "-c", "echo out; echo err >&2; exit 7"],
      exitCode: 7,
    });
    expect(done.stderr).toMatch(/out\nerr\n/);
    expect(done.status).toBe(1);
  });

  longIt.each([
    ["an interface that is not there", ["-i", "veth7"], /no interface veth7 here\. There are: .*lo.*ip link/],
    ["a namespace that is not there", ["-i", "veth0@pwlivenone"], /no namespace pwlivenone.*ip netns list/],
    ["a bad filter", ["--filter", "arp or or icmp"], /filter "arp or or icmp".*man pcap-filter/],
    ["an unknown option", ["--frobnicate"], /no option --frobnicate/],
    ["a word before --", ["ping"], /ping stands before --/],
    ["a file nobody can write", ["-w", "/proc/nothing/case/"], /could not be written/],
  ])("says what is wrong: %s", async (_, words, sentence) => {
    const done = await pktwhyLive(["run", ...words, "--", "true"]);
    expect(done.stderr).toMatch(sentence);
    expect(done.stderr).not.toMatch(/bug/);
    expect(done.stdout).toBe("");
    expect(done.status).toBe(2);
  });

  longIt("says what is wrong with a command that is not there, or not given", async () => {
    const absent = await pktwhyLive(["run", "--", "pwlive-no-such-command"]);
    expect([absent.status, absent.stderr]).toEqual([2, expect.stringMatching(/no command pwlive-no-such-command/)]);
    const none = await pktwhyLive(["run"]);
    expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/no command to watch/)]);
  });

  longIt("keeps nothing where the command could not be watched", async () => {
    const place = join(directory, "case");
    await pktwhyLive(["run", "-w", `${place}/`, "--filter", "nonsense filter", "--", "true"]);
    expect(existsSync(place)).toBe(false);
  });
});

function uidsOf(pid: number): string[] {
  return (/^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "").split(/\s+/);
}
