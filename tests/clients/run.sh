#!/bin/sh
# Generates the clients of examples/clients from the committed document, checks their types, and runs them against a live service: each
# example, each story, and a rule set that has ids the document does not know. Also the curl scripts of the stories.
#
#   tests/clients/run.sh                    all of it
#   tests/clients/run.sh python rust        only these of curl, python, typescript, java, rust
#
# Needs target/debug/asaflex (cargo build).
set -eu
# shellcheck source=tests/clients/setup.sh
. "$(dirname "$0")/setup.sh"

examples=$root/examples
clients=$examples/clients
document=$root/openapi/openapi.json
wanted=${*:-curl python typescript java rust}
want() { case " $wanted " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }
say() { echo "== $*"; }

start_server embedded
ASAFLEX_URL=$url

# The same rules with a module and a notice that came after the clients were generated.
cp -r "$root/rules" "$work/rules"
cat >"$work/rules/modules/came-later.yaml" <<'RULES'
modules:
  - id: came-later
    title: Später gekommen
    text: Ein Baustein, den der Client nicht kennt.
    beneficiary: [trainee]
    carriedBy: []
    basis: statute
    citations: [{ source: sgb-iii, at: "§ 75 Abs. 1" }]
    rules: [{ id: always, when: { always: true }, text: Immer. }]
RULES
cat >>"$work/rules/notices.yaml" <<'RULES'
  - { id: came-later, severity: info, when: { always: true }, text: Ein Hinweis, citations: [] }
RULES
start_server later --rules "$work/rules"
ASAFLEX_LATER_URL=$url
export ASAFLEX_URL ASAFLEX_LATER_URL

install_python_tools

# same LANGUAGE: all examples print the same.
same() {
  cat "$work/said.$1"
  if [ -e "$work/said" ]; then
    diff "$work/said" "$work/said.$1" || { echo "the example in $1 says something else" >&2; exit 1; }
  fi
  cp "$work/said.$1" "$work/said"
}

if want curl; then
  need curl curl
  for story in "$examples"/*/curl.sh; do
    folder=$(dirname "$story")
    say "curl: $(basename "$folder")"
    sh "$story" >"$work/answer.json"
    python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1])) != json.load(open(sys.argv[2])))' \
      "$work/answer.json" "$folder/response.json" || { echo "$story is answered differently" >&2; exit 1; }
  done
fi

if want python; then
  say "python"
  cd "$clients/python"
  openapi-python-client generate --path "$document" --config openapi-python-client.yaml --meta none \
    --output-path asaflex_client --overwrite >"$work/python" 2>&1 || { cat "$work/python" >&2; exit 1; }
  touch asaflex_client/py.typed
  mypy --strict --follow-imports silent --no-error-summary --cache-dir "$target/client-tools/mypy" screen.py stories_test.py
  PYTHONDONTWRITEBYTECODE=1 python screen.py >"$work/said.python"
  same python
  PYTHONDONTWRITEBYTECODE=1 python -m unittest --quiet stories_test
fi

if want typescript; then
  say "typescript"
  cd "$clients/typescript"
  install_node_packages .
  npm run --silent generate >"$work/typescript" 2>&1 || { cat "$work/typescript" >&2; exit 1; }
  # Each written answer, assigned to its type: the compiler says whether the document tells the truth.
  {
    echo 'import type { components } from "./asaflex.js";'
    echo 'type Exchange = { request: components["schemas"]["ScreeningRequest"]; response: components["schemas"]["ScreeningResponse"] };'
    echo 'export const stories: Exchange[] = ['
    for folder in "$examples"/*/; do
      if [ -e "$folder/request.json" ]; then
        echo '{ request:'; cat "$folder/request.json"; echo ', response:'; cat "$folder/response.json"; echo '},'
      fi
    done
    echo '];'
  } >generated/stories.ts
  npm run --silent start >"$work/said.typescript"
  same typescript
  node --test generated/js/stories.test.js >"$work/typescript" || { cat "$work/typescript" >&2; exit 1; }
fi

if want java; then
  say "java"
  need javac default-jdk-headless
  annotations=/usr/share/java/jakarta-annotation-api.jar
  need "$annotations" libjakarta-annotation-api-java
  cd "$clients/java"
  openapi-generator-cli generate --config openapi-generator.yaml >"$work/java" 2>&1 || { cat "$work/java" >&2; exit 1; }
  # Jackson comes with the generator.
  jackson=$(echo "$tools"/lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar)
  classes=$work/classes
  find generated/src/main/java -name '*.java' >"$work/java.sources"
  javac -nowarn -encoding UTF-8 -d "$classes" -classpath "$jackson:$annotations" @"$work/java.sources" 2>&1 | { grep -v '^Note:' || true; }
  javac -Xlint:all,-processing -Werror -encoding UTF-8 -d "$classes" -classpath "$classes:$jackson:$annotations" Screen.java Stories.java
  java -classpath "$classes:$jackson:$annotations" Screen >"$work/said.java"
  same java
  java -classpath "$classes:$jackson:$annotations" Stories "$examples" >"$work/java" || { cat "$work/java" >&2; exit 1; }
fi

if want rust; then
  say "rust"
  cd "$clients/rust"
  openapi-generator-cli generate --config openapi-generator.yaml >"$work/rust" 2>&1 || { cat "$work/rust" >&2; exit 1; }
  # The same place and the same profile as the service: what both need is compiled once.
  export CARGO_TARGET_DIR="$target" CARGO_PROFILE_DEV_DEBUG="${CARGO_PROFILE_DEV_DEBUG:-line-tables-only}"
  cargo test --quiet --locked
  cargo run --quiet --locked >"$work/said.rust"
  same rust
fi
say "the clients work"
