// How pktwhy's own pcapng files name the namespace of an interface: if_name is the interface's name alone, and
// if_description is "netns NETNS"; the namespace that pktwhy ran in, whose key is empty, is written `netns ""`.

/** The if_description of an interface in the namespace; null is not known and needs no description. */
export function describeNetns(netns: string | null): string | null {
  if (netns === null) return null;
  return netns === "" ? 'netns ""' : `netns ${netns}`;
}

/** The namespace in an if_description, or null where it names none. */
export function netnsOf(description: string | null): string | null {
  const name = description === null ? undefined : /^netns (\S+)$/.exec(description)?.[1];
  if (name === undefined) return null;
  return name === '""' ? "" : name;
}
