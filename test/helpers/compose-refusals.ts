// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Compose projects that Docker Compose refuses, and what rampart says of them. */

/** One project: its files, of which the first is named, and the lines of the refusal. */
export interface Refusal {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const at = (place: string) => `/elsewhere/compose.yaml:${place}`;

/** All of them. */
export const composeRefusals: readonly Refusal[] = [
  {
    name: 'an include that is not there',
    files: { 'compose.yaml': 'include: [db/compose.yaml]\nservices: { a: { image: x } }' },
    says: [`${at('1:11')} names a file that is not there: /elsewhere/db/compose.yaml`],
  },
  {
    name: 'includes in a circle',
    files: {
      'compose.yaml': 'include: [b.yaml]\nservices: { a: { image: x } }',
      'b.yaml': 'include: [compose.yaml]\nservices: { b: { image: x } }',
    },
    says: [
      '/elsewhere/b.yaml:1:11 include goes in a circle: /elsewhere/compose.yaml -> /elsewhere/b.yaml -> /elsewhere/compose.yaml',
    ],
  },
  {
    name: 'an include that defines a service otherwise',
    files: {
      'compose.yaml': 'include: [b.yaml]\nservices: { a: { image: x } }',
      'b.yaml': 'services: { a: { image: y } }',
    },
    says: [`${at('2:16')} services.a is also defined, otherwise, by a project that is included`],
  },
  {
    name: 'an include whose variables are not there',
    files: {
      'compose.yaml': 'include: [{ path: b.yaml, env_file: gone.env }]\nservices: { a: { image: x } }',
      'b.yaml': 'services: { b: { image: y } }',
    },
    says: [`${at('1:11')} includes with a file of variables that is not there: /elsewhere/gone.env`],
  },
  {
    name: 'extends of nothing',
    files: { 'compose.yaml': 'services: { a: { image: x, extends: gone } }' },
    says: [`${at('1:37')} services.a.extends names "gone", which is no service of /elsewhere/compose.yaml`],
  },
  {
    name: 'extends of a file that is not there',
    files: { 'compose.yaml': 'services: { a: { image: x, extends: { file: gone.yaml, service: a } } }' },
    says: [`${at('1:37')} names a file that is not there: /elsewhere/gone.yaml`],
  },
  {
    name: 'extends in a circle',
    files: { 'compose.yaml': 'services:\n  a: { image: x, extends: b }\n  b: { image: x, extends: a }\n' },
    says: [
      `${at('2:27')} services.a.extends goes in a circle: a (/elsewhere/compose.yaml) -> b (/elsewhere/compose.yaml) -> a (/elsewhere/compose.yaml)`,
      `${at('3:27')} services.b.extends goes in a circle: b (/elsewhere/compose.yaml) -> a (/elsewhere/compose.yaml) -> b (/elsewhere/compose.yaml)`,
    ],
  },
  {
    name: 'what is used and nowhere defined',
    files: {
      'compose.yaml':
        'services: { a: { image: x, networks: [n], volumes: ["v:/v"], secrets: [s], configs: [c], depends_on: [d] } }',
    },
    says: [
      `${at('1:102')} services.a.depends_on names "d", which is no service of this project`,
      `${at('1:38')} services.a.networks names "n", which does not stand under networks of the project`,
      `${at('1:52')} services.a.volumes names "v", which does not stand under volumes of the project`,
      `${at('1:71')} services.a.secrets names "s", which does not stand under secrets of the project`,
      `${at('1:85')} services.a.configs names "c", which does not stand under configs of the project`,
    ],
  },
  {
    name: 'a mount of what is not set',
    files: { 'compose.yaml': 'services: { a: { image: x, volumes: ["${SOCK}:/sock"] } }' },
    says: [
      `${at('1:38')} variable SOCK is not set and became empty`,
      `${at('1:38')} services.a.volumes[0] has nothing before the colon to mount (example: ./data:/data)`,
    ],
  },
  {
    name: 'a dependency behind a profile',
    files: { 'compose.yaml': 'services: { a: { image: x, depends_on: [b] }, b: { image: x, profiles: [p] } }' },
    says: [`${at('1:40')} services.a.depends_on names "b", which is behind a profile that is not asked for (p)`],
  },
  {
    name: 'neither image nor build',
    files: { 'compose.yaml': 'services: { a: { command: [x] } }' },
    says: [`${at('1:16')} services.a has neither an image nor a build (example: build: .)`],
  },
  {
    name: 'a version that is a number',
    files: { 'compose.yaml': 'services: { a: { image: 1.10 } }' },
    says: [
      `${at('1:25')} services.a.image must be a text, got 1.1 (quote it)`,
      `${at('1:16')} services.a has neither an image nor a build (example: build: .)`,
    ],
  },
  {
    name: 'keys that are no texts',
    files: { 'compose.yaml': 'services: { a: { image: x, environment: { 1: a, true: b, ~: c } } }' },
    says: [
      `${at('1:43')} a key must be a text, got 1 (quote it)`,
      `${at('1:49')} a key must be a text, got true (quote it)`,
      `${at('1:58')} a key must be a text, got nothing (quote it)`,
    ],
  },
  {
    name: 'a variable that must be set',
    files: { 'compose.yaml': 'services: { a: { image: "${TAG:?choose a tag}" } }' },
    says: [`${at('1:25')} services.a.image variable TAG is required: choose a tag`],
  },
  {
    name: 'a variable without a closing brace',
    files: { 'compose.yaml': 'services: { a: { image: "${TAG" } }' },
    says: [
      `${at('1:25')} services.a.image "\${TAG" has no closing brace where one is expected (example: \${NAME:-default})`,
    ],
  },
  {
    name: 'lists on mappings',
    files: {
      'compose.yaml':
        'services: { a: { image: x, healthcheck: { test: x } } }\n---\nservices: { a: { healthcheck: [x] } }',
    },
    says: [`${at('3:31')} services.a.healthcheck must be a mapping, as in the file that it is merged with`],
  },
  {
    name: 'a variable file that is not there',
    files: { 'compose.yaml': 'services: { a: { image: x, env_file: gone.env } }' },
    says: ['/elsewhere/compose.yaml services.a.env_file names a file that is not there: /elsewhere/gone.env'],
  },
  {
    name: 'a variable file that makes no sense',
    files: { 'compose.yaml': 'services: { a: { image: x, env_file: a.env } }', 'a.env': 'A=1\nsome words\nB="open\n' },
    says: [
      '/elsewhere/a.env:2 "some words" is not the name of a variable (examples: NAME=value, NAME="two words")',
      '/elsewhere/a.env:3 has a value whose " is not closed',
    ],
  },
  {
    name: 'a port that is none',
    files: { 'compose.yaml': 'services: { a: { image: x, ports: ["http", "9000-9001:3000-3002"] } }' },
    says: [
      `${at('1:36')} services.a.ports[0] must be a port, got "http" (example: "127.0.0.1::8080")`,
      `${at('1:44')} services.a.ports[1] must be a port, got "9000-9001:3000-3002" (example: "127.0.0.1::8080")`,
    ],
  },
  {
    name: 'two numbers of replicas',
    files: { 'compose.yaml': 'services: { a: { image: x, scale: 3, deploy: { replicas: 2 } } }' },
    says: [`${at('1:35')} services.a.scale must be that of deploy.replicas, 2, got 3 (leave one of them out)`],
  },
];
