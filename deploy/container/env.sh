#!/bin/sh
# Makes .env with fresh keys and passwords, unless there is one: docker-compose.yml reads it.
set -eu
cd "$(dirname "$0")/../.."

engine=${ENGINE:-docker}

if [ -e .env ]; then
    echo ".env is there already and stays as it is; the database knows its passwords."
    exit 0
fi

# In the image, for this machine may have no Python that can make keys.
"$engine" build -f deploy/Dockerfile --target identity -t kiezknoten/identity .
umask 077
"$engine" run --rm --network none kiezknoten/identity python -m deploy.container.env >.env.half
mv .env.half .env
echo "Made .env. Now: $engine compose up --build --wait"
