/** Which service of a compose project a user would call, and why; pure. */
import { usageError } from '../../model/errors.ts';
import type { JudgedPort } from '../../topology/survey/port-purpose.ts';
import type { ServiceSketch } from '../../topology/survey/sketch-services.ts';
import { besideNames, frontNames, pageNames, purposes } from './service-names.ts';

/** The service and port that take the load, in words why, and what else could. */
export interface ChosenTarget {
  readonly service: string;
  readonly port: number;
  readonly why: string;
  readonly others: readonly string[];
  /** What a user must do before load can reach it. */
  readonly todo?: string | undefined;
}

/** A service as `init` knows it: without the ports that rampart itself looks at. */
export type Candidate = Pick<
  ServiceSketch,
  | 'name'
  | 'isBuilt'
  | 'isGo'
  | 'isOther'
  | 'known'
  | 'ports'
  | 'hasOwnPorts'
  | 'hasFixedPort'
  | 'published'
  | 'dependsOn'
>;

/** Chooses; usageError, with what each service is, when none speaks HTTP at a port that the files name. */
export function chooseTarget(services: readonly Candidate[], files: string): ChosenTarget {
  const needed = new Set(services.filter(isApplication).flatMap(({ dependsOn }) => dependsOn));
  const ranked = services
    .flatMap((service) => {
      const port = service.ports.find(({ purpose }) => !['none', 'metrics'].includes(purpose));
      return port && service.known?.kind !== 'never' ? [{ service, port, score: scoreOf(service, port, needed) }] : [];
    })
    .sort((a, b) => b.score - a.score);
  const [best, ...others] = ranked;
  if (!best) throw noTarget(services, files);
  const { service, port } = best;
  return {
    service: service.name,
    port: port.port,
    why: [whatItIs(service), portWords(service, port)].filter(Boolean).join('; '),
    others: others.map((each) => `${each.service.name}:${each.port.port}`),
    todo: service.published.includes(port.port)
      ? undefined
      : `port ${port.port} of ${service.name} is not published, so Docker lets no load in: add ports: ["127.0.0.1::${port.port}"]`,
  };
}

/** What others wait for is behind them; those that only try or fill the system do not count. */
function isApplication({ name, isBuilt, known }: Candidate): boolean {
  return (isBuilt || known?.kind === 'front') && known?.kind !== 'never' && !besideNames.test(name);
}

/** Built services and known front ends come first; among them those that a user can reach, and that nobody stands in front of. */
function scoreOf(service: Candidate, { purpose }: JudgedPort, needed: ReadonlySet<string>): number {
  const { name, hasOwnPorts, hasFixedPort, published } = service;
  const bonuses: readonly (readonly [boolean, number])[] = [
    [besideNames.test(name), -30],
    [!besideNames.test(name) && frontNames.test(name), 8],
    [pageNames.test(name), -12],
    [needed.has(name), -10],
    [purpose === 'grpc', -40],
    [purpose === 'admin', -20],
    [purpose === 'http', 3],
    [published.length > 0, 6],
    [hasFixedPort, 10],
    [!hasOwnPorts, -6],
  ];
  return bonuses.reduce((score, [holds, bonus]) => score + (holds ? bonus : 0), standing(service));
}

function standing({ isBuilt, isGo, isOther, known }: Candidate): number {
  if (isBuilt) return known ? 80 : isGo ? 100 : isOther ? 78 : 85;
  return known?.kind === 'front' ? 75 : known?.kind === 'beside' ? 10 : 50;
}

/** What a service is, in words. */
export function whatItIs({ isBuilt, isGo, known }: Pick<Candidate, 'isBuilt' | 'isGo' | 'known'>): string {
  const kind = known?.what ?? (isBuilt ? '' : 'an image');
  if (!isBuilt) return kind;
  return [isGo ? 'built here with Go' : 'built here', kind].filter(Boolean).join(', ');
}

function portWords({ ports, hasOwnPorts }: Candidate, chosen: JudgedPort): string {
  const seems = (port: JudgedPort) => {
    const what = purposes[port.purpose];
    const because = port.because === undefined ? '' : ` (${port.because})`;
    return what === '' ? `${port.port}` : `${port.port} seems to be for ${what}${because}`;
  };
  const own = chosen.purpose === 'unknown' ? '' : seems(chosen);
  const left = ports.filter(({ port }) => port !== chosen.port).map(seems);
  const source = hasOwnPorts ? '' : 'its port is what the Dockerfile exposes';
  return [source, own, left.length > 0 ? `left out: ${left.join(', ')}` : ''].filter(Boolean).join('; ');
}

function noTarget(services: readonly Candidate[], files: string): Error {
  const lines = services.map((service) => {
    const ports = service.ports.map(({ port, because }) =>
      because === undefined ? `${port}` : `${port} (${because})`,
    );
    return `  ${service.name}: ${whatItIs(service)}, ${ports.length > 0 ? `ports ${ports.join(', ')}` : 'no port named'}`;
  });
  return usageError(
    'init-no-port',
    [`${files}: no service publishes a port that HTTP load could be sent to`, ...lines].join('\n'),
    'Publish the port that takes the load, for example: ports: ["127.0.0.1::8080"].',
  );
}
