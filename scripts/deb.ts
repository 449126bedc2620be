// Builds the Debian package from the executable: `npm run deb -- [EXECUTABLE]`, out/pktwhy by default, made where it is not
// there. Needs dpkg-deb.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { projectRoot } from "./cause-files.ts";

// e_machine of elf.h, and Debian's name for it.
const ARCHITECTURES: ReadonlyMap<number, string> = new Map([
  [62, "amd64"],
  [183, "arm64"],
]);

const executable = resolve(process.argv[2] ?? join(projectRoot, "out/pktwhy"));
if (!existsSync(executable))
  execFileSync("npm", ["run", "-s", "executable", "--", executable], { cwd: projectRoot, stdio: "inherit" });
const machine = readFileSync(executable).readUInt16LE(18);
const architecture = ARCHITECTURES.get(machine);
if (architecture === undefined)
  throw new Error(`${executable} is for a machine that Debian has no name for: ${machine}`);
const { version, description } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));

const tree = mkdtempSync(join(tmpdir(), "pktwhy-deb-"));
try {
  const file = packed(tree);
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(tree, { recursive: true });
}

function packed(root: string): string {
  put("usr/bin/pktwhy", readFileSync(executable), 0o755);
  put("usr/share/man/man1/pktwhy.1.gz", gzipped("man/pktwhy.1"));
  put("usr/share/man/zh_CN/man1/pktwhy.1.gz", gzipped("man/zh_CN/pktwhy.1"));
  put("usr/share/bash-completion/completions/pktwhy", own("completions/pktwhy.bash"));
  put("usr/share/zsh/vendor-completions/_pktwhy", own("completions/_pktwhy"));
  put("usr/share/fish/vendor_completions.d/pktwhy.fish", own("completions/pktwhy.fish"));
  put("usr/share/doc/pktwhy/changelog.gz", gzipped("CHANGELOG.md"));
  put("usr/share/doc/pktwhy/pktwhy-1.json", own("schema/pktwhy-1.json"));
  put("usr/share/doc/pktwhy/copyright", Buffer.from(copyright()));
  const files = filesIn(root);
  const sums = files.map(
    (name) =>
      `${createHash("md5")
        .update(readFileSync(join(root, name)))
        .digest("hex")}  ${name}\n`,
  );
  const size = files.reduce((sum, name) => sum + Math.ceil(statSync(join(root, name)).size / 1024), 0);
  put("DEBIAN/md5sums", Buffer.from(sums.join("")));
  put("DEBIAN/control", Buffer.from(control(size)));
  const file = join(dirname(executable), `pktwhy_${version}_${architecture}.deb`);
  // Three quarters of its time for a hundredth of its size are saved by not packing as tightly as can be.
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "-z3", "--build", root, file], { stdio: "pipe" });
  return file;
}

function put(name: string, content: Uint8Array, mode = 0o644): void {
  const path = join(tree, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, content);
  chmodSync(path, mode);
  chmodSync(tree, 0o755);
}

function own(name: string): Buffer {
  return readFileSync(join(projectRoot, name));
}

// Without a name or time inside, so that the same sources give the same package.
function gzipped(name: string): Buffer {
  return gzipSync(own(name), { level: 9 });
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
}

function control(size: number): string {
  return `Package: pktwhy
Version: ${version}
Architecture: ${architecture}
Maintainer: The pktwhy authors <pktwhy@localhost>
Installed-Size: ${size}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6
Recommends: iproute2, tcpdump
Suggests: iputils-ping, nftables, wireshark
Section: net
Priority: optional
Description: ${String(description).replace(/^E/, "e")}
 It captures on several Linux interfaces at once, across network namespaces,
 or reads captures, follows each ARP, ICMP, TCP and UDP packet through the
 system's state, and says step by step what the kernel did with it, why, how
 that is known, and what to type to mend it.
`;
}

function copyright(): string {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: pktwhy

Files: *
Copyright: The pktwhy authors
License: Expat
Comment: usr/bin/pktwhy holds Node.js ${process.version}, its parts under the licences that its LICENSE file lists, and the
 npm packages commander and cli-table3 (Expat).

License: Expat
${own("LICENSE")
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => ` ${line.trim() === "" ? "." : line}`)
  .join("\n")}
`;
}
