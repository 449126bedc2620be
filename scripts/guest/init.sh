#!/bin/bash
# First process of a guest: mounts what a system has, runs the command that it was handed, and turns the machine off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb
# In a machine that is thrown away the lab may load what a scenario needs.
export PKTWHY_THROWAWAY=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /share
mount -t devpts pts /dev/pts
for place in /dev/shm /run /tmp; do mount -t tmpfs tmp $place; done
ln -sf /proc/self/fd /dev/fd
ln -sf fd/0 /dev/stdin
ln -sf fd/1 /dev/stdout
ln -sf fd/2 /dev/stderr
mount -t tracefs tracefs /sys/kernel/tracing
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
echo guest >/proc/sys/kernel/hostname
echo "127.0.0.1 localhost guest" >/etc/hosts
ip link set lo up
# Where /lib is no link to /usr/lib.
[ -d "/lib/modules/$(uname -r)" ] || ln -s /usr/lib/modules /lib/modules
# Nothing here waits for another machine: what it would take would be lost time for everything in the guest.
modprobe -a virtio_pci virtio_console
# A port is there some time after its driver, and which number it gets is the kernel's affair.
port() {
  local named=
  until named=$(grep -lx "$1" /sys/class/virtio-ports/*/name 2>/dev/null) && [ -c "/dev/$(basename "${named%/name}")" ]; do
    sleep 0.05
  done
  echo "/dev/$(basename "${named%/name}")"
}
out=$(port stdout) err=$(port stderr) results=$(port share)
cut -d' ' -f1 /proc/uptime >/share/.booted
# Whoever waits outside reads it there (boot.ts).
echo "guest is up" >/dev/console
cd /root || exit
bash /command >"$out" 2>"$err" </dev/null
echo $? >/share/.status
cut -d' ' -f1 /proc/uptime >/share/.ended
tar -C /share -c . >"$results"
echo o >/proc/sysrq-trigger
sleep 99
