#!/usr/bin/env bash
# setup.sh [build] [test] [bench] - install what is missing; says nothing when all is there.
#
#   build  a Rust toolchain is checked for (the wasm target is ensure-wasm.sh's business)
#   test   Chromium, PostgreSQL, PgBouncer, Postfix, Dovecot, faketime, Node packages, the Python client generator
#   bench  wrk, PostgreSQL and Chromium
# Debian packages are installed with apt-get, as root or through sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo -n "$@"; else return 1; fi; }

apt_fresh=
apt_install() { # PACKAGE...
  say "installing $*"
  have apt-get || die "install these by your own package manager: $*"
  if [ -z "$apt_fresh" ]; then
    as_root apt-get update -qq >&2 || say "apt-get update failed; going on with the lists that are here"
    apt_fresh=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold "$@" >&2 || die "could not install: $*"
}

need() { # COMMAND PACKAGE
  have "$1" || apt_install "$2"
}

need_rust() {
  have cargo || [ ! -x "$HOME/.cargo/bin/cargo" ] || die "put $HOME/.cargo/bin on the PATH"
  have cargo || die "Rust 1.95 or newer is needed: https://rustup.rs"
  need cc build-essential
}

has_postgres() { have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

need_postgres() {
  if has_postgres; then return; fi
  # The tests start a private cluster; Debian's own one, on port 5432, is not wanted.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    apt_install postgresql-common
    as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  fi
  apt_install postgresql
}

need_pooler() {
  if have pgbouncer || [ -x /usr/sbin/pgbouncer ]; then return; fi
  apt_install pgbouncer
  # Debian starts it as a service, which nobody here asked for; where there is no systemd nothing was started.
  as_root systemctl disable --now pgbouncer >/dev/null 2>&1 || true
}

need_mail() { # Postfix and Dovecot, of which the tests start instances of their own, and what checks signatures
  if [ -x /usr/sbin/postfix ] && [ -x /usr/sbin/dovecot ] && /usr/bin/python3 -c "import dkim" 2>/dev/null; then return; fi
  # Debian starts both as services, and asks what Postfix is to be.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    made=1
  fi
  echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections || true
  apt_install postfix dovecot-imapd python3-dkim
  [ -z "$made" ] || as_root rm -f $policy
}

need_chromium() { # the shell without a window, where there is a package of it: journeys cost a quarter less in it
  have chromium-headless-shell && return
  if have apt-get && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    if (apt_install chromium-headless-shell); then return; fi
  fi
  have chromium || have chromium-browser || have google-chrome || apt_install chromium
}

need_node() {
  have node || apt_install nodejs
  have npm || apt_install npm
  [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || die "Node 20 or newer is needed, this is $(node --version)"
}

npm_packages() { # FOLDER: as the lock file says, once per change of it
  local done=$1/node_modules/.package-lock-copy.json
  cmp -s "$1/package-lock.json" "$done" && return
  say "npm packages for $1"
  npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts --loglevel=error >&2
  cp "$1/package-lock.json" "$done"
}

python_packages() { # FOLDER: a virtual environment beside its requirements.txt
  local venv=target/venv/$(basename "$1") done
  done=$venv/requirements.txt
  cmp -s "$1/requirements.txt" "$done" && return
  say "Python packages for $1"
  local python=/usr/bin/python3
  [ -x "$python" ] || python=$(command -v python3 || true)
  [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null || { apt_install python3-venv; python=/usr/bin/python3; }
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$1/requirements.txt" >&2
  cp "$1/requirements.txt" "$done"
}

for part in "${@:-build}"; do
  case $part in
    build) need_rust ;;
    postgres) need_postgres ;;
    test)
      need_node; need_chromium; need_postgres; need_pooler; need_mail
      need faketime faketime
      npm_packages tests/browser
      npm_packages tests/clients
      python_packages tests/clients
      ;;
    bench)
      need python3 python3; need wrk wrk; need_postgres; need_node; need_chromium
      npm_packages tests/browser
      ;;
    *) die "usage: setup.sh [build] [test] [bench] [postgres]" ;;
  esac
done
