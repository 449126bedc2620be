#!/bin/sh
# Builds a site of 40 addresses in namespaces of its own (a router, four switches, 36 hosts) with three faults in it, and
# records its state beside this script; of it, state.json.gz keeps the namespaces pw*, without counters and settings of IPv6.
# As root: unshare --net --mount sh test/audit/site/record.sh
set -eu
here=$(dirname "$0")
mount --make-rprivate /
mkdir -p /run/netns
mount -t tmpfs nodev /run/netns
ip link set lo up
ip netns add pwcore
ip -n pwcore link set lo up
ip netns exec pwcore sysctl -qw net.ipv4.ip_forward=1
for s in 0 1 2 3; do
  ip netns add "pwsw$s"
  ip -n "pwsw$s" link add br0 type bridge
  ip -n "pwsw$s" link set br0 up
  ip link add uplink netns "pwsw$s" type veth peer name "net$s" netns pwcore
  ip -n "pwsw$s" link set uplink master br0 up
  ip -n pwcore addr add "10.0.$s.1/24" dev "net$s"
  ip -n pwcore link set "net$s" up
  for n in 0 1 2 3 4 5 6 7 8; do
    ip netns add "pwh$s-$n"
    ip -n "pwh$s-$n" link set lo up
    ip link add "p$n" netns "pwsw$s" type veth peer name eth0 netns "pwh$s-$n"
    ip -n "pwsw$s" link set "p$n" master br0 up
    ip -n "pwh$s-$n" addr add "10.0.$s.$((10 + n))/24" dev eth0
    ip -n "pwh$s-$n" link set eth0 up
    ip -n "pwh$s-$n" route add default via "10.0.$s.1"
  done
done
# The three faults.
ip netns exec pwh1-3 nft 'table ip filter { chain input { type filter hook input priority 0; icmp type echo-request drop; }; }'
ip -n pwh2-5 route del default
ip netns exec pwh3-1 sysctl -qw net.ipv4.conf.eth0.arp_ignore=8
sleep 2
node "$here/../../../bin/pktwhy.js" snapshot -o "$here/state.json"
for netns in $(ip netns list | cut -d' ' -f1); do ip netns del "$netns"; done
