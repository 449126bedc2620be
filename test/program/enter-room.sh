#!/bin/sh
# Stands where node would: starts node with the same words in network, mount and process namespaces of its own.
mkdir -p /run/netns
exec unshare --net --mount --pid --fork --kill-child --mount-proc sh -c '
  mount -t tmpfs -o mode=755 tmpfs /run/netns || exit 1
  ip link set lo up
  # Not exec: the first process of a namespace takes in orphans, which a shell does and node does not.
  "${PKTWHY_NODE:-node}" "$@"
  exit $?
' sh "$@"
