import { expect, it } from 'vitest';
import { clientWaitPart } from '../../../../src/report/html/run/client-wait-part.ts';
import { clientWait } from '../../../helpers/client-wait.ts';
import { tracedStep } from '../../../helpers/run-traces.ts';

const markupOf = (change: Parameters<typeof tracedStep>[0]) => clientWaitPart(tracedStep(change))?.markup ?? '';

/** The widths of the bars, row by row, in percent. */
function barsOf(markup: string): number[][] {
  return [...markup.matchAll(/<div class="time-bar"[^>]*>(.*?)<\/div>/g)].map(([, bar = '']) =>
    [...bar.matchAll(/width:([\d.]+)%/g)].map(([, width]) => Number(width)),
  );
}

it('draws ordinary and slow exchanges to one scale, in the order of time', () => {
  const [ordinary, slow, slowest] = barsOf(markupOf({ clientWait: clientWait() }));
  expect(ordinary).toEqual([0.2, 0.6, 5.8, 1]);
  expect(slow).toEqual([1, 57.7, 40.4, 1]);
  expect(slowest).toEqual([10, 60, 30, 0.1]);
});

it('is nothing without exchanges, and draws nothing of which nobody can tell', () => {
  expect(markupOf({})).toBe('');
  const { typical: _, slow: __, ...rest } = clientWait({ cannotTell: 'why', slowest: [] });
  const markup = markupOf({ clientWait: rest });
  expect(markup).toContain('Cannot tell what the client waited for: why.');
  expect(barsOf(markup)).toEqual([]);
});

it('puts no name into the page as markup', () => {
  const evil = '</code><script>alert(1)</script>';
  const [first] = clientWait().slowest;
  const slowest = first ? [{ ...first, route: evil, target: evil, file: evil }] : [];
  const markup = markupOf({ service: evil, clientWait: clientWait({ cannotTell: evil, slowest }) });
  expect(markup).toContain('&lt;script&gt;');
  expect(markup).not.toContain('<script');
});
