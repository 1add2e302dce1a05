// biome-ignore-all lint/suspicious/noTemplateCurlyInString: arguments of a Dockerfile look like this
/** Which Dockerfiles allow a binary that was built outside. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hasPrebuiltStage } from '../../../src/topology/compose/staged-build.ts';

it('the Dockerfile that ships does', () => {
  expect(hasPrebuiltStage(readFileSync(new URL('../../../compose/Dockerfile', import.meta.url), 'utf8'))).toBe(true);
});

it.each([
  [true, 'FROM scratch AS prebuilt\nARG SERVICE\nCOPY bin/${SERVICE} /service\n'],
  [
    true,
    'from golang as build\nCOPY . .\nFROM scratch as Prebuilt\nCOPY --chmod=755 ./bin/x /x\nFROM scratch\nCOPY y /y\n',
  ],
  [false, 'FROM scratch\nCOPY bin/x /x\n'],
  [false, 'FROM scratch AS prebuilt\nCOPY bin/x /x\nCOPY config.json /\n'],
  [false, 'FROM scratch AS prebuilt\nCOPY --from=build /x /x\n'],
  [false, 'FROM alpine AS prebuilt\nCOPY bin/x /x\n'],
  [false, 'FROM scratch AS prebuilt\n'],
  [false, ''],
])('%s: %j', (expected, dockerfile) => {
  expect(hasPrebuiltStage(dockerfile)).toBe(expected);
});
