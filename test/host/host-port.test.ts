import { expect, it } from 'vitest';
import { hostPortText, parseHostPort } from '../../src/host/host-port.ts';

it.each(['127.0.0.1:8080', '[::]:8080', '[::1]:0', 'api:65535'])('writes %s as it is read', (text) => {
  const place = parseHostPort(text);
  expect(place && hostPortText(place)).toBe(text);
});

it.each([':::8080', 'api:65536', 'api', '127.0.0.1:'])('takes %s for none', (text) => {
  expect(parseHostPort(text)).toBeUndefined();
});
