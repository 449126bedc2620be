// Chains of iptables that a listing jumps to and does not show: the usual ones let pass what they do not name.

// Extensions of iptables that are no chains (iptables-extensions(8)).
const TARGETS = new Set(
  "ACCEPT DROP REJECT RETURN QUEUE NFQUEUE LOG NFLOG ULOG AUDIT MARK CONNMARK SECMARK CONNSECMARK SNAT DNAT MASQUERADE REDIRECT NETMAP TCPMSS TCPOPTSTRIP TTL HL TOS DSCP ECN CT NOTRACK TRACE TEE TPROXY CLASSIFY SET IDLETIMER LED HMARK CHECKSUM RATEEST SYNPROXY".split(
    " ",
  ),
);

/** The saved tables with those chains, which are empty. */
export function withUnlistedChains(saved: string): string {
  return saved.replace(/^\*\S+\n[\s\S]*?^COMMIT$/gm, (table) => {
    const named = [...table.matchAll(/ -[jg] (\S+)/g)].map(([, name]) => name as string);
    const missing = [...new Set(named)].filter((name) => !TARGETS.has(name) && !table.includes(`\n:${name} `));
    return table.replace(/^(\*\S+\n)/, (head) => head + missing.map((name) => `:${name} - [0:0]\n`).join(""));
  });
}
