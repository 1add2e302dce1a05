/** The whole scenario file as a zod schema; `scenario.schema.json` is generated from its input side. */
import { z } from 'zod';
import { requestTargetOf } from '../host/user-url.ts';
import type { LoadTarget, Scenario } from '../model/scenario.ts';
import type { ExternalTopology, TopologySpec } from '../model/topology-spec.ts';
import { conditionsSchema } from './condition-schema.ts';
import { faultsSchema } from './fault-schema.ts';
import type { KnownKinds, SamplerOptions } from './known-kinds.ts';
import { kubeKeys, kubeMistakes, kubernetes, kubeSettings, manifestSource, namesManifests } from './kube-schema.ts';
import { loadSchema, sentTo } from './load-schema.ts';
import { servicesName } from './named-files.ts';
import { pricesSchema } from './prices-schema.ts';
import { servicesSchema } from './services-schema.ts';
import { settings, variantsSchema } from './settings-schema.ts';
import { sloExample } from './slo.ts';
import { sloSchema } from './slo-schema.ts';
import { tagsMapSchema } from './tags-schema.ts';
import { targetSchema } from './target-schema.ts';
import { duration, givenUrl, oneOf, refusal, text, whole } from './values.ts';

const externalTarget = z.strictObject({
  name: text('a name', 'api').regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, {
    error: 'must be made of letters, digits, dots and dashes (example: api-1)',
  }),
  pprof: givenUrl('http://127.0.0.1:6060/debug/pprof', 'beside').optional(),
  metrics: givenUrl('http://127.0.0.1:6060/metrics', 'beside').optional(),
  logs: text('a file', '/var/log/api.log').optional(),
  pid: whole(1, 4_194_304, '4711').optional(),
});

const readyMap = z
  .strictObject({
    within: duration.prefault('60s'),
    when: z
      .array(text('a condition', 'members=3'), {
        error: (issue) => refusal('a list of conditions', issue.input, '[members=3]'),
      })
      .default([])
      .meta({ description: 'Names of conditions that must hold, too' }),
  })
  .transform(({ within, when }) => ({ readyTimeoutMs: within, ...(when.length > 0 ? { readyWhen: when } : {}) }));

const composeFile = text('a compose file', '../compose/compose.yaml');

/** A topology, given the engines that may stand there; `auto` is one of those that start services. */
function topologySchema(engines: KnownKinds['topologyEngines']) {
  const kinds = ['auto', ...engines.map(({ kind }) => kind)];
  return z
    .strictObject({
      engine: z
        .enum(kinds, { error: (issue) => refusal(oneOf(kinds), issue.input, 'auto') })
        .default('auto')
        .meta({ description: 'auto takes compose if a Docker engine answers, else process' }),
      compose: z
        .union(
          [
            composeFile,
            z.array(composeFile).min(1, { error: 'must name at least one compose file (example: [compose.yaml])' }),
          ],
          {
            error: (issue) => refusal('a compose file or a list of them', issue.input, '../compose/compose.yaml'),
          },
        )
        .optional()
        .meta({
          description:
            'Path relative to the scenario file. One alone is merged with the override file beside it, as docker compose does; of a list exactly those, later ones on top',
        }),
      services: servicesSchema.optional(),
      ...kubeKeys,
      profiles: z
        .array(text('a profile', 'debug'), { error: (issue) => refusal('a list of profiles', issue.input, '[debug]') })
        .optional()
        .meta({ description: 'Profiles whose services start, too; without it those of COMPOSE_PROFILES' }),
      ...settings,
      scale: settings.scale.default({}),
      env: settings.env.default({}),
      ready: z
        .union([duration.transform((readyTimeoutMs) => ({ readyTimeoutMs })), readyMap], {
          error: (issue) => refusal('a duration, or a map with within and when', issue.input, '60s'),
        })
        .prefault('60s')
        .meta({
          description: 'How long all services may take to become ready, and the conditions that must hold then',
        }),
      project: text('a compose project', 'shop')
        .optional()
        .meta({ description: 'external: an existing compose project' }),
      namespace: text('the name of a namespace', 'shop')
        .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
          error: (issue) => refusal('the name of a namespace', issue.input, 'shop'),
        })
        .optional()
        .meta({
          description: 'external: an existing namespace of a Kubernetes cluster, whose running pods are the replicas',
        }),
      selector: text('a label selector', 'app=shop,tier!=web')
        .optional()
        .meta({ description: 'external: of the namespace only pods with these labels' }),
      targets: z.array(externalTarget).default([]).meta({ description: 'external: the processes to look at' }),
    })
    .transform((input, context): TopologySpec => {
      const { engine: asked, ready, compose, services, project, namespace, selector, targets, ...given } = input;
      const {
        manifests,
        kustomize,
        helm,
        context: _context,
        kubeconfig: _kubeconfig,
        hostNetwork: _network,
        imageLoad: _load,
        imagePush: _push,
        ...rest
      } = given;
      const source = manifestSource({ manifests, kustomize, helm });
      const kind = asked === 'auto' ? kindOf(services !== undefined, source !== undefined) : asked;
      const engine = engines.find((each) => each.kind === kind);
      for (const [key, message] of topologyMistakes(input, engine, kind))
        context.issues.push({ code: 'custom', input, path: [key], message });
      if (engine?.attaches) {
        const { context: name, kubeconfig } = given;
        return {
          engine: kind,
          ...ready,
          project,
          ...podsOf({ namespace, selector, context: name, kubeconfig }),
          targets,
        };
      }
      const kube = kubeSettings(given);
      if (source) return { engine: kind, manifests: source, kube, ...rest, ...ready };
      if (services) return { engine: kind, compose: servicesName, services, ...rest, ...ready };
      const files = typeof compose === 'string' ? {} : { composeFiles: compose };
      const named = { compose: [compose ?? ''].flat()[0] ?? '', ...(compose && files) };
      return { engine: kind, ...named, ...rest, ...(kind === kubernetes ? { kube } : {}), ...ready };
    });
}

/** The pods that are looked at; a topology without them has none of these keys. */
function podsOf(given: Pick<ExternalTopology, 'namespace' | 'selector' | 'context' | 'kubeconfig'>) {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as typeof given;
}

/** What `auto` can only mean: a program without an image is a local process, and an object of Kubernetes is for a cluster. */
function kindOf(hasServices: boolean, hasManifests: boolean): string {
  if (hasServices) return 'process';
  return hasManifests ? kubernetes : 'auto';
}

/** The keys of a topology that its engine or another key rules out, or that are missing, each with what is wrong. */
function topologyMistakes(
  input: Readonly<Record<string, unknown>>,
  engine: KnownKinds['topologyEngines'][number] | undefined,
  kind: string,
): (readonly [key: string, message: string])[] {
  const has = (key: string) => isGiven(input[key]);
  const refused = [
    ...Object.entries(engine?.refuses ?? {}).filter(([key]) => has(key)),
    ...kubeMistakes(has, kind, engine?.attaches === true),
  ];
  if (engine?.attaches) {
    const needs = ['selector', 'context', 'kubeconfig'].filter((key) => has(key) && !has('namespace'));
    return [...refused, ...needs.map((key) => [key, 'needs namespace (example: namespace: shop)'] as const)];
  }
  const rules: readonly (readonly [boolean, string, string])[] = [
    [
      has('services') && has('compose'),
      'services',
      'cannot stand beside compose: either the scenario says what the services are, or a compose file',
    ],
    [
      has('services') && has('profiles'),
      'profiles',
      'is for services of a compose file: those under topology.services all start',
    ],
    [
      !has('services') && input['compose'] === undefined && !namesManifests(has),
      'compose',
      'is missing: which compose file describes the services? (example: compose: compose.yaml)',
    ],
    [has('targets'), 'targets', 'needs engine: external'],
    ...['project', 'namespace', 'selector'].map((key) => [has(key), key, 'needs engine: external'] as const),
  ];
  return [...refused, ...rules.flatMap(([holds, key, message]) => (holds ? [[key, message] as const] : []))];
}

function isGiven(value: unknown): boolean {
  return typeof value === 'boolean' || (value !== undefined && Object.keys(Object(value)).length > 0);
}

function share(example: string) {
  const error = (issue: { input?: unknown }) => refusal('a share from 0 to 1', issue.input, example);
  return z.number({ error }).min(0, { error }).max(1, { error });
}

const validitySchema = z
  .strictObject({
    minSentShare: share('0.99')
      .default(0.99)
      .meta({ description: 'Least share of planned arrivals that must have an outcome' }),
    maxLagP99: duration
      .prefault('5ms')
      .meta({ description: 'Largest dispatch lag p99; 5 % of the response p99 is always allowed' }),
    maxLoopShare: share('0.95')
      .default(0.95)
      .meta({ description: "Largest share of a step in which the generator's event loop may be busy; open loop only" }),
    maxOwnShare: share('0.5').default(0.5).meta({
      description:
        "Largest share of response p99 that may be the generator's own, beyond 5 ms that always may; open loop only",
    }),
    mayShareNode: z
      .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
      .optional()
      .meta({ description: 'Whether a generator may share a node with the topology; with load.generators.pods only' }),
  })
  .prefault({})
  .transform(({ maxLagP99, ...shares }) => ({ ...shares, maxLagP99Ms: maxLagP99 }));

/** The limits of a scenario that names none. */
export function defaultValidity(): Scenario['validity'] {
  return validitySchema.parse({});
}

/** Names of variables of the environment. */
function variables(example: string) {
  const error = (issue: { input?: unknown }) => refusal('a list of variables', issue.input, `[${example}]`);
  return z.array(text('the name of a variable', example).regex(/^[A-Za-z_]\w*$/, { error }), { error });
}

/** The schema of a scenario file, given the samplers and engines that may stand in it. */
export function scenarioSchema({ samplers, loadEngines, topologyEngines }: KnownKinds) {
  return z
    .strictObject({
      name: text('a name', 'ramp').regex(/^[a-z0-9][a-z0-9._-]*$/i, {
        error: (issue) => refusal('made of letters, digits, dots and dashes', issue.input, 'ramp'),
      }),
      description: z.string().default(''),
      tags: tagsMapSchema.optional(),
      seed: whole(0, 2 ** 31 - 1, '1').default(1),
      topology: topologySchema(topologyEngines),
      target: targetSchema,
      load: loadSchema(loadEngines),
      observe: observeSchema(samplers),
      validity: validitySchema,
      slo: z
        .array(sloSchema, { error: (issue) => refusal('a list of rules', issue.input, `- ${sloExample}`) })
        .default([]),
      variants: variantsSchema.optional(),
      faults: faultsSchema.optional(),
      conditions: conditionsSchema.optional(),
      roles: conditionsSchema.optional().meta({ description: 'The replica for which it holds has the role' }),
      prices: pricesSchema.optional(),
      secrets: variables('API_TOKEN').optional().meta({
        description:
          'Variables of the environment that are secret wherever they stand, also where only services have them',
      }),
      readable: variables('REGION').optional().meta({
        description: 'Variables of the environment that are no secrets, and may be read in reports and logs',
      }),
    })
    .meta({ title: 'rampart scenario' })
    .transform((scenario): Scenario => ({ ...scenario, load: sentTo(targetPathOf(scenario.target), scenario.load) }));
}

/** Path and query of `target.url`; `/` where there is none, or no URL. */
function targetPathOf(target: LoadTarget): string {
  return 'url' in target ? requestTargetOf(target.url) : '/';
}

/** `observe:` with one optional key per sampler; `false` switches one off and leaves no entry. */
function observeSchema(samplers: readonly SamplerOptions[]) {
  const entries = samplers.map(({ kind, options }) => [kind, z.union([z.literal(false), options]).optional()] as const);
  return z
    .strictObject(Object.fromEntries(entries))
    .default({})
    .transform(
      (input): Record<string, unknown> =>
        Object.fromEntries(Object.entries(input).filter(([, value]) => value !== false && value !== undefined)),
    );
}
