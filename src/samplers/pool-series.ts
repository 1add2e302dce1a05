/** Connection pools as series: names that strangers chose, made safe and few, and what their counters rose by. */
import type { Pool } from './pool-metrics.ts';

/** Values of one look, and what is left out, which goes on from the address of the page. */
export interface PoolValues {
  readonly values: Readonly<Record<string, number>>;
  readonly doubt: string | undefined;
}

/** So many pools of one target are told. */
const mostPools = 8;
const longestName = 40;

/** Takes the pools of one target, look by look; `seconds` is the time since the look before, undefined where there is none to compare with. */
export function createPoolSeries(): (pools: readonly Pool[], seconds: number | undefined) => PoolValues {
  /** Names by the keys of pools: one keeps its name when another comes. */
  const names = new Map<string, string>();
  const before = new Map<string, Pool>();
  return (pools, seconds) => {
    const values: Record<string, number> = {};
    let leftOut = 0;
    for (const pool of pools) {
      const name =
        names.get(pool.key) ?? (names.size < mostPools ? freeName(pool.label, [...names.values()]) : undefined);
      if (name === undefined) {
        leftOut += 1;
        continue;
      }
      names.set(pool.key, name);
      Object.assign(values, valuesOf(`pool.${name}`, pool, before.get(pool.key), seconds));
      before.set(pool.key, pool);
    }
    const doubt =
      leftOut === 0 ? undefined : `tells of more than ${mostPools} connection pools; (${leftOut}) others are left out`;
    return { values, doubt };
  };
}

function valuesOf(
  prefix: string,
  pool: Pool,
  before: Pool | undefined,
  seconds: number | undefined,
): Record<string, number> {
  const rate = (now: number | undefined, then: number | undefined) =>
    now === undefined || then === undefined || now < then || !seconds ? undefined : (now - then) / seconds;
  const values: Readonly<Record<string, number | undefined>> = {
    connections_max: pool.max,
    in_use: pool.inUse,
    idle: pool.idle,
    open: pool.open,
    waits_per_second: rate(pool.waits, before?.waits),
    wait_seconds_per_second: rate(pool.waitSeconds, before?.waitSeconds),
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([end, value]) => (value === undefined ? [] : [[`${prefix}.${end}`, value]])),
  );
}

/**
 * Letters, digits, `_` and `-` of what a service calls a pool, which may be the address of a database with its password: what stands before
 * an `@` is left out, and the parameters, and what is given as a password.
 */
function freeName(label: string, taken: readonly string[]): string {
  const bare = label
    .replace(/\b(?:password|passwd|pwd)\s*=\s*(?:'[^']*'|\S+)/gi, '')
    .replace(/^.*@/s, '')
    .replace(/[?;].*$/s, '');
  const safe = bare.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '');
  const name = safe.slice(0, longestName) || 'pool';
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
