/** Which workload of a set of manifests users come in by, at which port and path, and why; pure. */
import { usageError } from '../../model/errors.ts';
import type { ManifestSurvey, SurveyedWorkload } from '../../topology/manifest-survey/survey.ts';
import type { JudgedPort } from '../../topology/survey/port-purpose.ts';
import { besideNames, frontNames, pageNames, purposes } from './service-names.ts';

/** The workload and port that take the load, in words why, and what else could. */
export interface ManifestTarget {
  readonly workload: SurveyedWorkload;
  readonly port: JudgedPort;
  readonly why: string;
  readonly others: readonly string[];
  readonly path: ChosenPath;
}

/** A path to ask for, and what says that it is there; nothing says it of `/` where nobody names another. */
interface ChosenPath {
  readonly path: string;
  readonly because: string | undefined;
  /** Of what probes ask at the port. */
  readonly health: readonly string[];
}

/** Names that people give to what keeps data: it may be called by everybody, and no user calls it. */
const storeNames =
  /(?:^|[-_.])(?:db|database|postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|cache|queue|kafka|rabbitmq|nats|store)(?:[-_.]|$)/i;

/** What probes ask because it costs nothing: no user comes for it. */
const healthPath = /health|ready|live|ping|status|alive|probe|startup|heartbeat|version|up$|^\/_\//i;

/** Chooses; usageError, with what each workload is, when none speaks HTTP at a port that can be known. */
export function chooseEntrance({ workloads, otherPods }: ManifestSurvey, source: string): ManifestTarget {
  const called = new Set(workloads.filter(({ name }) => !besideNames.test(name)).flatMap(({ calls }) => calls));
  const ranked = workloads
    .flatMap((workload) => {
      const port = entrancePort(workload);
      return port && workload.known?.kind !== 'never'
        ? [{ workload, port, score: scoreOf(workload, port, called) }]
        : [];
    })
    .sort((a, b) => b.score - a.score);
  const [best, ...others] = ranked;
  if (!best) throw noTarget(workloads, otherPods, source);
  const { workload, port } = best;
  return {
    workload,
    port,
    why: [...reasons(workload, port), portWords(workload, port)].filter(Boolean).join('; '),
    others: others.map((each) => `${each.workload.name}:${each.port.port}`),
    path: pathOf(workload, port),
  };
}

/** Where a route from outside leads, else the one that its ports' names speak for. */
function entrancePort({ judged, routes }: SurveyedWorkload): JudgedPort | undefined {
  const takes = judged.filter(({ purpose }) => !['none', 'metrics', 'grpc'].includes(purpose));
  const [route] = routes.toSorted((a, b) => a.route.path.length - b.route.path.length);
  return takes.find(({ port }) => port === route?.target) ?? takes[0];
}

function scoreOf(workload: SurveyedWorkload, { purpose }: JudgedPort, called: ReadonlySet<string>): number {
  const { name, doors, routes, known, calls } = workload;
  const types = doors.map(({ service }) => service.type);
  const bonuses: readonly (readonly [boolean, number])[] = [
    [known?.kind === 'beside', -60],
    [routes.length > 0, 40],
    [routes.some(({ route }) => route.path === '/'), 4],
    [types.includes('LoadBalancer'), 30],
    [types.includes('NodePort'), 24],
    [doors.length === 0, -20],
    [besideNames.test(name), -50],
    [!besideNames.test(name) && frontNames.test(name), 8],
    // A page whose server calls the others is what users come in by; one that a browser loads once is not.
    [pageNames.test(name) && calls.length === 0, -12],
    [storeNames.test(name), -50],
    [doors.some(({ service }) => called.has(service.name)), -10],
    [purpose === 'admin', -40],
    [purpose === 'http', 3],
  ];
  return bonuses.reduce((score, [holds, bonus]) => score + (holds ? bonus : 0), 0);
}

function reasons({ doors, routes, known }: SurveyedWorkload, { port }: JudgedPort): string[] {
  const [route] = routes.filter(({ target }) => target === port);
  const open = doors.find(({ service }) => ['LoadBalancer', 'NodePort'].includes(service.type));
  const inner = doors.find(({ ports }) => ports.some(({ target }) => target === port)) ?? doors[0];
  return [
    ...(route
      ? [`${route.route.by} leads to it${route.route.host === undefined ? '' : ` for ${route.route.host}`}`]
      : []),
    ...(open ? [`Service ${open.service.name} is of type ${open.service.type}`] : []),
    ...(!route && !open && inner ? [`Service ${inner.service.name} stands before it`] : []),
    ...(doors.length === 0 ? ['no Service stands before it'] : []),
    ...(known ? [known.what] : []),
  ];
}

function portWords({ judged }: SurveyedWorkload, chosen: JudgedPort): string {
  const seems = (port: JudgedPort) => {
    const what = purposes[port.purpose];
    const because = port.because === undefined ? '' : ` (${port.because})`;
    return what === '' ? `${port.port}` : `${port.port} seems to be for ${what}${because}`;
  };
  const left = judged.filter(({ port }) => port !== chosen.port).map(seems);
  const own = chosen.purpose === 'unknown' ? '' : seems(chosen);
  return [own, left.length > 0 ? `left out: ${left.join(', ')}` : ''].filter(Boolean).join('; ');
}

function pathOf({ routes, probes }: SurveyedWorkload, { port }: JudgedPort): ChosenPath {
  const asked = probes.filter((probe) => probe.port === port && probe.path !== undefined);
  const health = [...new Set(asked.flatMap(({ path }) => path ?? []))];
  const isHealth = (path: string) => healthPath.test(path);
  const own = asked.find(({ path }) => path !== undefined && !isHealth(path));
  const routed = routes
    .filter(({ route, target }) => target === port && route.isLiteral && route.path !== '/')
    .map(({ route }) => route)[0];
  const isRoot = routes.some(({ route, target }) => target === port && route.path === '/');
  if (own?.path !== undefined) return { path: own.path, because: `its ${own.when} probe asks it`, health };
  if (routed && !isRoot) return { path: routed.path, because: `${routed.by} leads it there`, health };
  return { path: '/', because: undefined, health };
}

function noTarget(workloads: readonly SurveyedWorkload[], otherPods: readonly string[], source: string): Error {
  const lines = workloads.map(({ kind, name, known, judged }) => {
    const ports = judged.map(({ port, because }) => (because === undefined ? `${port}` : `${port} (${because})`));
    const what = known === undefined ? '' : `, ${known.what}`;
    return `  ${kind} ${name}${what}: ${ports.length > 0 ? `ports ${ports.join(', ')}` : 'no port named'}`;
  });
  const others = otherPods.length > 0 ? [`  no services to load: ${otherPods.join(', ')}`] : [];
  const none =
    workloads.length === 0
      ? 'no Deployment or StatefulSet in it'
      : 'no workload names a port that HTTP load could be sent to';
  return usageError(
    'init-no-port',
    [`${source}: ${none}`, ...lines, ...others].join('\n'),
    workloads.length === 0
      ? 'Name the manifests of the service itself, rendered where they are templates.'
      : 'Name the port that takes the load in a Service: ports: [{ port: 80, targetPort: 8080 }], with the selector of the workload.',
  );
}
