// What the namespaces of a state are called in the lab: their own names where these can stand in a name of a run.

import { UNSEEN } from "../run-name.ts";

const FIT = /^[A-Za-z0-9][\w.-]{0,40}$/;

/** By key of the state, its name in the lab; `""`, the one that was looked from, is called `here`. */
export function labNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>([UNSEEN]);
  for (const [index, key] of keys.entries()) {
    const wanted = key === "" ? "here" : FIT.test(key) ? key : `ns${index}`;
    const name = taken.has(wanted) || (key === "" && keys.includes(wanted)) ? `${wanted}-${index}` : wanted;
    taken.add(name);
    names.set(key, name);
  }
  return names;
}
