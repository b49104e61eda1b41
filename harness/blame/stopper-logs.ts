import type { KneeResource } from '../model/load.ts';
import { shownLine } from '../wire/redact.ts';
import { type BrokenLoads, HARDNESS, type StopperSign, unopened } from './stopper-sign.ts';

/** What programs say when a call of the kernel fails for want of something, and what HAProxy and nginx say of their own limits. */
const WORDS: readonly (readonly [KneeResource, RegExp])[] = [
  // EADDRNOTAVAIL is 99 on Linux; HAProxy says that no port is free, or that the address is in use.
  ['ephemeral-ports', /EADDRNOTAVAIL|cannot assign requested address|\(99:|no free ports|local address already in use/i],
  // EMFILE is 24; HAProxy says that it reached the limit of its file descriptors.
  ['file-descriptors', /\bEMFILE\b|\bENFILE\b|too many open files|\(24:|reached (?:the )?(?:process|system) FD limit/i],
  ['memory', /\bENOMEM\b|cannot allocate memory|\(12:|out of memory/i],
  ['configured-limit', /worker_connections are not enough|limiting connections by zone/i],
];

const SHOWN = 160;

/** What the logs of the proxies say ended. Only lines about errors count, without the request in them, which is somebody else's words. */
export function logSigns(broken: BrokenLoads): readonly StopperSign[] {
  // Files and ports are missed by connections, and not by messages.
  if (unopened(broken) === 0) return [];
  const signs = broken.proxyLogs.flatMap(({ host, entry }): readonly StopperSign[] => {
    if (entry.kind === 'access') return [];
    const said = ownWords(entry.raw);
    const resource = WORDS.find(([, words]) => words.test(said))?.[0];
    return resource === undefined
      ? []
      : [{ resource, host, hardness: HARDNESS.said, because: `its log says \`${shownLine(said).slice(0, SHOWN)}\`` }];
  });
  const first = Map.groupBy(signs, ({ resource, host }) => `${resource} ${host}`);
  return [...first.values()].flatMap(([sign]) => sign ?? []);
}

/** nginx puts client, request and upstream behind what it says; nothing of a request is read. */
const ownWords = (raw: string): string => raw.split(/, client: |, request: |"/)[0] ?? '';
