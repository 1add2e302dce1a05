import { expect, it } from 'vitest';
import { seriesChart } from '../../../../src/report/html/diff/charts.ts';

const clock = [
  { shape: '100/s', fromS: 0, toS: 5 },
  { shape: '200/s', fromS: 5, toS: 10 },
];
const chart = { service: 'api', series: 'goroutines.total', title: 'goroutines', unit: 'goroutines', steps: [] };

it('a single look in a step is seen', () => {
  const lines: [number, number][][] = [
    [
      [2, 10],
      [7, 30],
    ],
    [
      [1, 10],
      [3, 12],
      [7, 20],
    ],
  ];
  const drawn = seriesChart({ ...chart, lines }, clock)?.markup ?? '';
  const paths = [...drawn.matchAll(/ d="(M[^"]*)" fill="none"/g)].map(([, path = '']) => path);
  expect(paths).toHaveLength(2);
  for (const path of paths.flatMap((each) => each.split(/(?=M)/))) expect(path).toMatch(/[Lh]/);
});
