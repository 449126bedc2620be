// What predict says of a connection, by the states of the lab's recordings.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Trace } from "../../src/model/trace.ts";
import { breachesOfWalk } from "../../src/predict/invariants.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { asked } from "../attempts.ts";

const root = join(import.meta.dirname, "../../fixtures");

function walk(name: string, to: string, port: number, protocol: "tcp" | "udp" = "tcp", netns = "net0"): Trace {
  const json = JSON.parse(gunzipSync(readFileSync(join(root, name, "state.json.gz"))).toString());
  const { state } = parseState(json, name);
  const transport = { protocol, sourcePort: null, destinationPort: port } as const;
  const trace = predict(state, asked(netns, to, { length: 60, transport }));
  expect(breachesOfWalk(trace, state)).toEqual([]);
  return trace;
}

const endOf = ({ disposition }: Trace): string =>
  disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;

test.each([
  ["port-ok", "192.168.2.1", 8080, "answered", "connected"],
  ["port-ok", "192.168.2.1", 22, "port-no-listener", "reset"],
  ["port-other-address", "192.168.2.1", 8080, "port-other-address", "reset"],
  ["port-other-device", "192.168.2.1", 8080, "port-other-device", "reset"],
  ["port-ipv6-only", "192.168.2.1", 8080, "port-ipv6-only", "reset"],
  ["listen-backlog-full", "192.168.2.1", 8080, "listen-backlog-full", "nothing"],
  ["nft-input-drop-tcp", "192.168.2.1", 8080, "nft-input-drop", "nothing"],
  ["nft-reject-tcp", "192.168.2.1", 8080, "nft-reject", "reset"],
  ["published-ok", "192.168.2.1", 8080, "answered", "connected"],
  ["port-not-published", "192.168.2.1", 8080, "port-not-published", "reset"],
  ["published-wrong-port", "192.168.2.1", 8080, "port-no-listener", "reset"],
  ["nat-hairpin", "10.0.0.254", 8080, "nat-hairpin", "nothing"],
  ["nat-hairpin-ok", "10.0.0.254", 8080, "answered", "connected"],
] as const)("%s, port %s:%i: %s, the program gets %s", (name, to, port, end, heard) => {
  const trace = walk(name, to, port);
  expect([endOf(trace), trace.heard?.kind]).toEqual([end, heard]);
});

test("over UDP a port without a socket is told by ICMP", () => {
  const trace = walk("port-ok", "192.168.2.1", 8080, "udp");
  expect(endOf(trace)).toBe("port-no-listener");
  expect(trace.heard).toMatchObject({ kind: "icmp-error", type: 3, code: 3 });
});

test("a state that lists no sockets is open, by name, and one that stops the SYN before is not", () => {
  expect(existsSync(join(root, "two-namespaces"))).toBe(true);
  expect(walk("two-namespaces", "192.168.2.1", 80).disposition).toMatchObject({ kind: "open", missing: ["sockets"] });
  expect(endOf(walk("link-admin-down", "192.168.2.1", 80))).not.toBe("open");
});
