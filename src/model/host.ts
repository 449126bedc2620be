// Hosts of a case that holds several machines: each namespace's key begins with the name of its host.

/** `b` for the namespace that host b's state was taken in, `b/net1` for another of its namespaces. */
export function hostKey(host: string, netns: string): string {
  return netns === "" ? host : `${host}/${netns}`;
}

/** The host and the namespace there that a key stands for; a host of null is that of a case with one machine. */
export function placeOfKey(
  key: string | null,
  hosts: readonly string[] | undefined,
): { readonly host: string | null; readonly netns: string | null } {
  const host = key === null ? undefined : hosts?.find((one) => key === one || key.startsWith(`${one}/`));
  if (host === undefined || key === null) return { host: null, netns: key };
  return { host, netns: key === host ? "" : key.slice(host.length + 1) };
}

/** What a host may be called: a file's name on every system, and never an option; a pod `NAMESPACE/NAME`. */
export function isHostName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}(?:\/[A-Za-z0-9][A-Za-z0-9_.-]{0,252})?$/.test(name);
}

/** Whether a key could be read as either of two hosts': that of a pod, or of a namespace on the other. */
export function areMistakable(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
