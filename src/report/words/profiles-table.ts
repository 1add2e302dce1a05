/** Which profiles each step has, as text: one row for each step and target, one column for each kind. */
import type { StepResult } from '../../model/run-result.ts';
import { alignedRows } from './aligned-rows.ts';

const order = ['cpu', 'heap', 'mutex', 'block', 'trace', 'goroutineleak', 'dump'] as const;

/** A table for a terminal, and below it why profiles are missing, each reason once; ends with a newline. */
export function profilesTable(steps: readonly StepResult[]): string {
  const all = steps.flatMap(({ profiles = [] }) => profiles);
  const types = order.filter((type) => all.some((profile) => profile.type === type));
  const rows = steps.flatMap(({ name, profiles = [] }) =>
    [...new Set(profiles.map(({ target }) => target))].map((target) => [
      name,
      target,
      ...types.map(
        (type) => profiles.find((profile) => profile.type === type && profile.target === target)?.outcome ?? '',
      ),
    ]),
  );
  const reasons = new Set(all.flatMap(({ type, message }) => (message === undefined ? [] : [`${type}: ${message}`])));
  const lines = alignedRows([['step', 'target', ...types], ...rows]);
  return `${[...lines, ...(reasons.size > 0 ? ['', ...reasons] : [])].join('\n')}\n`;
}
