// What a command would do if it was typed: look, or change something.

const CHANGES =
  /\b(?:add|append|change|del|delete|flush|insert|replace|set|setcap)\b|\bsysctl\b.*(?: -w\b|=)|\bethtool -[A-HJ-RT-Z]\b|>\s*\/|\b(?:ip|arp|eb)tables(?:-legacy|-nft)? (?:.* )?-[ADFINPRX] |\bufw (?:allow|enable|disable|limit|route)\b/;

/** Whether a command changes something; all others only look. */
export function changes(command: string): boolean {
  return CHANGES.test(command);
}

/** Whether it makes an interface, or gives an address to one. */
export function makes(command: string): boolean {
  return /\bip (?:-\S+ )*(?:link|addr(?:ess)?|a|l) add\b/.test(command);
}
