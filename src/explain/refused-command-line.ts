// A ping that does not accept its own command line: nothing was opened, nothing was sent, and no network is at fault.

// Of iputils, of the C library's getopt, and of busybox. "connect: Invalid argument" is the kernel's word, not of these.
const REFUSED =
  /^(?:\S*\/)?ping[46]?: (?:invalid argument: '|invalid (?:option|number|timing interval) |option requires an argument|unrecognized option|option argument contains garbage|bad (?:timing interval|linger time|value|number|preload)|cannot flood|illegal |packet size )/;

/** The line in which it says so; null where it went on. */
export function refusedCommandLine(output: string): string | null {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  if (lines.some((line) => /^PING \S|\bpackets transmitted\b/.test(line))) return null;
  return lines.find((line) => REFUSED.test(line)) ?? null;
}
