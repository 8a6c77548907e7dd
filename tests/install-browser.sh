#!/bin/sh
# What the tests need beyond Python: a real browser, Chinese fonts, nginx, rsync, and strace to cut it short, from Debian, only where they are missing;
# with the word "long", LibreOffice too, which opens the downloads, and Java with the Nu HTML Checker, which reads the pages.
set -e
cd "$(dirname "$0")/.."
missing=""
if [ "$1" = long ]; then
  command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc"
  command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
  command -v curl >/dev/null 2>&1 || missing="$missing curl"
fi
command -v chromium-headless-shell >/dev/null 2>&1 || missing="$missing chromium-headless-shell"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || missing="$missing nginx-light"
[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing="$missing fonts-noto-cjk"
for tool in rsync strace; do
  command -v $tool >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "安装测试所需的 Debian 软件包：$missing"
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing
fi
if [ "$1" = long ] && [ ! -e .cache/vnu ]; then
  echo "下载网页的校验程序（Nu HTML Checker，MIT）"
  mkdir -p .cache/vnu.part
  curl -sSfo .cache/vnu.part/vnu.tgz https://registry.npmjs.org/vnu-jar/-/vnu-jar-26.9.27.tgz
  echo "5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7  .cache/vnu.part/vnu.tgz" | sha256sum -c - >/dev/null
  tar -xzf .cache/vnu.part/vnu.tgz -C .cache/vnu.part
  mv .cache/vnu.part .cache/vnu
fi
