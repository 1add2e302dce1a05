import { expect, it } from 'vitest';
import { isChosenPort } from '../../../src/topology/compose/host-ports.ts';

const project = (published?: string) => ({
  services: { api: { ports: [{ target: 8080, ...(published === undefined ? {} : { published }) }] } },
});
const listening = 'driver failed: listen tcp4 127.0.0.1:32858: bind: address already in use';
const bound = 'Bind for 127.0.0.1:32858 failed: port is already allocated';

it.each([listening, bound])('a taken port that the project does not name was chosen by the engine: %s', (said) => {
  expect(isChosenPort(project(), said)).toBe(true);
  expect(isChosenPort(project('8080'), said)).toBe(true);
});

it.each([
  ['that it names', '32858'],
  ['of a range that it names', '32850-32860'],
])('a taken port %s was not', (_, published) => {
  expect(isChosenPort(project(published), listening)).toBe(false);
});

it('what names no port says nothing of one', () => {
  expect(isChosenPort(project(), 'address already in use')).toBe(false);
});
