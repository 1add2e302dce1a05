/** `--vary SERVICE.NAME=V1,V2`: environment variables and the values each is to take, as axes. */
import type { VariedAxis } from '../../experiments/varied-matrix.ts';

/** The axes of the flags, and what is wrong with those that cannot be read. */
export function axesOf(flags: readonly string[]): { axes: VariedAxis[]; mistakes: string[] } {
  const axes: VariedAxis[] = [];
  const mistakes: string[] = [];
  for (const text of flags) {
    const flag = `--vary ${text}`;
    const [, service, name, list] = /^([\w.-]+)\.(\w+)=(.*)$/s.exec(text) ?? [];
    if (service === undefined || name === undefined || list === undefined) {
      const form = 'SERVICE.NAME=VALUE,VALUE (example: --vary loadbalancer.GOMAXPROCS=1,2)';
      mistakes.push(`--vary must have the form ${form}, got ${JSON.stringify(text)}`);
      continue;
    }
    const values = list.split(',').map((value) => value.trim());
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (values.some((value) => value === '')) mistakes.push(`${flag} has an empty value`);
    else if (values.length < 2) mistakes.push(`${flag} ${alone(service, name, values[0] ?? '')}`);
    else if (twice !== undefined) mistakes.push(`${flag} names ${JSON.stringify(twice)} twice`);
    if (axes.some((axis) => axis.service === service && axis.name === name))
      mistakes.push(`${flag}: ${service}.${name} is varied twice; give all its values in one --vary`);
    axes.push({ flag, service, name, values });
  }
  return { axes, mistakes };
}

function alone(service: string, name: string, value: string): string {
  const setting = `${service}.${name}=${value}`;
  return `names one value: add what to compare it with (--vary ${setting},VALUE); rampart run --env ${setting} runs it alone`;
}
