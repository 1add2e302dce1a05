import { expect, it } from 'vitest';
import { sentToSentence, sentToText } from '../../../src/report/words/sent-to-text.ts';
import { sampleResult } from '../../golden/sample-result.ts';

it('says nothing of loopback and of ports of a topology', () => {
  expect(sentToSentence(undefined, 'went')).toBeUndefined();
  expect(sentToSentence({ host: 'api:8080', addresses: ['127.0.0.1:4001'], isRemote: false }, 'went')).toBeUndefined();
});

it('says where load went, who allowed it, and that the network is part of what was measured', () => {
  const sentTo = { host: 'shop.example:80', addresses: ['192.0.2.7:80', '192.0.2.8:80'], isRemote: true };
  const allowedBy = [{ host: '*.example', reason: '--allow-host' }, { host: '192.0.2.8' }];
  const text = sentToSentence({ ...sentTo, allowedBy }, 'went');
  expect(text).toBe(
    'Load went to shop.example:80 (192.0.2.7:80, 192.0.2.8:80), allowed by target.allow: *.example (--allow-host), 192.0.2.8. That is another machine: the network is part of every response time, and what is said of the generator and of this host does not cover it.',
  );
});

it('does not speak of a network where an allowed name is this machine', () => {
  const allowedBy = [{ host: 'shop.test' }];
  expect(
    sentToSentence({ host: 'shop.test:80', addresses: ['127.0.0.1:80'], isRemote: false, allowedBy }, 'goes'),
  ).toBe('Load goes to shop.test:80 (127.0.0.1:80), allowed by target.allow: shop.test.');
});

it('says of a run what a round trip took, as far as connections were opened', () => {
  const sentTo = { host: '192.0.2.7:80', addresses: ['192.0.2.7:80'], isRemote: true };
  const result = sampleResult();
  const [step] = result.steps;
  if (!step) throw new Error('the sample has no step');
  const latency = (count: number, p50: number) => ({ ...step.responseUs, count, p50 });
  const phases = (count: number, p50: number) => ({
    connectUs: latency(count, p50),
    tlsUs: latency(0, 0),
    firstByteUs: latency(1, 1),
  });
  const steps = [
    { ...step, phases: phases(0, 0) },
    { ...step, phases: phases(5, 1840) },
    { ...step, phases: phases(2, 2100) },
  ];
  const environment = { ...result.environment, sentTo };
  expect(sentToText({ environment, steps })).toMatch(
    /does not cover it\. To open a connection, which is one round trip, took 1\.84 ms \(p50\)\.$/,
  );
  expect(sentToText({ environment, steps: steps.slice(0, 1) })).toMatch(/does not cover it\.$/);
  const near = { ...sentTo, isRemote: false, allowedBy: [{ host: '192.0.2.7' }] };
  expect(sentToText({ environment: { ...environment, sentTo: near }, steps })).not.toContain('round trip');
});
