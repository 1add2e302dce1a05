/** `--vary SERVICE.NAME=V1,V2`: environment variables and the values each is to take, as a matrix of variants. */
import type { Override } from '../scenario/load-scenario.ts';

/** One `--vary`: a variable of a service and its values. */
interface Axis {
  readonly flag: string;
  readonly service: string;
  readonly name: string;
  readonly values: readonly string[];
}

/** One cell of the matrix: what it is called and what it sets. */
export interface VariedSettings {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly overrides: readonly Override[];
}

/** The axes of the flags, and what is wrong with those that cannot be read. */
export function axesOf(flags: readonly string[]): { axes: Axis[]; mistakes: string[] } {
  const axes: Axis[] = [];
  const mistakes: string[] = [];
  for (const text of flags) {
    const flag = `--vary ${text}`;
    const [, service, name, list] = /^([\w-]+)\.(\w+)=(.*)$/s.exec(text) ?? [];
    if (service === undefined || name === undefined || list === undefined) {
      const form = 'SERVICE.NAME=VALUE,VALUE (example: --vary loadbalancer.GOMAXPROCS=1,2)';
      mistakes.push(`--vary must have the form ${form}, got ${JSON.stringify(text)}`);
      continue;
    }
    const values = list.split(',').map((value) => value.trim());
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (values.some((value) => value === '')) mistakes.push(`${flag} has an empty value`);
    else if (values.length < 2)
      mistakes.push(`${flag} must name at least two values (example: ${service}.${name}=${values[0]},2)`);
    else if (twice !== undefined) mistakes.push(`${flag} names ${JSON.stringify(twice)} twice`);
    if (axes.some((axis) => axis.service === service && axis.name === name))
      mistakes.push(`${flag}: ${service}.${name} is varied twice; give all its values in one --vary`);
    axes.push({ flag, service, name, values });
  }
  return { axes, mistakes };
}

/** Every combination of the values; the first takes the first value of each axis. */
export function matrixOf(axes: readonly Axis[]): VariedSettings[] {
  const isOneService = new Set(axes.map(({ service }) => service)).size === 1;
  let cells: VariedSettings[] = [{ name: '', settings: {}, overrides: [] }];
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
