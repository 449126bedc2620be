// A name that makes a tool print no JSON costs that interface at most, and what it costs is said.

import { spawnSync } from "node:child_process";
import { describe, expect, inject, it } from "vitest";
import { namespaceFromOutput } from "../../src/system/collect-parts.ts";
import { parseState } from "../../src/system/parse.ts";
import { salvagedJson } from "../../src/system/salvage-json.ts";

const links = [1, 2, 3].map((ifindex) => ({ ifindex, ifname: `eth${ifindex}`, flags: ["UP"] }));

describe("a list with a name that breaks it", () => {
  it("keeps a name with control characters whole", () => {
    const text = JSON.stringify([...links, { ifindex: 4, ifname: "ev#il" }]).replace("#", "\u001b");
    expect(() => JSON.parse(text)).toThrow();
    expect(salvagedJson(text)).toEqual({ value: [...links, { ifindex: 4, ifname: "ev\u001bil" }], lost: 0 });
  });

  it.each([0, 1, 2])("loses the broken entry %i alone", (at) => {
    const broken = links.map((one, n) => JSON.stringify(one).replace(`eth${n + 1}`, n === at ? 'a"b' : `eth${n + 1}`));
    const rest = links.filter((_, n) => n !== at);
    expect(salvagedJson(`[${broken.join(",")}]`)).toEqual({ value: rest, lost: 1 });
  });

  it("takes nothing for an entry that stands inside of one", () => {
    const addr = (name: string) =>
      JSON.stringify({
        ifindex: 2,
        ifname: name,
        addr_info: [{ family: "inet", local: "10.0.0.1" }, { family: "inet6" }],
      });
    const text = `[${addr("a#b").replace("#", '"')},${addr("good")}]`;
    expect(salvagedJson(text)).toEqual({ value: [JSON.parse(addr("good"))], lost: 1 });
    const group = '{"id":3,"group":[{"id":1},{"id":2}]}';
    expect(salvagedJson(`[{"id":1,"dev":"a"b"},${group}]`)).toEqual({ value: [JSON.parse(group)], lost: 1 });
  });

  it("is nothing where no entry is JSON", () => {
    expect([salvagedJson("{"), salvagedJson('[{"ifindex":1,"ifname":"a"b"}]'), salvagedJson("Error")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

it("a part that is there in part is used, and said to whoever reads the state", () => {
  const text = JSON.stringify(links).replace("eth2", 'et"h2');
  const output = `\nMARK link\n${text}\nMARK = 0 \nMARK done\n\nMARK = 0 \n`;
  const file = namespaceFromOutput(output, "MARK");
  expect(file?.link).toHaveLength(2);
  const { state, problems } = parseState({ pktwhy: "state/1", namespaces: { net0: file } }, "state.json");
  expect(state.namespaces.get("net0")?.links?.map(({ name }) => name)).toEqual(["eth1", "eth3"]);
  expect(problems.map(({ text: told }) => told.en)).toContain(
    "net0: link could be read in part only (1 of its entries was no JSON): what is left out of it is not known.",
  );
});

it.skipIf(process.getuid?.() !== 0)("every name that the kernel takes is in a snapshot", () => {
  const script = [
    "ip link add 'a\"b' type veth peer name 'c\\d'",
    "ip link add \"$(printf 'ev\\033il')\" type veth peer name constructor",
    `exec ${process.execPath} ${inject("program")} snapshot`,
  ].join("\n");
  const { stdout, stderr } = spawnSync("unshare", ["-n", "bash", "-c", script], {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 1 << 26,
  });
  const { link, missing } = JSON.parse(stdout).namespaces[""];
  const named = link.map(({ ifname }: { ifname: string }) => ifname).sort();
  expect(named).toEqual(["lo", 'a"b', "c\\d", "ev\u001bil", "constructor"].sort());
  expect([missing.link, missing.addr, stderr.includes("no JSON")]).toEqual([undefined, undefined, false]);
});
