import { expect, test } from 'vitest';
import { codedCounterName, counterName, durationName } from '../../src/samplers/request-names.ts';

test.each([
  ...[
    'http_requests_total',
    'requests_total',
    'shop_http_request_count',
    'http_requests_received_total',
    'echo_requests_total',
  ],
  ...['gateway_response_status_total', 'grpc_server_handled_total', 'grpc_server_started_total', 'httpRequestsTotal'],
  ...['job:http_requests_total', 'http_server_requests_total', 'registry_http_requests_total'],
])('%s counts requests that were served', (name) => {
  expect(counterName(name)?.side).toBe('served');
});

test.each([
  ...['rest_client_requests_total', 'http_client_requests_total', 'outgoing_http_requests_total'],
  ...['upstream_requests_total', 'payments_backend_requests_total', 'grpc_client_attempt_started_total'],
  ...['http_requests_sent_total', 'alertmanager_notification_requests_total', 'grpc_client_handled_total'],
])('%s counts requests that were sent', (name) => {
  expect(counterName(name)?.side).toBe('sent');
});

test.each([
  'rest_client_request_retries_total',
  'traefik_service_retries_total',
  'http_retry_total',
  'grpc_client_retries_total',
])('%s counts retries', (name) => {
  expect(counterName(name)?.side).toBe('retries');
});

test.each([
  ...['promhttp_metric_handler_requests_total', 'caddy_admin_http_requests_total', 'http_requests_in_flight'],
  ...['minio_s3_requests_4xx_errors_total', 'http_request_errors_total', 'http_request_size_bytes_total'],
  ...['etcd_server_client_requests_total', 'redis_requests_total', 'cache_requests_total', 'orders_total'],
  ...['http_retry_delay_seconds_total', 'workqueue_retries_total', 'samples_retried_total', 'http_requests_created'],
  ...['requests_per_second', 'http_connections_total', 'grpc_server_msg_received_total', '', '_'],
])('%s counts none', (name) => {
  expect(counterName(name)).toBeUndefined();
});

test.each([
  ['http_request_duration_seconds', 'served', 1],
  ['http_server_duration_milliseconds', 'served', 1e-3],
  ['http_request_duration_microseconds', 'served', 1e-6],
  ['grpc_server_handling_seconds', 'served', 1],
  ['request_latency', 'served', undefined],
  ['http_client_request_duration_seconds', 'sent', 1],
  ['rpc_client_duration_milliseconds', 'sent', 1e-3],
])('%s is the time of requests that were %s', (name, side, unitS) => {
  expect(durationName(name)).toMatchObject({ side, unitS });
});

test.each([
  ...['prometheus_engine_query_duration_seconds', 'http_client_connect_duration_seconds', 'go_gc_duration_seconds'],
  ...[
    'http_response_size_bytes',
    'db_request_duration_seconds',
    'http_request_write_seconds',
    'prometheus_sd_http_request_duration_seconds',
  ],
])('%s is no time of requests', (name) => {
  expect(durationName(name)).toBeUndefined();
});

test.each([
  ['payments_charges_total', 'served'],
  ['upstream_lookups_total', 'sent'],
  ['charge_errors_total', undefined],
  ['workqueue_retries_total', undefined],
  ['charge_duration_seconds_total', undefined],
])('%s, whose labels are status codes, counts requests that were %s', (name, side) => {
  expect(codedCounterName(name)?.side).toBe(side);
});
