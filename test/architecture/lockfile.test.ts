// The lock file must let `npm ci` succeed on any platform and from any registry.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

interface LockedPackage {
  readonly resolved?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};

// npm leaves out a platform's package that the registry did not have at that moment, and `npm ci` then fails everywhere.
it("holds every package that another one names, for all platforms", () => {
  const held = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, "")));
  const missing = Object.values(lock.packages).flatMap((entry) =>
    Object.keys({ ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies }).filter(
      (name) => !held.has(name),
    ),
  );
  expect(missing).toEqual([]);
});

it("names no registry of its own", () => {
  for (const [path, entry] of Object.entries(lock.packages)) {
    expect(entry.resolved ?? "https://registry.npmjs.org/", path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
});
