#!/usr/bin/env bash
# What cannot be run without a container engine, a cluster or systemd is read by the tools that know its form. Stops at the first finding.
#
#   tests/operations/lint.sh               as root on Debian; installs what is missing, Python tools into target/operations
set -euo pipefail
# shellcheck source=tests/operations/service.sh
. "$(dirname "$0")/service.sh"
deploy=$root/examples/deploy
need shellcheck shellcheck
need haproxy haproxy
need nginx nginx
need openssl openssl
need systemd-analyze systemd
venv=${CARGO_TARGET_DIR:-$root/target}/operations/lint
python_tools "$venv" yamllint checkov==3.3.30 kubernetes-validate==1.37.0 yamllint==1.37.1
say() { printf '%-52s %s\n' "$1" "${2:-clean}"; }

# Scripts. (`-nt` is in no standard, and in every shell that reads them.)
find "$root/.ci" "$root/tests" "$root/examples" -path '*/node_modules' -prune -o -type f \( -name '*.sh' -o -path '*/.ci/run' \) -print0 |
  (cd "$root" && xargs -0 shellcheck -x -P "$root" -e SC3013)
say 'scripts (shellcheck)'

# YAML.
"$venv/bin/yamllint" -s -d '{extends: default, rules: {line-length: disable, document-start: disable, comments-indentation: disable, braces: {max-spaces-inside: 1}, comments: {min-spaces-from-content: 1}}}' \
  "$deploy/compose.yaml" "$deploy"/kubernetes/*.yaml
say 'YAML (yamllint)'

# Kubernetes: the schemas of every version the guide names, and the rules for a safe pod.
for version in 1.30 1.33 1.37; do
  find "$deploy/kubernetes" -name '*.yaml' ! -name 'kustomization.yaml' -print0 |
    xargs -0 "$venv/bin/kubernetes-validate" --strict --quiet --version "$version" > "$work/validate" || { cat "$work/validate"; exit 1; }
done
say 'Kubernetes (kubernetes-validate 1.30, 1.33, 1.37)'
# Left out on purpose: a processor limit (see deployment.yaml), always pulling the image and its digest (the operator's), and a
# separate service account (none is mounted); namespace and image tag stand in kustomization.yaml.
skip=CKV_K8S_11,CKV_K8S_14,CKV_K8S_15,CKV_K8S_21,CKV_K8S_43,CKV2_K8S_6
"$venv/bin/checkov" --quiet --compact --framework kubernetes --skip-check "$skip" --directory "$deploy/kubernetes" --skip-download > "$work/checkov" || { cat "$work/checkov"; exit 1; }
"$venv/bin/checkov" --quiet --compact --framework dockerfile --file "$deploy/Dockerfile" --skip-download > "$work/checkov" || { cat "$work/checkov"; exit 1; }
say 'Kubernetes, Dockerfile (checkov)'

# Rules as ConfigMaps: every file arrives where it belongs.
cp -r "$root/rules" "$work/rules"
mkdir -p "$work/examples" && cp -r "$deploy" "$work/examples/deploy"
"$work/examples/deploy/rules-to-configmaps.sh" "$work/rules" > /dev/null
python3 - "$work" << 'PY'
import pathlib, re, sys
work = pathlib.Path(sys.argv[1])
out = work / "examples/deploy/site/kubernetes"
items = re.findall(r"- key: (\S+)\n\s+path: (\S+)", (out / "deployment.yaml").read_text())
placed = {path: (out / "files" / key).read_bytes() for key, path in items}
wanted = {str(p.relative_to(work / "rules")): p.read_bytes() for p in (work / "rules").rglob("*") if p.suffix in {".yaml", ".yml", ".csv"}}
assert placed == wanted, "the projected folder differs from the rules"
PY
say 'rules as ConfigMaps (rebuilt and compared)'

# Compose: its schema and its variables, where a Compose is at hand.
if docker compose version > /dev/null 2>&1; then
  docker compose -f "$deploy/compose.yaml" config --quiet
  say 'Compose (docker compose config)'
else
  need docker-compose docker-compose
  # Version 1 does not know these two.
  grep -v -e '^name:' -e 'create_host_path' -e '^ *bind:$' "$deploy/compose.yaml" > "$work/compose.yaml"
  (cd "$work" && docker-compose -f compose.yaml config --quiet)
  say 'Compose (docker-compose config)'
fi

# Proxies: their own reading of the configuration, with a certificate made for it.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=asaflex.example \
  -keyout "$work/key" -out "$work/certificate" 2> /dev/null
cat "$work/certificate" "$work/key" > "$work/both.pem"
sed "s|/etc/haproxy/asaflex.pem|$work/both.pem|" "$deploy/proxy/haproxy.cfg" > "$work/haproxy.cfg"
haproxy -c -q -f "$work/haproxy.cfg"
say 'HAProxy (haproxy -c)'
{
  echo "daemon off; pid $work/nginx.pid; error_log stderr; events {} http {"
  sed -e "s|/etc/letsencrypt/live/asaflex.example/fullchain.pem|$work/certificate|" -e "s|/etc/letsencrypt/live/asaflex.example/privkey.pem|$work/key|" \
    -e "s|/var/log/nginx/|$work/|" "$deploy/proxy/nginx.conf"
  echo '}'
} > "$work/nginx.conf"
nginx -t -q -c "$work/nginx.conf"
say 'nginx (nginx -t)'

# systemd: the unit as it is, and as a template for two instances.
mkdir -p "$work/units"
printf '#!/bin/sh\n' > "$work/asaflex" && chmod +x "$work/asaflex"
sed "s|/usr/local/bin/asaflex|$work/asaflex|" "$deploy/systemd/asaflex.service" > "$work/units/asaflex.service"
sed "s|ASAFLEX_LISTEN=127.0.0.1:8080|ASAFLEX_LISTEN=127.0.0.1:%i|" "$work/units/asaflex.service" > "$work/units/asaflex@.service"
for unit in asaflex.service asaflex@.service; do
  found=$(systemd-analyze verify --man=no --recursive-errors=no "$work/units/$unit" 2>&1 | grep -F asaflex || true)
  [ -z "$found" ] || { echo "$found" >&2; exit 1; }
done
say 'systemd (systemd-analyze verify)'
systemd-analyze security --offline=true --threshold=20 "$work/units/asaflex.service" > "$work/security" || { tail -3 "$work/security" >&2; exit 1; }
say 'systemd (systemd-analyze security, at most 2.0)' "$(grep -o 'exposure level.*' "$work/security" | grep -oE '[0-9]+\.[0-9]+')"

# The health check of the image, with the compiler that is at hand.
rustc --edition 2024 -D warnings -C panic=abort -o "$work/healthcheck" "$deploy/healthcheck.rs"
rustfmt --check --edition 2024 --config max_width=140 "$deploy/healthcheck.rs"
say 'health check (rustc, rustfmt)'
