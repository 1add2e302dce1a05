// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** The smallest that still has replicas to take down: two of one service, and a load that a busy machine can send. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { composeFile, markOf } from './cli.ts';

const downstream = {
  build: {
    context: dirname(composeFile),
    dockerfile: 'Dockerfile',
    target: '${RAMPART_STAGE:-image}',
    args: { SERVICE: 'downstream' },
  },
  environment: {
    LISTEN_ADDR: '${RAMPART_IP:-0.0.0.0}:8080',
    PPROF_ADDR: '${RAMPART_IP:-0.0.0.0}:6060',
  },
  deploy: { replicas: 2 },
  ports: ['127.0.0.1::8080', '127.0.0.1::6060'],
  labels: {
    'rampart.go.package': './downstream',
    'rampart.pprof.port': '6060',
    'rampart.metrics.port': '6060',
    'rampart.ready.port': '8080',
    'rampart.ready.path': '/healthz',
  },
};

/** Writes `short.yaml` and its compose file; the last step is as long as is said. */
export function writeSmallScenario(directory: string, { seconds }: { readonly seconds: number }): string {
  writeFileSync(join(directory, 'compose.yaml'), stringify({ services: { downstream } }));
  const file = join(directory, 'short.yaml');
  const steps = [
    { name: 'warm-up', rate: '20/s', for: '1s', measure: false },
    { name: 'low', rate: '40/s', for: `${seconds}s` },
  ];
  const scenario = {
    name: `short-${markOf(directory)}`,
    topology: { compose: 'compose.yaml', env: { downstream: { DELAY: '3ms' } } },
    target: { service: 'downstream', port: 8080 },
    load: { idle: '100ms', steps },
    validity: { maxLagP99: '5s', maxOwnShare: 1, maxLoopShare: 1 },
    observe: { schedtrace: '500ms', gctrace: true, goroutines: '1s', metrics: '500ms', containers: '500ms' },
  };
  writeFileSync(file, stringify(scenario));
  return file;
}
