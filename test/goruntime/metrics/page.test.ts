import { expect, test } from 'vitest';
import { readMetricsPage } from '../../../src/goruntime/metrics/page.ts';

test.each([
  ['text/plain; version=0.0.4', 'up 1\n'],
  ['', 'up 1'],
  ['text/html; charset=utf-8', 'up 1\n'],
  ['application/openmetrics-text; version=1.0.0', 'up 1\n# EOF\n'],
  ['text/plain', 'up 1\nnonsense\nnonsense\n'],
])('a page of type %j is read', (type, text) => {
  expect(readMetricsPage(text, type)).toMatchObject({ samples: [{ name: 'up', value: 1 }] });
});

test.each([
  ['application/vnd.google.protobuf; encoding=delimited', '\x01\x02', /^answered in protobuf .*text was asked for/],
  ['application/openmetrics-text; version=1.0.0', 'up 1\nup', /that was cut: its last line is not "# EOF"/],
  [
    'text/html',
    '<!DOCTYPE html>\n<p>Visitors\ntoday 5\n',
    /a page of HTML \(text\/html\), as a login .*"<!DOCTYPE html>"$/,
  ],
  ['application/json', '{"up": 1}', /nothing that can be read as metrics \(application\/json\): "\{"up": 1\}"/],
  ['text/plain', 'go_goroutines 0x2A\n', /nothing that can be read as metrics \(text\/plain\): "go_goroutines 0x2A"/],
  ['text/plain', '', /^answered an empty page \(text\/plain\)$/],
  ['', '# HELP up x\n', /^answered a page without a single metric$/],
])('of type %j %j is none, and says why', (type, text, why) => {
  expect(readMetricsPage(text, type)).toEqual({ why: expect.stringMatching(why) });
});
