import { expect, it } from 'vitest';
import { axesOf } from '../../../src/commands/compare/vary-flags.ts';
import { matrixOf } from '../../../src/experiments/varied-matrix.ts';

it('makes every combination of the values, the first values first', () => {
  const { axes, mistakes } = axesOf(['api.GOMAXPROCS=1,2', 'api.GOGC=100,off']);
  expect(mistakes).toEqual([]);
  const cells = matrixOf(axes);
  expect(cells.map(({ name }) => name)).toEqual([
    'GOMAXPROCS=1,GOGC=100',
    'GOMAXPROCS=1,GOGC=off',
    'GOMAXPROCS=2,GOGC=100',
    'GOMAXPROCS=2,GOGC=off',
  ]);
  expect(cells[3]?.settings).toEqual({ 'env.api.GOMAXPROCS': '2', 'env.api.GOGC': 'off' });
  expect(cells[3]?.overrides.map(({ path, value }) => [path.join('.'), value])).toEqual([
    ['topology.env.api.GOMAXPROCS', '2'],
    ['topology.env.api.GOGC', 'off'],
  ]);
});

it('takes a service whose name has dots, as Compose does', () => {
  const { axes, mistakes } = axesOf(['api.v2.GOGC=100,off']);
  expect(mistakes).toEqual([]);
  expect(axes).toMatchObject([{ service: 'api.v2', name: 'GOGC', values: ['100', 'off'] }]);
});

it('names the service where several are varied', () => {
  const { axes } = axesOf(['api.GOGC=100,200', 'db.GOGC=100,200']);
  expect(matrixOf(axes)[1]?.name).toBe('api.GOGC=100,db.GOGC=200');
});

it('tells every mistake at once', () => {
  const { mistakes } = axesOf(['GOGC=1,2', 'api.GOGC=100', 'api.GOGC=1,1', 'api.X=1,,2']);
  expect(mistakes.join('\n')).toMatchInlineSnapshot(`
    "--vary must have the form SERVICE.NAME=VALUE,VALUE (example: --vary loadbalancer.GOMAXPROCS=1,2), got "GOGC=1,2"
    --vary api.GOGC=100 names one value: add what to compare it with (--vary api.GOGC=100,VALUE); rampart run --env api.GOGC=100 runs it alone
    --vary api.GOGC=1,1 names "1" twice
    --vary api.GOGC=1,1: api.GOGC is varied twice; give all its values in one --vary
    --vary api.X=1,,2 has an empty value"
  `);
});
