import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { composeSnippet, goBuildSnippet, kubernetesSnippet } from '../../../src/report/words/settings-snippets.ts';

const settings = {
  'env.api.GOGC': 'off',
  'env.api.GOMEMLIMIT': '200MiB',
  'scale.api': '3',
  'limits.db.cpus': '1.5',
  'limits.db.memoryBytes': '268435456',
  'images.db': 'shop/db:2',
  'buildArgs.web.TAGS': 'fast',
  git: 'v1.4 (3f9c2ab)',
  'go.toolchain': 'go1.27.0',
  'go.pgo': '/p/cpu.pb.gz',
  'go.flags.0': '-ldflags=-s -w',
  'go.services.db.experiment': 'nogreenteagc',
};

it('writes settings as a compose overlay whose values stay text', () => {
  expect(parse(composeSnippet(settings))).toEqual({
    services: {
      api: { environment: { GOGC: 'off', GOMEMLIMIT: '200MiB' }, deploy: { replicas: 3 } },
      web: { build: { args: { TAGS: 'fast' } } },
      db: { image: 'shop/db:2', deploy: { resources: { limits: { cpus: '1.5', memory: '268435456' } } } },
    },
  });
});

it('writes settings as one Deployment for each service', () => {
  const [api, db, ...others] = parseAllDocuments(kubernetesSnippet(settings)).map((document) => document.toJS());
  expect(others).toEqual([]);
  expect(api).toMatchObject({ kind: 'Deployment', metadata: { name: 'api' }, spec: { replicas: 3 } });
  expect(api.spec.template.spec.containers[0].env).toContainEqual({ name: 'GOGC', value: 'off' });
  expect(db.spec.template.spec.containers[0].resources.limits).toEqual({ cpu: '1.5', memory: '268435456' });
});

it('writes settings of Go builds as the commands that build so', () => {
  expect(goBuildSnippet(settings)).toBe(
    "GOTOOLCHAIN=go1.27.0 go build -pgo=/p/cpu.pb.gz '-ldflags=-s -w'\n# db\nGOEXPERIMENT=nogreenteagc go build\n",
  );
  expect(goBuildSnippet({ 'env.api.GOGC': 'off' })).toBe('');
});

it('says nothing where nothing can be said', () => {
  expect(composeSnippet({})).toBe('');
  expect(kubernetesSnippet({ 'overlays.0': 'a.yaml' })).toBe('');
});
