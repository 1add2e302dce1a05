// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Values and variables as Go projects write them into compose files. */
import type { CorpusProject } from './project.ts';

/** Projects, each cut down to what is peculiar about it. */
export const corpusOfValues: readonly CorpusProject[] = [
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
    name: 'no .env at all',
    env: { COMPOSE_DISABLE_ENV_FILE: '1' },
    files: { 'compose.yaml': 'services: { a: { image: "x:${TAG:-none}" } }', '.env': 'TAG=1\n' },
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
  {
    name: 'a project name that values are made of',
    files: {
      'compose.yaml': 'name: ${SHOP:-shop}\nservices: { api: { image: x } }',
      'prod.yaml':
        'name: "${SHOP:-shop}-prod"\nservices: { api: { container_name: "${COMPOSE_PROJECT_NAME}-api", environment: { PROJECT: $COMPOSE_PROJECT_NAME } } }',
    },
    named: ['compose.yaml', 'prod.yaml'],
    env: { SHOP: 'store' },
  },
  {
    name: 'a project name of the environment',
    files: {
      'compose.yaml': 'name: shop\nservices: { api: { image: x, container_name: "${COMPOSE_PROJECT_NAME}-api" } }',
      '.env': 'COMPOSE_PROJECT_NAME=kiosk\n',
    },
  },
];
