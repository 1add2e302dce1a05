/** Secrets of a project by variables instead of by their values, so that no file holds them; pure. */
import type { Secret, Secrets } from '../../model/secrets.ts';

/** A shorter one is replaced where it is all there is: within other words it tells nobody anything. */
const fewestWithin = 4;

/** The variables that a project of `withVariables` needs in the environment of Compose. */
export function secretVariables(secrets: Secrets): Record<string, string> {
  return Object.fromEntries(secrets.known().map(({ value }, index) => [variableOf(index), value]));
}

/** A resolved project whose texts name variables where they held secrets; what is `$` in a value, the project has as `$$`. */
export function withVariables<Project>(project: Project, secrets: Secrets): Project {
  const variables = new Map(secrets.known().map(({ value }, index) => [escaped(value), `\${${variableOf(index)}}`]));
  const within = [...variables.keys()]
    .filter((value) => value.length >= fewestWithin)
    .sort((a, b) => b.length - a.length)
    .map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (variables.size === 0) return project;
  const any = new RegExp(within.join('|') || '(?!)', 'g');
  const change = (text: string) => variables.get(text) ?? text.replace(any, (value) => variables.get(value) ?? value);
  return JSON.parse(
    JSON.stringify(project, (_, value: unknown) => (typeof value === 'string' ? change(value) : value)),
  );
}

function variableOf(index: number): string {
  return `RAMPART_SECRET_${index + 1}`;
}

function escaped(value: Secret['value']): string {
  return value.replaceAll('$', '$$$$');
}
