// How pktwhy gets onto other machines: the step of the GitHub Action as it stands, and (`npm run test:long`) the executable and
// the Debian package in a root that holds neither Node nor anything else but the tools they name.

import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { whyNoCaptures } from "./run-world.ts";

const root = join(import.meta.dirname, "../..");
const made = mkdtempSync(join(tmpdir(), "pktwhy-delivery-"));
afterAll(() => {
  // Only where nothing is mounted any more is it ours to remove.
  // `ip netns` mounts its directory onto itself.
  for (const name of [...MOUNTED, "run/netns"]) spawnSync("umount", ["-l", join(made, "root", name)]);
  rmSync(made, { recursive: true, force: true });
});

const MOUNTED = ["proc", "sys", "dev"] as const;

describe.skipIf(whyNoCaptures() !== null)("the GitHub Action's step", () => {
  beforeAll(() => {
    execFileSync("ip", ["link", "set", "lo", "up"]);
  });

  function step(command: string, expected: string) {
    const [summary, output] = [join(made, "summary.md"), join(made, "output")];
    for (const file of [summary, output]) writeFileSync(file, "");
    const run = spawnSync("bash", [join(root, "packaging/action/run.sh")], {
      encoding: "utf8",
      env: {
        ...process.env,
        PKTWHY: `${process.execPath} ${inject("program")}`,
        PKTWHY_COMMAND: command,
        PKTWHY_EXPECT: expected,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
        RUNNER_TEMP: made,
      },
    });
    return { run, summary: readFileSync(summary, "utf8"), output: readFileSync(output, "utf8") };
  }

  it("writes the report into the job's summary and passes where the cause is the expected one", () => {
    const { run, summary, output } = step("ping -c 1 127.0.0.1", "local-address-via-lo");
    expect(run.status, run.stderr).toBe(0);
    expect(summary).toMatch(/^### .*ping 127\.0\.0\.1 -> 127\.0\.0\.1 works/);
    expect(output).toMatch(/^status=0\nreport=.*report\.json\n$/);
    const [, report = ""] = /^report=(.*)$/m.exec(output) ?? [];
    expect(JSON.parse(readFileSync(report, "utf8")).answer.code).toBe("local-address-via-lo");
  });

  it("fails where it is another one, and takes no word of the command for its own", () => {
    const { run, summary, output } = step("ping -c 1 127.0.0.1; echo '$(touch pwned)' --lang zh", "no-route");
    expect(run.status, run.stderr).toBe(3);
    expect(summary).toContain("127.0.0.1");
    expect(output).toContain("status=3\n");
    expect(existsSync(join(root, "pwned"))).toBe(false);
  });
});

// As a program of somebody else's has it: from the packed tarball, under the strictest settings, without its sources.
if (process.env.PKTWHY_LONG === "1") {
  describe.skipIf(whyNoCaptures() !== null)("the library in the packed tarball", () => {
    const program = join(made, "program");
    const modules = join(program, "node_modules");
    const [whole = "", live = ""] = [
      ...readFileSync(join(root, "docs/library.md"), "utf8").matchAll(/^```ts\n(.*?)^```$/gms),
    ].map(([, code = ""]) => code);

    beforeAll(() => {
      mkdirSync(join(modules, "pktwhy"), { recursive: true });
      execFileSync("npm", ["pack", "--pack-destination", made], { cwd: root, stdio: "pipe" });
      const [tarball = ""] = readdirSync(made).filter((name) => name.endsWith(".tgz"));
      execFileSync("tar", ["-xzf", join(made, tarball), "--strip-components=1", "-C", join(modules, "pktwhy")]);
      for (const name of ["commander", "cli-table3", "@dagrejs", "string-width", "@types", "undici-types"])
        if (existsSync(join(root, "node_modules", name)))
          symlinkSync(join(root, "node_modules", name), join(modules, name));
      writeFileSync(join(program, "package.json"), '{"type":"module"}');
      writeFileSync(join(program, "whole.ts"), whole);
      writeFileSync(join(program, "live.ts"), live);
      const strict = {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
      };
      const compilerOptions = { ...strict, target: "es2022", module: "nodenext", types: ["node"], outDir: "out" };
      writeFileSync(
        join(program, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["whole.ts", "live.ts"] }),
      );
      execFileSync("ip", ["link", "set", "lo", "up"]);
    }, 600_000);

    it("compiles and runs the examples", () => {
      const compiled = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", program], { encoding: "utf8" });
      expect(compiled.stdout).toBe("");
      const said = spawnSync(process.execPath, [join(program, "out/live.js")], { encoding: "utf8" });
      expect(said.stdout, said.stderr).toBe("local-address-via-lo\nstart\n");
    });
  });
}

// Ninety megabytes are copied, linked and packed: a minute and more.
if (process.env.PKTWHY_LONG === "1") {
  describe.skipIf(whyNoCaptures() !== null)("in an empty root", () => {
    const empty = join(made, "root");
    const file = join(made, "pktwhy");
    const inside = (...words: readonly string[]) =>
      spawnSync("chroot", [empty, ...words], {
        encoding: "utf8",
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", TERM: "dumb" },
      });

    beforeAll(() => {
      execFileSync("npm", ["run", "-s", "executable", "--", file], { cwd: root, stdio: "pipe" });
      for (const name of [...MOUNTED, "tmp", "etc", "run/netns", "var/lib/dpkg/info", "var/lib/dpkg/updates"])
        mkdirSync(join(empty, name), { recursive: true });
      for (const tool of [
        "tcpdump",
        "ip",
        "bridge",
        "tc",
        "ss",
        "ping",
        "nsenter",
        "unshare",
        "setpriv",
        "sysctl",
        "sh",
        "tee",
        "grep",
        "find",
        "cat",
      ])
        put(tool);
      libraries(file);
      writeFileSync(join(empty, "var/lib/dpkg/status"), "");
      writeFileSync(join(empty, "etc/passwd"), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n");
      writeFileSync(join(empty, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
      cpSync(join(root, "fixtures/two-namespaces"), join(empty, "case"), { recursive: true });
      execFileSync("mount", ["-t", "proc", "proc", join(empty, "proc")]);
      execFileSync("mount", ["-t", "sysfs", "sysfs", join(empty, "sys")]);
      execFileSync("mount", ["--bind", "/dev", join(empty, "dev")]);
      execFileSync("ip", ["link", "set", "lo", "up"]);
    }, 900_000);

    // As it stands in the root's own place, so that its loader finds it.
    function put(tool: string): void {
      const path = execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim();
      copyInto(path);
      libraries(path);
    }

    function libraries(path: string): void {
      const run = spawnSync("ldd", [path], { encoding: "utf8" });
      for (const [library] of run.stdout.matchAll(/\/\S+/g)) if (library !== `${path}:`) copyInto(library);
    }

    function copyInto(path: string): void {
      mkdirSync(dirname(join(empty, path)), { recursive: true });
      copyFileSync(realpathSync(path), join(empty, path));
    }

    it("the executable alone explains and runs", () => {
      copyFileSync(file, join(empty, "pktwhy"));
      expect(inside("/pktwhy", "--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(inside("/pktwhy", "explain", "/case").stdout).toContain("works: ");
      const run = inside("/pktwhy", "run", "--", "ping", "-c", "1", "127.0.0.1");
      expect(run.stdout, run.stderr).toContain("local-address-via-lo, certain");
      expect(inside("/pktwhy", "demo", "--recorded").stdout).toContain("reply looped via lo");
      expect(readdirSync(join(empty, "tmp"))).toEqual([]);
    });

    it("the executable alone builds a fault in the lab, finds it, and takes all down again", () => {
      const lab = inside("/pktwhy", "lab", "run", "rp-filter-strict");
      expect(lab.stdout, lab.stderr).toContain("rp-filter-strict: the expected answer, rp-filter-strict");
      const from = inside("/pktwhy", "lab", "from", "/case");
      expect(from.stdout, from.stderr).toContain("Rebuilt, it came out as reported: answered");
      const up = inside("/pktwhy", "lab", "up", "two-namespaces");
      expect(up.stdout, up.stderr).toContain("two-namespaces is up");
      expect(inside("/pktwhy", "lab", "down").stdout).toMatch(/^Gone: .*net0, .*net1\n$/);
      expect(readdirSync(join(empty, "run/netns"))).toEqual([]);
      expect(readdirSync(join(empty, "tmp"))).toEqual([]);
    });

    it("a tool that is not there is named with its package", () => {
      for (const [scenario, tool] of [
        ["nft-input-drop", "nft, which is not installed. Debian and Ubuntu: sudo apt install nftables"],
        ["tcp-refused", "nc, which is not installed. Debian and Ubuntu: sudo apt install netcat-openbsd"],
        ["port-ok", "python3, which is not installed"],
      ] as const) {
        const run = inside("/pktwhy", "lab", "run", scenario);
        expect(run.stderr.trim().split("\n")).toEqual([expect.stringContaining(`The lab needs ${tool}`)]);
        expect(run.status).toBe(2);
      }
    });

    it("the Debian package installs there and brings program, man page and completions", () => {
      execFileSync("npm", ["run", "-s", "deb", "--", file], { cwd: root, stdio: "pipe" });
      const [name = ""] = readdirSync(made).filter((one) => one.endsWith(".deb"));
      const deb = join(made, name);
      // Its libraries were copied, not installed.
      const installed = spawnSync(
        "dpkg",
        [`--root=${empty}`, "--force-depends", "--force-script-chrootless", "-i", deb],
        {
          encoding: "utf8",
        },
      );
      expect(installed.status, installed.stderr).toBe(0);
      expect(inside("pktwhy", "run", "-q", "--", "ping", "-c", "1", "127.0.0.1").stdout).toContain(
        "local-address-via-lo",
      );
      const listed = execFileSync("dpkg-deb", ["-c", deb], { encoding: "utf8" }).trim().split("\n");
      expect(listed.filter((line) => !/^(?:[-d]rwxr-xr-x|-rw-r--r--) root.root /.test(line))).toEqual([]);
      const fields = execFileSync("dpkg-deb", ["-f", deb, "Recommends", "Depends"], { encoding: "utf8" });
      expect(fields).toContain("Recommends: iproute2, tcpdump");
      // The libraries it says it needs are those it is linked with.
      expect(fields).toMatch(/libstdc\+\+6/);
      for (const path of [
        "usr/bin/pktwhy",
        "usr/share/man/man1/pktwhy.1.gz",
        "usr/share/man/zh_CN/man1/pktwhy.1.gz",
        "usr/share/bash-completion/completions/pktwhy",
        "usr/share/zsh/vendor-completions/_pktwhy",
        "usr/share/fish/vendor_completions.d/pktwhy.fish",
        "usr/share/doc/pktwhy/copyright",
      ])
        expect(existsSync(join(empty, path)), path).toBe(true);
      const sums = spawnSync("md5sum", ["-c", "--quiet", join(empty, "var/lib/dpkg/info/pktwhy.md5sums")], {
        cwd: empty,
        encoding: "utf8",
      });
      expect(sums.stdout + sums.stderr).toBe("");
    });
  });
}
