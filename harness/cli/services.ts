import { apache } from '../../containers/apache/service.ts';
import { caddy } from '../../containers/caddy/service.ts';
import { envoy } from '../../containers/envoy/service.ts';
import { h2o } from '../../containers/h2o/service.ts';
import { haproxy } from '../../containers/haproxy/service.ts';
import { l7Firewall } from '../../containers/l7-firewall/service.ts';
import { lighttpd } from '../../containers/lighttpd/service.ts';
import { nghttpx } from '../../containers/nghttpx/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import { traefik } from '../../containers/traefik/service.ts';
import { varnish } from '../../containers/varnish/service.ts';
import type { ProxyService } from '../model/service.ts';

/** Every proxy that Hopscope can start. */
export const services: readonly ProxyService[] = [
  haproxy,
  nginx,
  apache,
  caddy,
  varnish,
  nghttpx,
  lighttpd,
  h2o,
  nodeProxy,
  l7Firewall,
  envoy,
  traefik,
];
