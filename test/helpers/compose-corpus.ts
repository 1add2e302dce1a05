// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Compose projects as Go projects write them, each cut down to what is peculiar about it; what Compose makes of them is in test/golden/compose. */

import { fileURLToPath } from 'node:url';

/** One project: its files, and what is asked of Compose. */
export interface CorpusProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The files that are named; the first one alone when absent. */
  readonly named?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  /** Compose as old as 2.26 does not read it, or not as the specification says; the recorded outcome was written by hand. */
  readonly isNewer?: boolean;
}

/** Values and variables. */
const values: readonly CorpusProject[] = [
  {
    name: 'scalars of every kind',
    files: {
      'compose.yaml': `
x-limits: &limits { SHARED: 0755 }
services:
  api:
    build: { context: ., args: { BIG: 12345678901234567890, MODE: 0644, VERSION: 1.20, DAY: 2024-01-02 } }
    command: [serve, "8080", 1_000_x, "true", null-ish]
    environment:
      <<: *limits
      GUILD: 175928847299117063
      HUGE: 123456789012345678901234
      NEW_OCTAL: 0o644
      NOT_OCTAL: 089
      BINARY: 0b101
      GROUPED: 1_000_000
      HEX: -0x1F
      PLUS: +12
      FLOAT: 1.10
      EXPONENT: 1e21
      MILLION: 1000000
      FLOAT_MILLION: 1e6
      BILLION: 1_500_000_000.25
      TINY: 0.00001234
      POINT: .5
      TRAILING: 5.
      SEXAGESIMAL: 1:30
      YES: yes
      OFF: off
      UPPER: TRUE
      TILDE: ~
      NULLED: null
      EMPTY: ""
      DATE: 2024-01-02
      STAMP: 2001-12-14t21:59:43.10-05:00
      SPACED: 2001-12-14 21:59:43
      VERSION: 1.2.3
      QUOTED: "0644"
      TAGGED: !!str 0644
      BLOCK: |
        two
        lines
      FOLDED: >-
        one
        line
    labels: { number: 0x10, flag: true, big: 9223372036854775808 }
`,
    },
  },
  {
    name: 'merge keys, one and several',
    files: {
      'compose.yml': `
version: "3.9"
x-app: &app { GOMAXPROCS: "1", HTTP_PORT: 8080, LOG: debug }
x-trace: &trace { LOG: trace, OTLP: "jaeger:4317" }
x-service: &service
  restart: unless-stopped
  environment: { <<: [*app, *trace], OWN: 1 }
services:
  app:
    <<: *service
    build: { context: . }
    ports: ["8080:8080", "8081:8081"]
  worker:
    <<: *service
    build: .
    environment:
      LOG: info
      <<: *app
  job:
    <<: [{ image: "first:1" }, { image: "second:2", command: run }]
`,
    },
  },
  {
    name: 'anchored scalars and fragments',
    files: {
      'compose.yaml': `
x-db: &db { USER: &user list, PASSWORD: &password list }
x-logging: &logging { driver: json-file, options: { max-size: 5m } }
services:
  app:
    image: list/list:latest
    logging: *logging
    environment: { APP_user: *user, APP_password: *password, APP_port: 5432, LIFETIME: 300s, ADMIN: "\${ADMIN:-}" }
    command: [sh, -c, "./list --install --config '' && ./list --config ''"]
  db: { image: "postgres:17", environment: { <<: *db } }
`,
    },
  },
  {
    name: 'interpolation in every form',
    env: { SET: 'value', EMPTY: '', PORT: '9000' },
    files: {
      'compose.yaml': `
services:
  api:
    image: "repo/api:\${TAG:-latest}"
    environment:
      - A=\${SET}-$SET
      - B=\${NONE:-default}
      - C=\${EMPTY:-colon}\${EMPTY-plain}
      - D=\${SET:?needed}\${EMPTY?fine}
      - E=\${SET:+alt}\${EMPTY:+no}\${EMPTY+yes}\${NONE+no}
      - F=\${NONE:-\${ALSO:-\${SET}}}
      - G=$$SET-$\${SET}
      - H=\${NONE}
      - I=http://\${HOST:-localhost}:\${PORT}/\${NONE:-a:b-c}
    ports: ["\${BIND:-127.0.0.1}:\${PORT}:\${PORT}"]
    deploy: { replicas: "\${REPLICAS:-2}" }
    read_only: "\${RO:-true}"
`,
    },
  },
  {
    name: 'a .env that others build on',
    env: { SHELL_WINS: 'shell' },
    files: {
      'compose.yaml': `
services:
  cart:
    image: \${IMAGE_NAME}:\${VERSION}-cart
    deploy: { resources: { limits: { memory: 160M, cpus: "0.25" } } }
    environment:
      - CART_PORT
      - SHELL_WINS
      - NOT_SET_ANYWHERE
      - ENDPOINT=http://\${OTEL_HOST}:\${OTEL_PORT}
      - ATTRIBUTES=\${ATTRS},service.criticality=high
    ports: ["\${CART_PORT}"]
`,
      '.env': `
# Images
IMAGE_NAME=ghcr.io/demo
VERSION='1.2.3' # quoted
export OTEL_HOST=collector
OTEL_PORT = 4317
CART_PORT=7070
SHELL_WINS=file
ATTRS=service.namespace=\${IMAGE_NAME},version=\${VERSION}
`,
    },
  },
  {
    name: 'env_file in its forms',
    env: { OUTER: 'outer', HOME_DIR: '/home/x' },
    files: {
      'compose.yaml': `
services:
  one: { image: x, env_file: app.env }
  many:
    image: x
    env_file: [app.env, ./envs/.local, { path: gone.env, required: false }, { path: envs/long.env }]
    environment: { OWN: 1, PORT: "9999" }
`,
      'app.env': `
PORT=8080
NAME="quoted # not a comment" # a comment
SINGLE='\${PORT} stays \\n'
DOUBLE="tab\\tline\\n\\"q\\" \\\\ \\$PORT \${PORT}"
export EXPORTED=yes
SPACED   =   a value
HASH=a#b
COMMENT=a #b
DOLLAR=pa$$word
NESTED=\${NONE:-\${OUTER}}
EMPTY=
YAML: colon
dotted.name-x=1
OUTER
MULTI="one
two"
`,
      'envs/.local': 'PORT=7070\nFROM_BEFORE=${PORT}-${NAME}\n',
      'envs/long.env': 'LAST=${FROM_BEFORE}\r\nCRLF=yes\r\n',
    },
  },
  {
    name: 'env_file taken as it stands',
    isNewer: true,
    env: { OUTER: 'outer' },
    files: {
      'compose.yaml': 'services: { api: { image: x, env_file: [{ path: raw.env, format: raw }] } }',
      'raw.env': '# comment\nA=a$b "c" #d\n  B= spaced \nOUTER\nNOT_SET\nC=$${X}\n',
    },
  },
  {
    name: 'numbers and names that look like others',
    files: {
      'compose.yaml': `
name: shop
services:
  "8080": { image: x, labels: [a, "b=1=2", "c="], environment: ["A", "B=", "C==", "D=a b", "E=\\"q\\""] }
  on: { image: "1.10", hostname: 0x10.example }
  api.v1: { image: "no:1", user: "1000:1000", working_dir: /srv, container_name: api_v1 }
`,
    },
  },
];

/** Files on files. */
const files: readonly CorpusProject[] = [
  {
    name: 'an override file of a developer',
    named: ['docker-compose.yml', 'docker-compose.override.yml'],
    files: {
      'docker-compose.yml': `
services:
  api:
    build: { context: ., target: prod, args: { TAGS: netgo, V: 1 } }
    command: ["/api", "-addr", ":8080"]
    entrypoint: ["/tini", "--"]
    environment: { MODE: production, KEEP: 1 }
    labels: [team=a, tier=web]
    ports: ["8080:8080"]
    volumes: ["data:/data", "./conf:/conf:ro"]
    depends_on: [db]
    healthcheck: { test: [CMD, /api, health], interval: 30s, retries: 3 }
    env_file: base.env
    expose: ["9090"]
    cap_add: [NET_ADMIN]
    stop_grace_period: 30s
  db: { image: "postgres:17", ports: ["5432:5432"] }
volumes: { data: {} }
`,
      'docker-compose.override.yml': `
services:
  api:
    build: { target: dev, args: [TAGS=debug, RACE=1] }
    command: air -c .air.toml
    entrypoint: []
    environment: [MODE=development, DEBUG]
    labels: { tier: dev }
    ports: ["127.0.0.1:2345:2345", "8080:8080"]
    volumes: [".:/src", "./dev-conf:/conf"]
    depends_on: { cache: { condition: service_healthy }, db: { condition: service_healthy } }
    healthcheck: { test: curl -f localhost:8080 }
    env_file: [dev.env]
    expose: [9090, 9091]
    cap_add: [NET_ADMIN, SYS_PTRACE]
  cache: { image: "redis:7", healthcheck: { test: [CMD, redis-cli, ping] } }
`,
      'base.env': 'FROM=base\nBASE=1\n',
      'dev.env': 'FROM=dev\n',
    },
  },
  {
    name: 'three files for an environment',
    named: ['compose/base.yml', 'compose/development.yml', 'compose/local.yml'],
    env: { COMMON_ENV_FILE: 'env/common.env' },
    files: {
      'compose/base.yml':
        'services: { gateway: { build: ../gateway, env_file: ["../${COMMON_ENV_FILE}"], networks: [front] } }\nnetworks: { front: {} }',
      'compose/development.yml':
        'services: { gateway: { ports: ["8080:8080"], networks: { front: { aliases: [gw] } } } }',
      'compose/local.yml': 'services: { gateway: { volumes: ["./local:/etc/gw"], scale: 2 } }',
      'compose/.env': 'IGNORED=1',
      'env/common.env': 'COMMON=yes',
    },
  },
  {
    name: 'resets and overrides',
    named: ['compose.yaml', 'compose.prod.yaml'],
    files: {
      'compose.yaml': `
services:
  api:
    build: .
    image: api:dev
    ports: ["8080:8080", "6060:6060"]
    environment: { A: 1, B: 2 }
    volumes: [".:/src"]
    command: [dev]
  db: { image: "postgres:17", ports: ["5432:5432"] }
`,
      'compose.prod.yaml': `
services:
  api:
    build: !reset null
    ports: !override ["80:8080"]
    environment: { B: !reset null, C: 3 }
    volumes: !reset []
  db: { ports: !reset [] }
`,
    },
  },
  {
    name: 'extends in one file, a chain',
    files: {
      'compose.yaml': `
services:
  base:
    image: base:1
    environment: { A: base, B: base }
    labels: { from: base }
    ports: ["1000:1000"]
    profiles: [never]
  middle:
    extends: base
    environment: { B: middle, C: middle }
    ports: ["2000:2000"]
    profiles: []
  api:
    extends: { service: middle }
    image: api:1
    environment: [C=api]
    profiles: []
`,
    },
  },
  {
    name: 'extends of another folder',
    files: {
      'compose.yaml': `
services:
  trainer:
    extends: { file: common/services.yml, service: http }
    environment: { SERVER: trainer }
    build: { args: { X: 1 } }
  users:
    extends: { file: common/services.yml, service: http }
    command: [users]
volumes: { cache: }
`,
      'common/services.yml': `
services:
  http:
    extends: { file: ../base.yml, service: go }
    build: { context: ./docker, dockerfile: Dockerfile.dev }
    env_file: http.env
    volumes: ["../internal:/internal", "cache:/cache"]
    working_dir: /internal
`,
      'base.yml':
        'services: { go: { image: "golang:1.25", environment: { GOCACHE: /cache, SERVER: none }, volumes: ["./go:/go"] } }',
      'common/http.env': 'PORT=3000\n',
    },
  },
  {
    name: 'includes, short and long',
    env: { SHELL: 'sh' },
    files: {
      'compose.yaml': `
include:
  - services/api.yaml
  - path: [services/db/db.yaml, services/db/db.local.yaml]
services:
  web: { image: "nginx:1", depends_on: [api, db], environment: { WHERE: "\${WHERE:-none}" } }
`,
      '.env': 'TOP=top\nBOTH=top\n',
      'services/api.yaml':
        'services: { api: { build: ../svc, ports: ["8080:8080"], environment: { TOP: "${TOP:-unset}", PASSED: , WHERE: "${WHERE}" } } }',
      'services/.env': 'WHERE=services\nPASSED=inner\nBOTH=inner\n',
      'services/db/db.yaml':
        'services: { db: { image: "postgres:${PG:-16}", env_file: db.env, volumes: ["./data:/data"] } }',
      'services/db/db.local.yaml': 'services: { db: { ports: ["5432:5432"] } }',
      'services/db/.env': 'PG=17\n',
      'services/db/db.env': 'A=${PG:-not seen here}\n',
    },
  },
  {
    name: 'an include with its own variables and folder',
    files: {
      'compose.yaml': `
include:
  - { path: ops/monitoring.yaml, project_directory: ., env_file: [ops/a.env, ops/b.env] }
services: { api: { build: . } }
`,
      'ops/monitoring.yaml':
        'services: { prometheus: { image: "prom/prometheus:${PROM}", volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml"], labels: { b: "${B}" } } }',
      'ops/a.env': 'PROM=v2\nB=a\n',
      'ops/b.env': 'B=b-${PROM}\n',
    },
  },
  {
    name: 'several documents in one file',
    files: {
      'compose.yaml':
        'services: { api: { image: a, ports: ["1:1"] } }\n---\nservices: { api: { ports: ["2:2"] }, web: { image: b } }\n',
    },
  },
];

/** What services are made of. */
const services: readonly CorpusProject[] = [
  {
    name: 'ports in every form',
    files: {
      'compose.yaml': `
services:
  api:
    image: x
    ports:
      - 3000
      - "4000-4002"
      - "8000:8000"
      - "9090-9091:8080-8081"
      - "49100:22"
      - "127.0.0.1:8001:8001"
      - "127.0.0.1:5000-5001:5000-5001"
      - "127.0.0.1::5353/udp"
      - "[::1]:6000:6000"
      - "6060:6060/udp"
      - "8080-8090:80"
      - { target: 443, published: "8443", protocol: tcp, host_ip: 0.0.0.0 }
      - { target: 53, published: 5300-5310, protocol: udp, mode: host }
      - { target: 9999 }
    expose: ["7000", 7001, "7002-7003"]
`,
    },
  },
  {
    name: 'dependencies in both forms',
    files: {
      'compose.yaml': `
services:
  api: { build: ., depends_on: { db: { condition: service_healthy, restart: true }, migrate: { condition: service_completed_successfully }, cache: { condition: service_started, required: false } } }
  web: { build: ., depends_on: [api, db] }
  migrate: { build: ., command: [migrate, up], restart: on-failure, depends_on: [db] }
  db: { image: "postgres:17", healthcheck: { test: pg_isready -U $$USER, interval: 1m30s, timeout: 5s, retries: 5, start_period: 10s } }
  cache: { image: "redis:7", profiles: [cache], healthcheck: { disable: true } }
`,
    },
  },
  {
    name: 'profiles that are asked for',
    profiles: ['debug', 'load'],
    files: {
      'compose.yaml': `
services:
  api: { image: x }
  pprof: { image: y, profiles: [debug], depends_on: [api] }
  gen: { image: z, profiles: ["load", other] }
  adminer: { image: a, profiles: [tools] }
`,
    },
  },
  {
    name: 'profiles of the environment',
    env: { COMPOSE_PROFILES: 'tools, load' },
    files: {
      'compose.yaml':
        'services: { api: { image: x }, adminer: { image: a, profiles: [tools] }, gen: { image: b, profiles: [load] }, other: { image: c, profiles: [z] } }',
    },
  },
  {
    name: 'profiles of .env, all of them',
    files: {
      'compose.yaml': 'services: { api: { image: x }, adminer: { image: a, profiles: [tools] } }',
      '.env': 'COMPOSE_PROFILES=*\n',
    },
  },
  {
    name: 'secrets and configs',
    env: { TOKEN: 't' },
    files: {
      'compose.yaml': `
services:
  api:
    image: x
    secrets: [jwt, { source: token, target: /run/t, mode: 0400 }]
    configs: [{ source: app, target: /etc/app.yaml }, plain]
    environment: { JWT_FILE: /run/secrets/jwt }
secrets:
  jwt: { file: ./secrets/jwt.txt }
  token: { environment: TOKEN }
configs:
  app: { content: "addr: :\${PORT:-8080}" }
  plain: { file: conf/plain.yaml }
`,
    },
  },
  {
    name: 'names on networks',
    files: {
      'compose.yaml': `
services:
  app:
    build: .
    hostname: app.example.com
    networks: { app_network: { aliases: [app.lvh.me, api] }, back: }
    links: ["db:database"]
    extra_hosts: ["host.docker.internal:host-gateway", "other=10.0.0.1"]
  db: { image: "postgres:17", networks: [back], container_name: db }
  sidecar: { image: s, network_mode: "service:app" }
  plain: { image: p, network_mode: host }
networks: { app_network: { external: false }, back: { internal: true } }
`,
    },
  },
  {
    name: 'limits, old and new',
    files: {
      'compose.yaml': `
services:
  new: { image: x, deploy: { replicas: 3, resources: { limits: { cpus: '1.50', memory: 2Gb }, reservations: { cpus: "0.25", memory: 20M } } } }
  old: { image: x, cpus: 0.5, mem_limit: 512m, scale: 2 }
  numbers: { image: x, deploy: { resources: { limits: { cpus: 2, memory: "1073741824" } } } }
`,
    },
  },
  {
    name: 'commands as one line',
    files: {
      'compose.yaml': `
services:
  a: { image: x, command: serve --addr :8080 --name "a b" --raw 'c $$d' e\\ f }
  b: { image: x, entrypoint: /bin/sh -c "echo \\"x\\"", command: [] }
  c: { image: x, command: "" }
  d: { image: x, command: bash -c "go mod download && go run ./cmd/api" }
  e:
    image: x
    command: >
      --log.level=debug
      --web.listen-address=:9090
  f: { image: x, command: mysqld --user=root --sql-mode='' }
`,
    },
  },
  {
    name: 'volumes in both forms',
    files: {
      'compose.yaml': `
services:
  kratos:
    image: x
    volumes:
      - ./a:/a
      - ./up/../other:/up:ro
      - /abs:/abs/
      - named:/var/lib/x
      - /anonymous
      - { type: bind, source: ./config, target: /etc/config }
      - { type: volume, source: named, target: /sqlite, read_only: false }
      - { type: tmpfs, target: /tmp }
volumes: { named: }
`,
    },
  },
  {
    name: 'a build in all its forms',
    files: {
      'compose.yaml': `
services:
  short: { build: ./svc }
  long: { build: { context: ., dockerfile: build/Dockerfile.dev, target: final, args: [A=1, B] }, image: "me/long:1", platform: linux/amd64 }
  inline: { build: { dockerfile_inline: "FROM scratch\\nCOPY x /x\\n" } }
  remote: { build: "https://github.com/example/repo.git#main:sub" }
`,
    },
    env: { B: 'shell' },
  },
  {
    name: 'stopping',
    files: {
      'compose.yaml':
        'services: { a: { image: x, stop_signal: SIGINT, stop_grace_period: 1m30s500ms }, b: { image: x, stop_grace_period: 10s, init: true, tty: true } }',
    },
  },
];

/** All projects, by name. */
export const composeCorpus: readonly CorpusProject[] = [...values, ...files, ...services];

/** Where the outcome of a project is recorded. */
export function recordedFile({ name }: CorpusProject): string {
  const file = `${name.replace(/^\W+/, '').replaceAll(/\W+/g, '-')}.json`;
  return fileURLToPath(new URL(`../golden/compose/${file}`, import.meta.url));
}

/** An outcome as it is recorded. */
export function recordedText(outcome: unknown): string {
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}
