import { expect, test } from "vitest";
import { isIpv6Ping, parsePingCommand } from "../../src/explain/command/ping-command.ts";
import { formatIpv4 } from "../../src/model/address.ts";

const read = (line: string) => parsePingCommand(line.split(" "));

test("a plain ping", () => {
  const ping = read("ping -c 4 -I veth0 192.168.2.1");
  expect(ping).toMatchObject({
    target: "192.168.2.1",
    bindInterface: "veth0",
    bindAddress: null,
    count: 4,
    payload: 56,
    netns: null,
  });
});

test("options glued together, an address to bind, size and DF", () => {
  const ping = read("/bin/ping -nqc3 -s1400 -M do -t 5 -I 10.0.0.1 10.0.0.2");
  expect(ping).toMatchObject({ count: 3, payload: 1400, discovery: "do", ttl: 5, bindInterface: null });
  expect(formatIpv4(ping?.bindAddress as never)).toBe("10.0.0.1");
});

test.each([
  ["sudo -u nobody ip netns exec net0 ping 192.168.10.2", "net0"],
  ["ip -n x netns exec red sudo ping -c1 192.168.10.2", "red"],
  ["nsenter -t 4711 -n ping 192.168.10.2", "pid-4711"],
  ["nsenter --net=/var/run/netns/blue -- ping 192.168.10.2", "blue"],
  ["setpriv --reuid 65534 --regid=65534 --clear-groups setpriv --no-new-privs ping 192.168.10.2", null],
  ["sudo --user nobody -n runuser -u nobody -- ping 192.168.10.2", null],
  ["timeout -k 1 5 env LC_ALL=C ping 192.168.10.2", null],
])("behind wrappers: %s", (line, netns) => {
  expect(read(line)).toMatchObject({ target: "192.168.10.2", netns });
});

test.each([
  ["ping -6 -c 1 host", true],
  ["sudo ip netns exec red ping6 host", true],
  ["ping -nc1 fe80::1%veth0", true],
  ["ping -c6 -W6 host", false],
  ["ping -4 host", false],
  ["curl -6 http://host/", false],
])("IPv6: %s", (line, six) => {
  expect(isIpv6Ping(line.split(" "))).toBe(six);
});

test("what is no IPv4 ping is none", () => {
  expect(read("curl http://192.0.2.1/")).toBeNull();
  expect(read("ping -6 ::1")).toBeNull();
  expect(read("ping")).toBeNull();
});
