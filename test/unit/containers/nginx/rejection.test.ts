import { describe, expect, it } from 'vitest';
import { parseRejection } from '../../../../containers/nginx/rejection.ts';

const refused = (stderr: string) => parseRejection({ code: 1, stdout: '', stderr });

describe('parseRejection', () => {
  it('reads message and line in the form nginx prints before it has a log', () => {
    const printed =
      'nginx: [emerg] unknown directive "proxy_pas" in /etc/hopscope/bare.conf:31\nnginx: configuration file /etc/hopscope/bare.conf test failed\n';
    expect(refused(printed)).toEqual({ line: 31, column: null, file: '/etc/hopscope/bare.conf', message: 'unknown directive "proxy_pas"' });
  });

  it('reads them in the form of a log line, after warnings', () => {
    const printed = [
      'nginx: the configuration file /etc/hopscope/a.conf syntax is ok',
      '2025/11/23 01:23:56 [warn] 24#24: conflicting server name "" on 0.0.0.0:8080, ignored',
      '2025/11/23 01:23:56 [emerg] 24#24: host not found in upstream "orign" in /etc/hopscope/a.conf:12',
    ].join('\n');
    expect(refused(printed)).toEqual({
      line: 12,
      column: null,
      file: '/etc/hopscope/a.conf',
      message: 'host not found in upstream "orign"',
    });
  });

  it('has no line where nginx names none', () => {
    expect(refused('nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)')).toEqual({
      line: null,
      column: null,
      message: 'bind() to 0.0.0.0:80 failed (98: Address already in use)',
    });
  });

  it('falls back to the first line of anything else, bounded', () => {
    expect(refused('\nsegmentation fault\n')).toEqual({ line: null, column: null, message: 'segmentation fault' });
    expect(refused('')).toEqual({ line: null, column: null, message: '' });
    expect(refused(`nginx: [emerg] ${'x'.repeat(5000)}`).message.length).toBe(1000);
  });
});
