/** Environment variables with the values that each is to take, as a matrix of variants. */
import type { Arm, ArmSpec } from './arm.ts';

/** One `--vary`: a variable of a service and its values. */
export interface VariedAxis {
  readonly flag: string;
  readonly service: string;
  readonly name: string;
  readonly values: readonly string[];
}

/** One cell of the matrix, and what it sets. */
export type VariedArm = ArmSpec & Pick<Arm, 'settings'>;

/** Every combination of the values; the first takes the first value of each axis. */
export function matrixOf(axes: readonly VariedAxis[]): VariedArm[] {
  const isOneService = new Set(axes.map(({ service }) => service)).size === 1;
  let cells: VariedArm[] = [{ name: '', settings: {}, overrides: [] }];
  for (const { flag, service, name, values } of axes) {
    cells = cells.flatMap((cell) =>
      values.map((value) => ({
        name: [cell.name, `${isOneService ? '' : `${service}.`}${name}=${value}`]
          .filter((part) => part !== '')
          .join(','),
        settings: { ...cell.settings, [`env.${service}.${name}`]: value },
        overrides: [...cell.overrides, { flag, path: ['topology', 'env', service, name], value }],
      })),
    );
  }
  return cells;
}
