#!/bin/sh
# collect-root.sh TARGET FILE… : copies the files, the libraries they load, and what those need at run time to the empty
# folder TARGET, with the record and the license of each of their Debian packages, where image scanners expect them, as
# in Google's distroless images. Runs where the packages are installed.
set -eu
target=$1
shift

# As in Debian: /bin, /sbin and /lib are links.
for folder in bin sbin lib lib64; do
  mkdir -p "$target/usr/$folder"
  ln -s "usr/$folder" "$target/$folder"
done
mkdir -p "$target/dev" "$target/proc" "$target/sys" "$target/var/lib/dpkg/status.d"
mkdir -m 1777 "$target/tmp"

libraries=$(for file in "$@"; do ldd "$file"; done | grep -o '/[^ ]*' | grep -v ':$' | sort -u)
# Loaded by the C library: to end threads, and to convert character sets (file names in archives, HTML).
conversions=$(find /usr/lib/*/gconv -type f)
for file in "$@" $libraries /lib/*/libgcc_s.so.1 $conversions; do
  # Under the requested name, with links replaced by their targets.
  place=$(realpath "$(dirname "$file")")/$(basename "$file")
  mkdir -p "$target$(dirname "$place")"
  cp -L "$file" "$target$place"
  for name in "$(realpath "$file")" "$(realpath "$file" | sed 's,^/usr,,')"; do
    dpkg-query --search "$name" 2>/dev/null || true
  done
done | sed 's/:.*//' | sort -u > /tmp/packages
echo ca-certificates >> /tmp/packages
while read -r package; do
  dpkg-query --status "$package" > "$target/var/lib/dpkg/status.d/$package"
  mkdir -p "$target/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$target/usr/share/doc/$package/"
done < /tmp/packages

# Debug symbols: 18 MB for Node alone.
find "$target/usr" -type f \( -perm -u+x -o -name '*.so*' \) -exec strip --strip-unneeded {} + 2>/dev/null || true

# Executable but not readable: the kernel then keeps other processes of the same user, such as clamd, from the memory
# and the environment of Node, which hold the credentials of the role (docs/security.md).
for file in "$@"; do
  case $file in
    */bin/node) chmod 0111 "$target$(realpath "$(dirname "$file")")/node" ;;
  esac
done

mkdir -p "$target/etc/ssl/certs" "$target/usr/lib/ssl"
cp /etc/ssl/certs/ca-certificates.crt "$target/etc/ssl/certs/"
ln -s /etc/ssl/certs "$target/usr/lib/ssl/certs"
cp -L /etc/os-release "$target/etc/"
echo 'hosts: files dns' > "$target/etc/nsswitch.conf"
echo 'nobody:x:65534:65534::/nonexistent:/nonexistent' > "$target/etc/passwd"
echo 'nogroup:x:65534:' > "$target/etc/group"
