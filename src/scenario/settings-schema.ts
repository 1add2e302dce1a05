/** What a topology sets for its services, and the named variants of it that `compare` runs against each other. */
import { z } from 'zod';
import type { VariantSettings } from '../model/topology-spec.ts';
import { parseSizeBytes } from '../model/units.ts';
import { goSchema } from './go-settings-schema.ts';
import { refusal, text, whole } from './values.ts';

/** Variables by name. */
export const environment = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean()], {
      error: (issue) => refusal('a text or a number', issue.input, '"2"'),
    })
    .transform(String),
  { error: (issue) => refusal('a map of variables', issue.input, '{ GOMAXPROCS: "2" }') },
);

const size = z
  .string({ error: (issue) => refusal('a size', issue.input, '256MiB') })
  .meta({ examples: ['256MiB'] })
  .transform((given, context) => {
    const bytes = parseSizeBytes(given);
    if (bytes) return bytes;
    context.issues.push({ code: 'custom', input: given, message: refusal('a size', given, '256MiB') });
    return z.NEVER;
  });

const limits = z
  .strictObject({
    cpus: z
      .number({ error: (issue) => refusal('a number of cores', issue.input, '1.5') })
      .positive({ error: (issue) => refusal('a positive number of cores', issue.input, '1.5') })
      .optional(),
    memory: size.optional(),
  })
  .transform(({ cpus, memory }) => ({
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  }));

/** The keys that stand under `topology:` and in a variant. */
export const settings = {
  scale: z.record(z.string(), whole(1, 200, '3')),
  env: z.record(z.string(), environment).meta({ description: 'Environment by service, on top of the compose file' }),
  overlays: z.array(text('a compose file', 'compose.limits.yaml')).optional().meta({
    description: 'Compose files on top of `compose`, later ones win. Paths relative to the scenario file',
  }),
  images: z
    .record(z.string(), text('an image', 'shop/api:1.4'))
    .optional()
    .meta({ description: 'Image by service instead of what the compose file builds or names; Docker only' }),
  limits: z
    .record(z.string(), limits)
    .optional()
    .meta({ description: 'cpus and memory of each replica by service; Docker only' }),
  buildArgs: z.record(z.string(), environment).optional().meta({
    description: 'Arguments of image builds by service, on top of the compose file; Docker only',
  }),
  go: goSchema.optional(),
};

const variant = z
  .strictObject(
    {
      ...settings,
      scale: settings.scale.optional(),
      env: settings.env.optional(),
      git: text('a branch, tag or commit', 'v1.4')
        .optional()
        .meta({ description: 'State of the repository that the compose file and all it builds are taken from' }),
      faults: z
        .union([z.literal('off').transform((): string[] => []), z.array(text('the name of a fault', 'leader-lost'))], {
          error: (issue) => refusal('off or a list of names of faults', issue.input, 'off'),
        })
        .optional()
        .meta({ description: "Which of the scenario's faults it runs: off, or their names; all of them without it" }),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? refusal('a map of settings', issue.input, '{ env: { api: { GOGC: "200" } } }')
          : undefined,
    },
  )
  .transform((given): VariantSettings => given);

/** `variants:` of a scenario; the first is what the others are held against. */
export const variantsSchema = z
  .record(
    z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/i, {
      error: (issue) => refusal('made of up to 40 letters, digits, dots and dashes', issue.input, 'gogc-off'),
    }),
    variant,
  )
  .meta({
    description: 'Settings by name for `rampart compare` and `rampart gate`; the others are held against the first',
  });
