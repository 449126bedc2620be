_pktwhy_codes="
accept-local-but-rp-filter
accept-local-off
accept-local-off-ip
address-on-down-interface
answer-without-socket
answered
arp-announce-foreign-source
arp-filter
arp-flux
arp-ignore-1
arp-ignore-2
arp-ignore-3
arp-ignore-8
arp-loopback-target
arp-no-answer
arp-no-local-owner
arp-probe-sip-zero
arp-problem-hidden-by-cache
arp-suppressed-entry-update
asymmetric-routing
bond-inactive-slave
bound-socket-other-interface
bound-socket-reply-lo
br-netfilter-drop
bridge-device-down
bridge-fdb-ingress-port
bridge-fdb-local-mac
bridge-fdb-wrong-port
bridge-flood-off
bridge-loop
bridge-neigh-suppress
bridge-own-mac-source
bridge-port-isolated
bridge-port-locked
bridge-port-mtu-smaller
bridge-port-state
bridge-stp-forward-delay
bridge-vlan-mismatch
bridge-vlan-no-pvid
broadcast-needs-b
cgroup-bpf-drop
connected
connection-unreachable
conntrack-table-full
cpu-backlog-full
destination-invalid
device-not-ready
dhcp-no-offer
directed-broadcast-not-forwarded
dnat-dead-target
dns-error-answer
dns-no-answer
dummy-swallows
duplicate-address
duplicate-mac
duplicate-reply
echo-no-reply
echo-reply-no-socket
forward-blackhole
forward-broadcast-frame
forward-fragments
forward-next-hop-arp-failed
forward-no-route
forward-prohibit
forward-unreachable
frag-needed-df
frag-reassembly-timeout
gateway-arp-failed
gratuitous-arp-dropped
gratuitous-arp-ignored
gratuitous-arp-updates
host-unreachable-is-local
icmp-echo-ignore-all
icmp-rate-limit
icmp-redirect
iface-forwarding-off
interface-without-address
ip-forward-off
ip-header-bad
ip-on-bridge-port
iptables-drop
kernel-drop
link-admin-down
linkdown-route-ignored
listen-backlog-full
lo-down
local-address-via-lo
local-mtu-df
local-route-without-address
local-table-after-policy-rule
loopback-source-off-host
lost-between-hosts
macvlan-host-isolation
malformed-packet
martian-destination-loopback
martian-source-invalid
martian-source-loopback
missing-return-route
missing-return-route-rp-filter
mtu-below-68
multicast-no-member
multipath-dead-nexthop
nat-dnat-redirected
nat-hairpin
nat-snat-masquerade
neigh-no-probes
neigh-queue-full
neigh-stale-mac-changed
neigh-table-overflow
neigh-wrong-mac
nft-arp-drop
nft-bridge-drop
nft-conntrack-invalid
nft-forward-drop
nft-input-drop
nft-netdev-egress-drop
nft-netdev-ingress-drop
nft-output-drop
nft-policy-drop
nft-postrouting-drop
nft-prerouting-drop
nft-reject
nft-reply-drop
no-route
noarp-receiver
noarp-sender
noprefixroute-no-connected-route
nothing-listens
peer-down
peer-down-neigh-known
peer-mtu-smaller
ping-permission
pmtu-blackhole
pmtu-cached
policy-routing-wrong-table
policy-rule-reject
port-ipv6-only
port-no-listener
port-not-in-bridge
port-not-published
port-other-address
port-other-device
proxy-arp
proxy-arp-no-forwarding
proxy-arp-pvlan
proxy-neigh-entry
qdisc-drop
reply-ttl-expired
reply-via-lo
reverse-arp-probe
route-blackhole
route-prohibit
route-throw
route-to-lo
route-unreachable
routing-loop
rp-filter-arp
rp-filter-loose-no-route
rp-filter-strict
same-mac-veth-pair
same-subnet-two-interfaces
secondary-deleted-with-primary
service-no-endpoint
service-other-port
socket-drop
source-address-selection
source-mac-invalid
source-not-local
src-valid-mark
static-route-lost-after-flap
target-has-no-address
tc-egress-drop
tc-ingress-drop
tcp-data-not-acknowledged
tcp-refused
tcp-reset
tcp-stall-pmtu
tcp-syn-no-answer
tcp-zero-window
trace-reached
ttl-expired
tunnel-no-match
udp-answered-from-elsewhere
udp-no-answer
unicast-in-l2-broadcast
vlan-tagged-to-untagged-host
vxlan-no-remote
wireguard-allowed-ips
wireguard-no-handshake
wrong-netmask
xdp-drop
xfrm-policy-block
"
_pktwhy_scenarios="
accept-local-off-ip
address-on-down-interface
answer-without-socket
arp-announce-foreign-source
arp-filter
arp-flux
arp-ignore-1
arp-ignore-2
arp-ignore-3
arp-ignore-8
arp-loopback-target
arp-probe-sip-zero
arp-problem-hidden-by-cache
arp-suppressed-entry-update
asymmetric-routing
bond-inactive-slave
bond-ok
bound-socket-other-interface
bound-socket-reply-lo
br-netfilter-drop
bridge-device-down
bridge-fdb-ingress-port
bridge-fdb-local-mac
bridge-fdb-wrong-port
bridge-flood-off
bridge-neigh-suppress
bridge-ok
bridge-own-mac-source
bridge-port-isolated
bridge-port-locked
bridge-port-mtu-smaller
bridge-port-state
bridge-stp-forward-delay
bridge-vlan-mismatch
bridge-vlan-no-pvid
bridge-vlan-ok
broadcast-needs-b
connection-unreachable
default-routes-tie
dhcp-no-offer
directed-broadcast-not-forwarded
dnat-dead-target
dns-error-answer
dns-no-answer
docker-dead-target
docker-forward-drop
docker-published-ok
dummy-swallows
duplicate-address
duplicate-mac
duplicate-reply
echo-reply-no-socket
forward-blackhole
forward-broadcast-frame
forward-fragments
forward-next-hop-arp-failed
forward-no-route
forward-prohibit
forward-unreachable
frag-needed-df
frag-reassembly-timeout
gateway-arp-failed
gratuitous-arp-dropped
gratuitous-arp-ignored
gratuitous-arp-updates
gre-ok
gre-other-key
icmp-echo-ignore-all
icmp-rate-limit
icmp-redirect
iface-forwarding-off
interface-without-address
ip-forward-off
ip-header-bad
ip-on-bridge-port
ipip-ok
ipip-peer-without-tunnel
iptables-drop
ipvlan-ok
kernel-drop
kube-clusterip-ping
kube-dead-endpoint
kube-nft-no-endpoint
kube-nft-service-ok
kube-nft-wrong-target-port
kube-no-endpoint
kube-service-ok
kube-wrong-target-port
link-admin-down
linkdown-route-ignored
listen-backlog-full
lo-down
local-mtu-df
local-route-without-address
local-table-after-policy-rule
loopback-source-off-host
macvlan-bridge-ok
macvlan-host-isolation
macvlan-private
macvlan-vepa
malformed-packet
martian-destination-loopback
martian-source-invalid
martian-source-loopback
missing-return-route
missing-return-route-rp-filter
mtu-below-68
multicast-no-member
multipath-dead-nexthop
nat-dnat-redirected
nat-hairpin
nat-hairpin-ok
nat-snat-masquerade
neigh-no-probes
neigh-queue-full
neigh-stale-mac-changed
neigh-wrong-mac
nft-arp-drop
nft-bridge-drop
nft-conntrack-invalid
nft-forward-drop
nft-input-drop
nft-input-drop-tcp
nft-netdev-egress-drop
nft-netdev-ingress-drop
nft-output-drop
nft-policy-drop
nft-policy-drop-tcp
nft-postrouting-drop
nft-prerouting-drop
nft-reject
nft-reject-tcp
nft-reply-drop
no-route
noarp-receiver
noarp-sender
noprefixroute-no-connected-route
own-address
peer-down-neigh-known
peer-mtu-smaller
ping-permission
ping-unprivileged
pmtu-blackhole
pmtu-cached
policy-routing-wrong-table
policy-rule-reject
port-ipv6-only
port-no-listener
port-not-in-bridge
port-not-published
port-ok
port-other-address
port-other-device
proxy-arp
proxy-arp-no-forwarding
proxy-arp-pvlan
proxy-neigh-entry
published-forward-drop
published-ok
published-wrong-port
qdisc-drop
reply-ttl-expired
reverse-arp-probe
route-blackhole
route-prohibit
route-throw
route-to-lo
route-unreachable
router-ok
routing-loop
rp-filter-arp
rp-filter-loose-no-route
rp-filter-strict
same-mac-veth-pair
same-subnet-two-interfaces
secondary-deleted-with-primary
source-address-selection
source-not-local
src-valid-mark
static-route-lost-after-flap
tap-names
target-has-no-address
tc-egress-drop
tc-ingress-drop
tc-ok
tcp-answered-ok
tcp-conntrack-invalid
tcp-data-not-acknowledged
tcp-forward-drop
tcp-forward-no-route
tcp-not-masqueraded
tcp-own-redirect
tcp-redirect-no-proxy
tcp-redirect-ok
tcp-refused
tcp-reply-forward-drop
tcp-reply-input-drop
tcp-reply-output-drop
tcp-reset
tcp-routed-ok
tcp-stall-own-routers
tcp-stall-pmtu
tcp-syn-no-answer
tcp-zero-window
ttl-expired
tunnel-no-match
two-namespaces
two-namespaces-peer-down
udp-answered-from-elsewhere
udp-buffer-full
udp-input-drop
udp-no-answer
udp-ok
udp-port-no-listener
udp-reject
unicast-in-l2-broadcast
veth-both-addresses
veth-both-addresses-half-fixed
veth-both-addresses-refused
veth-one-address
veth-other-addresses
vlan-ok
vlan-tagged-to-untagged-host
vrf-ok
vrf-unbound
vxlan-fdb-ok
vxlan-no-remote
vxlan-ok
wireguard-allowed-ips
wireguard-no-handshake
wireguard-ok
wireguard-source-not-allowed
wrong-netmask
"
# Completion of pktwhy in bash. Generated from its commands: pktwhy completion bash

_pktwhy() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= at
    # bash takes --option=value apart at its equals sign.
    if [[ $cur == "=" ]]; then
        cur=
    elif [[ $prev == "=" ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        if [[ ${COMP_WORDS[at]} == -- ]]; then
            _pktwhy_command $((at + 1))
            return
        fi
        case "$command/${COMP_WORDS[at]}" in
            "/explain") command="explain" ;;
            "/predict") command="predict" ;;
            "/diff") command="diff" ;;
            "/audit") command="audit" ;;
            "/run") command="run" ;;
            "/watch") command="watch" ;;
            "/collect") command="collect" ;;
            "/snapshot") command="snapshot" ;;
            "/causes") command="causes" ;;
            "/lab") command="lab" ;;
            "/doctor") command="doctor" ;;
            "/demo") command="demo" ;;
            "/mcp") command="mcp" ;;
            "/completion") command="completion" ;;
            "/help") command="help" ;;
            "lab/list") command="lab list" ;;
            "lab/run") command="lab run" ;;
            "lab/up") command="lab up" ;;
            "lab/down") command="lab down" ;;
            "lab/record") command="lab record" ;;
            "lab/from") command="lab from" ;;
        esac
    done
    case "$command $prev" in
        " --lang") _pktwhy_reply -W "en zh"; return ;;
        " --color") :; return ;;
        "explain -r"|"explain --read") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "explain --state") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "explain -c"|"explain --count") :; return ;;
        "explain --otlp") :; return ;;
        "explain -f"|"explain --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "explain -o"|"explain --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "explain --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "explain --lang") _pktwhy_reply -W "en zh"; return ;;
        "explain --color") :; return ;;
        "predict --tcp") :; return ;;
        "predict --udp") :; return ;;
        "predict -I"|"predict --interface") _pktwhy_reply -W "$(ls /sys/class/net 2>/dev/null)"; return ;;
        "predict --netns") _pktwhy_reply -W "$(ls /run/netns 2>/dev/null)"; return ;;
        "predict --state") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "predict -f"|"predict --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "predict -o"|"predict --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "predict --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "predict --lang") _pktwhy_reply -W "en zh"; return ;;
        "predict --color") :; return ;;
        "diff --tcp") :; return ;;
        "diff --udp") :; return ;;
        "diff -I"|"diff --interface") _pktwhy_reply -W "$(ls /sys/class/net 2>/dev/null)"; return ;;
        "diff --netns") _pktwhy_reply -W "$(ls /run/netns 2>/dev/null)"; return ;;
        "diff -f"|"diff --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "diff --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "diff -o"|"diff --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "diff --lang") _pktwhy_reply -W "en zh"; return ;;
        "diff --color") :; return ;;
        "audit --tcp") :; return ;;
        "audit --udp") :; return ;;
        "audit -f"|"audit --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "audit -o"|"audit --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "audit --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "audit --otlp") :; return ;;
        "audit --lang") _pktwhy_reply -W "en zh"; return ;;
        "audit --color") :; return ;;
        "run -i"|"run --interface") _pktwhy_reply -W "$(ls /sys/class/net 2>/dev/null)"; return ;;
        "run --host") :; return ;;
        "run --pod") :; return ;;
        "run --debug-image") :; return ;;
        "run --remote") _pktwhy_reply -W "plain node pktwhy"; return ;;
        "run -w"|"run --write") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "run --since") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "run --filter") :; return ;;
        "run --backend") _pktwhy_reply -W "tcpdump cap"; return ;;
        "run -f"|"run --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "run -o"|"run --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "run --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "run --lang") _pktwhy_reply -W "en zh"; return ;;
        "run --color") :; return ;;
        "watch -i"|"watch --interface") _pktwhy_reply -W "$(ls /sys/class/net 2>/dev/null)"; return ;;
        "watch -c"|"watch --count") :; return ;;
        "watch -w"|"watch --write") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "watch -f"|"watch --format") _pktwhy_reply -W "text jsonl"; return ;;
        "watch --metrics") :; return ;;
        "watch --backend") _pktwhy_reply -W "tcpdump cap"; return ;;
        "watch --lang") _pktwhy_reply -W "en zh"; return ;;
        "watch --color") :; return ;;
        "collect --host") :; return ;;
        "collect --pod") :; return ;;
        "collect --debug-image") :; return ;;
        "collect --remote") _pktwhy_reply -W "plain node pktwhy"; return ;;
        "collect -o"|"collect --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "collect --for") :; return ;;
        "collect --filter") :; return ;;
        "collect --lang") _pktwhy_reply -W "en zh"; return ;;
        "collect --color") :; return ;;
        "snapshot --netns") _pktwhy_reply -W "$(ls /run/netns 2>/dev/null)"; return ;;
        "snapshot -o"|"snapshot --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "snapshot --lang") _pktwhy_reply -W "en zh"; return ;;
        "snapshot --color") :; return ;;
        "causes --lang") _pktwhy_reply -W "en zh"; return ;;
        "causes --color") :; return ;;
        "lab --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab --color") :; return ;;
        "lab list --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab list --color") :; return ;;
        "lab run -f"|"lab run --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "lab run -o"|"lab run --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "lab run --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "lab run --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab run --color") :; return ;;
        "lab up --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab up --color") :; return ;;
        "lab down --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab down --color") :; return ;;
        "lab record -o"|"lab record --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "lab record --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab record --color") :; return ;;
        "lab from -f"|"lab from --format") _pktwhy_reply -W "text json jsonl md html mermaid pcapng parquet"; return ;;
        "lab from -o"|"lab from --output") compopt -o filenames 2>/dev/null; _pktwhy_reply -f; return ;;
        "lab from --expect") _pktwhy_reply -W "$_pktwhy_codes"; return ;;
        "lab from --lang") _pktwhy_reply -W "en zh"; return ;;
        "lab from --color") :; return ;;
        "doctor --lang") _pktwhy_reply -W "en zh"; return ;;
        "doctor --color") :; return ;;
        "demo --lang") _pktwhy_reply -W "en zh"; return ;;
        "demo --color") :; return ;;
        "mcp --lang") _pktwhy_reply -W "en zh"; return ;;
        "mcp --color") :; return ;;
        "completion --lang") _pktwhy_reply -W "en zh"; return ;;
        "completion --color") :; return ;;
        "help --lang") _pktwhy_reply -W "en zh"; return ;;
        "help --color") :; return ;;
    esac
    case "$command" in
        "")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "explain predict diff audit run watch collect snapshot causes lab doctor demo mcp completion help"
            fi
            ;;
        "explain")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-r --read --state -c --count --otlp --json -f --format -o --output --expect -v --verbose --redact -q --quiet --why -h --help --lang -V --version --color --no-color -h --help"
            else
                compopt -o filenames 2>/dev/null; _pktwhy_reply -f
            fi
            ;;
        "predict")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--tcp --udp -I --interface --netns --state --json -f --format -o --output --expect -v --verbose --redact -q --quiet --why -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "diff")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--tcp --udp -I --interface --netns --json -f --format --expect --redact -o --output -v --verbose -q --quiet -h --help --lang -V --version --color --no-color -h --help"
            else
                compopt -o filenames 2>/dev/null; _pktwhy_reply -f
            fi
            ;;
        "audit")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--tcp --udp --json -f --format -o --output --expect --redact --otlp -v --verbose -q --quiet -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "run")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-i --interface --host --pod --debug-image --remote -w --write --since --filter --no-kernel-events --backend --json -f --format -o --output --expect -v --verbose --redact -q --quiet --why -h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "--"
            fi
            ;;
        "watch")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-i --interface -c --count -w --write --json -f --format -q --quiet -v --verbose --metrics --no-kernel-events --backend -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "collect")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--host --pod --debug-image --remote -o --output --for --filter -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "snapshot")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--netns -o --output -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "causes")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--json -h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "$_pktwhy_codes"
            fi
            ;;
        "lab")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "list run up down record from"
            fi
            ;;
        "lab list")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--json -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "lab run")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--json -f --format -o --output --expect -v --verbose --redact -q --quiet -h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "$_pktwhy_scenarios"
            fi
            ;;
        "lab up")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "$_pktwhy_scenarios"
            fi
            ;;
        "lab down")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "$_pktwhy_scenarios"
            fi
            ;;
        "lab record")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-o --output -h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "$_pktwhy_scenarios"
            fi
            ;;
        "lab from")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--fix --json -f --format -o --output --expect -v --verbose --redact -q --quiet -h --help --lang -V --version --color --no-color -h --help"
            else
                compopt -o filenames 2>/dev/null; _pktwhy_reply -f
            fi
            ;;
        "doctor")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--json -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "demo")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "--recorded -v --verbose -h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "mcp")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
        "completion")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                _pktwhy_reply -W "bash zsh fish"
            fi
            ;;
        "help")
            if [[ $cur == -* ]]; then
                _pktwhy_reply -W "-h --help --lang -V --version --color --no-color -h --help"
            else
                :
            fi
            ;;
    esac
}

_pktwhy_reply() {
    mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

# What stands behind -- is a command of its own.
_pktwhy_command() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        _pktwhy_reply -c
    else
        compopt -o filenames 2>/dev/null
        _pktwhy_reply -f
    fi
}

complete -F _pktwhy pktwhy
