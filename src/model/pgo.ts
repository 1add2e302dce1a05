/** The contract: what profile-guided optimisation did to the services of a scenario, as `pgo.json`. */
import { z } from 'zod';
import { tagsSchema } from './tags.ts';

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const pgoSchemaVersion = 1;

const share = z.number().min(0).max(1);

const metric = z.object({
  id: z.enum(['cpu', 'p99']).describe('cpu: CPU time of a request; p99: its response time; both over all judged steps'),
  verdict: z.enum(['better', 'worse', 'not shown']),
  percent: z
    .object({ estimate: z.number(), low: z.number().nullable(), high: z.number().nullable() })
    .describe('Change with the profile, in percent; null: unbounded'),
  detectablePercent: z
    .number()
    .nullable()
    .describe('A change of this size would have been shown in 9 of 10 such comparisons; null: not known'),
});

const mainPackage = z.object({
  importPath: z.string(),
  directory: z.string(),
  services: z.array(z.string()),
  samples: z.number().int().nonnegative().describe('Looks of the CPU profiler, over all replicas and captured steps'),
  isEnough: z.boolean().describe('Whether so many samples are usually enough to tell hot functions from others'),
  knownShare: share
    .optional()
    .describe('Of the CPU time: in functions that the binary has; absent where nobody could tell'),
  profile: z
    .string()
    .optional()
    .describe('The merged profile, relative to the directory; absent where there was too little'),
  written: z.string().optional().describe('The default.pgo that was written; absent where none was'),
  note: z.string().optional(),
});

/** The whole of `pgo.json`. */
export const pgoSchema = z
  .object({
    schemaVersion: z.literal(pgoSchemaVersion),
    kind: z.literal('pgo'),
    id: z.string(),
    tool: z.object({ name: z.literal('rampart'), version: z.string() }),
    scenario: z.string(),
    tags: tagsSchema.optional(),
    engine: z.string(),
    outcome: z
      .enum(['better', 'worse', 'not shown', 'cannot tell', 'invalid'])
      .describe('better: CPU per request or response p99 is shown better and neither is shown worse'),
    message: z.string(),
    rounds: z.number().int().nonnegative(),
    metrics: z.array(metric),
    packages: z.array(mainPackage),
    comparison: z
      .string()
      .optional()
      .describe('Directory of the comparison, relative to that of pgo.json; absent where there was none'),
  })
  .describe('What profile-guided optimisation did to the services of a scenario');

/** See `pgoSchema`. */
export type Pgo = z.infer<typeof pgoSchema>;
/** One main package that was profiled. */
export type PgoPackage = Pgo['packages'][number];
/** One metric that the verdict rests on. */
export type PgoMetric = Pgo['metrics'][number];
