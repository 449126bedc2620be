// Reads JSON of unknown shape: wrong shapes are told with their place, odd fields are simply not there.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import { ProblemError } from "../../model/problem.ts";
import { printable, text } from "../../model/text.ts";

/** A JSON object whose fields are not known to be of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** Ends reading: the file is no state file, and what to do about it. */
export function wrongShape(place: string, what: string, expected: { en: string; zh: string }): ProblemError {
  const where = printable(what);
  return new ProblemError({
    kind: "bad-state",
    severity: "error",
    place,
    text: text(
      `${place}: ${where} should be ${expected.en}. Take the state again with \`pktwhy snapshot\`, or leave that key out.`,
      `${place}：${where} 应该是${expected.zh}。请用 \`pktwhy snapshot\` 重新获取状态，或者删掉这个键。`,
    ),
  });
}

/** The value as an object, or an error that names it. */
export function needFields(value: unknown, place: string, what: string): Fields {
  if (isFields(value)) return value;
  throw wrongShape(place, what, { en: "a JSON object", zh: "一个 JSON 对象" });
}

/** The value as a list of objects, or an error that names it. */
export function needList(value: unknown, place: string, what: string): Fields[] {
  if (Array.isArray(value) && value.every(isFields)) return value;
  throw wrongShape(place, what, { en: "a list of JSON objects", zh: "由 JSON 对象组成的列表" });
}

/** The value as text, or an error that names it. */
export function needText(value: unknown, place: string, what: string): string {
  if (typeof value === "string") return value;
  throw wrongShape(place, what, { en: "a string", zh: "字符串" });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text field; null where it is absent or none. */
export function textField(fields: Fields, key: string): string | null {
  const value = ownValue(fields, key);
  return typeof value === "string" ? value : null;
}

/** A number, also where a tool printed it as `"0x10"` or `"16"`; null where it is absent or none. */
export function numberField(fields: Fields, key: string): number | null {
  const value = ownValue(fields, key);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^-?(0x[0-9a-f]+|\d+)$/i.test(value)) return null;
  return Number(value);
}

/** A name or number as text. */
export function nameField(fields: Fields, key: string): string | null {
  const value = ownValue(fields, key);
  return typeof value === "number" ? String(value) : typeof value === "string" ? value : null;
}

/** An IPv4 address; null where it is absent or of another family. */
export function addressField(fields: Fields, key: string): Ipv4 | null {
  const value = textField(fields, key);
  return value === null ? null : parseIpv4(value);
}

/** A flag: `true`, or the bare key iproute2 prints as `null`; `"on"` of some versions. */
export function isSet(fields: Fields, key: string): boolean {
  if (!Object.hasOwn(fields, key)) return false;
  const value = ownValue(fields, key);
  return value === null || value === true || value === "on" || value === 1;
}

/** A flag that has a default. */
export function switchField(fields: Fields, key: string, otherwise: boolean): boolean {
  return Object.hasOwn(fields, key) ? isSet(fields, key) : otherwise;
}

/** A list of names (`flags`, `state`); a single name counts as a list of one. */
export function nameSet(value: unknown): Set<string> {
  if (typeof value === "string") return new Set(value === "" ? [] : [value]);
  return new Set(Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : []);
}

/** A list of objects; empty where it is absent or of another shape. */
export function listField(fields: Fields, key: string): Fields[] {
  const value = ownValue(fields, key);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

// RFC 2474 class selectors, RFC 2597, RFC 3246 and the older TOS names, as /etc/iproute2/rt_dsfield holds them.
const TOS_NAMES: Readonly<Record<string, number>> = {
  lowdelay: 0x10,
  throughput: 0x08,
  reliability: 0x04,
  ef: 0xb8,
  default: 0,
};

/** A TOS byte as iproute2 prints it: a number or the name of a DSCP. */
export function tosField(fields: Fields, key: string): number {
  const value = numberField(fields, key);
  if (value !== null) return value;
  const name = textField(fields, key)?.toLowerCase() ?? "";
  const selector = /^cs([0-7])$/.exec(name);
  if (selector) return Number(selector[1]) << 5;
  const assured = /^af([1-4])([1-3])$/.exec(name);
  if (assured) return (Number(assured[1]) << 5) | (Number(assured[2]) << 3);
  return ownValue(TOS_NAMES, name) ?? 0;
}
