// nft's JSON expressions back to the words that `nft list ruleset` prints, and that one types.

import { ownValue } from "../../model/own-value.ts";
import { metaName } from "./nft-rule.ts";
import { type Fields, isFields } from "./shape.ts";

/** A rule as `nft list ruleset` prints it, as far as its expressions are known; others stay JSON. */
export function formatNftRule(expressions: readonly Fields[], family: string, comment: string | null): string {
  const words = expressions.map((expression) => wordsOf(expression, family));
  return [...words, ...(comment === null ? [] : [`comment "${comment}"`])].join(" ");
}

function wordsOf(expression: Fields, family: string): string {
  const { match, vmap, counter, mangle, set, xt, limit, log, reject } = expression;
  if (isFields(match)) return matchWords(match);
  if (isFields(counter)) return `counter packets ${counter.packets} bytes ${counter.bytes}`;
  if (typeof counter === "string") return `counter name "${counter}"`;
  for (const kind of ["jump", "goto"]) {
    const target = ownValue(expression, kind);
    if (isFields(target)) return `${kind} ${target.target}`;
  }
  if (isFields(reject)) return rejectWords(reject, family);
  if (isFields(limit)) return limitWords(limit);
  if (isFields(log)) return logWords(log);
  if (isFields(vmap)) return `${fieldWords(vmap.key)} vmap ${mapWords(vmap.data, vmap.key)}`;
  if (isFields(mangle)) return `${fieldWords(mangle.key)} set ${valueWords(mangle.value, mangle.key)}`;
  if (isFields(set)) return `${set.op} ${set.set} { ${elementWords(set.elem)}${statementWords(set.stmt, family)} }`;
  if (isFields(xt)) return `xt ${xt.type} ${xt.name}`;
  return natWords(expression) ?? bareWords(expression);
}

function bareWords(expression: Fields): string {
  const [key = ""] = Object.keys(expression);
  const value = ownValue(expression, key);
  if (value === null || (isFields(value) && Object.keys(value).length === 0)) return key;
  if (isFields(value) && (key === "quota" || key === "ct count")) {
    const unit = value.val_unit === undefined ? "" : ` ${value.val_unit}`;
    return `${key}${value.inv === true ? " over" : ""} ${value.val}${unit}`;
  }
  return JSON.stringify(expression);
}

function matchWords(match: Fields): string {
  const { left, op, right } = match;
  const plain = op === "==" || op === "in";
  const masked = isFields(left) ? left["&"] : undefined;
  if (!Array.isArray(masked))
    return [fieldWords(left), plain ? null : op, valueWords(right, left)].filter((w) => w !== null).join(" ");
  const [field, mask] = masked;
  // `tcp flags syn / fin,syn`
  if (Array.isArray(mask))
    return [fieldWords(field), plain ? null : op, `${valueWords(right, field)} / ${valueWords(mask, field)}`]
      .filter((w) => w !== null)
      .join(" ");
  return `${fieldWords(field)} & ${valueWords(mask, field)} ${plain ? "==" : op} ${valueWords(right, field)}`;
}

function fieldWords(value: unknown): string {
  if (!isFields(value)) return JSON.stringify(value);
  const { payload, meta, ct, fib, rt, socket, concat, numgen, jhash, symhash } = value;
  if (isFields(payload))
    return payload.base === undefined
      ? `${payload.protocol} ${payload.field}`
      : `@${payload.base},${payload.offset},${payload.len}`;
  if (isFields(meta)) return metaName(String(meta.key));
  if (isFields(ct)) return ["ct", ct.dir, ct.key].filter((word) => word !== undefined).join(" ");
  if (isFields(fib)) return `fib ${(Array.isArray(fib.flags) ? fib.flags : [fib.flags]).join(" . ")} ${fib.result}`;
  if (isFields(rt)) return `rt ${rt.key}`;
  if (isFields(socket)) return `socket ${socket.key}`;
  if (isFields(numgen)) return `numgen ${numgen.mode} ${modulusWords(numgen)}`;
  if (isFields(jhash)) return `jhash ${fieldWords(jhash.expr)} ${modulusWords(jhash)}`;
  if (isFields(symhash)) return `symhash ${modulusWords(symhash)}`;
  const header = headerWords(value);
  if (header !== null) return header;
  return Array.isArray(concat) ? concat.map(fieldWords).join(" . ") : JSON.stringify(value);
}

// `ip option rr`, `tcp option maxseg size`, `frag more-fragments`, `exthdr hbh`
function headerWords(value: Fields): string | null {
  for (const kind of ["ip option", "tcp option", "exthdr"]) {
    const header = ownValue(value, kind);
    if (!isFields(header) || typeof header.name !== "string") continue;
    const { name, field } = header;
    if (typeof field !== "string") return `${kind} ${name}`;
    return kind === "exthdr" ? `${name} ${field}` : `${kind} ${name} ${field}`;
  }
  return null;
}

function modulusWords({ mod, seed, offset }: Fields): string {
  const hashed = typeof seed === "number" ? ` seed ${hexadecimal(seed, 0)}` : "";
  return `mod ${mod}${hashed}${typeof offset === "number" && offset > 0 ? ` offset ${offset}` : ""}`;
}

// nft quotes what names an interface or a group of them, and prints marks in hexadecimal.
function valueWords(value: unknown, field: unknown): string {
  if (Array.isArray(value)) return value.map((one) => valueWords(one, field)).join(",");
  if (typeof value === "boolean") return value ? "exists" : "missing";
  const name = isFields(field) ? fieldWords(field) : "";
  if (typeof value === "number") {
    if (/^(?:meta|ct) mark$/.test(name)) return hexadecimal(value, 8);
    return name === "ether type" ? hexadecimal(value, 4) : name.startsWith("@") ? hexadecimal(value, 0) : String(value);
  }
  if (typeof value === "string")
    return /^(?:[io]if(?:name|group)?|meta [io]brname|meta hour)$/.test(name) && !value.startsWith("@")
      ? `"${value}"`
      : value;
  if (!isFields(value)) return JSON.stringify(value);
  const { prefix, range, set, concat, elem, meta, ct } = value;
  if (isFields(prefix)) return `${prefix.addr}/${prefix.len}`;
  if (Array.isArray(range)) return `${valueWords(range[0], field)}-${valueWords(range[1], field)}`;
  if (Array.isArray(set)) return `{ ${set.map((one) => valueWords(one, field)).join(", ")} }`;
  if (Array.isArray(concat)) return concat.map((one, i) => valueWords(one, partOf(field, i))).join(" . ");
  if (isFields(elem)) return valueWords(elem.val, field);
  for (const operator of ["&", "|", "^"]) {
    const sides = ownValue(value, operator);
    if (Array.isArray(sides)) return sides.map((one) => valueWords(one, field)).join(` ${operator} `);
  }
  return isFields(meta) || isFields(ct) ? fieldWords(value) : JSON.stringify(value);
}

function hexadecimal(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

function partOf(field: unknown, index: number): unknown {
  return isFields(field) && Array.isArray(field.concat) ? field.concat[index] : field;
}

function mapWords(data: unknown, field: unknown): string {
  if (typeof data === "string") return data;
  const entries: unknown[] = isFields(data) && Array.isArray(data.set) ? data.set : [];
  const words = entries.map((entry) => {
    const [key, value] = Array.isArray(entry) ? entry : [entry, null];
    return `${valueWords(key, field)} : ${isFields(value) ? wordsOf(value, "") : String(value)}`;
  });
  return `{ ${words.join(", ")} }`;
}

function rejectWords(reject: Fields, family: string): string {
  const { type, expr } = reject;
  // Port unreachable in the words of the family is what a bare `reject` means.
  const own = family === "ip" ? "icmp" : "icmpx";
  if (type === undefined || (type === own && expr === "port-unreachable")) return "reject";
  return ["reject with", type, expr].filter((word) => word !== undefined).join(" ");
}

function limitWords(limit: Fields): string {
  const unit = limit.rate_unit === undefined || limit.rate_unit === "packets" ? "" : ` ${limit.rate_unit}`;
  const burst = limit.burst === undefined || limit.burst === 0 || (unit === "" && limit.burst === 5);
  const bursts = burst ? "" : ` burst ${limit.burst} ${limit.burst_unit ?? "packets"}`;
  return `limit rate ${limit.inv === true ? "over " : ""}${limit.rate}${unit}/${limit.per}${bursts}`;
}

function logWords(log: Fields): string {
  const words = ["log"];
  if (log.prefix !== undefined) words.push(`prefix "${log.prefix}"`);
  for (const key of ["group", "snaplen", "queue-threshold", "level"]) {
    if (ownValue(log, key) !== undefined) words.push(`${key} ${ownValue(log, key)}`);
  }
  if (log.flags !== undefined) words.push(`flags ${Array.isArray(log.flags) ? log.flags.join(",") : log.flags}`);
  return words.join(" ");
}

function natWords(expression: Fields): string | null {
  for (const kind of ["snat", "dnat", "masquerade", "redirect"]) {
    const nat = ownValue(expression, kind);
    if (!isFields(nat)) continue;
    const family = nat.family === undefined ? "" : ` ${nat.family}`;
    const address = nat.addr === undefined ? "" : addressWords(nat.addr);
    const port = nat.port === undefined ? "" : `:${valueWords(nat.port, null)}`;
    const to = address === "" && port === "" ? "" : ` to ${address}${port}`;
    const flags = nat.flags === undefined ? "" : ` ${Array.isArray(nat.flags) ? nat.flags.join(",") : nat.flags}`;
    return `${kind}${family}${to}${flags}`;
  }
  return null;
}

function addressWords(address: unknown): string {
  if (!isFields(address) || !isFields(address.map)) return valueWords(address, null);
  const { key, data } = address.map;
  return `${fieldWords(key)} map ${mapWords(data, key)}`;
}

function elementWords(element: unknown): string {
  if (!isFields(element) || !isFields(element.elem)) return fieldWords(element);
  const { val, timeout } = element.elem;
  return `${fieldWords(val)}${typeof timeout === "number" ? ` timeout ${timeWords(timeout)}` : ""}`;
}

function statementWords(statements: unknown, family: string): string {
  const list = Array.isArray(statements) ? statements.filter(isFields) : [];
  return list.map((one) => ` ${wordsOf(one, family)}`).join("");
}

function timeWords(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor((seconds % 86400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ];
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count}${unit}`] : [])).join("");
}
