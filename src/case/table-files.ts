// The tables of a report as Parquet files in one directory: opened with the rights that there are then, written at the end.

import { statSync } from "node:fs";
import { type FileHandle, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Problem, ProblemError } from "../model/problem.ts";
import { redacted } from "../model/redact.ts";
import type { Report } from "../model/report.ts";
import { printable, text } from "../model/text.ts";
import { parquetOf } from "../render/export/parquet.ts";
import type { RowSource } from "../render/export/rows.ts";
import { TABLE_NAMES, type Table, tablesOf } from "../render/export/tables.ts";
import { cannotWrite, createFile, notToItsEnd } from "./bundle-directory.ts";
import { packageVersion } from "./package-root.ts";
import { usageError } from "./usage-error.ts";

/** The directory that -o names for -f parquet; throws a usage error where it names none. */
export function tablesPlace(output: string | undefined): string {
  if (output === undefined || output === "-") {
    throw usageError(
      "-f parquet",
      text(
        `-f parquet writes ${TABLE_NAMES.length} files (${FILES.join(", ")}): name a directory for them with -o DIR/`,
        `-f parquet 会写出 ${TABLE_NAMES.length} 个文件（${FILES.join("、")}）：请用 -o 目录/ 指定一个目录`,
      ),
    );
  }
  const there = statSync(output, { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory()) return output;
  const name = printable(output);
  throw usageError(
    output,
    text(
      `${name} is a file, and -f parquet writes several (${FILES.join(", ")}): name a directory for them with -o DIR/`,
      `${name} 是一个文件，而 -f parquet 会写出多个文件（${FILES.join("、")}）：请用 -o 目录/ 指定一个目录`,
    ),
  );
}

const FILES = TABLE_NAMES.map((name) => `${name}.parquet`);

/** The files of all tables, open. */
export class TableFiles {
  readonly #directory: string;
  readonly #files: readonly FileHandle[];
  /** What was not there before, the directory last. */
  readonly made: readonly string[];

  private constructor(directory: string, files: readonly FileHandle[], made: readonly string[]) {
    this.#directory = directory;
    this.#files = files;
    this.made = made;
  }

  /** Opens them in a directory, which is made where it is not there; throws a ProblemError where that cannot be. */
  static async open(directory: string): Promise<TableFiles> {
    const made: string[] = [];
    try {
      await mkdir(directory);
      made.push(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw new ProblemError(cannotWrite(directory, error));
    }
    const handles: FileHandle[] = [];
    for (const name of FILES) {
      const path = join(directory, name);
      if (statSync(path, { throwIfNoEntry: false }) === undefined) made.unshift(path);
      handles.push(await createFile(path, "w+", 0o666));
    }
    return new TableFiles(directory, handles, made);
  }

  /** Writes the tables of a report; null where all of them were written. */
  async write(report: Report, from: RowSource, redact: boolean): Promise<Problem | null> {
    const tables = tablesOf(report, from);
    const shown = redact ? withoutAddresses(report, tables) : tables;
    for (const [at, table] of shown.entries()) {
      try {
        await this.#files[at]?.writeFile(parquetOf(table, `pktwhy ${packageVersion()}`));
      } catch (error) {
        return notToItsEnd(join(this.#directory, FILES[at] ?? ""), error);
      }
    }
    return null;
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }
}

// Packets hold addresses that no sentence mentions: all words of all tables are known before one is replaced.
function withoutAddresses(report: Report, tables: readonly Table[]): Table[] {
  const cells = tables.flatMap(({ columns }) => columns.flatMap((column) => column.cells));
  const { words } = redacted(
    report,
    [],
    cells.filter((cell) => typeof cell === "string"),
  );
  return tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      cells: column.cells.map((cell) => (typeof cell === "string" ? words(cell) : cell)),
    })),
  }));
}
