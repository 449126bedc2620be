// What is captured beside a command that connects: all that it does, and no more of a busy machine where that is known.

import { describe, expect, it } from "vitest";
import { askedBy } from "../../src/explain/command/asked-command.ts";
import { innerCommands } from "../../src/explain/command/wrappers.ts";
import { filterOfPlan } from "../../src/live/run/connection-filter.ts";
import type { Plan, PlannedCommand } from "../../src/live/run/planned.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";

const ALL = "arp or icmp or udp or (tcp and not port 22)";

function commandsOf(line: string): PlannedCommand[] {
  return innerCommands(line.split(" ")).map((inner) => ({
    argv: inner.argv,
    netns: "",
    asks: askedBy(inner),
    wants: [],
  }));
}

function stateWith(tables: object): SystemState {
  const file = {
    pktwhy: "state/1",
    takenAt: "2026-11-29T00:00:00.000000000Z",
    kernel: "6.1.0",
    namespaces: { a: {}, b: tables },
  };
  return parseState(file, "test").state;
}

const EMPTY = stateWith({});

function filterOf(line: string, { state = EMPTY, maybe = "" } = {}): string {
  const plan: Plan = { commands: commandsOf(line), maybe: maybe === "" ? [] : commandsOf(maybe), plain: true };
  return filterOfPlan(plan, state);
}

describe("the filter of a run", () => {
  it.each([
    ["curl http://10.0.0.2:8080/", "arp or icmp or port 8080 or port 53"],
    ["curl http://10.0.0.2:1/ http://10.0.0.2:2/", "arp or icmp or port 1 or port 2 or port 53"],
    ["nc -u 10.0.0.2 53", "arp or icmp or port 53"],
    ["ssh 10.0.0.2", "arp or icmp or port 22 or port 53"],
  ])("holds the ports that are named, and DNS: %s", (line, filter) => {
    expect(filterOf(line)).toBe(filter);
  });

  it("is that of a ping where all that runs is told by ICMP and ARP", () => {
    expect(filterOf("ping -c 1 10.0.0.2")).toBe("arp or icmp");
    expect(filterOf("ip netns exec a ping 10.0.0.2")).toBe("arp or icmp");
  });

  it("holds all but this terminal's own ssh where the words do not tell", () => {
    expect(filterOf("python3 app.py")).toBe(ALL);
    expect(filterOf("")).toBe(ALL);
    expect(filterOf("curl http://10.0.0.2:8080/", { maybe: "python3 app.py" })).toBe(ALL);
    const both: Plan = {
      commands: [...commandsOf("ping 10.0.0.2"), ...commandsOf("make test")],
      maybe: [],
      plain: false,
    };
    expect(filterOfPlan(both, EMPTY)).toBe(ALL);
    const one: Plan = {
      commands: [...commandsOf("curl http://10.0.0.2/"), ...commandsOf("make test")],
      maybe: [],
      plain: false,
    };
    expect(filterOfPlan(one, EMPTY)).toBe(ALL);
  });

  it("holds ssh, too, where that is what was asked for", () => {
    const both: Plan = {
      commands: [...commandsOf("ssh 10.0.0.2"), ...commandsOf("make test")],
      maybe: [],
      plain: false,
    };
    expect(filterOfPlan(both, EMPTY)).toBe("arp or icmp or udp or tcp");
  });

  it("holds all ports where a rule of any namespace may translate them", () => {
    const nat = (rule: object) => ({
      nft: {
        nftables: [
          { table: { family: "ip", name: "t", handle: 1 } },
          {
            chain: {
              family: "ip",
              table: "t",
              name: "c",
              handle: 1,
              type: "nat",
              hook: "prerouting",
              prio: -100,
              policy: "accept",
            },
          },
          { rule: { family: "ip", table: "t", chain: "c", handle: 2, expr: [rule] } },
        ],
      },
    });
    for (const rule of [{ dnat: { addr: "10.0.0.9", port: 80 } }, { redirect: { port: 8080 } }])
      expect(filterOf("curl http://10.0.0.2/", { state: stateWith(nat(rule)) }), JSON.stringify(rule)).toBe(ALL);
    expect(filterOf("curl http://10.0.0.2/", { state: stateWith(nat({ accept: null })) })).toBe(
      "arp or icmp or port 80 or port 53",
    );
    for (const target of [
      "DNAT --to-destination 10.0.0.9",
      "REDIRECT --to-ports 8080",
      "TPROXY --on-port 1",
      "NETMAP --to 10.1.0.0/24",
    ])
      for (const kind of ["nft", "legacy"]) {
        const iptables = { [kind]: `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j ${target}\nCOMMIT\n` };
        expect(filterOf("curl http://10.0.0.2/", { state: stateWith({ iptables }) }), `${kind} ${target}`).toBe(ALL);
      }
  });
});
