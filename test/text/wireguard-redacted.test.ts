// WireGuard as people post it: keys in other words, both ends one below the other.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { formatPrefix } from "../../src/model/address.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { renderText } from "../../src/render/text.ts";

const BOTH_ENDS = `wg0.conf:
[Interface]
Address = 192.168.55.1/24
ListenPort = 51820
PrivateKey = <server private key>

[Peer]
PublicKey = <client public key>
AllowedIPs = 192.168.55.2/32 # the phone

client.conf:
[Interface]
Address = 192.168.55.2/32
PrivateKey = <client private key>

[Peer]
PublicKey = <server public key>
AllowedIPs = 0.0.0.0/0
Endpoint = server:port
`;

function peersIn(content: string) {
  const paste = readPaste(content, "x");
  const { state, unknown } = stateFromText(paste.state);
  const peers = [...(state?.namespaces.values() ?? [])].flatMap(({ peers = [] }) => peers);
  return {
    peers: peers.map((peer) => [peer.interface, peer.allowed.map(formatPrefix).join(), peer.endpoint?.port ?? null]),
    unknown: [...paste.unknown, ...unknown].map(({ text }) => text),
  };
}

it.each([
  ["a file, and the other end's below it", BOTH_ENDS, [["wg0", "192.168.55.2", null]]],
  [
    "wg show",
    "$ sudo wg show\ninterface: wg1\n  public key: (hidden)\n  private key: (hidden)\n  listening port: 51820\n\npeer: <phone's key>\n  endpoint: 203.0.113.9:4500\n  allowed ips: 10.9.0.2/32, 10.9.1.0/24\n",
    [["wg1", "10.9.0.2,10.9.1.0/24", 4500]],
  ],
  [
    "several lines of addresses, a key in crosses",
    "# /etc/wireguard/wg2.conf\n[Interface]\nPrivateKey = xxxx=\n[Peer]\nPublicKey = REDACTED\nAllowedIPs = 10.9.0.2/32\nAllowedIPs = 10.9.1.0/24\n",
    [["wg2", "10.9.0.2,10.9.1.0/24", null]],
  ],
])("%s: a key is only a name", (_name, content, peers) => {
  expect(peersIn(content)).toEqual({ peers, unknown: [] });
});

it("what was shown to be allowed is not said to be missing there", async () => {
  const ping =
    "# ping 192.168.55.2\nPING 192.168.55.2 (192.168.55.2): 56 data bytes\nping: sendto: Required key not available\n";
  const { report } = await reportOfPastes({ pastes: [{ source: "x", content: `${BOTH_ENDS}\n${ping}` }] });
  if (report === null) throw new Error("nothing was read");
  expect(report.answer?.code).toBe("wireguard-allowed-ips");
  const told = renderText(report, { language: "en", width: 200, color: false, verbose: true });
  expect(told).toContain("the interface runs with other settings");
  expect(told).not.toMatch(/none of its peers|\\x09/);
});
