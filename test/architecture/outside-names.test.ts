// Names that come from outside are looked up in maps, or by ownValue(): an interface called `constructor`, a setting
// called `__proto__` must not find what every object has. TypeScript's own checker tells which brackets are look-ups.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Node, SyntaxKind } from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";
import { afterAll, expect, it } from "vitest";
import { ownValue, putOwn } from "../../src/model/own-value.ts";

const root = join(import.meta.dirname, "../..");
const own = join(root, "src/model/own-value.ts");
const api = new API({ cwd: root });
afterAll(() => api.close());

interface LookUp {
  readonly table: Node;
  readonly name: Node;
  readonly whole: Node;
}

interface Parts {
  readonly expression?: Node;
  readonly argumentExpression?: Node;
  readonly operatorToken?: Node;
  readonly left?: Node;
  readonly right?: Node;
}

// `table[name]` and `name in table`.
function lookUpsIn(node: Node, found: LookUp[] = []): LookUp[] {
  const { kind } = node;
  const parts = node as Node & Parts;
  if (kind === SyntaxKind.ElementAccessExpression)
    found.push({ table: parts.expression as Node, name: parts.argumentExpression as Node, whole: node });
  if (kind === SyntaxKind.BinaryExpression && parts.operatorToken?.kind === SyntaxKind.InKeyword)
    found.push({ table: parts.right as Node, name: parts.left as Node, whole: node });
  node.forEachChild((child) => {
    lookUpsIn(child, found);
    return undefined;
  });
  return found;
}

/** Look-ups by any string in what is no array, as `FILE:LINE: CODE`. Taking a key away again harms nobody. */
function outsideNames(config: string, isOurs: (file: string) => boolean): { found: string[]; files: number } {
  const project = api
    .updateSnapshot({ openProject: config })
    .getProjects()
    .find(({ configFileName }) => configFileName === config);
  if (project === undefined) throw new Error(`no project at ${config}`);
  const { checker, program } = project;
  const anyString = checker.getStringType();
  const files = program.getSourceFileNames().filter(isOurs);
  const found = files.flatMap((name) => {
    const file = program.getSourceFile(name);
    const lookUps = file === undefined ? [] : lookUpsIn(file);
    if (file === undefined || lookUps.length === 0) return [];
    const tables = checker.getTypeAtLocation(lookUps.map(({ table }) => table));
    const names = checker.getTypeAtLocation(lookUps.map((one) => one.name));
    return lookUps.flatMap(({ whole }, i) => {
      const given = tables[i];
      const table = given && checker.getNonNullableType(given);
      const key = names[i];
      if (!table || !key || checker.isArrayLikeType(table) || !checker.isTypeAssignableTo(anyString, key)) return [];
      if (whole.parent.kind === SyntaxKind.DeleteExpression) return [];
      const code = file.text.slice(whole.pos, whole.end).trim();
      const line = file.text.slice(0, whole.end).split("\n").length;
      return [`${name.slice(root.length + 1)}:${line}: ${code}`];
    });
  });
  return { found, files: files.length };
}

it("no name from outside is looked up in a plain object", () => {
  const { found, files } = outsideNames(
    join(root, "tsconfig.json"),
    (file) => file.startsWith(join(root, "src/")) && file !== own,
  );
  expect(files).toBeGreaterThan(500);
  expect(found).toEqual([]);
});

it("finds such look-ups where there are some", () => {
  const folder = mkdtempSync(join(tmpdir(), "pktwhy-names-"));
  try {
    const source = [
      "const ports: Record<string, number> = { http: 80 };",
      "export const one = (name: string) => ports[name];",
      "export const two = (name: string) => name in ports;",
      "export const put = (name: string) => { ports[name] = 1; };",
      "export const fine = (list: number[], at: number) => [list[at], ports.http, ports['http']];",
      "export const known = (name: 'http') => ({ http: 1 })[name];",
    ];
    writeFileSync(join(folder, "names.ts"), source.join("\n"));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, types: [] } }));
    const { found } = outsideNames(join(folder, "tsconfig.json"), (file) => file.endsWith("/names.ts"));
    expect(found.map((one) => one.replace(/^.*?:(\d+): /, "$1 "))).toEqual([
      "2 ports[name]",
      "3 name in ports",
      "4 ports[name]",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("a record answers for its own names only, and takes any", () => {
  const record: Record<string, number> = JSON.parse('{ "a": 1 }');
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    expect(ownValue(record, name)).toBeUndefined();
    putOwn(record, name, 7);
    expect(ownValue(record, name)).toBe(7);
  }
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
});
