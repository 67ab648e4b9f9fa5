#!/bin/sh
# shrink-icu.sh ROOT : reduces ICU's data under ROOT to its converters of character sets, from 31 to 5 MB. libxml2 is
# the only one that uses ICU, for nothing else; the rest is languages, calendars and sorting orders. The converters keep
# every byte, so XML in any character set is read as before. Needs binutils and icu-devtools.
set -eu
root=$1
library=$(find "$root/usr/lib" -name 'libicudata.so.*')
version=${library##*.so.}

# Whoever uses more of ICU would fail without its data, at run time: the build stops instead.
for file in "$root"/usr/lib/*/*.so*; do
  case $file in */libicu*) continue ;; esac
  more=$(nm -D --undefined-only "$file" | grep "_$version\$" | grep -vi ' ucnv_' || true)
  if [ -n "$more" ]; then
    echo "$file uses more of ICU than converters: $more" >&2
    exit 1
  fi
done

work=$(mktemp -d)
all=$work/all/icudt${version}l.dat
# icupkg takes the name of the package from the name of the file.
kept=$work/kept/icudt${version}l.dat
mkdir "$work/all" "$work/kept"
objcopy -O binary --only-section=.rodata "$library" "$all"
icupkg --list "$all" | sed 's/^ *//' > "$work/items"
grep -v -e '\.cnv$' -e '^cnvalias\.icu$' "$work/items" > "$work/others.txt"
# A list by its name: .txt.
icupkg --remove "$work/others.txt" "$all" "$kept"
cat > "$work/data.s" <<END
.globl icudt${version}_dat
.section .rodata
.balign 16
.type icudt${version}_dat, %object
icudt${version}_dat:
.incbin "$kept"
.size icudt${version}_dat, .-icudt${version}_dat
.section .note.GNU-stack,"",%progbits
END
as "$work/data.s" -o "$work/data.o"
ld -shared -z noexecstack --strip-all -soname "$(basename "$library")" -o "$library" "$work/data.o"
rm -r "$work"
