// What runs on a host where pktwhy is not: a constant shell script that reads orders line by line. Nothing that a host
// says ever becomes part of a command: orders hold words of ours and numbers.

import { COLLECT_SCRIPT } from "../system/collect-script.ts";

/**
 * Orders, one a line, each answered up to a line `MARK over`: `spaces` lists the network namespaces; `state INODE [one]`
 * prints one as the collector does; `capture INODE SECONDS SNAP FILTER` is the last, and turns standard output into a
 * savefile until standard input ends or says `stop`. With the connection standard input ends, and with that all of it.
 */
export const PLAIN_SCRIPT = String.raw`
pktwhy_main() {
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
LC_ALL=C
export PATH LC_ALL
collect=$(cat <<'PKTWHY_END_OF_COLLECTOR'
${COLLECT_SCRIPT}
PKTWHY_END_OF_COLLECTOR
)

own=$(readlink /proc/self/ns/net | tr -dc 0-9)
others=$(printf '%s\n' "$SSH_CONNECTION" |
  sed -n 's/^[^ ]* \([0-9]\{1,5\}\) [^ ]* \([0-9]\{1,5\}\)$/not (tcp port \1 and tcp port \2)/p')
device=$(stat -Lc %d /proc/self/ns/net)

# Inode, then what it is called; a name that is no mount any more has another device.
named() {
  for path in /run/netns/*; do
    [ -e "$path" ] || continue
    set -- $(stat -Lc '%d %i' "$path" 2>/dev/null)
    [ "$1" = "$device" ] && printf '%s %s\n' "$2" "$path"
  done
}
running() {
  ls -l /proc/[0-9]*/ns/net 2>/dev/null |
    sed -n 's|.* \(/proc/[0-9]*/ns/net\) -> .*net:\[\([0-9]*\)\].*|\2 \1|p'
}
# The whole list is read, so that none of the two is cut off in the middle.
path_of() {
  { named; running; } | awk -v wanted="$1" '$1 == wanted && !found { found = 1; sub(/^[0-9]+ /, ""); print }'
}
# Becomes the rest of its words, in the namespace with this inode.
enter() {
  inode=$1
  shift
  [ "$inode" != "$own" ] || exec "$@"
  path=$(path_of "$inode")
  if [ -z "$path" ]; then
    echo "the namespace is gone" >&2
    exit 1
  fi
  ! command -v nsenter >/dev/null || exec nsenter --net="$path" -- "$@"
  exec ip netns exec "$(basename "$path")" "$@"
}
inside() { (enter "$@"); }

spaces() {
  printf '%s own\n' "$own"
  named | sed 's|^\([0-9]*\) /run/netns/|\1 name |'
  running | awk '!seen[$1]++ { split($2, part, "/"); print $1, "pid", part[3] }'
}

about() {
  printf 'kernel %s\n' "$(uname -r)"
  printf 'time %s\n' "$(date -u +%s.%N)"
  if [ -r /proc/modules ]; then
    echo modules
    cut -d' ' -f1 /proc/modules | sed 's/^/loaded /'
    builtin=/lib/modules/$(uname -r)/modules.builtin
    [ ! -r "$builtin" ] || { echo builtins; sed -n 's|.*/\([^/]*\)\.ko$|builtin \1|p' "$builtin"; }
  fi
}

state() {
  PKTWHY_ONE_BY_ONE=
  [ "$2" != one ] || PKTWHY_ONE_BY_ONE=1
  PKTWHY_SLOW=
  PKTWHY_PATIENCE=
  export PKTWHY_MARK PKTWHY_MODULES PKTWHY_OTHERWISE PKTWHY_ONE_BY_ONE PKTWHY_SLOW PKTWHY_PATIENCE
  inside "$1" sh -c "$collect" </dev/null
}

# Traffic control's filters, where the listing of queues shows a hook for them.
filters() {
  asked=$1
  inside "$1" tc -s qdisc </dev/null 2>/dev/null |
    sed -n 's/^qdisc \(clsact\|ingress\) [^ ]* dev \([^ ]*\) .*/\2/p' | sort -u |
    while IFS= read -r name; do
      for hook in ingress egress; do
        printf '\n%s filter %s %s\n' "$PKTWHY_MARK" "$hook" "$name"
        inside "$asked" tc -j -s filter show dev "$name" "$hook" </dev/null 2>/dev/null
      done
    done
}

capture() {
  exec 3<&0
  filter=$4
  # Our own connection is left out: what is captured of it would be sent over it, and be captured again.
  [ -z "$4" ] || [ -z "$others" ] || filter="($4) and $others"
  limit=
  command -v timeout >/dev/null && limit="timeout $2"
  enter "$1" $limit tcpdump -p -n -i any -y LINUX_SLL2 --immediate-mode -U -s "$3" -B 8192 \
    --time-stamp-precision=nano -w - -- "$filter" </dev/null &
  child=$!
  {
    while IFS= read -r word <&3 && [ "$word" != stop ]; do :; done
    kill -TERM "$child" 2>/dev/null
  } >/dev/null 2>&1 &
  reader=$!
  wait "$child"
  kill -KILL "$reader" 2>/dev/null
  exit 0
}

PKTWHY_MODULES=
PKTWHY_OTHERWISE=
# By now all of this has been read: what follows on standard input are orders.
echo PKTWHY-READY
IFS= read -r PKTWHY_MARK
while IFS=' ' read -r order first second third rest; do
  case $order in
    modules) PKTWHY_MODULES="$first $second $third $rest" ;;
    otherwise) PKTWHY_OTHERWISE="$first $second $third $rest" ;;
    about) about ;;
    spaces) spaces ;;
    state) state "$first" "$second" ;;
    filters) filters "$first" ;;
    capture) capture "$first" "$second" "$third" "$rest" ;;
    *) exit 0 ;;
  esac
  printf '\n%s over\n' "$PKTWHY_MARK"
done
exit 0
}
pktwhy_main
`;
