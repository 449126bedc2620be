// A ruleset as `iptables-save` prints it, chain by chain, so that one chain can be put in the place of its older self.

/** What belongs to a chain: its line with the policy, and its rules in their order. */
interface SavedChain {
  readonly head: string | null;
  readonly rules: readonly string[];
}

/** Chains by `table chain`, in the order of the listing. */
export type SavedChains = ReadonlyMap<string, SavedChain>;

/** Reads a listing; comments and the ends of tables say nothing. */
export function savedChains(listing: string | undefined): SavedChains {
  const chains = new Map<string, { head: string | null; rules: string[] }>();
  let table = "filter";
  const chainOf = (name: string) => {
    const key = `${table} ${name}`;
    const chain = chains.get(key) ?? { head: null, rules: [] };
    chains.set(key, chain);
    return chain;
  };
  for (const line of (listing ?? "").split("\n")) {
    const opened = /^\*(\S+)/.exec(line)?.[1];
    const declared = /^:(\S+)/.exec(line)?.[1];
    const ruled = /^(?:\[\d+:\d+\] )?-A (\S+)/.exec(line)?.[1];
    if (opened !== undefined) table = opened;
    else if (declared !== undefined) chainOf(declared).head = line;
    else if (ruled !== undefined) chainOf(ruled).rules.push(line);
  }
  return chains;
}

/** The listing with one chain as it is in the other; without it where the other has none. */
export function withChain(listing: string | undefined, key: string, other: string | undefined): string {
  const chains = new Map(savedChains(listing));
  const now = savedChains(other).get(key);
  if (now === undefined) chains.delete(key);
  else chains.set(key, now);
  const tables = [...new Set([...chains.keys()].map((one) => one.split(" ")[0] as string))];
  return tables
    .map((table) => {
      const own = [...chains].filter(([one]) => one.startsWith(`${table} `)).map(([, chain]) => chain);
      const heads = own.flatMap(({ head }) => head ?? []);
      return [`*${table}`, ...heads, ...own.flatMap(({ rules }) => rules), "COMMIT", ""].join("\n");
    })
    .join("");
}
