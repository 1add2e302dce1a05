/** The objects in the text of a manifest: documents of YAML or JSON, lists of them taken apart; pure. */
import { type DocumentOptions, type ParseOptions, parseAllDocuments, type SchemaOptions } from 'yaml';
import { messageOf } from '../../model/errors.ts';
import { type Fields, fieldsOf, mapsOf, textMapOf, textOf } from './values.ts';

/** One object that the API server would be given. */
export interface ManifestObject {
  readonly kind: string;
  /** Without the version: `apps`, empty of the core group. */
  readonly group: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Fields;
  readonly whole: Fields;
  /** The file as people know it. */
  readonly file: string;
}

/** What a file holds, and what cannot be read of it: `file:line` and why. */
export interface ReadManifest {
  readonly objects: readonly ManifestObject[];
  readonly mistakes: readonly string[];
  /** Documents without a kind, such as the values of a chart. */
  readonly others: number;
}

/** YAML 1.1, as kubectl reads it (go-yaml v2): `0644` is octal and `yes` is true. Dates are texts, and `1:30` is no number in base 60. */
const readsAsKubectl: ParseOptions & DocumentOptions & SchemaOptions = {
  prettyErrors: false,
  merge: true,
  logLevel: 'silent',
  schema: 'yaml-1.1',
  customTags: (tags) =>
    tags.filter((tag) => typeof tag !== 'object' || !strange.test(`${tag.tag} ${tag.format ?? ''}`)),
};

const strange = /timestamp|TIME/;
/** More than people write; each counts as often as what it stands for has others in it. */
const mostAliases = 10_000;

/** Reads one file, called `file` in messages. */
export function readManifest(text: string, file: string): ReadManifest {
  const template = /\{\{[-\s]*[\w.$"(]/.exec(text);
  const documents = parseAllDocuments(text, readsAsKubectl);
  const list = Array.isArray(documents) ? documents : [];
  const mistakes = list.flatMap(({ errors }) =>
    errors.slice(0, 1).map(({ pos, message }) => `${file}:${lineOf(text, pos[0])} ${message}`),
  );
  if (template && mistakes.length > 0)
    return { objects: [], mistakes: [`${file}:${lineOf(text, template.index)} is a template, not YAML`], others: 0 };
  if (mistakes.length > 0) return { objects: [], mistakes, others: 0 };
  const values: unknown[] = [];
  for (const document of list) {
    try {
      const value: unknown = document.toJS({ maxAliasCount: mostAliases });
      if (value !== null && value !== undefined) values.push(value);
    } catch (error) {
      // Such aliases lead nowhere, or stand for more than memory holds; a run without the object would be another one.
      return { objects: [], mistakes: [`${file}:${lineOf(text, document.range[0])} ${messageOf(error)}`], others: 0 };
    }
  }
  const objects = values.flatMap((value) => objectsOf(value, file));
  return {
    objects,
    mistakes: [],
    others: values.filter((value) => textOf(fieldsOf(value)['kind']) === undefined).length,
  };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function objectsOf(value: unknown, file: string): ManifestObject[] {
  const whole = fieldsOf(value);
  const kind = textOf(whole['kind']);
  if (kind === undefined) return [];
  if (kind === 'List' || (kind.endsWith('List') && Array.isArray(whole['items'])))
    return mapsOf(whole['items']).flatMap((item) => objectsOf(item, file));
  const metadata = fieldsOf(whole['metadata']);
  const version = textOf(whole['apiVersion']) ?? '';
  return [
    {
      kind,
      group: version.includes('/') ? (version.split('/')[0] ?? '') : '',
      name: textOf(metadata['name']) ?? textOf(metadata['generateName']) ?? '',
      namespace: textOf(metadata['namespace']),
      labels: textMapOf(metadata['labels']),
      annotations: textMapOf(metadata['annotations']),
      spec: fieldsOf(whole['spec']),
      whole,
      file,
    },
  ];
}
