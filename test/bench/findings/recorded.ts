/** What is said of recorded runs as analysis sees them now. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { readRecorded } from '../../helpers/recorded-run.ts';
import { judge } from './judge.ts';
import type { System } from './systems.ts';
import type { Row } from './table.ts';

/** The recorded run of a system judged; nothing where there is none. */
export function recordedRow(root: string, system: System): Row[] {
  if (!existsSync(join(root, 'test', 'recorded', `${system.name}.json.gz`))) return [];
  return [{ system, judgements: [judge(buildResult(readRecorded(root, system.name)), system.expect)], failures: [] }];
}
