/** The file that says what to collect, as a zod schema; `collect.schema.json` is generated from its input side. */
import { z } from 'zod';
import { withoutCredentials } from '../../host/user-url.ts';
import { duration, refusal, show, size, text, whole } from '../../scenario/values.ts';
import type { Labels } from '../discovery/discovery.ts';
import { overlaid, type TypeWishes } from '../discovery/type-wishes.ts';
import type { RetentionLimits } from '../store/retention.ts';
import { interval, labelsSchema, list } from './config-values.ts';
import { type DiscoveryChoice, discoverySchema } from './discovery-schema.ts';
import { parseShard, type Shard } from './hash.ts';
import { type Filter, type Matcher, readMatcher } from './matcher.ts';
import type { Rhythm } from './schedule.ts';
import { typeMistakes } from './type-mistakes.ts';
import { typesSchema } from './types-schema.ts';

/** What a collector is told. */
export interface CollectSettings {
  readonly discover: readonly DiscoveryChoice[];
  readonly rhythm: Rhythm;
  readonly wishes: TypeWishes;
  readonly labels: Labels;
  readonly filter: Filter;
  readonly shard: Shard | undefined;
  readonly atOnce: number;
  /** What a target may take to answer beyond the time it collects. */
  readonly timeoutMs: number;
  /** Of one profile, as sent; inflated it may have eight times as many. */
  readonly maxBytes: number;
  readonly to: { readonly url: string } | { readonly directory: string | undefined };
  /** What the store is held to; undefined where nothing is removed. */
  readonly prune: RetentionLimits | undefined;
}

/** What is taken of a target where nothing says otherwise; profefe's agent takes the same, once a minute. */
const usualWishes: TypeWishes = { cpu: { seconds: 10 }, heap: {}, goroutine: {}, mutex: {}, block: {} };

const matcher = text('a condition', 'service=~web|api').transform((given, context): Matcher => {
  const read = readMatcher(given);
  if ('holds' in read) return read;
  context.addIssue(`${read.mistake}, got ${show(given)}`);
  return z.NEVER;
});

const shard = text('N/OF', '2/5').transform((given, context): Shard => {
  const read = parseShard(given);
  if (read) return read;
  context.addIssue(refusal('N/OF, with N from 1 to OF', given, '2/5'));
  return z.NEVER;
});

const sizeUnits: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

const profileSize = text('a size', '64MiB').transform((given, context) => {
  const [, number, unit = ''] = /^(\d{1,6})(KiB|MiB|GiB)$/.exec(given) ?? [];
  const bytes = Number(number) * (sizeUnits[unit] ?? Number.NaN);
  if (bytes >= 1024 && bytes <= 1024 ** 3) return bytes;
  context.addIssue(refusal('a size from 1KiB to 1GiB', given, '64MiB'));
  return z.NEVER;
});

const pruneSchema = z
  .strictObject({
    olderThan: duration.optional().meta({ description: 'Removes profiles whose own time is longer ago' }),
    maxSize: size.optional().meta({ description: 'Removes the oldest until all take no more' }),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: 'must have olderThan or maxSize (example: { olderThan: 720h })',
  })
  .meta({
    description: 'Holds the store to an age and a size for as long as it is collected; else nothing is removed',
  });

const storeUrl = text('a URL', 'http://127.0.0.1:10100').refine(
  (given) => /^https?:\/\//i.test(given) && URL.canParse(given) && !/[?#]/.test(given),
  {
    error: (issue) =>
      refusal(
        'an http or https URL without a query',
        withoutCredentials(String(issue.input)),
        'http://127.0.0.1:10100',
      ),
  },
);

const jitterError = (issue: { input?: unknown }) => refusal('a share from 0 to 0.9', issue.input, '0.1');

/** What stands in the file. */
export const collectConfigSchema = z
  .strictObject({
    discover: list(discoverySchema, 'a list of ways to find targets', '[{ compose: shop }]').min(1, {
      error: 'must have at least one way to find targets (example: [{ compose: shop }])',
    }),
    interval: interval('1m').prefault('1m'),
    jitter: z
      .number({ error: jitterError })
      .min(0, { error: jitterError })
      .max(0.9, { error: jitterError })
      .default(0.1),
    seed: whole(0, 2 ** 31 - 1, '1')
      .default(1)
      .meta({ description: 'Another seed spreads the targets otherwise' }),
    types: typesSchema.default({}),
    labels: labelsSchema.default({}),
    keep: list(matcher, 'a list of conditions', '[service=~web|api]').default([]),
    drop: list(matcher, 'a list of conditions', '[env=test]').default([]),
    shard: shard.optional().meta({ description: 'The part of all targets that this one of several collectors takes' }),
    atOnce: whole(1, 10_000, '200').default(200).meta({ description: 'Profiles that are under way at the same time' }),
    timeout: interval('10s')
      .prefault('10s')
      .meta({ description: 'What a target may take to answer beyond the time it collects' }),
    maxSize: profileSize
      .prefault('64MiB')
      .meta({ description: 'Of one profile as sent; inflated eight times as much' }),
    to: storeUrl
      .optional()
      .meta({ description: 'A server with the API of profefe; without it profiles go to a folder' }),
    store: text('a folder', 'profiles').optional(),
    prune: pruneSchema.optional(),
  })
  .transform((config, context): CollectSettings => {
    const {
      interval: intervalMs,
      jitter,
      seed,
      types,
      keep,
      drop,
      timeout,
      maxSize,
      to,
      store,
      prune,
      ...rest
    } = config;
    if (to !== undefined && store !== undefined)
      context.addIssue({ code: 'custom', path: ['to'], message: 'must not stand beside store: one of them' });
    if (to !== undefined && prune !== undefined)
      context.addIssue({
        ...{ code: 'custom', path: ['prune', ...Object.keys(prune).slice(0, 1)] },
        message: 'must not stand beside to: the store is of the server there',
      });
    const wishes = overlaid(usualWishes, types);
    const settings = {
      ...rest,
      rhythm: { intervalMs, jitter, seed },
      wishes,
      filter: { keep, drop },
      shard: rest.shard,
      timeoutMs: timeout,
      maxBytes: maxSize,
      to: to === undefined ? { directory: store } : { url: to },
      prune: prune && { olderThanMs: prune.olderThan, maxBytes: prune.maxSize },
    };
    for (const { path, message } of typeMistakes(settings)) context.addIssue({ code: 'custom', path, message });
    return settings;
  })
  .meta({ title: 'rampart profiles collect' });
