/**
 * Lists of targets as Prometheus reads them: `[{ targets: [host:port], labels: {} }]` in JSON or YAML
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config).
 */
import { z } from 'zod';
import { withoutCredentials } from '../../host/user-url.ts';
import { readYaml } from '../../scenario/read-yaml.ts';
import { schemaMistakes } from '../../scenario/schema-mistakes.ts';
import { refusal, show } from '../../scenario/values.ts';
import { keepWrittenAt } from '../../scenario/written-values.ts';
import type { FoundTarget, Labels } from './discovery.ts';
import { labelMap } from './label-map.ts';
import { readAddress } from './pprof-address.ts';
import { addressTarget } from './static-list.ts';

const groupSchema = z.strictObject({
  targets: z.array(z.string({ error: (issue) => refusal('an address', issue.input, '127.0.0.1:6060') }), {
    error: (issue) => refusal('a list of addresses', issue.input, '["127.0.0.1:6060"]'),
  }),
  labels: labelMap(z.string({ error: (issue) => refusal('a text', issue.input, 'prod') })).default({}),
});

const listSchema = z.array(groupSchema, {
  error: (issue) => refusal('a list of groups', issue.input, '[{ targets: ["127.0.0.1:6060"], labels: { env: dev } }]'),
});

/** What a list holds, or everything that is wrong with it, one line each. */
export type ReadList = { readonly targets: readonly FoundTarget[] } | { readonly mistakes: readonly string[] };

/** Reads the text of a list that is called `file` in messages. */
export function readFileList(file: string, text: string): ReadList {
  const yaml = readYaml(file, text);
  if (!('document' in yaml)) return { mistakes: yaml };
  keepWrittenAt(yaml.document, [
    ['[]', 'labels', '*'],
    ['[]', 'targets', '[]'],
  ]);
  // A list of nothing is one that has been emptied.
  const given: unknown = yaml.document.toJS() ?? [];
  const parsed = listSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const told = { schema: listSchema, whole: 'the list', place: yaml.placeOf };
    return { mistakes: schemaMistakes(parsed.error.issues, told) };
  }
  const mistakes: string[] = [];
  const targets = parsed.data.flatMap(({ targets: addresses, labels }, group) =>
    addresses.flatMap((text, index) => {
      const read = readAddress(text, { scheme: labels['__scheme__'], path: labels['__profile_path__'] });
      if ('url' in read) return [listedTarget(file, read.url, labels)];
      const place = yaml.placeOf([group, 'targets', index]);
      mistakes.push(`${place} [${group}].targets[${index}] ${read.mistake}, got ${show(withoutCredentials(text))}`);
      return [];
    }),
  );
  return mistakes.length > 0 ? { mistakes } : { targets };
}

/** Labels that begin with two underscores are for Prometheus, not for what is kept. */
function listedTarget(file: string, url: string, labels: Labels): FoundTarget {
  const isMeta = (name: string) => name.startsWith('__');
  const { service, ...own } = Object.fromEntries(Object.entries(labels).filter(([name]) => !isMeta(name)));
  const meta = Object.fromEntries(Object.entries(labels).filter(([name]) => isMeta(name)));
  const named = { url, service: service || labels['job'] || undefined, labels: own, wishes: {} };
  return addressTarget(named, `listed in ${file}`, { ...meta, __meta_filepath: file });
}
