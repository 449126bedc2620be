// `pktwhy run` without root: what capabilities alone can do, and what it says where they do not suffice.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { copied } from "../../program/bundle.ts";
import { type LiveWorld, twoNamespaces, whyNoCaptures } from "../run-world.ts";

const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

/** A command line that starts another one as nobody, with these capabilities at most. */
function asNobody(capabilities: readonly string[]): string[] {
  if (capabilities.length === 0) return [...NOBODY, "--bounding-set", "-all", "--inh-caps", "-all", "--"];
  const kept = capabilities.map((name) => `+${name}`).join(",");
  return [...NOBODY, "--inh-caps", kept, "--ambient-caps", kept, "--"];
}

describe.skipIf(whyNoCaptures() !== null)("pktwhy run with capabilities alone", () => {
  let world: LiveWorld;
  let place: string;
  let program: string;
  beforeAll(() => {
    ({ place, program } = copied(inject("program")));
    world = twoNamespaces();
  });
  afterAll(() => {
    world?.remove();
    if (place) rmSync(place, { recursive: true, force: true });
  });

  function run(capabilities: readonly string[], command: readonly string[], inside?: string) {
    const enter = inside === undefined ? [] : ["nsenter", `--net=/run/netns/${inside}`, "--"];
    const pktwhy = [process.execPath, program, "run", "--json", "--", ...command];
    const [file = "", ...args] = [...enter, ...asNobody(capabilities), ...pktwhy];
    const { NO_COLOR: _color, PKTWHY_LANG: _language, SUDO_UID: _uid, ...env } = process.env;
    const done = spawnSync(file, args, { cwd: place, env, encoding: "utf8" });
    return { ...done, report: () => JSON.parse(done.stdout) };
  }
  const ping = ["ping", "-n", "-c", "1", "10.7.0.2"];
  const entering = (space: string) => ["nsenter", `--net=/run/netns/${world.name(space)}`];

  it("cap_net_raw and cap_sys_admin see the whole way through other namespaces", () => {
    const done = run(["net_raw", "sys_admin"], [...entering("a"), ...ping]);
    expect(done.status, done.stderr).toBe(0);
    expect(done.report().answer).toMatchObject({ code: "answered", certainty: "certain" });
    expect(done.stderr).toContain(`${world.name("b")}:veth1`);
  });

  it("cap_net_raw alone captures in its own namespace", () => {
    const done = run(["net_raw"], ping, world.name("a"));
    expect(done.status, done.stderr).toBe(0);
    expect(done.report().answer.code).toBe("answered");
    expect(done.stderr).not.toContain(world.name("b"));
  });

  it("without cap_net_raw it names what is missing and how to mend it", () => {
    const done = run([], ping, world.name("a"));
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("not permitted to capture");
    expect(done.stderr).toContain("setcap cap_net_raw+ep");
  });

  it("without cap_sys_admin it names the namespace that it may not enter", () => {
    const done = run(["net_raw"], ["ip", "netns", "exec", world.name("a"), ...ping]);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(`not permitted to enter the namespace ${world.name("a")}`);
  });

  it("tells where ip gave up the capabilities that it was started with", () => {
    const done = run(["net_raw", "sys_admin"], ["ip", "netns", "exec", world.name("a"), ...ping]);
    expect(done.status, done.stderr).toBe(1);
    expect(done.stderr).toContain(`ip was not permitted to enter the namespace ${world.name("a")}`);
    expect(done.stderr).toContain(`nsenter --net=/run/netns/${world.name("a")}`);
  });

  it("root without cap_net_raw, as in a container, is told what to start the container with", () => {
    const asRoot = (...words: readonly string[]) => {
      const confined = ["--bounding-set=-net_raw", "--inh-caps=-net_raw", "--"];
      return spawnSync("setpriv", [...confined, process.execPath, program, ...words], {
        encoding: "utf8",
      });
    };
    const done = asRoot("run", "--", ...ping);
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("a container without CAP_NET_RAW");
    const { stdout, stderr } = asRoot("doctor");
    expect(stderr).toBe("");
    expect(stdout).toContain("--cap-add NET_RAW");
    expect(stdout).not.toMatch(/sudo setcap|EPERM/);
  });
});
