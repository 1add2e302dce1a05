# rampart as an image, for machines without Node: it starts topologies through the Docker socket, or loads what already runs.
#
#   docker build -t rampart .
#   docker run --rm -it --init --network host -v /var/run/docker.sock:/var/run/docker.sock -v "$PWD:$PWD" -w "$PWD" rampart run rampart.yaml
#
# The host's network, because topologies are reached on its loopback addresses; the folder under its own path, because the engine
# reads the paths of a compose file on the host. There is no Go in it: services are built by their Dockerfiles.
ARG NODE_IMAGE=node:22-bookworm-slim
ARG DOCKER_IMAGE=docker:28-cli

FROM ${DOCKER_IMAGE} AS docker

FROM ${NODE_IMAGE} AS package
WORKDIR /src
COPY . .
RUN npm run setup && mkdir /package && npm pack --ignore-scripts --pack-destination /package

FROM ${NODE_IMAGE}
# A gate reads two states of a repository.
RUN command -v git >/dev/null || { apt-get update && apt-get install --yes --no-install-recommends git ca-certificates && rm -rf /var/lib/apt/lists/*; }
COPY --from=docker /usr/local/bin/docker /usr/local/bin/docker
COPY --from=docker /usr/local/libexec/docker/cli-plugins/docker-compose /usr/local/libexec/docker/cli-plugins/docker-compose
COPY --from=package /package /package
RUN npm install --global --ignore-scripts --no-audit --no-fund /package/*.tgz && rm -rf /package ~/.npm
# The folder belongs to somebody else than who runs in here.
RUN git config --system --add safe.directory '*'
ENTRYPOINT ["rampart"]
CMD ["--help"]
