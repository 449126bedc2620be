// Looking up names that come from outside: a namespace may be called `constructor`, a setting `__proto__`, and nothing
// that JavaScript itself gives an object under such a name may answer for it.

/** What a record holds under a name itself, and not by inheritance. */
export function ownValue<Value>(
  record: Readonly<Record<string, Value>> | null | undefined,
  name: string,
): Value | undefined {
  return record != null && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Puts a value under a name, whatever the name means to JavaScript. */
export function putOwn<Value>(record: Record<string, Value>, name: string, value: Value): void {
  Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
}
