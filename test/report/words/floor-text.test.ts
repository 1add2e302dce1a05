import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { markdownReporter } from '../../../src/report/markdown/markdown-report.ts';
import { createTerminalReporter } from '../../../src/report/terminal/terminal-report.ts';
import { calibration } from '../../helpers/calibration.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const run = rawRun(healthySamples());
const sentence = 'Below 200 us or above 20,000/s this machine cannot tell.';

it.each([createTerminalReporter({ color: false, width: 100 }), markdownReporter])(
  'stands in the $format report of a calibrated machine, and only there',
  (reporter) => {
    const calibrated = buildResult({ ...run, manifest: { ...run.manifest, calibration } });
    expect(reporter.render(calibrated)).toContain(sentence);
    expect(reporter.render(buildResult(run))).not.toContain('cannot tell');
  },
);
