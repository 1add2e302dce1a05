/** The whole scenario file as a zod schema; `scenario.schema.json` is generated from its input side. */
import { z } from 'zod';
import { requestTargetOf } from '../host/loopback-url.ts';
import type { LoadTarget, Scenario, TopologySpec } from '../model/scenario.ts';
import type { SloRule } from '../model/slo-rule.ts';
import type { KnownKinds, SamplerOptions } from './known-kinds.ts';
import { loadSchema, sentTo } from './load-schema.ts';
import { pricesSchema } from './prices-schema.ts';
import { settings, variantsSchema } from './settings-schema.ts';
import { parseSlo, sloExample } from './slo.ts';
import { targetSchema } from './target-schema.ts';
import { duration, loopbackUrl, oneOf, refusal, text, whole } from './values.ts';

const externalTarget = z.strictObject({
  name: text('a name', 'api').regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, {
    error: 'must be made of letters, digits, dots and dashes (example: api-1)',
  }),
  pprof: loopbackUrl('http://127.0.0.1:6060/debug/pprof', 'observed').optional(),
  metrics: loopbackUrl('http://127.0.0.1:6060/metrics', 'observed').optional(),
  logs: text('a file', '/var/log/api.log').optional(),
  pid: whole(1, 4_194_304, '4711').optional(),
});

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
      profiles: z
        .array(text('a profile', 'debug'), { error: (issue) => refusal('a list of profiles', issue.input, '[debug]') })
        .optional()
        .meta({ description: 'Profiles whose services start, too; without it those of COMPOSE_PROFILES' }),
      ...settings,
      scale: settings.scale.default({}),
      env: settings.env.default({}),
      ready: duration.prefault('60s').meta({ description: 'How long all services may take to become ready' }),
      project: text('a compose project', 'shop')
        .optional()
        .meta({ description: 'external: an existing compose project' }),
      targets: z.array(externalTarget).default([]).meta({ description: 'external: the processes to look at' }),
    })
    .transform((input, context): TopologySpec => {
      const wrong = (key: string, message: string) =>
        context.issues.push({ code: 'custom', input, path: [key], message });
      const { engine: kind, ready: readyTimeoutMs, compose, project, targets, ...rest } = input;
      const engine = engines.find((each) => each.kind === kind);
      for (const [key, message] of Object.entries(engine?.refuses ?? {}))
        if (isGiven(Reflect.get(input, key))) wrong(key, message);
      if (engine?.attaches) return { engine: kind, readyTimeoutMs, project, targets };
      if (compose === undefined)
        wrong('compose', 'is missing: which compose file describes the services? (example: compose: compose.yaml)');
      if (targets.length > 0) wrong('targets', 'needs engine: external');
      if (project !== undefined) wrong('project', 'needs engine: external');
      const files = typeof compose === 'string' ? {} : { composeFiles: compose };
      return { engine: kind, compose: [compose ?? ''].flat()[0] ?? '', ...(compose && files), ...rest, readyTimeoutMs };
    });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && Object.keys(Object(value)).length > 0;
}

const sloSchema = z
  .union([z.string(), z.strictObject({ rule: z.string(), step: z.string().optional() })], {
    error: (issue) => refusal('a rule', issue.input, sloExample),
  })
  .transform((input, context): SloRule => {
    const text = typeof input === 'string' ? input : input.rule;
    const rule = parseSlo(text, typeof input === 'string' ? undefined : input.step);
    if (rule) return rule;
    context.issues.push({ code: 'custom', input, message: refusal('a rule', text, sloExample) });
    return z.NEVER;
  });

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
  })
  .prefault({})
  .transform(({ maxLagP99, ...shares }) => ({ ...shares, maxLagP99Ms: maxLagP99 }));

/** The limits of a scenario that names none. */
export function defaultValidity(): Scenario['validity'] {
  return validitySchema.parse({});
}

/** The schema of a scenario file, given the samplers and engines that may stand in it. */
export function scenarioSchema({ samplers, loadEngines, topologyEngines }: KnownKinds) {
  return z
    .strictObject({
      name: text('a name', 'ramp').regex(/^[a-z0-9][a-z0-9._-]*$/i, {
        error: (issue) => refusal('made of letters, digits, dots and dashes', issue.input, 'ramp'),
      }),
      description: z.string().default(''),
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
      prices: pricesSchema.optional(),
    })
    .meta({ title: 'rampart scenario' })
    .transform((scenario): Scenario => ({ ...scenario, load: sentTo(targetPathOf(scenario.target), scenario.load) }));
}

/** Path and query of `target.url`; `/` where there is none, or no URL. */
export function targetPathOf(target: LoadTarget): string {
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
