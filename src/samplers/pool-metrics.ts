/**
 * Connection pools as services export them: database/sql by collectors.NewDBStatsCollector, sqlstats, the otelsql packages and GORM,
 * pgxpool, go-redis, and the conventions of OpenTelemetry. What a name is of is read from its end; what stands before is the pool's.
 */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import { plainName } from './go-metric-names.ts';
import { keyOf } from './label-sets.ts';

/** What is known of a pool; `waits` and `waitSeconds` count up. */
export interface Pool {
  /** Tells it from the others of the page. */
  readonly key: string;
  /** What the service calls it, as it is written there. */
  readonly label: string;
  readonly max?: number;
  readonly inUse: number;
  readonly idle?: number;
  readonly open?: number;
  readonly waits?: number;
  readonly waitSeconds?: number;
}

type Field = Exclude<keyof Pool, 'key' | 'label'>;

const connections = '(?:connections?|conns?)';
/** Of two that say the same the first is taken: pgx tells the time of all acquires too, of which waiting is only most. */
const ends: readonly (readonly [RegExp, Field])[] = [
  [new RegExp(`_(?:max_open_${connections}|max_${connections}|${connections}_max(?:_open)?)$`), 'max'],
  [
    new RegExp(
      `_(?:(?:in_use|inuse|acquired|active|used|busy)_${connections}|${connections}_(?:in_use|inuse|acquired|active|used|busy))$`,
    ),
    'inUse',
  ],
  [/(?<=dbstats)_in_use$/, 'inUse'],
  [new RegExp(`_(?:idle_${connections}|${connections}_idle(?:_current)?)$`), 'idle'],
  [/(?<=dbstats)_idle$/, 'idle'],
  [new RegExp(`_(?:(?:open|total)_${connections}|${connections}_(?:open|total)(?:_current)?)$`), 'open'],
  [new RegExp(`_(?:${connections}_)?(?:wait_count|waited_for|waits?|empty_acquires?(?:_count)?)(?:_total)?$`), 'waits'],
  [/_empty_acquire_wait_time(?:_([a-z]+))?(?:_total)?$/, 'waitSeconds'],
  [new RegExp(`_(?:${connections}_)?(?:wait_duration|blocked)(?:_([a-z]+?))?(?:_total)?$`), 'waitSeconds'],
  [new RegExp(`_${connections}_wait_time(?:_([a-z]+))?_sum$`), 'waitSeconds'],
  [/_acquire_duration(?:_([a-z]+?))?(?:_total)?$/, 'waitSeconds'],
];
/** Connections by the state that a label tells. */
const byState = new RegExp(`_(?:${connections}|${connections}_(?:usage|count|open))$`);
const stateLabels = ['state', 'status', 'db_client_connection_state', 'db_client_connections_state'];
const states: ReadonlyMap<string, Field> = new Map([
  ...['used', 'in_use', 'inuse', 'acquired', 'active', 'busy'].map((state) => [state, 'inUse'] as const),
  ['idle', 'idle'],
  ['max', 'max'],
  ['total', 'open'],
  ['open', 'open'],
]);
/** Connections of a server are none of a pool; those of a database are. */
const poolWords =
  /(?:^|_)(?:pool|pgxpool|pgx|sql|dbstats|db|database|redis|mongo|mongodb|mysql|postgres|postgresql|pg|memcached)(?:_|$)/;
const nameLabels = [
  ...['db_name', 'dbname', 'db', 'database', 'pool_name', 'pool', 'db_client_connection_pool_name'],
  ...['db_client_connections_pool_name', 'name', 'key'],
];
const unitsS: ReadonlyMap<string, number> = new Map([
  ['seconds', 1],
  ['milliseconds', 1e-3],
  ['ms', 1e-3],
  ['microseconds', 1e-6],
  ['us', 1e-6],
]);
/** Without a unit it is a time.Duration as a number: nanoseconds. */
const bareUnitS = 1e-9;
/** What may be such a name, before it is looked at closer: a page may have 100,000. */
const mayBe = /conn|wait|acquire|dbstats/;

interface Found {
  label: string;
  readonly values: Map<Field, { readonly value: number; readonly at: number }>;
}

/** The pools of a page of one process, in the order of their keys; one of which nothing tells how much is in use is left out. */
export function poolsOf(samples: readonly MetricSample[]): Pool[] {
  const pools = new Map<string, Found>();
  for (const sample of samples) {
    if (!mayBe.test(sample.name) || !Number.isFinite(sample.value)) continue;
    const labels = Object.fromEntries(Object.entries(sample.labels).map(([label, value]) => [plainName(label), value]));
    const meant = meaningOf(plainName(sample.name), labels);
    if (!meant || !poolWords.test(meant.stem)) continue;
    const { stem, field, at, unit } = meant;
    const own = Object.entries(labels).filter(
      ([label]) => !stateLabels.includes(label) && !label.startsWith('otel_scope_'),
    );
    const key = `${stem} ${keyOf(Object.fromEntries(own))}`;
    const pool = pools.get(key) ?? { label: labelOf(stem, labels), values: new Map() };
    pools.set(key, pool);
    const known = pool.values.get(field);
    if (!known || at < known.at) pool.values.set(field, { value: sample.value * unit, at });
  }
  return [...pools]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, { label, values }]) =>
      poolFrom(key, label, Object.fromEntries([...values].map(([field, { value }]) => [field, value]))),
    );
}

interface Meaning {
  readonly stem: string;
  readonly field: Field;
  /** Its place in the table of ends. */
  readonly at: number;
  readonly unit: number;
}

function meaningOf(name: string, labels: Readonly<Record<string, string>>): Meaning | undefined {
  const state = stateLabels.map((label) => labels[label]).find((value) => value !== undefined);
  const stated = state === undefined ? undefined : states.get(state.toLowerCase());
  if (stated !== undefined && byState.test(name)) {
    return { stem: name.replace(byState, ''), field: stated, at: 0, unit: 1 };
  }
  for (const [at, [end, field]] of ends.entries()) {
    const match = end.exec(name);
    if (!match) continue;
    const unit = field === 'waitSeconds' ? (unitsS.get(match[1] ?? '') ?? bareUnitS) : 1;
    return { stem: name.slice(0, match.index), field, at, unit };
  }
  return undefined;
}

/** A label that names it, else the words before the end of the metric's name. */
function labelOf(stem: string, labels: Readonly<Record<string, string>>): string {
  const named = nameLabels.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
  if (named !== undefined) return named;
  if (/^(?:go_sql|db_sql|gorm_dbstats)/.test(stem)) return 'sql';
  return stem === 'db_client' ? 'db' : stem.replace(/_pool$/, '');
}

function poolFrom(key: string, label: string, values: Partial<Record<Field, number>>): Pool[] {
  const { idle, open = idle === undefined || values.inUse === undefined ? undefined : idle + values.inUse } = values;
  const inUse = values.inUse ?? (open === undefined || idle === undefined ? undefined : Math.max(0, open - idle));
  if (inUse === undefined) return [];
  const { max, ...rest } = values;
  // In database/sql no limit is 0.
  const limit = max === undefined || max <= 0 ? {} : { max };
  return [{ ...rest, ...limit, key, label, inUse, ...(open === undefined ? {} : { open }) }];
}
