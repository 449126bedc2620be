// Four addresses behind two routers, each of which fares otherwise, and programs that serve there: for the tools that connect.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LiveWorld, whyNoCaptures } from "./run-world.ts";

const NEEDED = "nft curl wget nc ssh sshd ssh-keygen python3 bash busybox perl nmap openssl node unshare".split(" ");

/** Why tools that connect cannot be tried here; null where they can. With PKTWHY_REQUIRE_ALL=1 a reason is an error. */
export function whyNoConnections(): string | null {
  const without = whyNoCaptures();
  if (without !== null) return without;
  const has = (tool: string): boolean =>
    spawnSync("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${tool}`]).status === 0;
  const missing = NEEDED.filter((tool) => !has(tool));
  if (missing.length === 0) return null;
  const reason = `no ${missing.join(", ")} here`;
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`SKIPPED: ${reason}`);
  return reason;
}

/** How a connection fares: each has an address of its own. */
export const FARES = ["worked", "refused", "silent", "stalled"] as const;
export type Fares = (typeof FARES)[number];

/** What connects. */
export const TOOLS = [
  "curl",
  "wget",
  "perl",
  "nc",
  "ssh",
  "python3",
  "bash",
  "nslookup",
  "nmap",
  "telnet",
  "openssl",
  "node",
] as const;
type Tool = (typeof TOOLS)[number];

const ADDRESS_OF: Readonly<Record<Fares, string>> = {
  worked: "10.4.0.2",
  refused: "10.4.0.3",
  silent: "10.4.0.4",
  stalled: "10.4.0.5",
};

const WEB = 8080;
const SECURE = 8443;
const GREETS = 7000;
const SHELL = 2222;

// Every program says more than 1400 bytes at once. Of a question over UDP the last byte of its answerer's address decides.
const SERVER = String.raw`
import asyncio, ssl, sys, os
addresses, web, secure, greets, directory = sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
async def page(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    body = b"x" * 20000
    writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()
async def greeting(reader, writer):
    writer.write(b"hello " * 1000 + b"\r\n")
    await writer.drain()
    await asyncio.sleep(0.5)
    writer.close()
class Names(asyncio.DatagramProtocol):
    def __init__(self, long): self.long = long
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, sender):
        end = data.index(0, 12) + 5
        answer = data[:2] + bytes([0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]) + data[12:end]
        answer += bytes([0xC0, 12]) + data[end - 4:end] + bytes([0, 0, 0, 60, 0, 4, 192, 0, 2, 1])
        self.transport.sendto(answer + bytes(1400 if self.long else 0), sender)
async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory + "/cert", directory + "/key")
    for address in addresses:
        await asyncio.start_server(page, address, web)
        await asyncio.start_server(page, address, secure, ssl=context)
        await asyncio.start_server(greeting, address, greets)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: Names(address.endswith(".5")), (address, 53))
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
`;

const PERL = 'my $s = IO::Socket::INET->new(PeerAddr => shift, Timeout => 3) or die "$@"; print length(join("", <$s>))';

// It insists on a directory of its own.
const SSHD = 'mount -t tmpfs none /run; mkdir /run/sshd; exec /usr/sbin/sshd -D -e -f "$1"';

/** The namespaces a (asks), r and s (routers), d (has the four addresses), and what serves there. */
export class ConnectionWorld {
  readonly #world = new LiveWorld(["a", "r", "s", "d"]);
  readonly #directory = mkdtempSync(join(tmpdir(), "pwconnect"));
  readonly #serving: ChildProcess[] = [];

  get asker(): string {
    return this.#world.name("a");
  }

  /** Builds it, and waits until everything serves. */
  async begin(): Promise<void> {
    this.#network();
    this.#secrets();
    const addresses = ["worked", "silent", "stalled"].map((fares) => ADDRESS_OF[fares as Fares]);
    const words = [WEB, SECURE, GREETS].map(String);
    await Promise.all([
      this.#serve(["python3", "-c", SERVER, addresses.join(","), ...words, this.#directory], /ready/),
      this.#serve(
        ["unshare", "--mount", "sh", "-ec", SSHD, "sshd", join(this.#directory, "sshd")],
        /listening on 10\.4\.0\.5/i,
      ),
    ]);
  }

  remove(): void {
    for (const child of this.#serving) child.kill("SIGKILL");
    this.#world.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  // The link between the routers takes 1400 bytes, and neither says so; only for the first address a knows it.
  #network(): void {
    const world = this.#world;
    world.run(
      "a",
      "ip link add veth0 type veth peer name veth1 netns {r}",
      "ip addr add 10.1.0.1/24 dev veth0",
      "ip link set veth0 up",
      "ip route add default via 10.1.0.254",
      `ip route add ${ADDRESS_OF.worked} via 10.1.0.254 mtu 1400`,
    );
    const mute =
      "table ip own { chain output { type filter hook output priority 0; icmp type destination-unreachable drop; }; }";
    world.run(
      "r",
      "ip addr add 10.1.0.254/24 dev veth1",
      "ip link set veth1 up",
      "ip link add mid mtu 1400 type veth peer name mid mtu 1400 netns {s}",
      "ip addr add 10.2.0.1/24 dev mid",
      "ip link set mid up",
      "ip route add 10.4.0.0/24 via 10.2.0.2",
      "sysctl -qw net.ipv4.ip_forward=1",
      `nft '${mute}'`,
      `nft 'table ip guard { chain forward { type filter hook forward priority 0; ip daddr ${ADDRESS_OF.silent} counter drop; }; }'`,
    );
    world.run(
      "s",
      "ip addr add 10.2.0.2/24 dev mid",
      "ip link set mid up",
      "ip link add far type veth peer name eth netns {d}",
      "ip addr add 10.4.0.254/24 dev far",
      "ip link set far up",
      "ip route add 10.1.0.0/24 via 10.2.0.1",
      "sysctl -qw net.ipv4.ip_forward=1",
      `nft '${mute}'`,
    );
    world.run(
      "d",
      ...Object.values(ADDRESS_OF).map((address) => `ip addr add ${address}/24 dev eth`),
      "ip link set eth up",
      "ip route add default via 10.4.0.254",
    );
  }

  #secrets(): void {
    const at = (name: string) => join(this.#directory, name);
    const names = Array.from({ length: 80 }, (_, n) => `DNS:a-long-name-number-${n}.example.org`).join(",");
    const quiet = { stdio: "pipe" } as const;
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "rsa:2048",
        "-keyout",
        at("key"),
        "-out",
        at("cert"),
        "-subj",
        "/CN=x",
        "-addext",
        `subjectAltName=${names}`,
      ],
      quiet,
    );
    for (const name of ["host", "user"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)], quiet);
    const listens = (["worked", "silent", "stalled"] as const).map((fares) => `ListenAddress ${ADDRESS_OF[fares]}`);
    const config = [
      `Port ${SHELL}`,
      ...listens,
      `HostKey ${at("host")}`,
      `AuthorizedKeysFile ${at("user.pub")}`,
      "PidFile none",
      "StrictModes no",
      "PermitRootLogin yes",
      "UsePAM no",
    ];
    writeFileSync(at("sshd"), `${config.join("\n")}\n`);
  }

  #serve(argv: readonly string[], ready: RegExp): Promise<void> {
    const words = [`--net=/run/netns/${this.#world.name("d")}`, "--", ...argv];
    const child = spawn("nsenter", words, { stdio: ["ignore", "pipe", "pipe"] });
    this.#serving.push(child);
    return new Promise((resolve, reject) => {
      let said = "";
      const hear = (data: Buffer) => {
        said += data.toString();
        if (ready.test(said)) resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("exit", () => reject(new Error(`${argv[0]} has ended: ${said}`)));
    });
  }

  /** The command of a tool to the address that fares so. */
  command(tool: Tool, fares: Fares): readonly string[] {
    const host = ADDRESS_OF[fares];
    const url = `http://${host}:${WEB}/`;
    // What works has all the time that a busy machine may need.
    const [wait, end, endOfShell] = fares === "worked" ? ["30", "40", "40"] : ["3", "4", "6"];
    switch (tool) {
      case "curl":
        return ["curl", "-sS", "-m", wait, "-o", "/dev/null", url];
      case "wget":
        return ["wget", "-q", "-T", wait, "-t", "1", "-O", "/dev/null", url];
      case "perl":
        return ["timeout", end, "perl", "-MIO::Socket::INET", "-e", PERL, `${host}:${GREETS}`];
      case "nc":
        return ["nc", "-d", "-w", fares === "worked" ? "10" : "3", host, `${GREETS}`];
      case "ssh":
        return ["timeout", endOfShell, ...this.#ssh(wait), `root@${host}`, "true"];
      case "python3":
        return ["python3", "-c", `import urllib.request as u\nprint(len(u.urlopen("${url}", timeout=${wait}).read()))`];
      case "bash":
        return ["timeout", end, "bash", "-c", `exec 3<>/dev/tcp/${host}/${GREETS} && cat <&3 | wc -c`];
      case "nslookup":
        return ["busybox", "nslookup", "-type=a", "www.example.org", host];
      case "nmap":
        return ["nmap", "-n", "-Pn", "-sT", "--script", "banner", "--script-timeout", wait, "-p", `${GREETS}`, host];
      case "telnet":
        return ["sh", "-c", `sleep 3 | timeout 4 busybox telnet ${host} ${GREETS}`];
      case "openssl":
        return ["timeout", end, "openssl", "s_client", "-brief", "-connect", `${host}:${SECURE}`];
      case "node":
        return ["node", "-e", `fetch("${url}", { signal: AbortSignal.timeout(${wait}000) }).then((r) => r.text())`];
    }
  }

  #ssh(wait: string): readonly string[] {
    const options = [
      "BatchMode=yes",
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      `ConnectTimeout=${wait}`,
    ];
    const words = options.flatMap((one) => ["-o", one]);
    return ["ssh", "-F", "none", "-i", join(this.#directory, "user"), ...words, "-p", `${SHELL}`];
  }
}
