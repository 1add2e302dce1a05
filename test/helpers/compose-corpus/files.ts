// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Compose files on top of, beside and within each other. */
import type { CorpusProject } from './project.ts';

/** Projects, each cut down to what is peculiar about it. */
export const corpusOfFiles: readonly CorpusProject[] = [
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
