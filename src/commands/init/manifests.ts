/** A first scenario for Kubernetes manifests. */
import { dirname, relative, resolve } from 'node:path';
import { clusterWide } from '../../topology/manifest-survey/cluster-wide.ts';
import type { ManifestObject } from '../../topology/manifest-survey/documents.ts';
import { type FoundManifests, findManifests } from '../../topology/manifest-survey/find-manifests.ts';
import { type SurveyedWorkload, surveyManifests } from '../../topology/manifest-survey/survey.ts';
import type { CommandContext } from '../command.ts';
import { slashed } from '../schema-place.ts';
import type { Draft } from './compose.ts';
import { chooseEntrance, type ManifestTarget } from './manifest-target.ts';
import { flow } from './scenario-text.ts';

/** Reads the manifests and chooses; usageError for what cannot be read, and where nothing takes HTTP. */
export async function manifestDraft(given: string, out: string, { cwd, env, signal }: CommandContext): Promise<Draft> {
  const found = await findManifests(given, resolve(cwd, given), { cwd, env, signal });
  const survey = surveyManifests(found.objects);
  const target = chooseEntrance(survey, given);
  const { workload, port, path } = target;
  const { pprof, metrics } = workload.looks;
  return {
    parts: {
      topology: topologyLines(found, dirname(out)),
      target: flow({
        service: workload.name,
        port: port.port,
        tls: port.purpose === 'https' ? { insecure: true } : undefined,
      }),
      request: flow({ path: path.path }),
      hasPprof: survey.workloads.some(({ looks }) => looks.pprof?.isHeeded === true),
      hasMetrics: survey.workloads.some(({ looks }) => looks.metrics?.isHeeded === true),
      isStarted: true,
    },
    words: (file) => [
      `workloads found in ${given}:`,
      ...survey.workloads.map(workloadWords),
      ...(survey.otherPods.length > 0 ? [`  no services to load: ${survey.otherPods.join(', ')}`] : []),
      ...section([...found.notes, ...clusterWords(found.objects)]),
      ...section(lookWords(survey.workloads)),
      '',
      ...targetWords(target, file),
      ...(pprof === undefined && metrics === undefined ? [] : [`what it shows: ${shows(workload)}`]),
    ],
  };
}

/** Files and folders as the scenario finds them; a kustomization that only gathers files needs no program that puts it together. */
function topologyLines({ named, kustomization }: FoundManifests, folder: string): string {
  const from = (path: string) => flow(slashed(relative(folder, path)) || '.');
  if (kustomization && kustomization.changes.length > 0)
    return `  engine: kubernetes\n  kustomize: ${from(named[0] ?? '.')}`;
  const files = (kustomization?.files ?? named).map(from);
  const list = files.length > 3 ? files.map((file) => `\n    - ${file}`).join('') : ` [${files.join(', ')}]`;
  return `  engine: kubernetes\n  manifests:${list}`;
}

function section(lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', ...lines] : [];
}

function workloadWords({ kind, name, known, judged, doors, looks }: SurveyedWorkload): string {
  const ports = judged.length > 0 ? `ports ${judged.map(({ port }) => port).join(', ')}` : 'no port named';
  const services = doors.map(({ service }) => `${service.name} (${service.type})`).join(', ');
  return [
    `  ${kind} ${name}: ${known === undefined ? '' : `${known.what}; `}${ports}`,
    services === '' ? 'no Service' : `Service ${services}`,
    ...(looks.pprof ? [`pprof on ${looks.pprof.port}`] : []),
    ...(looks.metrics ? [`metrics on ${looks.metrics.port}`] : []),
  ].join('; ');
}

function clusterWords(objects: readonly ManifestObject[]): string[] {
  const wide = clusterWide(objects);
  if (wide.length === 0) return [];
  return [
    `a run refuses to make what is of the whole cluster: make ${wide.join(', ')} beforehand, and leave it out of these files`,
  ];
}

/** Whom rampart would not see into, and how an annotation of the pods mends that. */
function lookWords(workloads: readonly SurveyedWorkload[]): string[] {
  const asked = workloads.filter(
    ({ known, judged }) => known === undefined && judged.some(({ purpose }) => purpose !== 'none'),
  );
  const missed = asked.flatMap(({ name, looks: { pprof, metrics } }) => {
    const own = [
      ...(pprof && !pprof.isHeeded ? [`rampart.pprof.port: "${pprof.port}"`] : []),
      ...(metrics && !metrics.isHeeded ? [`rampart.metrics.port: "${metrics.port}"`] : []),
    ];
    return own.length > 0 ? [`  ${name}: annotations: { ${own.join(', ')} }`] : [];
  });
  const blind = asked.filter(({ looks }) => looks.pprof === undefined).map(({ name }) => name);
  return [
    ...(missed.length > 0
      ? [
          'a run looks where annotations of the pods (spec.template.metadata) say so, which these do not yet:',
          ...missed,
        ]
      : []),
    ...(blind.length > 0
      ? [
          `Go services among ${blind.join(', ')} show more with annotations of their pods (spec.template.metadata), for example:`,
          '  annotations: { rampart.pprof.port: "6060", rampart.metrics.port: "6060" }',
        ]
      : []),
  ];
}

function targetWords({ workload, port, why, others, path }: ManifestTarget, file: string): string[] {
  const health = path.health.filter((one) => one !== path.path);
  return [
    `load goes to ${workload.name}:${port.port}${path.path}, ${why}`,
    ...(path.because === undefined
      ? [`nothing says which paths it answers: change load.request in ${file} to what users ask for`]
      : [`${path.path} is asked for because ${path.because}: change load.request in ${file} to what users ask for`]),
    ...(health.length > 0 ? [`its probes ask ${health.join(', ')}`] : []),
    ...(others.length > 0 ? [`it could also go to ${others.join(', ')}: change target in ${file}`] : []),
    ...reachWords(workload),
  ];
}

/** How load comes in: a run never sends it through a forwarded port. */
function reachWords({ name, doors }: SurveyedWorkload): string[] {
  const open = doors.some(({ service }) => ['LoadBalancer', 'NodePort'].includes(service.type));
  if (open) return [];
  return [
    `where this machine does not reach addresses of pods, ${name} needs a Service of type NodePort, or load comes from inside: load: { generators: { pods: 1 } }`,
  ];
}

function shows({ looks }: SurveyedWorkload): string {
  const place = (what: string, look: SurveyedWorkload['looks']['pprof']) =>
    look === undefined ? [] : [`${what} on ${look.port}${look.path ?? ''} (${look.because})`];
  return [...place('pprof', looks.pprof), ...place('metrics', looks.metrics)].join('; ');
}
