// Enforces the directions between the rooms of src/, and that all but the rooms at the rim are pure and synchronous.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf, importsOf } from "./source-text.ts";

const src = join(import.meta.dirname, "../../src");

/** What each room may import besides itself; a room that is not listed is refused. */
const mayImport: Record<string, readonly string[]> = {
  model: [],
  "clock.ts": ["model"],
  "tool-environment.ts": [],
  wire: ["model"],
  savefile: ["model", "wire"],
  flow: ["model", "wire", "savefile"],
  system: ["model", "clock.ts", "tool-environment.ts"],
  paste: ["model", "wire", "system"],
  edits: ["model", "system", "paste"],
  kernel: ["model", "clock.ts"],
  causes: ["model"],
  render: ["model"],
  predict: ["model", "system"],
  explain: ["model", "wire", "savefile", "flow", "system", "kernel", "causes", "predict", "edits"],
  audit: ["model", "system", "edits", "predict", "explain", "causes"],
  case: [
    "audit",
    "model",
    "wire",
    "savefile",
    "flow",
    "system",
    "paste",
    "edits",
    "kernel",
    "causes",
    "predict",
    "explain",
    "render",
  ],
  capture: ["model", "clock.ts", "tool-environment.ts", "savefile"],
  live: [
    "model",
    "clock.ts",
    "tool-environment.ts",
    "wire",
    "savefile",
    "flow",
    "system",
    "kernel",
    "causes",
    "predict",
    "explain",
    "render",
    "case",
    "capture",
  ],
  hosts: ["model", "clock.ts", "tool-environment.ts", "savefile", "system", "case", "capture", "live"],
  lab: [
    "model",
    "clock.ts",
    "tool-environment.ts",
    "wire",
    "savefile",
    "flow",
    "system",
    "kernel",
    "causes",
    "predict",
    "explain",
    "render",
    "case",
  ],
  cli: [
    "clock.ts",
    "model",
    "system",
    "causes",
    "edits",
    "predict",
    "explain",
    "render",
    "case",
    "capture",
    "live",
    "hosts",
    "lab",
  ],
  "index.ts": [
    "model",
    "wire",
    "savefile",
    "flow",
    "system",
    "kernel",
    "causes",
    "predict",
    "explain",
    "render",
    "case",
  ],
};

/** Packages, by room. */
const packages: Record<string, readonly string[]> = {
  cli: ["commander"],
  render: ["cli-table3", "@dagrejs/dagre", "hyparquet-writer"],
};

/** Files that may import `node:`, read a clock or await. */
const rim = new RegExp(
  [
    "^(?:clock|tool-environment)\\.ts$",
    "^(?:cli|capture|hosts|live|lab)/",
    "^case/(?:any-places|audit-of-case|bundle|bundle-directory|clock-offsets|difference-of-cases|hosts/read-hosts|own-process|packets-file|package-root|paste-report|pasted-text|read-report|report-of-captures|report-writer|state-file|system-of-case|table-files|temporary-directory|whole-case)\\.ts$",
    "^system/collect[^/]*(?:\\.ts|/)",
    "^kernel/read[^/]*\\.ts$",
    "^savefile/(?:open[^/]*|record-pcapng|inputs/(?:drive|heads|raw|reader))\\.ts$",
  ].join("|"),
);

/** Names that make code asynchronous, read a clock, chance or the process. */
const impure =
  /\basync\b|\bawait\b|\bPromise\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bprocess\b|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b|\bMath\.random\b|\bBuffer\b|\bcrypto\b|\bfetch\(|\bconsole\b/;

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"))
  .sort();

function roomOf(file: string): string {
  return file.split("/")[0] as string;
}

describe("import directions", () => {
  it.each(files)("%s", (file) => {
    const source = readFileSync(join(src, file), "utf8");
    const room = roomOf(file);
    const allowed = mayImport[room];
    expect(allowed, `the room ${room} is not in the table of this test`).toBeDefined();
    for (const specifier of importsOf(source)) {
      if (specifier.startsWith(".")) {
        const target = relative(src, normalize(join(src, dirname(file), specifier)))
          .split(sep)
          .join("/");
        expect(specifier, "imports carry their ending").toMatch(/\.(?:ts|json)$/);
        if (target.startsWith("..")) {
          expect(room, `${file} imports ${specifier} from outside src/`).toBe("cli");
          continue;
        }
        const other = roomOf(target);
        // A cause stands alone: what two causes share belongs to the contract in model.
        const withinRoom = other === room && (room !== "causes" || file === "causes/registry.ts");
        expect(withinRoom || allowed?.includes(other), `${file} must not import ${target}`).toBe(true);
      } else if (specifier.startsWith("node:")) {
        expect(rim.test(file), `${file} is pure and must not import ${specifier}`).toBe(true);
      } else {
        expect(packages[room] ?? [], `${file} must not import the package ${specifier}`).toContain(specifier);
      }
    }
  });

  it("rooms do not import each other in a circle", () => {
    for (const [room, others] of Object.entries(mayImport)) {
      for (const other of others) expect(mayImport[other], `${room} and ${other}`).not.toContain(room);
    }
  });
});

describe("pure and synchronous", () => {
  it.each(files.filter((file) => !rim.test(file)))("%s", (file) => {
    const found = impure.exec(codeOf(readFileSync(join(src, file), "utf8")));
    expect(
      found?.[0],
      "belongs into cli, live, capture, lab, system/collect*, kernel/read*, savefile/open* or another file of the rim",
    ).toBeUndefined();
  });
});

describe("one clock", () => {
  it.each(files.filter((file) => file !== "clock.ts"))("%s", (file) => {
    const found = /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bhrtime\b|\buptime\b/.exec(
      codeOf(readFileSync(join(src, file), "utf8")),
    );
    expect(found?.[0], "the time is read in clock.ts").toBeUndefined();
  });
});

describe("the reader of this test", () => {
  it("sees every form of import", () => {
    const source =
      'import { a } from "./a.ts";\nimport type {\n  B,\n} from "./b.ts";\nimport "./c.ts";\nexport * from "./d.ts";\nlet e: import("./e.ts").E;';
    expect(importsOf(source)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"]);
  });

  it("takes words in comments and strings for words", () => {
    const source =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template inside the source that is read
      "// await\n/* async */ const a = 'process'; const b = `await ${Date.now()} async ${{ c: 1 }.c} Buffer`; const d = /async\"[/]/;";
    const code = codeOf(source);
    expect(code).not.toMatch(/await|async|process|Buffer/);
    expect(code).toContain("Date.now()");
  });
});
