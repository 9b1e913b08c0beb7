#!/usr/bin/env bash
# Installs and starts what the tests need: a browser, PostgreSQL, MariaDB, RabbitMQ; the commands
# redis-server and nginx; libfaketime.
# Never fails: a test whose service is missing is skipped with a loud line, or fails if CI is set.
set -u

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

can_install=no
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && can_install=yes
updated=no

install() {
  [ "$can_install" = yes ] || return 1
  if [ "$updated" = no ]; then
    apt-get update -qq >/dev/null 2>&1
    updated=yes
  fi
  echo "installing $*" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

missing() { echo "NO $1: the tests that need it are skipped. $2" >&2; }

wait_for() {
  for _ in $(seq 60); do
    listening "$1" && return 0
    sleep 0.5
  done
  return 1
}

browser() {
  # Playwright's own Node needs this library, which a small Debian lacks.
  ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || install libatomic1
  # Chromium without windows: tests take a third of its CPU time.
  command -v chromium-headless-shell >/dev/null || install chromium-headless-shell && return 0
  command -v chromium >/dev/null && return 0
  ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-* >/dev/null 2>&1 && return 0
  install chromium && return 0
  .venv/bin/playwright install chromium >/dev/null 2>&1
}

postgresql() {
  listening 5432 && return 0
  command -v pg_ctlcluster >/dev/null || install postgresql || return 1
  [ "$(id -u)" = 0 ] || return 1
  cluster=$(pg_lsclusters -h | head -n 1)
  [ -n "$cluster" ] || return 1
  # shellcheck disable=SC2086  # the first two words are the version and the name
  set -- $cluster
  pg_ctlcluster "$1" "$2" start >/dev/null 2>&1
  wait_for 5432
}

mariadb_server() {
  listening 3306 && return 0
  command -v mariadbd-safe >/dev/null || install mariadb-server || return 1
  [ "$(id -u)" = 0 ] || return 1
  service mariadb start >/dev/null 2>&1
  wait_for 3306
}

# Each test starts a Redis server of its own.
redis() {
  command -v redis-server >/dev/null || install redis-server
}

rabbitmq() {
  listening 5672 && return 0
  command -v rabbitmq-server >/dev/null || install rabbitmq-server || return 1
  [ "$(id -u)" = 0 ] || return 1
  rabbitmq-server -detached >/dev/null 2>&1
  wait_for 5672
}

# A library that gives a process a wrong clock.
fake_clock() {
  ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || install libfaketime
}

web_server() {
  PATH=$PATH:/usr/sbin command -v nginx >/dev/null && return 0
  install nginx-light openssl || return 1
  service nginx stop >/dev/null 2>&1 # Debian starts it on port 80; the tests start their own
  return 0
}

browser || missing "BROWSER" "Install Debian's package chromium-headless-shell."
postgresql || missing "POSTGRESQL" "Start one on 127.0.0.1:5432."
mariadb_server || missing "MARIADB" "Start one on 127.0.0.1:3306."
redis || missing "REDIS" "Install Debian's package redis-server."
rabbitmq || missing "RABBITMQ" "Start one on 127.0.0.1:5672."
fake_clock || missing "LIBFAKETIME" "Install Debian's package libfaketime."
web_server || missing "NGINX" "Install Debian's package nginx-light."
exit 0
