import { expect, it } from 'vitest';
import { messageOf } from '../../../src/model/errors.ts';
import { withBuildArgs } from '../../../src/topology/compose/build-args.ts';
import type { ResolvedProject } from '../../../src/topology/compose/project.ts';

const dockerfile = 'ARG BASE=scratch\nFROM $BASE\nARG TAGS="" MODE\n';
const project: ResolvedProject = {
  services: {
    api: { build: { context: '/src', dockerfile_inline: dockerfile, args: { BASE: 'alpine', MODE: 'slow' } } },
    db: { image: 'db' },
  },
};
const given = (buildArgs: Record<string, Record<string, string>>, images = {}) =>
  withBuildArgs(project, { compose: 'compose.yaml', images, buildArgs });

it('puts arguments over those of the file, with dollar signs as Compose will read them', async () => {
  const { api } = (await given({ api: { MODE: 'fast', TAGS: '$x', HTTP_PROXY: 'p' } })).services;
  expect(api?.build?.args).toEqual({ BASE: 'alpine', MODE: 'fast', TAGS: '$$x', HTTP_PROXY: 'p' });
});

it('refuses arguments that would change nothing, all at once', async () => {
  const message = await given({ api: { MDOE: 'fast' }, db: { A: '1' } }).then(() => '', messageOf);
  expect(message.split('\n')).toEqual([
    'topology.buildArgs.api.MDOE would change nothing: the Dockerfile of api has no ARG MDOE (it has: BASE, TAGS, MODE)',
    'topology.buildArgs.db: nothing is built for db: compose.yaml has no build for it',
  ]);
  await expect(given({ api: { MODE: 'fast' } }, { api: 'shop/api:1' })).rejects.toThrow('names its image');
});
