import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acceptedForm } from '../../../src/sinks/prometheus/negotiate.ts';

const open = 'application/openmetrics-text';
const native = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

it.each([
  ['nothing', '', 'prometheus'],
  ['anything', '*/*', 'prometheus'],
  ['text', 'text/plain;version=0.0.4', 'prometheus'],
  ['a page', 'text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  ['what nobody has', 'image/png', 'prometheus'],
  [
    'Prometheus 2.42',
    `${open};version=1.0.0,${open};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    'openmetrics',
  ],
  [
    'Prometheus 2.42 with native histograms',
    `${native},${open};version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.6,*/*;q=0.1`,
    'protobuf',
  ],
  ['text rather than OpenMetrics', `${open};version=1.0.0;q=0.3,text/plain;q=0.5`, 'prometheus'],
  ['a version that is not there', `${open};version=2.0.0,text/plain;q=0.5`, 'prometheus'],
  ['another message', 'application/vnd.google.protobuf;proto=x;encoding=delimited', 'prometheus'],
  ['anything but OpenMetrics', `${open};q=0,*/*;q=0.1`, 'prometheus'],
  ['quotes and blanks', ` ${open} ; version="1.0.0" ; q = 1 `, 'openmetrics'],
])('who asks for %s', (_, accept, form) => {
  expect(acceptedForm(accept).form).toBe(form);
});

it('answers whatever is asked', () => {
  const words = fc.constantFrom(open, native, ';', ',', 'q=', '=', '0.5', '*/*', ' ', '"', 'version');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((all) => all.join('')),
      ),
      (accept) => ['prometheus', 'openmetrics', 'protobuf'].includes(acceptedForm(accept).form),
    ),
  );
});
