// The states of several hosts as one: each namespace under a key that begins with its host's name.

import { hostKey } from "../model/host.ts";
import type { Link, Namespace, StateChange, SystemState } from "../model/system-state.ts";
import type { Nanoseconds } from "../model/time.ts";

/** What one host's own tools told of it. */
export interface HostState {
  readonly name: string;
  readonly state: SystemState;
  /** Adds to a time of its clock what makes it the common one. */
  readonly clock?: (time: Nanoseconds) => Nanoseconds;
}

/**
 * One state of all hosts, told apart by their names: indexes, ids and names of namespaces mean something within their own
 * host only. `hosts` may name some of which nothing could be read.
 */
export function joinHosts(states: readonly HostState[], hosts: readonly string[]): SystemState {
  const namespaces = new Map(
    states.flatMap(({ name, state }) =>
      [...state.namespaces.values()].map((ns) => {
        const own = onHost(ns, name);
        return [own.key, own] as const;
      }),
    ),
  );
  const kernels = new Set(states.map(({ state }) => state.kernel));
  const [kernel = null] = kernels;
  const taken = states.flatMap(({ state, clock }) =>
    state.takenAt === null ? [] : [clock?.(state.takenAt) ?? state.takenAt],
  );
  const listened = states.filter(({ state }) => state.changes !== undefined);
  const changes = listened.flatMap(({ name, state, clock }) =>
    (state.changes ?? []).map((one) => changeOn(one, name, clock ?? ((time) => time))),
  );
  return {
    takenAt: taken.length === 0 ? null : taken.reduce((a, b) => (a < b ? a : b)),
    // Where kernels differ, no version holds for all.
    kernel: kernels.size === 1 ? kernel : null,
    namespaces,
    hosts,
    ...(listened.length === 0 ? {} : { changes: changes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) }),
  };
}

function onHost(ns: Namespace, host: string): Namespace {
  const keyOf = (netns: string): string => hostKey(host, netns);
  const { nsids, links } = ns;
  return {
    ...ns,
    key: keyOf(ns.key),
    host,
    nsids: nsids && new Map([...nsids].map(([id, name]) => [id, name === null ? null : keyOf(name)])),
    links: links?.map((link) => linkOn(link, keyOf)),
  };
}

function linkOn(link: Link, keyOf: (netns: string) => string): Link {
  const { linkNetnsName } = link;
  return linkNetnsName === null ? link : { ...link, linkNetnsName: keyOf(linkNetnsName) };
}

function changeOn(change: StateChange, host: string, clock: NonNullable<HostState["clock"]>): StateChange {
  const { netns, at, since, read } = change;
  return {
    ...change,
    netns: hostKey(host, netns),
    at: clock(at),
    since: clock(since),
    read: read === null ? null : onHost(read, host),
  };
}
