// Commands that are typed in a namespace.

/** Prefix for a command in a namespace: `sudo ` or `sudo ip netns exec net0 `. */
export function inNamespace(netns: string | null, command: string): string {
  if (netns === null || netns === "") return `sudo ${command}`;
  return netns.startsWith("pid-")
    ? `sudo nsenter -t ${netns.slice(4)} -n ${command}`
    : `sudo ip netns exec ${netns} ${command}`;
}
