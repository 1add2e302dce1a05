/** What well-known images are for, by their names; pure. */

/** What an image is, in words, and what load it can take. */
export interface KnownImage {
  readonly what: string;
  /** `front` takes the traffic of a system; `beside` speaks HTTP, but is not what a system is for; `never` is no HTTP service to load. */
  readonly kind: 'front' | 'beside' | 'never';
}

/** What base systems and tools for the command line are. */
export const ephemeral = 'a tool that runs and ends';

/** Names of images, without registry and tag, of which one must be the whole last part, or begin it before a dash or digit. */
const families: readonly (KnownImage & { readonly names: string })[] = [
  {
    kind: 'front',
    what: 'a web server or proxy',
    names:
      'nginx openresty angie caddy traefik envoy haproxy httpd apache kong krakend tyk apisix varnish lighttpd nginx-proxy pingora-proxy oathkeeper oauth2-proxy nginx-unprivileged swag zuul skipper gloo contour h2o',
  },
  {
    kind: 'never',
    what: 'a database',
    names:
      'postgres postgresql postgis pgvector timescaledb timescaledb-ha spilo citus paradedb mysql mysql-server mariadb percona mongo mongodb mongodb-community-server ferretdb cockroach cassandra scylla couchdb couchbase clickhouse clickhouse-server influxdb neo4j memgraph dgraph arangodb orientdb server mssql mssql-server azure-sql-edge oracle-free oracle-xe database db2 firebird rethinkdb tidb tikv yugabyte questdb surrealdb ravendb edgedb gel immudb rqlite libsql-server sqld dynamodb-local dynamodb-admin firestore spanner-emulator cloud-spanner-emulator elasticsearch opensearch solr meilisearch typesense manticore qdrant milvus weaviate chroma etcd foundationdb hbase hive presto trino pgbouncer pgpool pgcat proxysql vitess vttestserver ledisdb leveldb tarantool aerospike aerospike-server victoria-metrics',
  },
  {
    kind: 'never',
    what: 'a cache',
    names:
      'redis redis-stack redis-stack-server redis-cluster valkey keydb dragonfly memcached garnet hazelcast infinispan ignite',
  },
  {
    kind: 'never',
    what: 'a message broker',
    names:
      'rabbitmq kafka cp-kafka cp-server cp-zookeeper cp-schema-registry cp-kafka-connect cp-ksqldb-server kafka-native redpanda zookeeper schema-registry nats nats-server nats-streaming nsq nsqd nsqlookupd pulsar activemq activemq-artemis artemis mosquitto eclipse-mosquitto emqx hivemq-ce vernemq rocketmq beanstalkd elasticmq elasticmq-native gcloud-pubsub-emulator pubsub-emulator google-cloud-cli google-cloud-sdk centrifugo',
  },
  {
    kind: 'never',
    what: 'a tool to look into others',
    names:
      'adminer pgadmin pgadmin4 phpmyadmin mongo-express redis-commander redisinsight phpredisadmin kafka-ui kafdrop akhq kowl console conduktor-platform cloudbeaver dbeaver pgweb pghero sqlpad dozzle portainer portainer-ce nats-ui nui rabbitmq-exporter swagger-ui swagger-editor redoc elasticvue cerebro dejavu nsqadmin temporal-ui asynqmon whoami hub pgmanage metabase superset',
  },
  {
    kind: 'beside',
    what: 'a tool that watches others',
    names:
      'prometheus alertmanager pushgateway grafana loki promtail tempo mimir pyroscope alloy agent jaeger all-in-one jaeger-all-in-one jaeger-collector jaeger-query zipkin opentelemetry-collector opentelemetry-collector-contrib otel-collector otelcol kibana logstash filebeat metricbeat apm-server fluentd fluent-bit vector cadvisor node-exporter blackbox-exporter postgres-exporter statsd statsd-exporter graphite-statsd graphite datadog-agent netdata uptime-kuma signoz openobserve vmagent vmalert thanos cortex sentry seq parca profefe',
  },
  {
    kind: 'never',
    what: 'a catcher of mail',
    names: 'mailhog mailpit maildev mailcatcher inbucket mailslurper smtp4dev greenmail papercut postfix',
  },
  {
    kind: 'beside',
    what: 'a store of files or secrets',
    names:
      'minio mc seaweedfs azurite localstack localstack-pro fake-gcs-server s3mock moto ceph vault openbao consul registry sftp nfs-server ipfs kubo',
  },
  {
    kind: 'beside',
    what: 'an identity provider',
    names: 'keycloak dex authelia authentik zitadel hydra kratos keto openldap ldap fusionauth-app casdoor logto',
  },
  { kind: 'beside', what: 'a workflow engine', names: 'auto-setup temporal cadence zeebe conductor' },
  {
    kind: 'never',
    what: ephemeral,
    names:
      'migrate flyway liquibase goose atlas dbmate busybox alpine ubuntu debian bash curl wait-for-it dockerize watchtower ngrok cloudflared k6 vegeta locust wrk hey jmeter golangci-lint buf protoc selenium chrome playwright',
  },
];

const byName = new Map(families.flatMap((family) => family.names.split(' ').map((name) => [name, family] as const)));

/** What the image of a name such as `docker.io/library/postgres:17-alpine` is; undefined of one that is nobody's known product. */
export function knownImage(image: string): KnownImage | undefined {
  const path = image
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '')
    .toLowerCase()
    .split('/');
  const last = path.at(-1) ?? '';
  const trimmed = last.replace(
    /[-_]?(?:v?\d[\w.]*|alpine|slim|debian|bookworm|ubuntu|server|ce|oss|ee|community|enterprise|bin|docker)$/,
    '',
  );
  // A short name that could be anyone's counts only where nobody's name stands before it, or a maker's.
  const isGeneric = [
    'server',
    'console',
    'agent',
    'database',
    'hub',
    'vector',
    'registry',
    'mc',
    'hive',
    'seq',
  ].includes(last);
  if (isGeneric && !makers.test(path.slice(0, -1).join('/'))) return undefined;
  const found =
    byName.get(last) ?? byName.get(trimmed) ?? (/-exporter$/.test(last) ? byName.get('node-exporter') : undefined);
  return found && { what: found.what, kind: found.kind };
}

const makers =
  /(?:^|\/)(?:mssql|mcr\.microsoft\.com|oracle|redpandadata|redpanda|grafana|timberio|library|minio|apache|datalust|container-registry\.oracle\.com|postgres|supabase|prom|docker\.io)(?:\/|$)|^$/;

/** Ports at which what answers is no HTTP server, with what is there (IANA's list, and the defaults of well-known programs). */
const otherProtocols: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  25: 'SMTP',
  53: 'DNS',
  389: 'LDAP',
  465: 'SMTP',
  587: 'SMTP',
  636: 'LDAP',
  1025: 'SMTP',
  1433: 'SQL Server',
  1521: 'Oracle',
  1883: 'MQTT',
  2181: 'ZooKeeper',
  2345: 'the debugger delve',
  2379: 'etcd',
  2380: 'etcd',
  3306: 'MySQL',
  4222: 'NATS',
  5432: 'PostgreSQL',
  5433: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  6380: 'Redis',
  6432: 'PgBouncer',
  6650: 'Pulsar',
  7687: 'Neo4j',
  8883: 'MQTT',
  9042: 'Cassandra',
  9092: 'Kafka',
  11211: 'memcached',
  19092: 'Kafka',
  26257: 'CockroachDB',
  27017: 'MongoDB',
  29092: 'Kafka',
  33060: 'MySQL',
  61616: 'ActiveMQ',
};

/** What speaks at a port when its usual owner is there; undefined of all others, HTTP's among them. */
export function otherProtocol(port: number): string | undefined {
  return otherProtocols[port];
}
