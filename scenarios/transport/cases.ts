import { http2Cases } from './http2-cases.ts';
import { proxyProtocolCases } from './proxy-protocol-cases.ts';
import { tlsCases } from './tls-cases.ts';
import type { TransportCase } from './transport-case.ts';

export const transportCases: readonly TransportCase[] = [...tlsCases, ...http2Cases, ...proxyProtocolCases];
