#!/bin/sh
# Stands in for kubectl, which has no cluster to speak to here. It takes kubectl's real command line (`exec` and `debug` with
# the options that exist there, everything else refused in kubectl's words) and really runs the command: in the namespaces of
# the process that $PKTWHY_PODS/NAMESPACE/NAME names. What debug adds has the machine's own tools and the pod's network.
pods=$PKTWHY_PODS
{ printf '%s\037' "$@"; echo; } | tr '\n' ' ' >>"$pods/said"
echo >>"$pods/said"
fail() { echo "$1" >&2; exit 1; }

verb=$1
case $verb in exec | debug) shift ;; *) fail "error: unknown command \"$1\" for \"kubectl\"" ;; esac
namespace=default container='' image='' profile='' stdin='' pod=''
while [ $# -gt 0 ]; do
  word=$1
  shift
  case $word in
    --) break ;;
    -i | --stdin) stdin=yes ;;
    -q | --quiet) ;;
    -n | --namespace) namespace=$1; shift ;;
    -c | --container) container=$1; shift ;;
    --image) [ $verb = debug ] || fail "error: unknown flag: --image"; image=$1; shift ;;
    --profile) [ $verb = debug ] || fail "error: unknown flag: --profile"; profile=$1; shift ;;
    -?*) fail "error: unknown flag: $word" ;;
    *) [ -z "$pod" ] || fail "error: expected 'exec POD_NAME COMMAND [ARG1] [ARG2] ... [ARGN]'."; pod=$word ;;
  esac
done
[ -f "$pods/$namespace/$pod" ] || fail "Error from server (NotFound): pods \"$pod\" not found"
pid=$(cat "$pods/$namespace/$pod")
# Without -i the command's standard input is empty.
[ -n "$stdin" ] || exec </dev/null

beside() {
  exec nsenter -t "$pid" -n -p -u -- unshare -m sh -c 'mount -t proc proc /proc && exec "$@"' sh "$@"
}

if [ $verb = debug ]; then
  [ ! -f "$pods/forbidden" ] ||
    fail "Error from server (Forbidden): pods \"$pod\" is forbidden: User \"dev\" cannot patch resource \"pods/ephemeralcontainers\" in API group \"\" in the namespace \"$namespace\""
  [ -n "$image" ] || fail "error: you must specify --image when not using --target or --copy-to"
  case $profile in netadmin | general | sysadmin) ;; *) fail "error: unknown profile: $profile" ;; esac
  [ ! -e "$pods/$namespace/$pod.$container" ] || fail "error: container $container already exists"
  : >"$pods/$namespace/$pod.$container"
  beside "$@"
fi
if [ -n "$container" ]; then
  [ -e "$pods/$namespace/$pod.$container" ] ||
    fail "Error from server (BadRequest): container $container is not valid for pod $pod"
  beside "$@"
fi
exec nsenter -t "$pid" -n -m -p -u -- "$@"
