import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import type { ProxyService } from '../model/service.ts';

/** Every proxy that Hopscope can start. */
export const services: readonly ProxyService[] = [haproxy, nginx, nodeProxy];
