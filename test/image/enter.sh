#!/bin/sh
# enter.sh ROOT FOLDER COMMAND… : runs the command in FOLDER of the root file system, as Lambda would: as an account
# without a name or a right of its own, on files that cannot be written to, with a /tmp of 512 MB. Start it in a mount
# and a process namespace, which remove everything at the end.
set -eu
root=$1
folder=$2
shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o size=512m,mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,ro "$root/dev"
# Set again: after a change of user the kernel drops the signal that `unshare --kill-child` set.
# Twice: the command is started by a process that has no capability any more, as on Lambda.
exec unshare --root="$root" --wd="$folder" /usr/bin/setpriv --reuid 993 --regid 990 --clear-groups \
  --inh-caps=-all --bounding-set=-all --no-new-privs -- /usr/bin/setpriv --pdeathsig KILL -- "$@"
