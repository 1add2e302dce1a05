import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/metrics/exposition.ts';
import { requestsInFlight } from '../../src/samplers/in-flight.ts';

const inFlight = (...lines: readonly string[]) => requestsInFlight(parseExposition(lines.join('\n')).samples);

test('the parts of one metric are added up, without our own look and without what the service asks of others', () => {
  expect(
    inFlight(
      'promhttp_metric_handler_requests_in_flight 1',
      'rest_client_requests_in_flight 9',
      'client_in_flight_requests 9',
      'shop_http_requests_in_flight{path="/a"} 3',
      'shop_http_requests_in_flight{path="/b"} 4',
      'shop_http_requests_in_flight{path="/c"} NaN',
    ),
  ).toEqual({ requests: 7 });
  expect(inFlight('up 1')).toEqual({ requests: undefined });
});

test.each([
  [
    'two names',
    ['a_requests_in_flight 1', 'b_in_flight_requests 2'],
    /under several names \(a_requests_in_flight, b_in/,
  ],
  [
    'targets',
    ['x_requests_in_flight{instance="a"} 1', 'x_requests_in_flight{instance="b"} 2', 'up 1'],
    /label instance tells/,
  ],
  [
    'a label that scraping put on every sample',
    ['x_requests_in_flight{pod="a"} 1', 'x_requests_in_flight{pod="b"} 2', 'up{pod="a"} 1', 'up{pod="b"} 1'],
    /label pod tells apart/,
  ],
  [
    'a total beside its parts',
    ['x_requests_in_flight 3', 'x_requests_in_flight{path="/"} 3'],
    /as a whole and in parts/,
  ],
  ['the same twice', ['x_requests_in_flight 3', 'x_requests_in_flight 3'], /or twice/],
])('of %s nothing is added up', (_, lines, doubt) => {
  expect(inFlight(...lines)).toEqual({ requests: undefined, doubt: expect.stringMatching(doubt) });
});
