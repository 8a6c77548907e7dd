#!/bin/sh
# What the tests need beyond Python: a real browser, Chinese fonts, nginx, rsync, and strace to cut it short, from Debian, only where they are missing;
# with the word "long", LibreOffice too, which opens the downloads.
set -e
missing=""
[ "$1" = long ] && ! command -v soffice >/dev/null 2>&1 && missing="$missing libreoffice-calc"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || missing="$missing nginx-light"
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
for tool in rsync strace; do
  command -v $tool >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] && exit 0
echo "安装测试所需的 Debian 软件包：$missing"
sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -q
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
