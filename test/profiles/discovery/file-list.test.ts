import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFileList } from '../../../src/profiles/discovery/file-list.ts';

function targets(text: string) {
  const read = readFileList('list.yaml', text);
  if ('mistakes' in read) throw new Error(read.mistakes.join('\n'));
  return read.targets;
}

describe('a list of targets', () => {
  it('in JSON and in YAML is the same', () => {
    const json =
      '[{"targets": ["10.0.0.1:6060", "web:8080"], "labels": {"env": "prod", "service": "web"}}, {"targets": []}]';
    const yaml = '- targets: ["10.0.0.1:6060", web:8080]\n  labels: { env: prod, service: web }\n- targets: []\n';
    expect(targets(json)).toEqual(targets(yaml));
    expect(targets(json)).toMatchObject([
      {
        id: '10.0.0.1:6060',
        url: 'http://10.0.0.1:6060/debug/pprof',
        service: 'web',
        labels: { env: 'prod', instance: '10.0.0.1:6060' },
      },
      { id: 'web:8080', url: 'http://web:8080/debug/pprof', service: 'web' },
    ]);
  });

  it('may say scheme and path, which go on no profile, and its job is the service where nothing else is', () => {
    const [target] = targets(
      '[{ targets: ["a:1"], labels: { __scheme__: https, __profile_path__: /internal/pprof/, __x: y, job: shop, build: 1.10 } }]',
    );
    expect(target).toMatchObject({
      url: 'https://a:1/internal/pprof',
      service: 'shop',
      meta: { __x: 'y', __meta_filepath: 'list.yaml' },
    });
    expect(target?.labels).toEqual({ instance: 'a:1/internal/pprof', job: 'shop', build: '1.10' });
  });

  it('that is empty has no targets', () => {
    for (const text of ['', '[]', '# none\n']) expect(targets(text)).toEqual([]);
  });

  it.each([
    ['{}', ['list.yaml:1:1 the list must be a list of groups']],
    ['[{ targets: "a:1" }]', ['list.yaml:1:13 [0].targets must be a list of addresses, got "a:1"']],
    [
      '- targets: [a:1, "b c", "ftp://d"]\n  label: {}\n- labels: { a-b: c }\n',
      [
        'list.yaml:2:10 [0].label is not a known key (did you mean labels?)',
        'list.yaml:3:3 [1].targets',
        'list.yaml:3:18 [1].labels.a-b must be a label',
      ],
    ],
    [
      '- targets: [a:1, "b c", "ftp://anna:secret@d"]',
      ['list.yaml:1:18 [0].targets[1] must be', 'list.yaml:1:25 [0].targets[2] must be'],
    ],
    ['[{"targets": ["a:1"]', ['list.yaml:1:']],
    ['- { targets: [], labels: { a-b: c, d: 1 } }', ['list.yaml:1:33 [0].labels.a-b must be a label']],
  ])('%j is refused with every place', (text, lines) => {
    const read = readFileList('list.yaml', text);
    const found = 'mistakes' in read ? read.mistakes : [];
    for (const line of lines) expect(found.join('\n')).toContain(line);
    expect(found.join('\n')).not.toContain('secret');
  });

  it('of any text is targets or mistakes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readFileList('x', text);
        if ('mistakes' in read) expect(read.mistakes.length).toBeGreaterThan(0);
        else for (const { url } of read.targets) expect(URL.canParse(url)).toBe(true);
      }),
    );
  });
});
