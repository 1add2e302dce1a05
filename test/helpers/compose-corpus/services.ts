// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** What services of compose files are made of. */
import type { CorpusProject } from './project.ts';

/** Projects, each cut down to what is peculiar about it. */
export const corpusOfServices: readonly CorpusProject[] = [
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
