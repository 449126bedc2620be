// The scenarios and their recordings hang together: names, twins, codes, and no trace of the machine they come from.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { capturePlaces, interfacesOf, ownNamespaces, splitPlace } from "../../src/lab/scenario.ts";
import { scenarios } from "../../src/lab/scenarios.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = scenarios.map((scenario) => scenario.name);

describe("scenarios", () => {
  it("are each file of their directory, in order", () => {
    const files = readdirSync(join(root, "src/lab/scenarios")).map((file) => file.replace(/\.ts$/, ""));
    expect(names).toEqual(files.sort());
  });

  it("each have a recording, and no recording is without one", () => {
    expect(readdirSync(join(root, "fixtures")).sort()).toEqual(names);
  });
});

describe.each(scenarios)("$name", (scenario) => {
  it("names only what it makes", () => {
    for (const command of scenario.commands) expect(Object.keys(scenario.namespaces)).toContain(command.netns);
    for (const place of capturePlaces(scenario)) {
      const { netns, interface: name } = splitPlace(place);
      expect([...interfacesOf(scenario, netns), "lo"]).toContain(name);
    }
    for (const [netns, { down = [], addresses = {} }] of Object.entries(scenario.namespaces)) {
      for (const name of [...down, ...Object.keys(addresses)]) {
        expect([...interfacesOf(scenario, netns), "lo"]).toContain(name);
      }
    }
  });

  it("has a twin with another answer", () => {
    const twin = scenarios.find((other) => other.name === scenario.twin);
    expect(twin?.expected).toBeDefined();
    expect(twin?.expected).not.toContain(scenario.expected[0]);
  });

  it("is recorded where it captures, and the recording holds nothing of the machine", () => {
    const directory = join(root, "fixtures", scenario.name);
    const single = ownNamespaces(scenario).length === 1;
    const captures = capturePlaces(scenario).map((place) => {
      const { netns, interface: name } = splitPlace(place);
      return `${single ? "" : `${netns}.`}${name}.pcap`;
    });
    const files = readdirSync(directory);
    expect(files.filter((file) => file.endsWith(".pcap"))).toEqual(captures.sort());
    expect(existsSync(join(directory, "run.json"))).toBe(true);
    for (const file of files) {
      const bytes = readFileSync(join(directory, file));
      const words = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1");
      expect(words, file).not.toMatch(/pktwhy-\d|pktwhy-up|\/tmp\//);
      if (homedir() !== "/") expect(words, file).not.toContain(`${homedir()}/`);
      if (hostname().length > 4) expect(words, file).not.toContain(hostname());
    }
  });
});
