/** A duration of nginx that matters to a connection, with the default that stands where no line sets it. */
export interface NginxDuration {
  readonly name: string;
  readonly defaultMs: number;
  /** The default as its documentation writes it. */
  readonly written: string;
}

/** https://nginx.org/en/docs/http/ngx_http_core_module.html and ngx_http_proxy_module.html; all take milliseconds. */
export const HTTP_DURATIONS: readonly NginxDuration[] = [
  { name: 'client_header_timeout', defaultMs: 60_000, written: '60s' },
  { name: 'client_body_timeout', defaultMs: 60_000, written: '60s' },
  { name: 'keepalive_timeout', defaultMs: 75_000, written: '75s' },
  { name: 'send_timeout', defaultMs: 60_000, written: '60s' },
  { name: 'proxy_connect_timeout', defaultMs: 60_000, written: '60s' },
  { name: 'proxy_read_timeout', defaultMs: 60_000, written: '60s' },
  { name: 'proxy_send_timeout', defaultMs: 60_000, written: '60s' },
];

/** https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html */
export const STREAM_DURATIONS: readonly NginxDuration[] = [
  { name: 'proxy_timeout', defaultMs: 600_000, written: '10m' },
  { name: 'proxy_connect_timeout', defaultMs: 60_000, written: '60s' },
];

/** Durations that are scaled where a line sets them, and whose defaults are not written in: older versions do not know them all. */
export const DECLARED_ONLY: ReadonlySet<string> = new Set(['keepalive_time']);
