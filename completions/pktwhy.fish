# Completion of pktwhy in fish. Generated from its commands: pktwhy completion fish

# The command among the words that were typed; what stands behind -- is a command of its own.
function __pktwhy_command
    set -l command
    for word in (commandline -opc)[2..-1]
        if test "$word" = --
            echo --
            return
        end
        if test -z "$command"
            contains -- $word explain predict diff audit run watch collect snapshot causes lab doctor demo mcp completion help; and set command $word
        else
            switch "$command/$word"
                case "lab/list" "lab/run" "lab/up" "lab/down" "lab/record" "lab/from"
                    set command "lab $word"
            end
        end
    end
    echo $command
end

function __pktwhy_at
    test "$(__pktwhy_command)" = "$argv[1]"
end

set -g __pktwhy_codes \
    accept-local-but-rp-filter \
    accept-local-off \
    accept-local-off-ip \
    address-on-down-interface \
    answer-without-socket \
    answered \
    arp-announce-foreign-source \
    arp-filter \
    arp-flux \
    arp-ignore-1 \
    arp-ignore-2 \
    arp-ignore-3 \
    arp-ignore-8 \
    arp-loopback-target \
    arp-no-answer \
    arp-no-local-owner \
    arp-probe-sip-zero \
    arp-problem-hidden-by-cache \
    arp-suppressed-entry-update \
    asymmetric-routing \
    bond-inactive-slave \
    bound-socket-other-interface \
    bound-socket-reply-lo \
    br-netfilter-drop \
    bridge-device-down \
    bridge-fdb-ingress-port \
    bridge-fdb-local-mac \
    bridge-fdb-wrong-port \
    bridge-flood-off \
    bridge-loop \
    bridge-neigh-suppress \
    bridge-own-mac-source \
    bridge-port-isolated \
    bridge-port-locked \
    bridge-port-mtu-smaller \
    bridge-port-state \
    bridge-stp-forward-delay \
    bridge-vlan-mismatch \
    bridge-vlan-no-pvid \
    broadcast-needs-b \
    cgroup-bpf-drop \
    connected \
    connection-unreachable \
    conntrack-table-full \
    cpu-backlog-full \
    destination-invalid \
    device-not-ready \
    dhcp-no-offer \
    directed-broadcast-not-forwarded \
    dnat-dead-target \
    dns-error-answer \
    dns-no-answer \
    dummy-swallows \
    duplicate-address \
    duplicate-mac \
    duplicate-reply \
    echo-no-reply \
    echo-reply-no-socket \
    forward-blackhole \
    forward-broadcast-frame \
    forward-fragments \
    forward-next-hop-arp-failed \
    forward-no-route \
    forward-prohibit \
    forward-unreachable \
    frag-needed-df \
    frag-reassembly-timeout \
    gateway-arp-failed \
    gratuitous-arp-dropped \
    gratuitous-arp-ignored \
    gratuitous-arp-updates \
    host-unreachable-is-local \
    icmp-echo-ignore-all \
    icmp-rate-limit \
    icmp-redirect \
    iface-forwarding-off \
    interface-without-address \
    ip-forward-off \
    ip-header-bad \
    ip-on-bridge-port \
    iptables-drop \
    kernel-drop \
    link-admin-down \
    linkdown-route-ignored \
    listen-backlog-full \
    lo-down \
    local-address-via-lo \
    local-mtu-df \
    local-route-without-address \
    local-table-after-policy-rule \
    loopback-source-off-host \
    lost-between-hosts \
    macvlan-host-isolation \
    malformed-packet \
    martian-destination-loopback \
    martian-source-invalid \
    martian-source-loopback \
    missing-return-route \
    missing-return-route-rp-filter \
    mtu-below-68 \
    multicast-no-member \
    multipath-dead-nexthop \
    nat-dnat-redirected \
    nat-hairpin \
    nat-snat-masquerade \
    neigh-no-probes \
    neigh-queue-full \
    neigh-stale-mac-changed \
    neigh-table-overflow \
    neigh-wrong-mac \
    nft-arp-drop \
    nft-bridge-drop \
    nft-conntrack-invalid \
    nft-forward-drop \
    nft-input-drop \
    nft-netdev-egress-drop \
    nft-netdev-ingress-drop \
    nft-output-drop \
    nft-policy-drop \
    nft-postrouting-drop \
    nft-prerouting-drop \
    nft-reject \
    nft-reply-drop \
    no-route \
    noarp-receiver \
    noarp-sender \
    noprefixroute-no-connected-route \
    nothing-listens \
    peer-down \
    peer-down-neigh-known \
    peer-mtu-smaller \
    ping-permission \
    pmtu-blackhole \
    pmtu-cached \
    policy-routing-wrong-table \
    policy-rule-reject \
    port-ipv6-only \
    port-no-listener \
    port-not-in-bridge \
    port-not-published \
    port-other-address \
    port-other-device \
    proxy-arp \
    proxy-arp-no-forwarding \
    proxy-arp-pvlan \
    proxy-neigh-entry \
    qdisc-drop \
    reply-ttl-expired \
    reply-via-lo \
    reverse-arp-probe \
    route-blackhole \
    route-prohibit \
    route-throw \
    route-to-lo \
    route-unreachable \
    routing-loop \
    rp-filter-arp \
    rp-filter-loose-no-route \
    rp-filter-strict \
    same-mac-veth-pair \
    same-subnet-two-interfaces \
    secondary-deleted-with-primary \
    service-no-endpoint \
    service-other-port \
    socket-drop \
    source-address-selection \
    source-mac-invalid \
    source-not-local \
    src-valid-mark \
    static-route-lost-after-flap \
    target-has-no-address \
    tc-egress-drop \
    tc-ingress-drop \
    tcp-data-not-acknowledged \
    tcp-refused \
    tcp-reset \
    tcp-stall-pmtu \
    tcp-syn-no-answer \
    tcp-zero-window \
    trace-reached \
    ttl-expired \
    tunnel-no-match \
    udp-answered-from-elsewhere \
    udp-no-answer \
    unicast-in-l2-broadcast \
    vlan-tagged-to-untagged-host \
    vxlan-no-remote \
    wireguard-allowed-ips \
    wireguard-no-handshake \
    wrong-netmask \
    xdp-drop \
    xfrm-policy-block
set -g __pktwhy_scenarios \
    accept-local-off-ip \
    address-on-down-interface \
    answer-without-socket \
    arp-announce-foreign-source \
    arp-filter \
    arp-flux \
    arp-ignore-1 \
    arp-ignore-2 \
    arp-ignore-3 \
    arp-ignore-8 \
    arp-loopback-target \
    arp-probe-sip-zero \
    arp-problem-hidden-by-cache \
    arp-suppressed-entry-update \
    asymmetric-routing \
    bond-inactive-slave \
    bond-ok \
    bound-socket-other-interface \
    bound-socket-reply-lo \
    br-netfilter-drop \
    bridge-device-down \
    bridge-fdb-ingress-port \
    bridge-fdb-local-mac \
    bridge-fdb-wrong-port \
    bridge-flood-off \
    bridge-neigh-suppress \
    bridge-ok \
    bridge-own-mac-source \
    bridge-port-isolated \
    bridge-port-locked \
    bridge-port-mtu-smaller \
    bridge-port-state \
    bridge-stp-forward-delay \
    bridge-vlan-mismatch \
    bridge-vlan-no-pvid \
    bridge-vlan-ok \
    broadcast-needs-b \
    connection-unreachable \
    default-routes-tie \
    dhcp-no-offer \
    directed-broadcast-not-forwarded \
    dnat-dead-target \
    dns-error-answer \
    dns-no-answer \
    docker-dead-target \
    docker-forward-drop \
    docker-published-ok \
    dummy-swallows \
    duplicate-address \
    duplicate-mac \
    duplicate-reply \
    echo-reply-no-socket \
    forward-blackhole \
    forward-broadcast-frame \
    forward-fragments \
    forward-next-hop-arp-failed \
    forward-no-route \
    forward-prohibit \
    forward-unreachable \
    frag-needed-df \
    frag-reassembly-timeout \
    gateway-arp-failed \
    gratuitous-arp-dropped \
    gratuitous-arp-ignored \
    gratuitous-arp-updates \
    gre-ok \
    gre-other-key \
    icmp-echo-ignore-all \
    icmp-rate-limit \
    icmp-redirect \
    iface-forwarding-off \
    interface-without-address \
    ip-forward-off \
    ip-header-bad \
    ip-on-bridge-port \
    ipip-ok \
    ipip-peer-without-tunnel \
    iptables-drop \
    ipvlan-ok \
    kernel-drop \
    kube-clusterip-ping \
    kube-dead-endpoint \
    kube-nft-no-endpoint \
    kube-nft-service-ok \
    kube-nft-wrong-target-port \
    kube-no-endpoint \
    kube-service-ok \
    kube-wrong-target-port \
    link-admin-down \
    linkdown-route-ignored \
    listen-backlog-full \
    lo-down \
    local-mtu-df \
    local-route-without-address \
    local-table-after-policy-rule \
    loopback-source-off-host \
    macvlan-bridge-ok \
    macvlan-host-isolation \
    macvlan-private \
    macvlan-vepa \
    malformed-packet \
    martian-destination-loopback \
    martian-source-invalid \
    martian-source-loopback \
    missing-return-route \
    missing-return-route-rp-filter \
    mtu-below-68 \
    multicast-no-member \
    multipath-dead-nexthop \
    nat-dnat-redirected \
    nat-hairpin \
    nat-hairpin-ok \
    nat-snat-masquerade \
    neigh-no-probes \
    neigh-queue-full \
    neigh-stale-mac-changed \
    neigh-wrong-mac \
    nft-arp-drop \
    nft-bridge-drop \
    nft-conntrack-invalid \
    nft-forward-drop \
    nft-input-drop \
    nft-input-drop-tcp \
    nft-netdev-egress-drop \
    nft-netdev-ingress-drop \
    nft-output-drop \
    nft-policy-drop \
    nft-policy-drop-tcp \
    nft-postrouting-drop \
    nft-prerouting-drop \
    nft-reject \
    nft-reject-tcp \
    nft-reply-drop \
    no-route \
    noarp-receiver \
    noarp-sender \
    noprefixroute-no-connected-route \
    own-address \
    peer-down-neigh-known \
    peer-mtu-smaller \
    ping-permission \
    ping-unprivileged \
    pmtu-blackhole \
    pmtu-cached \
    policy-routing-wrong-table \
    policy-rule-reject \
    port-ipv6-only \
    port-no-listener \
    port-not-in-bridge \
    port-not-published \
    port-ok \
    port-other-address \
    port-other-device \
    proxy-arp \
    proxy-arp-no-forwarding \
    proxy-arp-pvlan \
    proxy-neigh-entry \
    published-forward-drop \
    published-ok \
    published-wrong-port \
    qdisc-drop \
    reply-ttl-expired \
    reverse-arp-probe \
    route-blackhole \
    route-prohibit \
    route-throw \
    route-to-lo \
    route-unreachable \
    router-ok \
    routing-loop \
    rp-filter-arp \
    rp-filter-loose-no-route \
    rp-filter-strict \
    same-mac-veth-pair \
    same-subnet-two-interfaces \
    secondary-deleted-with-primary \
    source-address-selection \
    source-not-local \
    src-valid-mark \
    static-route-lost-after-flap \
    tap-names \
    target-has-no-address \
    tc-egress-drop \
    tc-ingress-drop \
    tc-ok \
    tcp-answered-ok \
    tcp-conntrack-invalid \
    tcp-data-not-acknowledged \
    tcp-forward-drop \
    tcp-forward-no-route \
    tcp-not-masqueraded \
    tcp-own-redirect \
    tcp-redirect-no-proxy \
    tcp-redirect-ok \
    tcp-refused \
    tcp-reply-forward-drop \
    tcp-reply-input-drop \
    tcp-reply-output-drop \
    tcp-reset \
    tcp-routed-ok \
    tcp-stall-own-routers \
    tcp-stall-pmtu \
    tcp-syn-no-answer \
    tcp-zero-window \
    ttl-expired \
    tunnel-no-match \
    two-namespaces \
    two-namespaces-peer-down \
    udp-answered-from-elsewhere \
    udp-buffer-full \
    udp-input-drop \
    udp-no-answer \
    udp-ok \
    udp-port-no-listener \
    udp-reject \
    unicast-in-l2-broadcast \
    veth-both-addresses \
    veth-both-addresses-half-fixed \
    veth-both-addresses-refused \
    veth-one-address \
    veth-other-addresses \
    vlan-ok \
    vlan-tagged-to-untagged-host \
    vrf-ok \
    vrf-unbound \
    vxlan-fdb-ok \
    vxlan-no-remote \
    vxlan-ok \
    wireguard-allowed-ips \
    wireguard-no-handshake \
    wireguard-ok \
    wireguard-source-not-allowed \
    wrong-netmask

complete -c pktwhy -f
complete -c pktwhy -n "__pktwhy_at --" -a "(__fish_complete_subcommand --commandline (string replace -r '^.* -- ' '' -- (commandline -cp)))"
complete -c pktwhy -n 'not __pktwhy_at --' -l lang -x -a 'en zh' -d 'language (or PKTWHY_LANG)'
complete -c pktwhy -n 'not __pktwhy_at --' -s V -l version -d 'print the version'
complete -c pktwhy -n 'not __pktwhy_at --' -l color -x -d 'colours: always, auto or never'
complete -c pktwhy -n 'not __pktwhy_at --' -l no-color -d 'no colours (or NO_COLOR)'
complete -c pktwhy -n 'not __pktwhy_at --' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at ""' -a explain -d 'read captures and explain them'
complete -c pktwhy -n '__pktwhy_at ""' -a predict -d 'the expected path of a ping or a connection, by state alone'
complete -c pktwhy -n '__pktwhy_at ""' -a diff -d 'which change between two states made a ping fail'
complete -c pktwhy -n '__pktwhy_at ""' -a audit -d 'every pair of hosts in a state, and the faults that explain what fails'
complete -c pktwhy -n '__pktwhy_at ""' -a run -d 'capture while a ping runs, then explain it'
complete -c pktwhy -n '__pktwhy_at ""' -a watch -d 'report each ping and ARP exchange as it happens'
complete -c pktwhy -n '__pktwhy_at ""' -a collect -d 'capture on several hosts at once, by ssh'
complete -c pktwhy -n '__pktwhy_at ""' -a snapshot -d 'print the state of the system'
complete -c pktwhy -n '__pktwhy_at ""' -a causes -d 'list the causes, or print the manual page of one'
complete -c pktwhy -n '__pktwhy_at ""' -a lab -d 'see each cause for real, in throw-away namespaces'
complete -c pktwhy -n '__pktwhy_at ""' -a doctor -d 'what this machine can do'
complete -c pktwhy -n '__pktwhy_at ""' -a demo -d 'explain two experiments with a veth pair'
complete -c pktwhy -n '__pktwhy_at ""' -a mcp -d 'serve agents (Model Context Protocol)'
complete -c pktwhy -n '__pktwhy_at ""' -a completion -d 'print the completion script of a shell'
complete -c pktwhy -n '__pktwhy_at ""' -a help -d 'print the help of a command'
complete -c pktwhy -n '__pktwhy_at "explain"' -s r -l read -x -a '(__fish_complete_path (commandline -ct))' -d 'the same, as tcpdump spells it'
complete -c pktwhy -n '__pktwhy_at "explain"' -l state -x -a '(__fish_complete_path (commandline -ct))' -d 'state of the system, from pktwhy snapshot'
complete -c pktwhy -n '__pktwhy_at "explain"' -s c -l count -x -d 'stop after n ARP and ICMP packets'
complete -c pktwhy -n '__pktwhy_at "explain"' -l otlp -x -d 'send the findings to a collector, as OTLP logs over HTTP'
complete -c pktwhy -n '__pktwhy_at "explain"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "explain"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, jsonl, md, html, mermaid, pcapng, parquet'
complete -c pktwhy -n '__pktwhy_at "explain"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "explain"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is the answer, else 3'
complete -c pktwhy -n '__pktwhy_at "explain"' -s v -l verbose -d 'tell everything: all flows, all evidence'
complete -c pktwhy -n '__pktwhy_at "explain"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "explain"' -s q -l quiet -d 'only the lines of the answer'
complete -c pktwhy -n '__pktwhy_at "explain"' -l why -d 'tell what was tried: walks, what fitted, what did not'
complete -c pktwhy -n '__pktwhy_at "explain"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "explain"' -a '(__fish_complete_path (commandline -ct))'
complete -c pktwhy -n '__pktwhy_at "predict"' -l tcp -x -d 'a TCP connection to this port instead of a ping'
complete -c pktwhy -n '__pktwhy_at "predict"' -l udp -x -d 'a question to this UDP port instead of a ping'
complete -c pktwhy -n '__pktwhy_at "predict"' -s I -l interface -x -a '(command ls /sys/class/net 2>/dev/null)' -d 'as ping\'s -I: interface or source address'
complete -c pktwhy -n '__pktwhy_at "predict"' -l netns -x -a '(command ls /run/netns 2>/dev/null)' -d 'namespace of the pinging process'
complete -c pktwhy -n '__pktwhy_at "predict"' -l state -x -a '(__fish_complete_path (commandline -ct))' -d 'state file; without it this machine\'s own state'
complete -c pktwhy -n '__pktwhy_at "predict"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "predict"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, jsonl, md, html, mermaid, pcapng, parquet'
complete -c pktwhy -n '__pktwhy_at "predict"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "predict"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is the answer, else 3'
complete -c pktwhy -n '__pktwhy_at "predict"' -s v -l verbose -d 'tell everything: all flows, all evidence'
complete -c pktwhy -n '__pktwhy_at "predict"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "predict"' -s q -l quiet -d 'only the lines of the answer'
complete -c pktwhy -n '__pktwhy_at "predict"' -l why -d 'tell what was tried: walks, what fitted, what did not'
complete -c pktwhy -n '__pktwhy_at "predict"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "diff"' -l tcp -x -d 'a TCP connection to this port instead of a ping'
complete -c pktwhy -n '__pktwhy_at "diff"' -l udp -x -d 'a question to this UDP port instead of a ping'
complete -c pktwhy -n '__pktwhy_at "diff"' -s I -l interface -x -a '(command ls /sys/class/net 2>/dev/null)' -d 'as ping\'s -I: interface or source address'
complete -c pktwhy -n '__pktwhy_at "diff"' -l netns -x -a '(command ls /run/netns 2>/dev/null)' -d 'namespace of the pinging process'
complete -c pktwhy -n '__pktwhy_at "diff"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "diff"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, md, html'
complete -c pktwhy -n '__pktwhy_at "diff"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if the second fails by this cause, else 3'
complete -c pktwhy -n '__pktwhy_at "diff"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "diff"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write it to a file'
complete -c pktwhy -n '__pktwhy_at "diff"' -s v -l verbose -d 'all differences'
complete -c pktwhy -n '__pktwhy_at "diff"' -s q -l quiet -d 'only the change that decides'
complete -c pktwhy -n '__pktwhy_at "diff"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "diff"' -a '(__fish_complete_path (commandline -ct))'
complete -c pktwhy -n '__pktwhy_at "audit"' -l tcp -x -d 'TCP connections to this port instead of pings'
complete -c pktwhy -n '__pktwhy_at "audit"' -l udp -x -d 'questions to this UDP port instead of pings'
complete -c pktwhy -n '__pktwhy_at "audit"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "audit"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, md, html'
complete -c pktwhy -n '__pktwhy_at "audit"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "audit"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is among the faults, else 3'
complete -c pktwhy -n '__pktwhy_at "audit"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "audit"' -l otlp -x -d 'send the findings to a collector, as OTLP logs over HTTP'
complete -c pktwhy -n '__pktwhy_at "audit"' -s v -l verbose -d 'all faults and all that stands out'
complete -c pktwhy -n '__pktwhy_at "audit"' -s q -l quiet -d 'only the faults'
complete -c pktwhy -n '__pktwhy_at "audit"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "run"' -s i -l interface -x -a '(command ls /sys/class/net 2>/dev/null)' -d 'capture only there (repeatable)'
complete -c pktwhy -n '__pktwhy_at "run"' -l host -x -d 'capture there too, by your own ssh (repeatable)'
complete -c pktwhy -n '__pktwhy_at "run"' -l pod -x -d 'a pod too, by your own kubectl (repeatable)'
complete -c pktwhy -n '__pktwhy_at "run"' -l debug-image -x -d 'add a debug container of this image (kubectl debug) to pods without tcpdump'
complete -c pktwhy -n '__pktwhy_at "run"' -l remote -x -a 'plain node pktwhy' -d 'what collects there: plain tools, a Node that is sent what it runs, or an installed pktwhy'
complete -c pktwhy -n '__pktwhy_at "run"' -s w -l write -x -a '(__fish_complete_path (commandline -ct))' -d 'keep everything: DIR/ for a bundle, FILE for one pcapng'
complete -c pktwhy -n '__pktwhy_at "run"' -l since -x -a '(__fish_complete_path (commandline -ct))' -d 'an earlier case of the same ping (-w): say what changed, and whether that fixed it'
complete -c pktwhy -n '__pktwhy_at "run"' -l filter -x -d 'pcap filter instead of \'arp or icmp\''
complete -c pktwhy -n '__pktwhy_at "run"' -l no-kernel-events -d 'do not record why the kernel drops packets (tracefs)'
complete -c pktwhy -n '__pktwhy_at "run"' -l backend -x -a 'tcpdump cap' -d 'what captures'
complete -c pktwhy -n '__pktwhy_at "run"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "run"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, jsonl, md, html, mermaid, pcapng, parquet'
complete -c pktwhy -n '__pktwhy_at "run"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "run"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is the answer, else 3'
complete -c pktwhy -n '__pktwhy_at "run"' -s v -l verbose -d 'tell everything: all flows, all evidence'
complete -c pktwhy -n '__pktwhy_at "run"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "run"' -s q -l quiet -d 'only the lines of the answer'
complete -c pktwhy -n '__pktwhy_at "run"' -l why -d 'tell what was tried: walks, what fitted, what did not'
complete -c pktwhy -n '__pktwhy_at "run"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "run"' -a '--'
complete -c pktwhy -n '__pktwhy_at "watch"' -s i -l interface -x -a '(command ls /sys/class/net 2>/dev/null)' -d 'where to watch (repeatable); any for all (the default)'
complete -c pktwhy -n '__pktwhy_at "watch"' -s c -l count -x -d 'end after n exchanges'
complete -c pktwhy -n '__pktwhy_at "watch"' -s w -l write -x -a '(__fish_complete_path (commandline -ct))' -d 'keep everything: DIR/ for a bundle, FILE for one pcapng'
complete -c pktwhy -n '__pktwhy_at "watch"' -l json -d 'one JSON object a line, the same as -f jsonl'
complete -c pktwhy -n '__pktwhy_at "watch"' -s f -l format -x -a 'text jsonl' -d 'text or jsonl'
complete -c pktwhy -n '__pktwhy_at "watch"' -s q -l quiet -d 'only the summary'
complete -c pktwhy -n '__pktwhy_at "watch"' -s v -l verbose -d 'the summary is the whole report'
complete -c pktwhy -n '__pktwhy_at "watch"' -l metrics -x -d 'serve counts and round-trip times to Prometheus: a port of loopback, or ADDRESS:PORT'
complete -c pktwhy -n '__pktwhy_at "watch"' -l no-kernel-events -d 'do not record why the kernel drops packets (tracefs)'
complete -c pktwhy -n '__pktwhy_at "watch"' -l backend -x -a 'tcpdump cap' -d 'what captures'
complete -c pktwhy -n '__pktwhy_at "watch"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "collect"' -l host -x -d 'a host to capture on (repeatable)'
complete -c pktwhy -n '__pktwhy_at "collect"' -l pod -x -d 'a pod too, by your own kubectl (repeatable)'
complete -c pktwhy -n '__pktwhy_at "collect"' -l debug-image -x -d 'add a debug container of this image (kubectl debug) to pods without tcpdump'
complete -c pktwhy -n '__pktwhy_at "collect"' -l remote -x -a 'plain node pktwhy' -d 'what collects there: plain tools, a Node that is sent what it runs, or an installed pktwhy'
complete -c pktwhy -n '__pktwhy_at "collect"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'directory of the case'
complete -c pktwhy -n '__pktwhy_at "collect"' -l for -x -d 'end by itself after 30s, 5m'
complete -c pktwhy -n '__pktwhy_at "collect"' -l filter -x -d 'pcap filter instead of \'arp or icmp\''
complete -c pktwhy -n '__pktwhy_at "collect"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "snapshot"' -l netns -x -a '(command ls /run/netns 2>/dev/null)' -d 'only these namespaces (name, PID or path)'
complete -c pktwhy -n '__pktwhy_at "snapshot"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write to a file'
complete -c pktwhy -n '__pktwhy_at "snapshot"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "causes"' -l json -d 'print JSON'
complete -c pktwhy -n '__pktwhy_at "causes"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "causes"' -a "$__pktwhy_codes"
complete -c pktwhy -n '__pktwhy_at "lab"' -a list -d 'list the scenarios'
complete -c pktwhy -n '__pktwhy_at "lab"' -a run -d 'build, ping, explain, take down; exits 0 if the answer is the expected one, else 3'
complete -c pktwhy -n '__pktwhy_at "lab"' -a up -d 'build a scenario and leave it standing'
complete -c pktwhy -n '__pktwhy_at "lab"' -a down -d 'take down what up left standing'
complete -c pktwhy -n '__pktwhy_at "lab"' -a record -d 'run scenarios and keep their captures and state'
complete -c pktwhy -n '__pktwhy_at "lab"' -a from -d 'rebuild the network of a case (state file, bundle, fixture), ping as it did, explain; exits 0 if it comes out as reported, 3 if otherwise, 2 if it cannot be built'
complete -c pktwhy -n '__pktwhy_at "lab"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "doctor"' -l json -d 'print JSON'
complete -c pktwhy -n '__pktwhy_at "doctor"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "demo"' -l recorded -d 'use the captures that come with pktwhy, also as root'
complete -c pktwhy -n '__pktwhy_at "demo"' -s v -l verbose -d 'tell everything'
complete -c pktwhy -n '__pktwhy_at "demo"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "mcp"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "completion"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "completion"' -a 'bash zsh fish'
complete -c pktwhy -n '__pktwhy_at "help"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab list"' -l json -d 'print JSON'
complete -c pktwhy -n '__pktwhy_at "lab list"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab run"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "lab run"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, jsonl, md, html, mermaid, pcapng, parquet'
complete -c pktwhy -n '__pktwhy_at "lab run"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "lab run"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is the answer, else 3'
complete -c pktwhy -n '__pktwhy_at "lab run"' -s v -l verbose -d 'tell everything: all flows, all evidence'
complete -c pktwhy -n '__pktwhy_at "lab run"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "lab run"' -s q -l quiet -d 'only the lines of the answer'
complete -c pktwhy -n '__pktwhy_at "lab run"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab run"' -a "$__pktwhy_scenarios"
complete -c pktwhy -n '__pktwhy_at "lab up"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab up"' -a "$__pktwhy_scenarios"
complete -c pktwhy -n '__pktwhy_at "lab down"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab down"' -a "$__pktwhy_scenarios"
complete -c pktwhy -n '__pktwhy_at "lab record"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'directory (fixtures/NAME); of several DIR/NAME'
complete -c pktwhy -n '__pktwhy_at "lab record"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab record"' -a "$__pktwhy_scenarios"
complete -c pktwhy -n '__pktwhy_at "lab from"' -l fix -d 'type the first fix of the report and ping again'
complete -c pktwhy -n '__pktwhy_at "lab from"' -l json -d 'print JSON, the same as -f json'
complete -c pktwhy -n '__pktwhy_at "lab from"' -s f -l format -x -a 'text json jsonl md html mermaid pcapng parquet' -d 'form of the report: text, json, jsonl, md, html, mermaid, pcapng, parquet'
complete -c pktwhy -n '__pktwhy_at "lab from"' -s o -l output -x -a '(__fish_complete_path (commandline -ct))' -d 'write the report to a file'
complete -c pktwhy -n '__pktwhy_at "lab from"' -l expect -x -a "$__pktwhy_codes" -d 'exit 0 if this cause is the answer, else 3'
complete -c pktwhy -n '__pktwhy_at "lab from"' -s v -l verbose -d 'tell everything: all flows, all evidence'
complete -c pktwhy -n '__pktwhy_at "lab from"' -l redact -d 'replace MAC and IP addresses in the report, each always alike'
complete -c pktwhy -n '__pktwhy_at "lab from"' -s q -l quiet -d 'only the lines of the answer'
complete -c pktwhy -n '__pktwhy_at "lab from"' -s h -l help -d 'print this help'
complete -c pktwhy -n '__pktwhy_at "lab from"' -a '(__fish_complete_path (commandline -ct))'
