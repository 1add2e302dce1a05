/** Manifests are text of strangers: whatever is in them is read, or said, and never thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../../../src/topology/manifest-survey/documents.ts';
import { surveyManifests } from '../../../src/topology/manifest-survey/survey.ts';

describe('a manifest', () => {
  it('of any text has objects, mistakes with their line, or neither', () => {
    const piece = fc.constantFrom(
      'kind: ',
      'List',
      'items:',
      '- ',
      '---\n',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: ',
      '\n',
      '  ',
      '{{ .x }}',
      'spec',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const { objects, mistakes } = readManifest(text, 'a.yaml');
          surveyManifests(objects);
          for (const mistake of mistakes) expect(mistake).toMatch(/^a\.yaml:\d+ ./);
          expect(objects.length === 0 || mistakes.length === 0).toBe(true);
        },
      ),
    );
  });

  it('of the right kinds with anything in them is surveyed', () => {
    const kind = fc.constantFrom(
      'Deployment',
      'StatefulSet',
      'Service',
      'Ingress',
      'HTTPRoute',
      'VirtualService',
      'ServiceMonitor',
      'List',
    );
    const word = fc.constantFrom(
      'spec',
      'template',
      'metadata',
      'containers',
      'ports',
      'rules',
      'http',
      'paths',
      'backend',
      'items',
      'env',
      'selector',
      'readinessProbe',
      'httpGet',
      'name',
      'port',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(word, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(kind, fc.dictionary(word, value), (name, fields) => {
        const { objects, mistakes } = readManifest(stringify({ ...fields, kind: name }), 'a.yaml');
        expect(mistakes).toEqual([]);
        surveyManifests(objects);
      }),
    );
  });

  it('of several documents and lists of lists counts each object, and documents that are none', () => {
    const list = { kind: 'ConfigMapList', items: [{ kind: 'ConfigMap', metadata: { name: 'a' } }] };
    const text = `# first\n---\nreplicas: 2\n---\n${JSON.stringify({ kind: 'List', items: [list, list] })}\n---\n`;
    const { objects, others } = readManifest(text, 'a.yaml');
    expect([objects.map(({ name }) => name), others]).toEqual([['a', 'a'], 1]);
  });

  it('may use what it has named hundreds of times', () => {
    const text = `kind: ConfigMap\ndata: &all { a: b }\nmore: [${'*all,'.repeat(300)}]\n`;
    expect(readManifest(text, 'a.yaml')).toMatchObject({ objects: [{ kind: 'ConfigMap' }], mistakes: [] });
  });

  it('of aliases that lead nowhere or beyond all measure is refused, and not left out', () => {
    const nowhere = 'kind: ConfigMap\n---\nkind: Secret\ndata: *gone\n';
    expect(readManifest(nowhere, 'a.yaml')).toMatchObject({
      objects: [],
      mistakes: [expect.stringMatching(/^a\.yaml:\d .*alias.*gone/)],
    });
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`),
    ].join('\n');
    expect(readManifest(bomb, 'a.yaml')).toMatchObject({
      objects: [],
      mistakes: [expect.stringMatching(/^a\.yaml:1 .*alias/)],
    });
  });
});
