// What npm would publish: small, with the demo's two recordings and no others.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

it("holds the demo's two recordings, man page, completions and schema, and no cache of one V8", () => {
  const said = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(said) as Packed[];
  const paths = (packed?.files ?? []).map(({ path }) => path);
  const recordings = new Set(paths.flatMap((path) => /^fixtures\/([^/]+)\//.exec(path)?.[1] ?? []));
  expect([...recordings].sort()).toEqual(["veth-both-addresses", "veth-one-address"]);
  expect(paths).toContain("man/pktwhy.1");
  expect(paths).toContain("completions/_pktwhy");
  expect(paths).toContain("schema/pktwhy-1.json");
  expect(paths.filter((path) => path.endsWith(".cache"))).toEqual([]);
});
