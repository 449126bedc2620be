// A table as a Parquet file, as DuckDB, ClickHouse and Spark read it.

import { parquetWriteBuffer } from "hyparquet-writer";
import type { Column, Table } from "./tables.ts";

/** The bytes of the file; `application` is written into it as its maker. */
export function parquetOf({ columns }: Table, application: string): Uint8Array {
  const file = parquetWriteBuffer({
    createdBy: application,
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(elementOf)],
    columnData: columns.map(({ name, kind, cells }) => ({ name, data: cells.map((cell) => stored(kind, cell)) })),
  });
  return new Uint8Array(file);
}

// All may be unknown, so that tables of different reports have one schema.
function elementOf({ name, kind }: Column) {
  const optional = { name, repetition_type: "OPTIONAL" } as const;
  switch (kind) {
    case "words":
      return { ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
    case "truth":
      return { ...optional, type: "BOOLEAN" } as const;
    case "number":
      return { ...optional, type: "INT64" } as const;
    case "time":
      return {
        ...optional,
        type: "INT64",
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
      } as const;
  }
}

function stored(kind: Column["kind"], cell: Column["cells"][number]): unknown {
  return kind === "number" && typeof cell === "number" ? BigInt(cell) : cell;
}
