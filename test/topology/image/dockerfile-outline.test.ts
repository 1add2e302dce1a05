// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles' variables look like this
/** The base and the ports of the image that a Dockerfile makes. */
import { expect, it } from 'vitest';
import { outlineDockerfile } from '../../../src/topology/image/dockerfile-outline.ts';

const none = new Map<string, string>();

it.each([
  [
    'FROM golang:1.25 AS build\nRUN go build\nFROM scratch\nCOPY --from=build /app /app\nEXPOSE 8080 9090/tcp 53/udp\n',
    undefined,
    'scratch',
    [8080, 9090],
    true,
  ],
  [
    'FROM golang AS base\nEXPOSE 1\nFROM base AS dev\nEXPOSE 2\nFROM alpine AS prod\nEXPOSE 3',
    'dev',
    'golang',
    [1, 2],
    true,
  ],
  ['ARG PORT=8080\nFROM alpine\nARG PORT=80\nEXPOSE ${PORT}\n', undefined, 'alpine', [80], false],
  ['FROM --platform=$BUILDPLATFORM nginx:1 as web\nEXPOSE 3000-3002', undefined, 'nginx:1', [3000, 3001, 3002], false],
  ['from node:22\nexpose \\\n  3000 \\\n  3001\n', undefined, 'node:22', [3000, 3001], false],
  ['# FROM x\n', undefined, undefined, [], false],
])('%j', (text, target, base, exposed, hasGo) => {
  expect(outlineDockerfile(text, target, none)).toMatchObject({ base, exposed, hasGo });
});

it('takes build arguments before defaults', () => {
  const text = 'FROM alpine\nARG PORT=80\nEXPOSE $PORT';
  expect(outlineDockerfile(text, undefined, new Map([['PORT', '9000']])).exposed).toEqual([9000]);
});

it.each([
  ['FROM node:22\n', true],
  ['FROM node:22 AS ui\nFROM golang AS api\nFROM alpine\n', false],
  ['FROM mcr.microsoft.com/dotnet/sdk:9.0\n', true],
  ['FROM alpine\n', false],
])('%j is of another language: %s', (text, hasOther) => {
  expect(outlineDockerfile(text, undefined, none).hasOther).toBe(hasOther);
});
