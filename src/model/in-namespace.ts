// Commands that are typed in a namespace.

/** Prefix for a command in a namespace: `sudo ` or `sudo ip netns exec net0 `. */
export function inNamespace(netns: string | null, command: string): string {
  // A host of which nothing was shown, such as "(asker)", has no namespace to enter.
  if (netns === null || netns === "" || /^'?\(/.test(netns)) return `sudo ${command}`;
  return netns.startsWith("pid-")
    ? `sudo nsenter -t ${netns.slice(4)} -n ${command}`
    : `sudo ip netns exec ${netns} ${command}`;
}
