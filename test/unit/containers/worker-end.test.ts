import { describe, expect, it } from 'vitest';
import { apache } from '../../../containers/apache/service.ts';
import { haproxy } from '../../../containers/haproxy/service.ts';
import { nginx } from '../../../containers/nginx/service.ts';
import { varnish } from '../../../containers/varnish/service.ts';

describe('the end of a worker', () => {
  it.each([
    [nginx, '2026/11/23 10:00:00 [alert] 7#7: worker process 8 exited on signal 11 (core dumped)', 'SIGSEGV'],
    [nginx, '2026/11/23 10:00:00 [alert] 7#7: worker process 8 exited on signal 6', 'SIGABRT'],
    [haproxy, '[ALERT]    (7) : Current worker (8) exited with code 139 (Segmentation fault)', 'SIGSEGV'],
    [apache, '[Mon Nov 23 10:00:00 2026] [core:notice] [pid 7] AH00052: child pid 8 exit signal Segmentation fault (11)', 'SIGSEGV'],
    [varnish, 'Error: Child (8) died signal=6', 'SIGABRT'],
  ])('is read from the log of the process above it: $1.name %#', (service, line, signal) => {
    expect(service.workerEnd?.(line)).toEqual({ exitCode: null, signal });
  });

  it.each([
    [nginx, '2026/11/23 10:00:00 [notice] 7#7: worker process 8 exited with code 0'],
    [nginx, '{"target":"/worker process 8 exited on signal 11"}'],
    [haproxy, '[WARNING]  (7) : Former worker (8) exited with code 0 (Exit)'],
    [haproxy, '[ALERT]    (7) : Current worker (8) exited with code 1 (Exit)'],
    [apache, '[mpm_event:notice] AH00489: Apache configured -- resuming normal operations'],
    [varnish, 'Child (8) said Child starts'],
  ])('is not read from any other line: %#', (service, line) => {
    expect(service.workerEnd?.(line)).toBeNull();
  });
});
