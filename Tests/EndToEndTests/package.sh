#!/bin/sh
# package.sh BUILT CACHE : builds the Debian package twice (two versions) and takes it through its life in a fresh Debian:
# install, use, upgrade, remove, purge. Prints what was seen; ends at the first thing that is not as it should be.
# Root, in a mount namespace of its own (unshare -m). The fresh Debian is kept in CACHE as a tar file.
set -eu
built=$1 cache=$2
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
root=$work/root
trap 'umount -l "$root/proc" "$root/dev" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT
say() { echo "package: $*"; }
die() { echo "package: FAILED: $*" >&2; exit 1; }

base=$cache/debian-bookworm.tar
if [ ! -s "$base" ]; then
    mkdir -p "$cache"
    # The machine's own lists name the mirror.
    mmdebstrap --quiet --variant=minbase --include=libsqlite3-0,libcurl4,libldap-2.5-0,libidn2-0,libssl3,liblmdb0,libstdc++6,libxxhash0,ca-certificates,tzdata,systemd-standalone-sysusers,systemd-standalone-tmpfiles,curl \
        bookworm "$base.new.tar" "${ROLLCALL_SOURCES:-/etc/apt/sources.list.d/debian.sources}" >/dev/null
    mv "$base.new.tar" "$base"
fi
mkdir "$root"
tar -C "$root" -xf "$base"
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$root" "$@"; }
as_service() { in_root runuser -u rollcall -- "$@"; }

runtime=
if ldd "$built/rollcall" | grep -q libswiftCore; then runtime=1; fi
for version in 0.1.0~test1 0.1.0~test2; do
    SWIFT_RUNTIME=$runtime ROLLCALL_DEB_FAST=1 "$here/.ci/package-deb" "$built" $version "$root/tmp/rollcall_$version.deb"
done
dpkg-deb -f "$root/tmp/rollcall_0.1.0~test1.deb" Depends | sed 's/^/package: depends: /'

in_root dpkg -i "/tmp/rollcall_0.1.0~test1.deb" >"$work/log" 2>&1 || { cat "$work/log"; die "does not install"; }
[ -z "$runtime" ] || in_root ldconfig
[ "$(in_root stat -c '%U %a' /var/lib/rollcall)" = "rollcall 700" ] || die "the store's folder is open"
[ "$(in_root stat -c '%U:%G %a' /etc/rollcall/rollcall.yaml)" = "root:rollcall 640" ] || die "the configuration's mode"
in_root grep -q '^ExecStart=/usr/bin/rollcall serve' /usr/lib/systemd/system/rollcall.service || die "the unit"
as_service rollcall status | sed 's/^/package: status: /'
say "installs, rollcall status works"

in_root mkdir -p /srv
printf 'id,email,aliases,name,type,members\nu1,a@example.com,b@example.com,A,user,\n' >"$root/srv/people.csv"
chmod 755 "$root/srv"; chmod 644 "$root/srv/people.csv"
as_service rollcall domain add example.com --type generic >/dev/null
as_service rollcall source set example.com location=/srv/people.csv >/dev/null
as_service rollcall sync run example.com --json | grep -q '"outcome":"applied"' || die "a sync does not go through"
printf 'correct horse battery staple\n' | as_service rollcall source secret example.com password >/dev/null

port=$((20000 + $$ % 20000))
# By exec all the way, so that the shell's child is the program.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/var/lib/rollcall ROLLCALL_HTTP_LISTEN=127.0.0.1:$port ROLLCALL_GATEWAY_SOCKETMAP=off \
    chroot --userspec=rollcall:rollcall "$root" /usr/bin/rollcall serve >"$work/serve" 2>&1 &
serving=$!
for _ in $(seq 150); do curl -fs "http://127.0.0.1:$port/healthz" >/dev/null 2>&1 && break; sleep 0.2; done
curl -fsL "http://127.0.0.1:$port/" -H "Host: localhost:$port" | grep -qi '<h1>sign in' || { cat "$work/serve"; die "the dashboard does not answer"; }
grep -q 'one-time password' "$work/serve" || die "no one-time password was printed"
kill -TERM "$serving"
wait "$serving" || die "serve did not end well"
say "dashboard answers"

echo '# changed by hand' >>"$root/etc/rollcall/rollcall.yaml"
in_root dpkg -i "/tmp/rollcall_0.1.0~test2.deb" >"$work/log" 2>&1 || { cat "$work/log"; die "does not upgrade"; }
[ -z "$runtime" ] || in_root ldconfig
grep -q '^# changed by hand' "$root/etc/rollcall/rollcall.yaml" || die "the upgrade lost a changed configuration"
as_service rollcall explain b@example.com --json | grep -q '"accepted":true' || die "the upgrade lost data"
as_service rollcall source show example.com --json | grep -q '"stored":true' || die "the upgrade lost a secret"
as_service rollcall store check >/dev/null || die "the store is not sound after the upgrade"
say "upgrade keeps data"

in_root dpkg -r rollcall >"$work/log" 2>&1 || { cat "$work/log"; die "does not go"; }
[ -s "$root/var/lib/rollcall/rollcall.db" ] || die "removing the package took the store"
[ ! -e "$root/usr/bin/rollcall" ] || die "removing the package left the program"
in_root dpkg -P rollcall >"$work/log" 2>&1 || { cat "$work/log"; die "does not purge"; }
for path in var/lib/rollcall etc/rollcall usr/lib/rollcall/connectors usr/lib/systemd/system/rollcall.service; do
    [ ! -e "$root/$path" ] || die "the purge left /$path"
done
say "purge removes it"
