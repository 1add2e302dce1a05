/** Parts of pages of metrics in the forms in which projects write them, small: labels, names and types are theirs, numbers are ours. */

type Counts = Readonly<Record<string, number>>;

function lines(...parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}

/** Each page before and after the same traffic; `expected` are the rates over one second. */
export interface ServicePageCase {
  readonly of: string;
  readonly page: (n: Counts) => string;
  readonly expected: Readonly<Record<string, number>>;
  readonly doubts?: readonly RegExp[];
}

/** `page` is asked with counts of 0, then with these. */
export const traffic: Counts = { ok: 90, bad: 10, looks: 7 };

/** Real projects and libraries, and what each says of 100 requests of which 10 failed, while we looked 7 times. */
export const servicePages: readonly ServicePageCase[] = [
  {
    of: 'prometheus itself',
    page: ({ ok = 0, bad = 0, looks = 0 }) =>
      lines(
        '# TYPE prometheus_http_requests_total counter',
        `prometheus_http_requests_total{code="200",handler="/api/v1/query"} ${5 + ok}`,
        `prometheus_http_requests_total{code="400",handler="/api/v1/query"} ${bad}`,
        `prometheus_http_requests_total{code="200",handler="/metrics"} ${looks}`,
        '# TYPE prometheus_http_request_duration_seconds histogram',
        `prometheus_http_request_duration_seconds_bucket{handler="/api/v1/query",le="+Inf"} ${5 + ok + bad}`,
        `prometheus_http_request_duration_seconds_sum{handler="/api/v1/query"} ${(5 + ok + bad) * 0.25}`,
        `prometheus_http_request_duration_seconds_count{handler="/api/v1/query"} ${5 + ok + bad}`,
        `prometheus_http_request_duration_seconds_sum{handler="/metrics"} ${looks * 9}`,
        `prometheus_http_request_duration_seconds_count{handler="/metrics"} ${looks}`,
        '# TYPE prometheus_http_response_size_bytes histogram',
        `prometheus_http_response_size_bytes_sum{handler="/api/v1/query"} ${ok * 100}`,
        `prometheus_http_response_size_bytes_count{handler="/api/v1/query"} ${ok + bad}`,
        '# TYPE promhttp_metric_handler_requests_total counter',
        `promhttp_metric_handler_requests_total{code="200"} ${looks}`,
        '# TYPE prometheus_sd_http_failures_total counter',
        `prometheus_sd_http_failures_total ${ok}`,
        '# TYPE prometheus_remote_storage_samples_retried_total counter',
        `prometheus_remote_storage_samples_retried_total ${ok}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.400': 10,
      'app.request_mean_seconds': 0.25,
    },
  },
  {
    of: 'etcd',
    page: ({ ok = 0, bad = 0, looks = 0 }) =>
      lines(
        '# TYPE grpc_server_handled_total counter',
        `grpc_server_handled_total{grpc_code="OK",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} ${ok}`,
        `grpc_server_handled_total{grpc_code="Unavailable",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} ${bad}`,
        '# TYPE grpc_server_started_total counter',
        `grpc_server_started_total{grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} ${ok + bad + 1}`,
        '# TYPE grpc_server_msg_received_total counter',
        `grpc_server_msg_received_total{grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} ${ok}`,
        '# TYPE etcd_server_client_requests_total counter',
        `etcd_server_client_requests_total{client_api_version="3.5",type="unary"} ${ok + bad}`,
        '# TYPE etcd_network_client_grpc_received_bytes_total counter',
        `etcd_network_client_grpc_received_bytes_total ${ok * 99}`,
        `promhttp_metric_handler_requests_total{code="200"} ${looks}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.grpc_ok': 90,
      'app.requests_per_second.grpc_unavailable': 10,
    },
  },
  {
    of: 'traefik, which counts what comes in and what it asks of services',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE traefik_entrypoint_requests_total counter',
        `traefik_entrypoint_requests_total{code="200",entrypoint="web",method="GET",protocol="http"} ${ok}`,
        `traefik_entrypoint_requests_total{code="503",entrypoint="web",method="GET",protocol="http"} ${bad}`,
        '# TYPE traefik_service_requests_total counter',
        `traefik_service_requests_total{code="200",method="GET",protocol="http",service="a@file"} ${ok + 4}`,
        '# TYPE traefik_router_requests_total counter',
        `traefik_router_requests_total{code="200",method="GET",protocol="http",router="a@file",service="a@file"} ${ok}`,
        '# TYPE traefik_entrypoint_request_duration_seconds histogram',
        `traefik_entrypoint_request_duration_seconds_sum{code="200",entrypoint="web"} ${ok * 0.5}`,
        `traefik_entrypoint_request_duration_seconds_count{code="200",entrypoint="web"} ${ok}`,
        '# TYPE traefik_service_retries_total counter',
        `traefik_service_retries_total{service="a@file"} ${bad * 3}`,
        '# TYPE traefik_service_open_connections gauge',
        'traefik_service_open_connections{service="a@file"} 3',
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.503': 10,
      'app.request_mean_seconds': 0.5,
      'app.retries_per_second': 30,
    },
  },
  {
    of: 'grafana, whose histogram has the codes',
    page: ({ ok = 0, bad = 0, looks = 0 }) =>
      lines(
        '# TYPE grafana_http_request_duration_seconds histogram',
        `grafana_http_request_duration_seconds_sum{handler="/api/search",method="GET",status_code="200",status_source="server"} ${ok * 0.125}`,
        `grafana_http_request_duration_seconds_count{handler="/api/search",method="GET",status_code="200",status_source="server"} ${ok}`,
        `grafana_http_request_duration_seconds_sum{handler="/api/search",method="GET",status_code="500",status_source="server"} ${bad * 0.125}`,
        `grafana_http_request_duration_seconds_count{handler="/api/search",method="GET",status_code="500",status_source="server"} ${bad}`,
        `grafana_http_request_duration_seconds_count{handler="/metrics",method="GET",status_code="200",status_source="server"} ${looks}`,
        '# TYPE grafana_api_response_status_total counter',
        `grafana_api_response_status_total{code="200"} ${ok}`,
        '# TYPE grafana_datasource_request_total counter',
        `grafana_datasource_request_total{code="200",datasource="p",method="GET"} ${ok * 2}`,
        '# TYPE grafana_http_request_in_flight gauge',
        'grafana_http_request_in_flight 4',
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.500': 10,
      'app.request_mean_seconds': 0.125,
      'app.client_requests_per_second': 180,
      'app.requests_in_flight': 4,
    },
  },
  {
    of: 'minio, whose total is named by its interface',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE minio_s3_requests_total counter',
        `minio_s3_requests_total{api="getobject",server="127.0.0.1:9000",type="S3"} ${ok}`,
        `minio_s3_requests_total{api="putobject",server="127.0.0.1:9000",type="S3"} ${bad}`,
        '# TYPE minio_s3_requests_4xx_errors_total counter',
        `minio_s3_requests_4xx_errors_total{api="putobject",server="127.0.0.1:9000",type="S3"} ${bad}`,
        '# TYPE minio_s3_requests_inflight_total gauge',
        'minio_s3_requests_inflight_total{api="getobject",server="127.0.0.1:9000"} 2',
        '# TYPE minio_s3_requests_incoming_total gauge',
        `minio_s3_requests_incoming_total{server="127.0.0.1:9000",type="S3"} ${ok}`,
        '# TYPE minio_s3_requests_waiting_total gauge',
        `minio_s3_requests_waiting_total{server="127.0.0.1:9000"} ${ok}`,
      ),
    expected: { 'app.requests_per_second': 100, 'app.requests_in_flight': 2 },
  },
  {
    of: 'VictoriaMetrics/metrics, which writes no types, and counts by path and altogether',
    page: ({ ok = 0, bad = 0, looks = 0 }) =>
      lines(
        `vm_http_requests_total{path="/api/v1/query"} ${ok}`,
        `vm_http_requests_total{path="/debug/pprof/heap"} ${looks}`,
        `vm_http_requests_all_total ${ok + bad}`,
        `vm_http_request_errors_total{path="/api/v1/query"} ${bad}`,
      ),
    expected: { 'app.requests_per_second': 100 },
    doubts: [/under several names \(vm_http_requests_all_total, vm_http_requests_total\), which may be the same/],
  },
  {
    of: 'caddy with one handler, whose page is served by its admin interface',
    page: ({ ok = 0, bad = 0, looks = 0 }) =>
      lines(
        '# TYPE caddy_admin_http_requests_total counter',
        `caddy_admin_http_requests_total{code="200",handler="metrics",method="GET",path="/metrics"} ${looks}`,
        '# TYPE caddy_http_requests_total counter',
        `caddy_http_requests_total{handler="reverse_proxy",server="srv0"} ${ok + bad}`,
        '# TYPE caddy_http_request_duration_seconds histogram',
        `caddy_http_request_duration_seconds_sum{code="200",handler="reverse_proxy",method="GET",server="srv0"} ${ok * 0.5}`,
        `caddy_http_request_duration_seconds_count{code="200",handler="reverse_proxy",method="GET",server="srv0"} ${ok}`,
        `caddy_http_request_duration_seconds_sum{code="502",handler="reverse_proxy",method="GET",server="srv0"} ${bad * 0.5}`,
        `caddy_http_request_duration_seconds_count{code="502",handler="reverse_proxy",method="GET",server="srv0"} ${bad}`,
        '# TYPE caddy_http_requests_in_flight gauge',
        'caddy_http_requests_in_flight{handler="reverse_proxy",server="srv0"} 3',
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.502': 10,
      'app.request_mean_seconds': 0.5,
      'app.requests_in_flight': 3,
    },
  },
  {
    of: 'caddy with handlers around each other, each of which counts a request again',
    page: ({ ok = 0 }) =>
      lines(
        '# TYPE caddy_http_requests_total counter',
        `caddy_http_requests_total{handler="subroute",server="srv0"} ${ok}`,
        `caddy_http_requests_total{handler="reverse_proxy",server="srv0"} ${ok}`,
      ),
    expected: {},
    doubts: [/^has caddy_http_requests_total by handlers that are one inside another; its requests are left out$/],
  },
  {
    of: 'OpenTelemetry on both sides',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE http_server_request_duration_seconds histogram',
        `http_server_request_duration_seconds_sum{http_request_method="GET",http_response_status_code="200",http_route="/a",otel_scope_name="otelhttp"} ${ok * 2}`,
        `http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",http_route="/a",otel_scope_name="otelhttp"} ${ok}`,
        `http_server_request_duration_seconds_sum{http_request_method="GET",http_response_status_code="429",http_route="/a",otel_scope_name="otelhttp"} ${bad * 2}`,
        `http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="429",http_route="/a",otel_scope_name="otelhttp"} ${bad}`,
        '# TYPE http_client_request_duration_seconds histogram',
        `http_client_request_duration_seconds_sum{http_request_method="GET",http_response_status_code="503"} ${ok}`,
        `http_client_request_duration_seconds_count{http_request_method="GET",http_response_status_code="503"} ${ok * 4}`,
        '# TYPE http_server_active_requests gauge',
        'http_server_active_requests{http_request_method="GET"} 6',
        '# TYPE http_server_request_body_size_bytes histogram',
        `http_server_request_body_size_bytes_sum ${ok}`,
        `http_server_request_body_size_bytes_count ${ok}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.429': 10,
      'app.request_mean_seconds': 2,
      'app.client_requests_per_second': 360,
      'app.requests_in_flight': 6,
    },
  },
  {
    of: 'OpenTelemetry before its names were settled, in milliseconds and with dots',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE "http.server.duration_milliseconds" histogram',
        `{"http.server.duration_milliseconds_sum","http.status_code"="200"} ${ok * 250}`,
        `{"http.server.duration_milliseconds_count","http.status_code"="200"} ${ok}`,
        `{"http.server.duration_milliseconds_sum","http.status_code"="404"} ${bad * 250}`,
        `{"http.server.duration_milliseconds_count","http.status_code"="404"} ${bad}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.404': 10,
      'app.request_mean_seconds': 0.25,
    },
  },
  {
    of: "gRPC's own instruments, whose attempts are what is sent",
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE grpc_server_call_duration_seconds histogram',
        `grpc_server_call_duration_seconds_sum{grpc_method="a/B",grpc_status="OK"} ${ok}`,
        `grpc_server_call_duration_seconds_count{grpc_method="a/B",grpc_status="OK"} ${ok}`,
        `grpc_server_call_duration_seconds_sum{grpc_method="a/B",grpc_status="RESOURCE_EXHAUSTED"} ${bad}`,
        `grpc_server_call_duration_seconds_count{grpc_method="a/B",grpc_status="RESOURCE_EXHAUSTED"} ${bad}`,
        '# TYPE grpc_client_attempt_started_total counter',
        `grpc_client_attempt_started_total{grpc_method="a/C"} ${ok * 3}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.grpc_ok': 90,
      'app.requests_per_second.grpc_resource_exhausted': 10,
      'app.request_mean_seconds': 1,
      'app.client_requests_per_second': 270,
    },
  },
  {
    of: 'a middleware that names the status, beside its histogram without codes',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE gin_requests_total counter',
        `gin_requests_total{code="200",handler="main.a",host="x",method="GET",url="/a"} ${ok}`,
        `gin_requests_total{code="429",handler="main.a",host="x",method="GET",url="/a"} ${bad}`,
        '# TYPE gin_request_duration_seconds summary',
        'gin_request_duration_seconds{code="200",quantile="0.5"} 1',
        `gin_request_duration_seconds_sum ${(ok + bad) * 0.5}`,
        `gin_request_duration_seconds_count ${ok + bad}`,
        '# TYPE gin_response_size_bytes summary',
        `gin_response_size_bytes_sum ${ok}`,
        `gin_response_size_bytes_count ${ok}`,
      ),
    expected: {
      'app.requests_per_second': 100,
      'app.requests_per_second.2xx': 90,
      'app.requests_per_second.429': 10,
      'app.request_mean_seconds': 0.5,
    },
  },
  {
    of: 'OpenMetrics, where the type has no _total, and classes stand for codes',
    page: ({ ok = 0, bad = 0 }) =>
      lines(
        '# TYPE shop_http_requests counter',
        `shop_http_requests_total{status="2xx"} ${ok}`,
        `shop_http_requests_total{status="5xx"} ${bad}`,
        `shop_http_requests_created{status="2xx"} 1700000000`,
        '# EOF',
      ),
    expected: { 'app.requests_per_second': 100, 'app.requests_per_second.2xx': 90, 'app.requests_per_second.5xx': 10 },
  },
  {
    of: 'a page without any requests',
    page: ({ ok = 0 }) =>
      lines(
        '# TYPE http_requests_in_progress_total gauge',
        '# TYPE orders_total counter',
        `orders_total ${ok}`,
        '# TYPE requests gauge',
        `requests ${ok}`,
        '# TYPE redis_requests_total counter',
        `redis_requests_total ${ok}`,
      ),
    expected: {},
  },
];
