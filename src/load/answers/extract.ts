/** Values that a flow takes from an answer for the requests after it. */
import { messageOf } from '../../model/errors.ts';
import { parseJsonPath, valueAt } from '../../model/json-path.ts';
import type { ExtractSpec } from '../../model/scenario.ts';
import { type Answer, fieldNamed } from './answer.ts';

/** Takes one value; the text of the body is only made where it is asked for. Throws an Error whose message says why there is none. */
export interface Extractor {
  readonly name: string;
  readonly readsBody: boolean;
  take(answer: Answer, bodyText: () => string): string;
}

/** The extractors of a request; throws when one is written wrongly, which the scenario's own check has told before. */
export function extractorsOf(specs: Readonly<Record<string, ExtractSpec>>): readonly Extractor[] {
  return Object.entries(specs).map(([name, spec]) => ({
    name,
    readsBody: spec.from !== 'header',
    take: takerOf(spec),
  }));
}

function takerOf(spec: ExtractSpec): Extractor['take'] {
  if (spec.from === 'header') return headerTaker(spec.name);
  return spec.from === 'json' ? jsonTaker(spec.path) : regexTaker(spec.pattern);
}

function headerTaker(name: string): Extractor['take'] {
  const lower = name.toLowerCase();
  return (answer) => {
    const value = fieldNamed(answer, lower);
    if (value === undefined) throw new Error(`header ${name} is not there`);
    return value;
  };
}

function jsonTaker(written: string): Extractor['take'] {
  const path = parseJsonPath(written);
  if (!path) throw new Error(`${written} is no JSON path`);
  return (_, bodyText) => {
    const text = bodyText();
    try {
      return valueAt(text, path);
    } catch (error) {
      throw new Error(`${written} ${messageOf(error)}`, { cause: error });
    }
  };
}

function regexTaker(pattern: string): Extractor['take'] {
  const expression = new RegExp(pattern);
  return (_, bodyText) => {
    const match = expression.exec(bodyText());
    if (!match) throw new Error(`nothing matches ${pattern}`);
    return match[1] ?? match[0];
  };
}
