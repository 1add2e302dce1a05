/** What images are for, by their names as people write them. */
import { expect, it } from 'vitest';
import { knownImage } from '../../../src/topology/survey/known-images.ts';

it.each([
  ['postgres', 'never'],
  ['postgres:17-alpine', 'never'],
  ['docker.io/library/postgres:16.3', 'never'],
  ['bitnami/postgresql:latest', 'never'],
  ['timescale/timescaledb-ha:pg16', 'never'],
  ['mcr.microsoft.com/mssql/server:2022-latest', 'never'],
  ['mysql/mysql-server:8.0', 'never'],
  ['registry.example.com:5000/mirror/redis@sha256:abc', 'never'],
  ['docker.elastic.co/elasticsearch/elasticsearch:8.11.0', 'never'],
  ['confluentinc/cp-kafka:7.5.0', 'never'],
  ['docker.redpanda.com/redpandadata/console:v2', 'never'],
  ['rabbitmq:4.1-management', 'never'],
  ['dpage/pgadmin4', 'never'],
  ['provectuslabs/kafka-ui', 'never'],
  ['axllent/mailpit', 'never'],
  ['migrate/migrate:v4', 'never'],
  ['nginx:1.27-alpine', 'front'],
  ['nginxinc/nginx-unprivileged', 'front'],
  ['envoyproxy/envoy:v1.31', 'front'],
  ['traefik:v3', 'front'],
  ['caddy', 'front'],
  ['prom/prometheus', 'beside'],
  ['grafana/grafana-oss:11', 'beside'],
  ['prometheuscommunity/postgres-exporter', 'beside'],
  ['minio/minio', 'beside'],
  ['shop/api:1.4', undefined],
  ['ghcr.io/acme/server:main', undefined],
  ['acme/console', undefined],
  ['acme/postgres-proxy-app', undefined],
  ['listmonk/listmonk:latest', undefined],
])('%s', (image, kind) => {
  expect(knownImage(image)?.kind).toBe(kind);
});
