#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.txt and requirements-dev.txt (make lock).
#
# One universal resolution serves Python 3.10 and newer on every system: where a package
# has left an old Python behind, the pin carries an environment marker.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "lock: fetching the resolver"
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9

# The resolver would look into PyTorch's CUDA wheels, several gigabytes of them. torch is
# pinned in pyproject.toml already, so only what it needs on the CPU is resolved.
torch=$(grep -o 'torch==[0-9.]*' pyproject.toml)
sed "s/\"$torch\"/\"filelock\", \"fsspec>=0.8.5\", \"networkx>=2.5.1\", \"sympy>=1.13.3\"/" \
    pyproject.toml > "$work/pyproject.toml"
cp README.md LICENSE "$work/"
compile() {
    (cd "$work" && venv/bin/uv pip compile --quiet --universal --python-version 3.10 \
        --no-annotate --no-header "$@" pyproject.toml)
}

echo "lock: resolving the book"
compile --extra book -o book.txt > "$work/log"
echo "lock: resolving the tests"
compile --extra book --extra test -c book.txt -o test.txt > "$work/log"

{
    echo "# Everything 'make book' installs. Made by 'make lock' from pyproject.toml; do not edit."
    cat "$work/book.txt"
    echo "-e ."
} > requirements.txt
{
    echo "# Everything 'make test' installs. Made by 'make lock' from pyproject.toml; do not edit."
    echo "-r requirements.txt"
    (grep -vxFf "$work/book.txt" "$work/test.txt"; echo "$torch") | sort
} > requirements-dev.txt
echo "lock: $(grep -c == requirements.txt) pins for the book, $(grep -c == requirements-dev.txt) more for the tests"
