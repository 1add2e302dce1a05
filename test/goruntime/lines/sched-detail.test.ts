import { expect, test } from 'vitest';
import { parseSchedDetailLine } from '../../../src/goruntime/lines/sched-detail.ts';

test.each([
  [
    'Go 1.2',
    '  P0: status=1 schedtick=7 syscalltick=2 m=0 runqsize=1/128 gfreecnt=0',
    { of: 'P', id: 0, status: 1, fields: { runqsize: '1/128' } },
  ],
  [
    'Go 1.14',
    '  P11: status=3 schedtick=7 syscalltick=2 m=-1 runqsize=1 gfreecnt=0 timerslen=4',
    { of: 'P', id: 11, status: 3, fields: { m: '-1', timerslen: '4' } },
  ],
  [
    'Go 1.3',
    '  M0: p=0 curg=1 mallocing=0 throwing=0 gcing=0 locks=0 dying=0 helpgc=0 spinning=0 lockedg=1',
    { of: 'M', id: 0, status: undefined, fields: { gcing: '0', lockedg: '1' } },
  ],
  [
    'Go 1.26',
    '  M3: p=1 curg=1 mallocing=1 throwing=-1 preemptoff=GC mark termination locks=2 dying=1 spinning=false blocked=false lockedg=nil',
    { of: 'M', id: 3, fields: { preemptoff: 'GC mark termination', throwing: '-1', lockedg: 'nil' } },
  ],
  [
    'Go 1.26',
    '  G2: status=4100(select (no cases)) m=nil lockedm=nil',
    { of: 'G', id: 2, status: 4, scanned: true, reason: 'select (no cases)', fields: { m: 'nil', lockedm: 'nil' } },
  ],
  ['Go 1.5', 'G17: status=6() m=-1 lockedm=-1', { of: 'G', id: 17, status: 6, scanned: false, reason: undefined }],
])('%s: %s', (_, text, value) => {
  expect(parseSchedDetailLine(text)).toMatchObject(value);
});

test.each([
  '  G2: status=4(force gc (id',
  '  G2: status=4(sleep) m=nil',
  '  M3: p=1 curg=1 mallocing=1 throw',
  '  P0: ',
])('a line that was cut is none: %s', (text) => {
  expect(parseSchedDetailLine(text)).toBeUndefined();
});
