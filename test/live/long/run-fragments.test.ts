// A datagram in fragments of which a router lets only the first pass: the rule is named although that fragment arrives.

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveWorld, pktwhyLive, whyNoCaptures } from "../run-world.ts";

describe.skipIf(whyNoCaptures() !== null)("pktwhy run with fragments", () => {
  let world: LiveWorld;
  beforeAll(() => {
    world = new LiveWorld(["a", "r", "b"]);
    world.run(
      "r",
      "sysctl -qw net.ipv4.ip_forward=1",
      "ip link add veth1 type veth peer name veth0 netns {a}",
      "ip link add veth2 type veth peer name veth3 netns {b}",
      "ip addr add 10.7.0.254/24 dev veth1",
      "ip addr add 10.7.1.254/24 dev veth2",
      "ip link set veth1 up",
      "ip link set veth2 up",
      "nft add table ip t",
      "nft add chain ip t c '{ type filter hook forward priority 0; }'",
      "nft add rule ip t c ip frag-off and 0x1fff != 0 drop",
    );
    world.run("a", "ip addr add 10.7.0.1/24 dev veth0", "ip link set veth0 up", "ip route add default via 10.7.0.254");
    world.run("b", "ip addr add 10.7.1.2/24 dev veth3", "ip link set veth3 up", "ip route add default via 10.7.1.254");
  });
  afterAll(() => world.remove());

  it("names the rule that drops the later ones, and opens the chain for them both ways", async () => {
    const ping = ["ip", "netns", "exec", world.name("a"), "ping", "-c", "2", "-i", "0.3", "-s", "3000"];
    const done = await pktwhyLive(["run", "--json", "--", ...ping, "-W", "1", "10.7.1.2"]);
    const { answer, flows } = JSON.parse(done.stdout);
    expect(answer.code).toBe("nft-forward-drop");
    const [{ command, proof }] = flows[0].causes[0].fixes;
    expect(proof).toBe("answered");
    execFileSync("sh", ["-c", command.replaceAll("sudo ", "")]);
    const again = await pktwhyLive(["run", "--json", "--", ...ping, "-W", "20", "10.7.1.2"]);
    expect(JSON.parse(again.stdout).answer.code).toBe("answered");
  });
});
