import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/nginx/config-lines.ts';

const linesOf = (text: string) => readConfig(text, 'nginx.conf').filter(({ symptom }) => symptom === 'cuts-on-reload');

describe('the limit of old workers in an nginx config', () => {
  it('is worker_shutdown_timeout of the main block', () => {
    expect(linesOf('worker_processes 1;\nworker_shutdown_timeout 1m 30s;\nevents {}\n')).toMatchObject([
      { file: 'nginx.conf', line: 2, column: 1, limitMs: 90_000, text: 'worker_shutdown_timeout 1m 30s;' },
    ]);
  });

  it.each([
    ['none', 'events {}\n'],
    ['no limit', 'worker_shutdown_timeout 0;\n'],
    ['no time', 'worker_shutdown_timeout soon;\n'],
    ['another block', 'http { worker_shutdown_timeout 3s; }\n'],
  ])('gives nothing for %s', (_, text) => {
    expect(linesOf(text)).toEqual([]);
  });
});
