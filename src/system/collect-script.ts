// The shell script that prints the state of the namespace it runs in; constant, no outside text ever becomes part of it.

/**
 * Prints each part as a line `MARK key`, the tool's output, and a line `MARK = status standard-error`. MARK comes by the
 * environment and is random, so that no comment in a firewall can imitate it. Nothing here loads a kernel module: tools
 * whose query would are run only where the module is there already, by the list in PKTWHY_MODULES; PKTWHY_OTHERWISE says
 * what it means that one is not in it. /sys is not read: it may show another namespace.
 *
 * Starting a process costs more than most of these questions. One process therefore answers several, as lines of JSON
 * under a mark with several keys; with PKTWHY_ONE_BY_ONE each has its own, which tells apart which of them failed.
 */
export const COLLECT_SCRIPT = String.raw`
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
LC_ALL=C
export PATH LC_ALL
exec 4>&1

begin() { printf '\n%s %s\n' "$PKTWHY_MARK" "$1" >&4; }
end() { printf '\n%s = %s %s\n' "$PKTWHY_MARK" "$1" "$2" >&4; }
# What gave no answer before is left out: the rest of the namespace can still be read.
slow() {
  case " $PKTWHY_SLOW " in *" $1 "*) return 0 ;; esac
  return 1
}
part() {
  if slow "$1"; then
    absent "$1" 124 "$PKTWHY_PATIENCE"
    return
  fi
  begin "$1"
  shift
  err=$("$@" 2>&1 >&4)
  end $? "$err"
}
absent() { begin "$1"; end "$2" "$3"; }
empty() { begin "$1"; end 0 ""; }

there() {
  case " $PKTWHY_MODULES " in *" $1 "*) return 0 ;; esac
  return 1
}

if [ -n "$PKTWHY_ONE_BY_ONE" ]; then
  part link ip -j -d -s -s link
  part addr ip -j -d addr
  part route ip -j -d route show table all
  part routeCache ip -j -d route show table all cache
  part rule ip -j -d rule
  part neigh ip -j -s neigh show nud all
  part neighProxy ip -j neigh show proxy
  part nexthop ip -j nexthop
  part nsid ip -j netns list-id
else
  # Where -s adds nothing, it may be among questions that need it; addresses would get counters by it, and nexthops
  # more details by -d.
  part "link route routeCache rule" ip -j -d -s -s -batch - <<END
link
route show table all
route show table all cache
rule
END
  part "neigh neighProxy nexthop nsid" ip -j -s -batch - <<END
neigh show nud all
neigh show proxy
nexthop
netns list-id
END
  # The last of several may be text.
  if there xfrm_user; then
    part "addr xfrm" ip -j -d -batch - <<END
addr
xfrm policy
END
  else
    part addr ip -j -d addr
  fi
fi
part bridge.link bridge -j -d link
part bridge.fdb bridge -j -d -s fdb
if there bridge; then
  part bridge.vlan bridge -j -d vlan
else
  absent bridge.vlan 3 "$PKTWHY_OTHERWISE"
fi
part qdisc tc -j -s qdisc

begin sysctl
command -v grep >/dev/null
found=$?
grep -rs '' /proc/sys/net/ipv4 /proc/sys/net/bridge /proc/sys/net/ipv6/conf/*/disable_ipv6 \
  /proc/self/net/snmp /proc/self/net/netstat /proc/self/net/packet /proc/self/net/raw
if [ $found = 0 ]; then end 0 ""; else end 127 "grep: not found"; fi
there br_netfilter || absent sysctl.net.bridge 3 "$PKTWHY_OTHERWISE"

# The nft variants of the older tools show the same tables again: they are asked only where such a table exists.
families=unknown
if slow nft; then
  absent nft 124 "$PKTWHY_PATIENCE"
elif there nf_tables; then
  begin nft
  if ruleset=$(nft -j list ruleset 2>/dev/null); then
    printf '%s\n' "$ruleset" >&4
    end 0 ""
    families=$ruleset
  else
    err=$(nft -j list ruleset 2>&1 >/dev/null)
    end $? "$err"
  fi
else
  absent nft 3 "$PKTWHY_OTHERWISE"
  families=none
fi
translated() {
  case $families in
    none) absent "$1" 3 "$PKTWHY_OTHERWISE" ;;
    unknown | *"\"family\": \"$2\""* | *"\"family\":\"$2\""*) part "$1" "$3" -c ;;
    *) empty "$1" ;;
  esac
}

# These files list the tables of this namespace; without one of them the tool would load the module. Only root may read
# them; each comes and goes with its module.
used() {
  [ -r "$1" ] || return 1
  read -r first <"$1"
  [ -n "$first" ]
}
names=/proc/self/net
unreadable() { [ -e "$1" ] && [ ! -r "$1" ]; }

# The legacy savers of arptables and ebtables are scripts that ask the tool without "legacy" in its name, which most
# systems let be the one of nft.
chains() {
  awk '
    /^$/ || /^Bridge table: / { next }
    /^Bridge chain: / { chain = $3; sub(/,$/, "", chain); print ":" chain " " $NF; next }
    /^Chain / {
      chain = $2
      policy = $3 == "(policy" ? $4 : "-"
      sub(/[),].*/, "", policy)
      print ":" chain " " policy
      next
    }
    { print "-A " chain " " $0 }'
}
legacy() {
  tool=$1 table=$2
  shift 2
  listing=$("$tool" -t "$table" -L "$@") || return
  printf '*%s\n' "$table"
  printf '%s\n' "$listing" | chains
}
legacy_ebtables() {
  for table in filter nat broute; do
    there ebtable_$table || continue
    legacy ebtables-legacy $table || return
  done
}

if unreadable $names/ip_tables_names; then
  absent iptables.legacy 1 "only root may read it"
elif used $names/ip_tables_names; then
  part iptables.legacy iptables-legacy-save -c
elif [ -e $names/ip_tables_names ]; then
  empty iptables.legacy
else
  absent iptables.legacy 3 "not loaded"
fi
translated iptables.nft ip iptables-nft-save
if unreadable $names/arp_tables_names; then
  absent arptables 1 "only root may read it"
elif used $names/arp_tables_names; then
  part arptables legacy arptables-legacy filter -n
else
  translated arptables arp arptables-nft-save
fi
if there ebtable_filter || there ebtable_nat || there ebtable_broute; then
  part ebtables legacy_ebtables
else
  translated ebtables bridge ebtables-nft-save
fi

if there nf_conntrack_netlink && command -v conntrack >/dev/null; then
  part conntrack conntrack -L
elif [ -r $names/nf_conntrack ] && ! read -r first <$names/nf_conntrack; then
  empty conntrack
elif [ -r $names/nf_conntrack ]; then
  part conntrack sed -n 's/^ipv4 *2 //p' $names/nf_conntrack
elif there nf_conntrack_netlink; then
  absent conntrack 127 "not installed"
elif there nf_conntrack; then
  absent conntrack 3 "nf_conntrack_netlink is not loaded, and asking would load it"
else
  absent conntrack 3 "$PKTWHY_OTHERWISE"
fi
if there xfrm_user; then
  [ -z "$PKTWHY_ONE_BY_ONE" ] || part xfrm ip xfrm policy
elif there af_key; then
  absent xfrm 3 "xfrm_user is not loaded, and asking would load it"
else
  absent xfrm 3 "$PKTWHY_OTHERWISE"
fi
# Keys that are secret stay where they are.
wireguard_peers() {
  dump=$(wg show all dump) || return
  printf '%s\n' "$dump" | awk -F '\t' -v OFS='\t' '
    NF == 5 { $2 = "(hidden)" }
    NF > 5 && $3 != "(none)" { $3 = "(hidden)" }
    { print }'
}
# Without these modules ss would load them; /proc lists the same with fewer words. Connections are not asked for.
socket_tables() {
  grep -s ' 0A ' /proc/self/net/tcp /proc/self/net/tcp6
  grep -s : /proc/self/net/udp /proc/self/net/udp6
  return 0
}
if slow sockets; then
  absent sockets 124 "$PKTWHY_PATIENCE"
elif there tcp_diag && there udp_diag && command -v ss >/dev/null; then
  part sockets ss -HOntuel
else
  part socketTables socket_tables
fi
if ! there wireguard; then
  absent wireguard 3 "$PKTWHY_OTHERWISE"
elif command -v wg >/dev/null; then
  part wireguard wireguard_peers
else
  absent wireguard 127 "not installed"
fi
begin done
end 0 ""
`;
