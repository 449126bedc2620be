// What a command line connects to, as far as the tool's own words tell.

import { describe, expect, test } from "vitest";
import { hearsAnswer, wantedConnections } from "../../src/explain/command/connect-command.ts";

const wanted = (line: string): string[] =>
  wantedConnections(line.split(" ")).map(
    ({ program, protocol, host, port }) => `${program} ${protocol} ${host} ${port}`,
  );

describe("what connects, and where", () => {
  test.each<[string, readonly string[]]>([
    ["curl -sS -m 3 http://10.0.0.2:8080/", ["curl tcp 10.0.0.2 8080"]],
    ["curl -o /dev/null -H Host:web https://10.0.0.2", ["curl tcp 10.0.0.2 443"]],
    ["curl -X POST --data-binary @file http://10.0.0.2:81/x?y", ["curl tcp 10.0.0.2 81"]],
    ["curl --url http://10.0.0.2:82", ["curl tcp 10.0.0.2 82"]],
    ["curl 10.0.0.2", ["curl tcp 10.0.0.2 80"]],
    ["curl http://10.0.0.2:1 http://10.0.0.3:2", ["curl tcp 10.0.0.2 1", "curl tcp 10.0.0.3 2"]],
    ["wget -qO- -T 2 http://user:word@10.0.0.2:8000/", ["wget tcp 10.0.0.2 8000"]],
    ["nc -vz -w 3 10.0.0.2 5432", ["nc tcp 10.0.0.2 5432"]],
    ["nc -vz 10.0.0.2 80-82", ["nc tcp 10.0.0.2 80", "nc tcp 10.0.0.2 81", "nc tcp 10.0.0.2 82"]],
    ["nc -u -w1 10.0.0.2 53", ["nc udp 10.0.0.2 53"]],
    ["busybox nc -w 2 10.0.0.2 25", ["nc tcp 10.0.0.2 25"]],
    ["busybox telnet 10.0.0.2", ["telnet tcp 10.0.0.2 23"]],
    ["ssh -o ConnectTimeout=3 -p 2222 root@10.0.0.2 true", ["ssh tcp 10.0.0.2 2222"]],
    ["ssh 10.0.0.2", ["ssh tcp 10.0.0.2 22"]],
    ["psql -h 10.0.0.2 -U me", ["psql tcp 10.0.0.2 5432"]],
    ["redis-cli -h 10.0.0.2 -p 6380 ping", ["redis-cli tcp 10.0.0.2 6380"]],
    ["dig @10.0.0.53 example.com", ["dig udp 10.0.0.53 53"]],
    ["dig +tcp @10.0.0.53 example.com", ["dig tcp 10.0.0.53 53"]],
    ["nslookup example.com 10.0.0.53", ["nslookup udp 10.0.0.53 53"]],
    ["sudo ip netns exec red timeout 5 curl http://10.0.0.2/", ["curl tcp 10.0.0.2 80"]],
    ["ping -c 1 10.0.0.2", []],
    ["nc -l 8080", []],
    ["cat /etc/hosts", []],
  ])("%s", (line, names) => {
    expect(wanted(line)).toEqual(names);
  });

  test("a shell's line names each of its commands", () => {
    const line = ["sh", "-c", "curl -sS http://10.0.0.2:9/; curl -sS http://10.0.0.2:8080/"];
    expect(wantedConnections(line).map(({ port }) => port)).toEqual([9, 8080]);
  });

  test.each<[string, readonly string[]]>([
    ["exec 3<>/dev/tcp/10.0.0.2/22 && cat <&3", ["bash tcp 10.0.0.2 22"]],
    ["</dev/tcp/10.0.0.2/80", ["bash tcp 10.0.0.2 80"]],
    ["echo hi > /dev/udp/10.0.0.2/514; cat '>/dev/tcp/10.0.0.3/1'", ["bash udp 10.0.0.2 514"]],
    ["ls /dev/tcp/10.0.0.2/80", []],
  ])("bash opens connections itself: %s", (script, names) => {
    const named = wantedConnections(["timeout", "3", "bash", "-c", script]);
    expect(named.map(({ program, protocol, host, port }) => `${program} ${protocol} ${host} ${port}`)).toEqual(names);
  });

  test("other shells do not", () => {
    expect(wantedConnections(["dash", "-c", "echo hi > /dev/tcp/10.0.0.2/80"])).toEqual([]);
  });

  test("a name has no address, and a range of ports has an end", () => {
    expect(wantedConnections(["curl", "http://web/"])[0]).toMatchObject({ host: "web", address: null });
    expect(wantedConnections(["nc", "-z", "10.0.0.2", "1-65535"]).length).toBeLessThanOrEqual(64);
  });
});

describe("status 0 says that the far side answered", () => {
  test.each<[readonly string[], boolean]>([
    [["curl", "http://10.0.0.2/"], true],
    [["ip", "netns", "exec", "a", "wget", "-qO-", "http://10.0.0.2/"], true],
    // Its status is that of the last one.
    [["curl", "http://10.0.0.2/", "http://10.0.0.3/"], false],
    [["sh", "-c", "curl http://10.0.0.2/; true"], false],
    // It ends well after a reset, too.
    [["nc", "10.0.0.2", "80"], false],
  ])("%j: %s", (argv, heard) => {
    expect(hearsAnswer(argv)).toBe(heard);
  });
});
